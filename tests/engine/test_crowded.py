"""While events wait, history writes what nobody touches any more; what more is to come of waits, but not for ever."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from feeds.catalogue.clock import HOUR_MS
from feeds.engine import chronicle, due
from feeds.engine.engine import Engine
from tests.engine.rig import Rig

OLD, RECENT = 9, 1  # hours ago


@pytest.fixture(autouse=True)
def little_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child goes for little work too."""
    monkeypatch.setattr(chronicle, "ENOUGH_WORK", 1)
    monkeypatch.setattr(chronicle, "LEAST_WORK", 1)


def told(rig: Rig, engine: Engine, ago: int, feed: str = "air") -> None:
    """A reading of a time past is read; no tick, which would write history, is made."""
    rig.post(rig.reading("A", rig.clock.ms - ago * HOUR_MS, feed=feed, pm25=10))
    engine.ingest.find_parts()
    assert engine.ingest.read(1000)
    engine.ingest.roll_up()


def written(rig: Rig, engine: Engine, crowded: bool = True) -> None:
    """What is due is written, while events wait or not."""
    while engine.chronicle.step(rig.clock.ms, communes=not crowded) or engine.chronicle.ahead.waits:
        pass
    while not engine.writer.idle:
        engine.writer.poll()


def hours(rig: Rig, code: str = "pm") -> set[int]:
    """How many hours ago those were that are written of a unit."""
    query = text("SELECT t FROM history WHERE scope = '01' AND indicator = :code AND step = 60")
    with rig.database.read() as connection:
        return {rig.clock.ms // HOUR_MS - t // HOUR_MS for (t,) in connection.execute(query, {"code": code})}


def test_what_is_told_no_more_is_written_and_the_last_hours_wait(rig: Rig) -> None:
    engine = rig.engine()
    told(rig, engine, OLD)
    told(rig, engine, RECENT, "probe")
    written(rig, engine)
    assert not hours(rig), "more of it may be on its way"
    rig.clock.tick(due.CALM_MS / 1000)
    written(rig, engine)
    assert hours(rig) == {OLD} and not hours(rig, "pm_probe")
    written(rig, engine, crowded=False)
    assert hours(rig, "pm_probe") == {RECENT}


def test_a_child_waits_for_enough_work_while_more_is_told(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chronicle, "LEAST_WORK", 1_000)
    engine = rig.engine()
    told(rig, engine, OLD)
    written(rig, engine)
    rig.clock.tick(due.CALM_MS / 1000)
    written(rig, engine)
    assert not hours(rig)
    written(rig, engine, crowded=False)
    assert OLD in hours(rig)


def test_who_is_told_his_past_is_seen_between_two_rounds(rig: Rig) -> None:
    engine = rig.engine()
    told(rig, engine, OLD)
    for _ in range(3):
        rig.clock.tick(due.CALM_MS / 1000)
        told(rig, engine, OLD)
        written(rig, engine)
        assert not hours(rig)
    rig.clock.tick(due.CALM_MS / 1000)
    written(rig, engine)
    assert hours(rig) == {OLD}


def test_a_feed_of_which_more_waits_in_its_stream_is_not_at_rest(rig: Rig) -> None:
    engine = rig.engine()
    told(rig, engine, OLD)
    written(rig, engine)
    rig.post(rig.reading("A", rig.clock.ms - (OLD + 1) * HOUR_MS, pm25=10))
    for _ in range(2):
        rig.clock.tick(due.CALM_MS / 1000)
        written(rig, engine)
        assert not hours(rig)
    assert engine.ingest.read(1000)
    engine.ingest.roll_up()
    for _ in range(2):
        rig.clock.tick(due.CALM_MS / 1000)
        written(rig, engine)
    assert hours(rig) == {OLD, OLD + 1}


def test_no_crowd_holds_the_last_hours_back_for_long(rig: Rig) -> None:
    engine = rig.engine()
    written(rig, engine)
    told(rig, engine, RECENT)
    rig.clock.tick(due.LONGEST_STORM_MS / 1000)
    written(rig, engine)
    assert RECENT in hours(rig)
