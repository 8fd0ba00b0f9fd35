"""Readers give nothing from outside of the scope they are asked with."""

from __future__ import annotations

import inspect

import pytest

from feeds.catalogue.scope import NATION, OutOfScope, Scope
from feeds.serve.parts import Parts
from feeds.serve.readers import Readers, fitting_step, masked
from feeds.store.entities import Entities, Entity
from feeds.store.quarantine import Held, Quarantine
from feeds.store.register import Filter
from feeds.store.sources import SourceBook, SourceHealth

HUE = Scope(frozenset({"46"}))
DAY = 86_400_000


def test_sources_are_told_to_those_whose_provinces_they_report(parts: Parts) -> None:
    now = parts.clock.now_ms()
    rows = [
        SourceHealth(
            id="s-hue", kind="mqtt", feeds=["air"], units=["46"], state="failing", problem="no route", beat=now
        ),
        SourceHealth(id="s-gone", kind="mqtt", feeds=["air"], units=["46"], state="well", beat=now - 60_000),
        SourceHealth(id="s-vn", kind="mqtt", feeds=["air"], units=None, state="well", beat=now),
    ]
    SourceBook(parts.database).tell(rows)
    seen = {row["id"]: (row["state"], row["problem"]) for row in parts.readers.sources(HUE)["rows"]}
    assert seen == {"s-hue": ("failing", "no route"), "s-gone": ("not running", "")}
    assert {"s-hue", "s-gone", "s-vn"} <= {row["id"] for row in parts.readers.sources(NATION)["rows"]}


def test_every_reader_takes_a_scope_first() -> None:
    for name, read in inspect.getmembers(Readers, inspect.isfunction):
        if not name.startswith("_"):
            parameters = list(inspect.signature(read).parameters.values())
            assert (parameters[1].name, parameters[1].annotation) == ("scope", "Scope"), name
            assert parameters[1].default is inspect.Parameter.empty, name


def test_another_unit_is_refused(parts: Parts) -> None:
    code = next(iter(parts.catalogue.indicators))
    readers = parts.readers
    for ask in (
        lambda: readers.snapshot(HUE, "01"),
        lambda: readers.snapshot(HUE, "01:air"),
        lambda: readers.series(HUE, "01", code, 0, DAY, "day"),
        lambda: readers.series(HUE, "01/00004", code, 0, DAY, "day"),
        lambda: readers.events(HUE, "air", "01"),
        lambda: readers.entities(HUE, "air", "01"),
        lambda: readers.alerts(HUE, "01", 0, DAY),
        lambda: readers.records(HUE, "dossiers", Filter(place="01")),
        lambda: readers.quarantine_counts(HUE),
    ):
        with pytest.raises(OutOfScope):
            ask()


def test_search_finds_only_what_may_be_seen(parts: Parts) -> None:
    keys = [found["key"] for found in parts.readers.search(HUE, "h", 50)]
    assert keys
    assert all(key.startswith("46") for key in keys)


def test_stations_are_found_without_marks_and_only_in_scope(parts: Parts) -> None:
    dang_tat = Entity(feed="air", code="HUE-KHI-009", unit="46", place="46", vi="Trạm Đặng Tất", en="Dang Tat", at=1)
    Entities(parts.database).upsert([dang_tat])
    reader = Readers(parts.catalogue, parts.places, parts.volatile, parts.keys, parts.database, parts.clock)
    for typed in ("tram dang", "Đặng", "hue-khi-009"):
        found = [each for each in reader.search(HUE, typed, 8) if each["kind"] == "station"]
        assert [(each["key"], each["domain"], each["parent_vi"]) for each in found] == [("HUE-KHI-009", "air", "Huế")]
    assert not [each for each in reader.search(Scope(frozenset({"01"})), "dang tat", 8) if each["kind"] == "station"]


def test_personal_numbers_are_masked_in_quarantine(parts: Parts) -> None:
    row = Held(
        feed="masked", source="s", received=1_700_000_000_000, stage="read", code="x", reason="…", connector="http",
        bytes=b'{"phone": "0912345678", "id": 1042}', unit="46",
    )  # fmt: skip
    Quarantine(parts.database).put([row])
    [shown] = parts.readers.quarantine(HUE, feed="masked")["rows"]
    assert shown["bytes"] == '{"phone": "•1•", "id": 1042}'
    assert shown["received"] == "2023-11-15T05:13:20+07:00"
    assert parts.readers.quarantine(Scope(frozenset({"01"})), feed="masked")["rows"] == []


def test_what_names_a_person_is_masked() -> None:
    assert masked("a.b@example.vn 001085012345 2026-11-21T10:30:00") == "••• ••• 2026-11-21T10:30:00"


def test_the_step_fits_the_span() -> None:
    assert fitting_step("vn", 3_600_000) == "minute"
    assert fitting_step("01/00004", 3_600_000) == "hour"
    assert fitting_step("01", 3 * DAY) == "hour"
    assert fitting_step("01", 365 * DAY) == "day"
