"""A past told in one go, as a first start tells it, and the same bit by bit in any order: the same figures."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import text

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.scope import NATION
from feeds.engine import chronicle, due
from feeds.engine.aside import Aside
from feeds.engine.engine import Engine
from feeds.intake.event import Event
from feeds.store.history import History
from tests.engine.rig import Rig, settle

PLACES = ("2025:01/00004", "2025:01/00025", "2025:79/26734", "2025:01")
Written = dict[tuple[Any, ...], tuple[Any, ...]]


def write(rig: Rig, engine: Engine) -> None:
    """Until nothing of history is due any more."""
    settle(rig, engine)
    for _ in range(3):
        while engine.chronicle.step(rig.clock.ms) or engine.chronicle.ahead.waits:
            engine.writer.poll()
        settle(rig, engine)
        rig.clock.tick(due.CALM_MS / 1000 + due.LONGEST_REST_MS / 1000)
        settle(rig, engine)


def past(rig: Rig, seed: int) -> list[Event]:
    """A day and a midnight of readings, cameras, posts and dossiers, the newest first, some told twice."""
    chance = random.Random(seed)
    told: list[Event] = []
    for ago in range(2, 23, 3):
        at = rig.clock.ms - ago * HOUR_MS - chance.randrange(HOUR_MS // 2)
        place = chance.choice(PLACES)
        station = f"S{PLACES.index(place)}"
        told.append(rig.reading(station, at, place, pm25=float(chance.randrange(5, 120)), count=float(ago)))
        for n, where in enumerate(PLACES):
            told.append(rig.reading(f"C{n}", at, where, "cameras", online=float((ago + n) % 2), wait=float(ago % 7)))
        told.append(rig.dossier(f"D{ago}", "received", place, at, received=-ago, due=ago % 9 - 5, channel="online"))
        if ago % 2:
            ended = {"received": -ago, "due": ago % 9 - 5, "finished": -ago + 1.5}
            told.append(rig.dossier(f"D{ago}", "finished", place, at + HOUR_MS, channel="online", **ended))
    return told + told[::5]


def written(rig: Rig) -> Written:
    """Every hour and day of history."""
    with rig.database.read() as connection:
        rows = connection.execute(text("SELECT scope, indicator, step, t, v, n, q FROM history WHERE step > 1"))
        return {tuple(row[:4]): tuple(row[4:]) for row in rows}


def forget(rig: Rig, engine: Engine) -> None:
    """An empty system at the same time."""
    engine.stop()
    rig.durable.flushall()
    rig.volatile.flushall()
    tables = "history", "revisions", "records", "trail", "record_tallies", "event_blocks", "meta"
    with rig.database.write() as connection:
        for table in tables:
            connection.execute(text(f"DELETE FROM {table}"))


def test_a_past_in_one_go_is_the_past_bit_by_bit(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "MUCH", 0)  # in two parts, as much is: the units, then communes and stations
    seed = 2026
    began, events = rig.clock.ms, past(rig, seed)
    engine = rig.engine()
    rig.post(*events)
    write(rig, engine)
    at_once, snapshot = written(rig), rig.snapshot("01")["indicators"]
    assert {key[1] for key in at_once} >= {"pm", "valid_day", "wait", "received", "open", "ontime", "cams_on"}
    forget(rig, engine)

    monkeypatch.undo()
    monkeypatch.setattr(due, "CALM_MS", 0)
    monkeypatch.setattr(due, "REST_MS", 0)
    rig.clock.ms = began
    engine = rig.engine()
    shuffled = random.Random(seed).sample(events, len(events))
    for first in range(0, len(shuffled), 4):
        rig.post(*shuffled[first : first + 4])
        settle(rig, engine)
        while engine.chronicle.step(rig.clock.ms):
            engine.writer.poll()
    rig.clock.ms = began
    write(rig, engine)
    one_by_one = written(rig)
    assert at_once.keys() <= one_by_one.keys()  # an hour in which a dossier once seemed late keeps its row
    for key, (v, n, q) in at_once.items():
        assert one_by_one[key] == (pytest.approx(v), n, q), key
    for code, figure in rig.snapshot("01")["indicators"].items():
        assert figure["v"] == pytest.approx(snapshot[code]["v"]), code


def written_by_the_engine(rig: Rig) -> tuple[list[Event], Written]:
    """A past and what an engine writes of it without a child; the system is empty then, and the clock where it was."""
    began, events = rig.clock.ms, past(rig, 7)
    engine = rig.engine()
    rig.post(*events)
    write(rig, engine)
    found = written(rig)
    forget(rig, engine)
    rig.clock.ms = began
    return events, found


@pytest.mark.parametrize("dies", [False, True])
def test_what_is_worked_out_aside_is_what_the_engine_works_out(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, dies: bool
) -> None:
    events, by_itself = written_by_the_engine(rig)
    begun: list[int] = []
    monkeypatch.setattr(chronicle, "MUCH_WORK", 1)
    monkeypatch.setattr(chronicle, "Aside", lambda work: begun.append(1) or Aside(fail if dies else work))
    engine = rig.engine()
    rig.post(*events[:-20])
    settle(rig, engine)
    engine.chronicle.step(rig.clock.ms)
    rig.clock.tick(due.CALM_MS / 1000)
    engine.chronicle.step(rig.clock.ms)
    assert engine.chronicle.ahead.waits
    rig.post(*events[-20:])  # touches what a child, which saw it as it stood, is working out
    settle(rig, engine)
    write(rig, engine)
    assert written(rig) == by_itself and len(begun) > 2
    assert not engine.chronicle.ahead.waits


def fail() -> bytes:
    """As when memory runs out."""
    raise MemoryError


def test_older_hours_wait_while_more_of_them_is_being_told(rig: Rig) -> None:
    engine = rig.engine()
    for ago in (9, 8, 7, 6):
        rig.post(rig.reading("A", rig.clock.ms - ago * HOUR_MS, pm25=10))
        settle(rig, engine)
        while engine.chronicle.step(rig.clock.ms):
            engine.writer.poll()
        settle(rig, engine)
    assert not any(key[1] == "pm" for key in written(rig))
    rig.clock.tick(due.CALM_MS / 1000)
    _exhaust(rig, engine)
    rig.clock.tick(due.CALM_MS / 1000)
    _exhaust(rig, engine)
    assert sum(key[0] == "01" and key[1] == "pm" for key in written(rig)) == 4


def test_a_trickle_of_late_events_holds_nothing_back(rig: Rig) -> None:
    engine = rig.engine()
    rig.post(*(rig.reading("A", rig.clock.ms - ago * HOUR_MS, pm25=10) for ago in range(5, 45)))
    settle(rig, engine)
    for _ in range(3):
        rig.clock.tick(due.CALM_MS / 1000)
        rig.post(rig.reading("A", rig.clock.ms - 30 * HOUR_MS, pm25=10))
        settle(rig, engine)
        _exhaust(rig, engine)
    assert sum(key[0] == "01" and key[1] == "pm" and key[2] == 60 for key in written(rig)) == 40


def test_the_units_of_records_are_written_before_their_communes_and_both_in_the_end(rig: Rig) -> None:
    engine = rig.engine()
    rig.post(rig.dossier("A", "received", at=rig.clock.ms - 5 * HOUR_MS, received=-5, due=9))
    settle(rig, engine)
    engine.chronicle.step(rig.clock.ms)
    rig.clock.tick(due.CALM_MS / 1000)
    _exhaust(rig, engine)
    assert {key[0] for key in written(rig) if key[1] == "received"} == {"vn", "01"}
    _exhaust(rig, engine)
    settle(rig, engine)
    assert {key[0] for key in written(rig) if key[1] == "received"} == {"vn", "01", "01/00004"}
    assert History(rig.database).series(NATION, "01/00004", "received", *_hour(rig, 5), "hour").v == [1]
    late = [bucket for part in engine.feeds["dossiers"].partitions.values() for bucket in part.late]
    assert not [bucket for bucket in late if bucket < rig.clock.ms // HOUR_MS]


def test_after_a_past_was_told_the_units_are_written_before_communes_and_stations(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due, "MUCH", 3)
    monkeypatch.setattr(due, "LITTLE", 0)
    engine = rig.engine()
    rig.post(*(rig.reading("A", rig.clock.ms - ago * HOUR_MS, "2025:01/00004", pm25=10) for ago in range(5, 15)))
    settle(rig, engine)
    engine.chronicle.step(rig.clock.ms)
    assert engine.chronicle.left == "all"
    rig.clock.tick(due.CALM_MS / 1000)
    _exhaust(rig, engine)
    assert _of_pm(rig) == {("vn", 10), ("01", 10)}
    assert engine.chronicle.left == "narrow", "who asks for a station's hours now is told so"
    _exhaust(rig, engine)
    assert _of_pm(rig) == {("vn", 10), ("01", 10), ("01/00004", 10), ("01:air:A", 10)}
    assert not engine.chronicle.left


def _of_pm(rig: Rig) -> set[tuple[str, int]]:
    """Where there are hours of a reading, and how many."""
    return set(Counter(key[0] for key in written(rig) if key[1] == "pm" and key[2] == 60).items())


def _exhaust(rig: Rig, engine: Engine) -> None:
    """Write what is due now, and hear that it is written."""
    while engine.chronicle.step(rig.clock.ms) or engine.chronicle.ahead.waits:
        pass
    while not engine.writer.idle:
        engine.writer.poll()


def _hour(rig: Rig, ago: int) -> tuple[int, int]:
    start = (rig.clock.ms // HOUR_MS - ago) * HOUR_MS
    return start, start + 1


def test_without_a_child_the_engine_works_it_out(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    events, by_itself = written_by_the_engine(rig)

    def none_left(work: object) -> Aside:
        raise BlockingIOError("no process left")

    monkeypatch.setattr(chronicle, "MUCH_WORK", 1)
    monkeypatch.setattr(chronicle, "Aside", none_left)
    engine = rig.engine()
    rig.post(*events)
    write(rig, engine)
    assert written(rig) == by_itself
