"""Alert levels of the table hold before those a gauge declares, from their day on, and the figures follow."""

from __future__ import annotations

from pathlib import Path

import pytest

from feeds.catalogue.clock import DAY_MS, TickClock
from feeds.catalogue.flood_levels import FloodLevels
from feeds.catalogue.loader import load
from feeds.catalogue.places import Places
from feeds.engine.directory import Directory
from feeds.engine.feed import FeedState
from feeds.engine.where import Where
from feeds.store.entities import Entity

ROOT = Path(__file__).parents[2]
TABLE = """commune,vi,river,bd1,bd2,bd3,basis,valid_from,valid_to,station
01/00097,Hà Nội,Hồng,9.5,10.5,11.5,QĐ cũ,2020-01-01,,
01/00097,Hà Nội,Hồng,9,10,11,QĐ mới,2026-11-22,,
"""


@pytest.fixture
def directory(clock: TickClock, tmp_path: Path) -> Directory:
    (tmp_path / "levels.csv").write_text(TABLE, encoding="utf-8")
    catalogue, where = load(ROOT / "data/catalogue"), Where(Places.load())
    feeds = {
        code: FeedState(catalogue, catalogue.feeds[code], where, clock.now_ms()) for code in ("hydrology", "weather")
    }
    return Directory(feeds, clock, FloodLevels.load(tmp_path / "levels.csv"))


def gauge(feed: str, **fields: object) -> Entity:
    return Entity(
        feed=feed, code="G", unit="01", commune="00097", place="2025:01/00097", vi="Hà Nội", en="Ha Noi", fields=fields,
        at=1,
    )  # fmt: skip


def test_the_table_holds_before_the_declaration(directory: Directory) -> None:
    [(_, station)] = directory.take([gauge("hydrology", river="Hồng", bd1=1, bd2=2, bd3=3)])
    assert station.fields == {"river": "Hồng", "bd1": 9.5, "bd2": 10.5, "bd3": 11.5, "basis": "QĐ cũ"}
    assert directory.fields("hydrology", "G") == station.fields


def test_a_new_decision_begins_on_its_day_without_a_restart(directory: Directory, clock: TickClock) -> None:
    [(_, station)] = directory.take([gauge("hydrology", river="Hồng")])
    directory.turn()
    assert directory.turn() == [], "the same day asks nothing"
    clock.tick(DAY_MS / 1000)
    assert directory.turn() == [(directory._feeds["hydrology"], station)]
    assert (station.fields["bd3"], station.fields["basis"]) == (11, "QĐ mới")


def test_what_has_no_levels_is_left_as_declared(directory: Directory) -> None:
    [(_, station)] = directory.take([gauge("weather", type="auto")])
    assert station.fields == {"type": "auto"}
    [(_, other)] = directory.take([gauge("hydrology", river="Đà", bd1=1)])
    assert other.fields == {"river": "Đà", "bd1": 1}
