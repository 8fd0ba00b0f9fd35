"""Entities: the newest declaration stands; a province sees its own."""

from __future__ import annotations

import pytest

from feeds.catalogue.scope import NATION, OutOfScope, Scope
from feeds.store.database import Database
from feeds.store.entities import Entities, Entity


@pytest.fixture
def entities(database: Database) -> Entities:
    return Entities(database)


def station(code: str = "HN-KHI-001", feed: str = "air", unit: str = "01", at: int = 10, **more: object) -> Entity:
    said = {"place": f"2025:{unit}/00004", "vi": f"Trạm {code}", "en": f"Station {code}", "fields": {"bd1": 9.5}}
    return Entity(**{"feed": feed, "code": code, "unit": unit, "at": at, **said, **more})  # type: ignore[arg-type]


def test_what_is_declared_is_read_back_whole(entities: Entities) -> None:
    declared = station(lat=21.02, lon=105.85, commune="00004")
    entities.upsert([declared])
    assert entities.all(NATION) == [declared]
    assert entities.one(NATION, "air", "HN-KHI-001") == declared
    assert entities.one(NATION, "air", "nobody") is None


def test_the_newest_declaration_stands(entities: Entities) -> None:
    entities.upsert([station(at=10, vi="mới"), station(at=9, vi="cũ")])
    entities.upsert([station(at=8, vi="cũ hơn")])
    assert [each.vi for each in entities.all(NATION)] == ["mới"]
    entities.upsert([station(at=10, vi="sửa"), station("HN-KHI-002")])
    assert [each.vi for each in entities.all(NATION)] == ["sửa", "Trạm HN-KHI-002"]
    entities.upsert([])


def test_one_code_may_report_to_two_feeds(entities: Entities) -> None:
    entities.upsert([station(feed="water"), station(feed="air")])
    assert [each.feed for each in entities.all(NATION)] == ["air", "water"]
    assert [each.feed for each in entities.all(NATION, feed="water")] == ["water"]


def test_a_foreign_scope_reads_nothing(entities: Entities) -> None:
    entities.upsert([station(), station("SG-1", unit="79"), station("VN-1", unit="vn")])
    saigon = Scope(frozenset({"79"}))
    assert [each.code for each in entities.all(saigon)] == ["SG-1"]
    assert [each.code for each in entities.all(saigon, unit="79")] == ["SG-1"]
    for foreign in ("01", "vn"):
        with pytest.raises(OutOfScope):
            entities.all(saigon, unit=foreign)
    for code in ("HN-KHI-001", "VN-1"):
        with pytest.raises(OutOfScope):
            entities.one(saigon, "air", code)
