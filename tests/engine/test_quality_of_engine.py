"""What an engine knows of the quality of its feeds: windows of counters, odd stations, each source written down."""

from __future__ import annotations

import pytest
import redis

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.model import Parameter
from feeds.catalogue.scope import NATION
from feeds.compute.health_figures import HEALTH, HealthView, Sums
from feeds.engine.engine import Engine
from feeds.engine.tides import HOUR, Refused, Tides
from feeds.store.quarantine import Held, Quarantine
from feeds.store.quarantine_trail import Refusals
from feeds.store.source_quality import SourceQualities
from tests.engine.rig import Rig, settle, tick

MINUTE = 60_000


def held(rig: Rig, n: int, unit: str = "01") -> list[Held]:
    return [
        Held(feed="air", source="src", received=rig.clock.ms, stage="shape", code="value_high", reason="",
             connector="t", bytes=b"x", unit=unit)
        for _ in range(n)
    ]  # fmt: skip


def look(rig: Rig, engine: Engine) -> None:
    """A sweep over all stations, and everything written down."""
    engine.quality.conducts._begun = 0
    engine.quality.conducts._since = 0  # as of an engine that found its stations
    engine.quality.conducts.listened(rig.clock.ms - 6 * HOUR_MS)
    while not engine.quality.conducts.step(rig.clock.ms, 1):
        pass
    engine.quality.write_sources(rig.clock.ms)
    settle(rig, engine)


def test_a_window_is_young_after_a_start_and_never_wrong() -> None:
    tides = Tides()
    tides.note(("air", "vn"), 0, 1_000, 50)
    assert tides.window(("air", "vn"), MINUTE, 1_000, 50, HOUR) == (0, 0)
    assert tides.window(("air", "vn"), MINUTE, 1_030, 60, HOUR) == (30, 10)
    for minute in range(0, 181):
        tides.note(("air", "vn"), minute * MINUTE, 1_000 + minute, 50)
    assert tides.window(("air", "vn"), 180 * MINUTE, 1_180, 50, HOUR) == (60, 0)
    assert tides.window(("water", "vn"), MINUTE, 7, 7, HOUR) == (0, 0)


def test_refused_messages_are_read_again_and_counted_once() -> None:
    refused = Refused()
    refused.take([Refusals("air", "01", 10, 5), Refusals("air", "", 100, 2)], 100)
    refused.take([Refusals("air", "", 100, 2), Refusals("air", "01", 100, 3)], 100)
    refused.take([Refusals("air", "", 100, 4)], 101)
    assert (refused.totals["air", "vn"], refused.totals["air", "01"], refused.since) == (12, 8, 99)


def test_shares_say_nothing_of_nothing_and_name_the_worst_feed() -> None:
    empty = HealthView(0, [])
    names = ("reject_share", "correct_share", "complete_share", "clean_share", "alive_share", "odd_stations")
    assert all(HEALTH[name](empty, {}).v is None for name in names)
    sums = Sums({"air": (90, 10), "water": (1, 9)}, {"air": (900, 100)}, 10, 8, 1, 23, 24, 2)
    view = HealthView(0, [], sums=sums)
    told = [HEALTH[name](view, {}).v for name in (*names, "shape_changes")]
    assert told == [10, 90, pytest.approx(95.83, abs=0.01), 90, 80, 1, 2]


@pytest.fixture
def judged(rig: Rig) -> Rig:
    rig.catalogue.parameters["pm25"] = Parameter(code="pm25", vi="", en="", unit="", stuck=4 * 3600, jump=100)
    return rig


def test_sources_are_written_down_with_doubles_gaps_and_odd_stations(judged: Rig) -> None:
    engine = judged.engine()
    for ago in range(5, -1, -1):
        at = judged.clock.ms - ago * HOUR_MS
        judged.post(judged.reading("S1", at, pm25=41.5), judged.reading("S2", at, pm25=40.0 + ago + 300 * (ago == 0)))
    judged.seq["srcair"] += 2  # two numbers that never come
    doubled = judged.reading("S1", pm25=41.5)
    judged.post(doubled, doubled)
    settle(judged, engine)
    look(judged, engine)
    (row,) = SourceQualities(judged.database).all(NATION, feed="air")
    assert (row.source, row.unit, row.accepted, row.duplicates, row.missing) == ("src", "01", 13, 1, 2)
    assert (row.stations, row.silent, row.stuck, row.jumped) == (2, 0, {"S1": ["pm25"]}, {"S2": ["pm25"]})
    look(judged, engine)
    assert SourceQualities(judged.database).all(NATION, feed="air")[0].accepted == 13  # counted once
    view = engine.quality.view("01", judged.clock.ms, 0, 0)
    assert (view.sums.stations, view.sums.live, view.sums.odd) == (2, 2, 2)
    assert view.sums.given == view.sums.due == 10
    tick(judged, engine, 3600)
    look(judged, engine)
    assert SourceQualities(judged.database).all(NATION, feed="air")[0].silent == 2


def test_what_the_door_refuses_at_a_place_is_a_share_of_what_came_there(judged: Rig) -> None:
    engine = judged.engine()
    quarantine = Quarantine(judged.database)
    quarantine.put(held(judged, 500))  # long before the window
    judged.post(judged.reading("S1", pm25=41.5))
    for _ in range(3):
        tick(judged, engine, 16)
    assert engine.quality.view("01", judged.clock.ms, 0, 0).sums.hour["air"] == (0, 0)
    judged.post(*(judged.reading("S1", judged.clock.ms - n, pm25=41.5) for n in range(30)))
    quarantine.put(held(judged, 10))
    for _ in range(3):
        tick(judged, engine, 16)
    view = engine.quality.view("01", judged.clock.ms, 0, 0)
    assert view.sums.hour["air"] == (30, 10)
    assert HEALTH["reject_share"](view, {}).v == 25
    assert engine.quality.view("48", judged.clock.ms, 0, 0).sums.hour["air"] == (0, 0)
    assert engine.health.of("01", judged.clock.ms)[0].rejected == 510


def test_posts_counted_by_sql_are_counted_by_source_too(judged: Rig, durable: redis.Redis) -> None:
    engine = judged.engine()
    one = judged.dossier("a", "received", received=-1)
    judged.post(one, one, judged.dossier("b", "received", received=-1))
    settle(judged, engine)
    look(judged, engine)
    (row,) = SourceQualities(judged.database).all(NATION, feed="dossiers")
    assert (row.source, row.accepted, row.duplicates) == ("mc", 2, 1)


def test_a_world_that_has_just_begun_is_not_judged(judged: Rig) -> None:
    first = judged.engine()
    judged.post(judged.reading("S1", pm25=41.5))
    settle(judged, first)
    first.quality.write_sources(judged.clock.ms)
    assert first.quality.view("01", judged.clock.ms, 0, 0).sums.stations == 0
    tick(judged, first, 181)
    first.quality.write_sources(judged.clock.ms)
    assert first.quality.view("01", judged.clock.ms, 0, 0).sums.stations == 1
    first.stop()
    second = judged.engine()  # finds what the first one knew
    second.quality.write_sources(judged.clock.ms)
    assert second.quality.view("01", judged.clock.ms, 0, 0).sums.stations == 1
