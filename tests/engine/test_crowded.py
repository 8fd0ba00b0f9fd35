"""While events wait, history writes what nobody touches any more; what more is to come of waits, but not for ever."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from feeds.catalogue.clock import HOUR_MS
from feeds.engine import chronicle, due, ingest, outbox
from feeds.engine.engine import Engine
from feeds.store.history import History
from tests.conftest import wait_until
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


def looked_at_twice(rig: Rig, engine: Engine) -> set[int]:
    """What is written when nothing was touched between two looks."""
    for _ in range(2):
        rig.clock.tick(due.CALM_MS / 1000)
        written(rig, engine)
    return hours(rig)


def test_a_feed_of_which_more_waits_in_its_stream_is_not_at_rest(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "JUST_MS", -1)  # it has waited for long
    engine = rig.engine()
    told(rig, engine, OLD)
    written(rig, engine)
    rig.post(rig.reading("A", rig.clock.ms - (OLD + 1) * HOUR_MS, pm25=10))
    assert not looked_at_twice(rig, engine)
    assert engine.ingest.read(1000)
    engine.ingest.roll_up()
    monkeypatch.setattr(ingest, "JUST_MS", 0)
    assert looked_at_twice(rig, engine) == {OLD, OLD + 1}


def test_what_has_only_just_come_holds_nobody_up(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "JUST_MS", HOUR_MS)
    engine = rig.engine()
    told(rig, engine, OLD)
    written(rig, engine)
    rig.post(rig.reading("A", rig.clock.ms - (OLD + 1) * HOUR_MS, pm25=10))
    assert looked_at_twice(rig, engine) == {OLD}


def test_a_feed_of_which_something_is_read_and_not_rolled_up_is_not_at_rest(rig: Rig) -> None:
    engine = rig.engine()
    told(rig, engine, OLD)
    written(rig, engine)
    rig.post(rig.reading("A", rig.clock.ms - (OLD + 1) * HOUR_MS, pm25=10))
    engine.ingest.now = rig.clock.ms
    assert engine.ingest.read(1000)
    assert not looked_at_twice(rig, engine), "whoever looks between two ticks sees no touch of it"
    engine.ingest.roll_up()
    assert looked_at_twice(rig, engine) == {OLD, OLD + 1}


def test_how_much_is_owed_is_seen_while_a_round_waits_for_sql(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "MUCH", 1)
    monkeypatch.setattr(due, "LITTLE", 1)
    monkeypatch.setattr(outbox, "MOST", 0)  # it is always full
    engine = rig.engine()
    told(rig, engine, OLD)
    for _ in range(2):
        rig.clock.tick(due.CALM_MS / 1000)
        engine.chronicle.step(rig.clock.ms)
    assert engine.chronicle.busy and not engine.chronicle.owes
    told(rig, engine, OLD + 1)
    rig.clock.tick(due.CALM_MS / 1000)
    engine.chronicle.step(rig.clock.ms)
    assert engine.chronicle.owes
    engine.abandon()


def test_no_crowd_holds_the_last_hours_back_for_long(rig: Rig) -> None:
    engine = rig.engine()
    written(rig, engine)
    told(rig, engine, RECENT)
    rig.clock.tick(due.LONGEST_STORM_MS / 1000)
    written(rig, engine)
    assert RECENT in hours(rig)


def test_an_hour_that_could_not_be_written_is_written_later_though_a_round_began_meanwhile(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "AT_ONCE", 1)  # so the end of the day is heard after its hour has failed
    monkeypatch.setattr(outbox, "JOBS", 1)
    write, broken = History.write, [True]

    def writing(self: History, *given: Any) -> int:
        if broken:
            broken.pop()
            raise OSError("no room on the disk")
        return write(self, *given)

    monkeypatch.setattr(History, "write", writing)
    engine = rig.engine()
    told(rig, engine, OLD)
    for _ in range(2):
        rig.clock.tick(due.CALM_MS / 1000)
        while engine.chronicle.step(rig.clock.ms) or engine.chronicle.ahead.waits:
            pass
    wait_until(lambda: engine.writer.poll() > 0, 10, "for what failed")
    rig.clock.tick(chronicle.LOOK_MS / 1000)
    engine.chronicle.step(rig.clock.ms)
    wait_until(lambda: engine.writer.poll() >= 0 and engine.chronicle.written, 10, "for the end of the day")
    assert not broken and not hours(rig)
    assert looked_at_twice(rig, engine) == {OLD}
