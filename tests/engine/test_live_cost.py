"""What a live tick costs follows what has changed, not how much there is: counted in work, not in time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import redis

from feeds.catalogue.clock import HOUR_MS, TickClock
from feeds.compute.counts import MINUTE_MS, Counts
from feeds.engine.board import Board
from feeds.engine.columns import Aged, Column, Moments
from feeds.engine.evaluate import FeedFigures
from feeds.engine.feed import FeedState
from feeds.engine.frames import ScopeFrames
from feeds.engine.health import KEPT_MS
from feeds.engine.partition import Partition
from feeds.engine.seen import Seen
from feeds.engine.take import take
from feeds.engine.where import Where
from feeds.intake.event import Event
from tests.engine.conftest import small_catalogue
from tests.engine.rig import Rig, settle, tick

UNITS = [f"2025:{code}" for code in ("01", "04", "08", "11", "12", "14", "15", "19", "20", "22")]


def counting(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> list[tuple[Any, ...]]:
    """The arguments of each call of a method from now on; it works as before."""
    calls: list[tuple[Any, ...]] = []
    held: Callable[..., Any] = getattr(owner, name)

    def count(*args: Any, **named: Any) -> Any:
        calls.append(args[1:])
        return held(*args, **named)

    monkeypatch.setattr(owner, name, count)
    return calls


def commands(calls: list[tuple[Any, ...]], name: str) -> list[tuple[Any, ...]]:
    return [args for args in calls if args and args[0] == name]


def test_one_look_at_all_streams_is_one_command_while_little_comes(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = rig.engine()
    monkeypatch.setattr("feeds.engine.reader.STREAMS", 3)
    rig.post(*(rig.reading(f"A{place}", place=place, pm25=9) for place in UNITS))
    settle(rig, engine)
    assert engine.reader.calm
    calls = counting(monkeypatch, redis.Redis, "execute_command")
    rig.post(rig.reading("A2025:22", place="2025:22", pm25=12))
    assert engine.ingest.read(1) == 1 and len(commands(calls, "XREAD")) == 1
    settle(rig, engine)
    assert rig.figure("pm", "22")["v"] == 12


def test_of_a_burst_no_more_is_read_at_once_than_of_a_group(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = rig.engine()
    monkeypatch.setattr("feeds.engine.reader.STREAMS", 3)
    monkeypatch.setattr("feeds.engine.reader.LEAST", 2)
    monkeypatch.setattr("feeds.engine.reader.ENTRIES", 4)
    rig.post(*(rig.reading(f"A{place}", place=place, pm25=9) for place in UNITS))
    settle(rig, engine)
    assert engine.reader.calm
    for place in UNITS:
        for value in range(5):
            rig.post(rig.reading(f"A{place}", place=place, pm25=value, count=1))
    assert engine.ingest.read(1) == len(UNITS) and not engine.reader.calm, "two of each, and more is there"
    assert engine.ingest.read(1) == 3, "in turn, a group at a time"
    settle(rig, engine)
    assert rig.figure("passed")["v"] == 5 * len(UNITS) and engine.reader.calm


def test_streams_that_have_not_moved_are_not_cut_again(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = rig.engine()
    rig.post(*(rig.reading(f"A{place}", place=place, pm25=9) for place in UNITS))
    settle(rig, engine)
    engine.keeper.flush(rig.clock.ms, everything=True)
    settle(rig, engine)
    engine.upkeep._trim()
    calls = counting(monkeypatch, redis.client.Pipeline, "execute_command")
    engine.upkeep._trim()
    assert commands(calls, "XTRIM") == []
    rig.post(rig.reading("A2025:22", place="2025:22", pm25=12))
    settle(rig, engine)
    engine.keeper.flush(rig.clock.ms, everything=True)
    settle(rig, engine)
    calls.clear()
    engine.upkeep._trim()
    assert len(commands(calls, "XTRIM")) == 1


def test_a_figure_that_has_not_changed_is_not_written_again_but_grows_older(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = rig.engine()
    rig.post(rig.reading("A", pm25=20), rig.reading("P", feed="probe", pm25=21))
    settle(rig, engine)
    before = rig.figure("pm", "01")
    written = counting(monkeypatch, ScopeFrames, "_lasting")
    rig.clock.tick(3)
    engine.publisher.publish(engine.screens.everything(rig.clock.ms))
    assert written == []
    assert rig.figure("pm", "01") == {**before, "age": before["age"] + 3}
    rig.post(rig.reading("A", pm25=30))
    settle(rig, engine)
    assert {args[0].code for args in written} >= {"pm"} and "cams" not in {args[0].code for args in written}
    assert rig.figure("pm", "01")["v"] == 30


def test_numbers_missing_of_sources_are_counted_when_something_came(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = rig.engine()
    rig.post(*(rig.reading(f"A{place}", place=place, pm25=9) for place in UNITS))
    settle(rig, engine)
    rig.clock.tick(KEPT_MS / 1000)
    for unit in ("vn", "01", "22"):
        engine.health.of(unit, rig.clock.ms)
    counted = counting(monkeypatch, Seen, "missing")
    rig.clock.tick(KEPT_MS / 1000)
    assert [health.gaps for health in engine.health.of("22", rig.clock.ms) if health.feed == "air"] == [0]
    assert counted == []
    rig.number("srcair")  # one that never comes
    rig.post(rig.reading("A2025:22", place="2025:22", pm25=12))
    settle(rig, engine)
    rig.clock.tick(KEPT_MS / 1000)
    assert [health.gaps for health in engine.health.of("vn", rig.clock.ms) if health.feed == "air"] == [1]


def test_what_is_told_of_a_past_hour_is_rolled_up_once_and_of_this_hour_by_the_minute(
    where: Where, clock: TickClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, catalogue = clock.now_ms(), small_catalogue()
    feed = FeedState(catalogue, catalogue.feeds["air"], where, now)
    part, hour = feed.partition("01"), now // HOUR_MS - 5
    times = [hour * HOUR_MS + minute * MINUTE_MS for minute in (0, 7, 59)] + [now - MINUTE_MS, now]
    take(feed, part, [
        Event("air", "src", seq, "2025:01/00004", "A", at, at, {"pm25": 9.0}) for seq, at in enumerate(times, 1)
    ])  # fmt: skip
    added = counting(monkeypatch, Counts, "add")
    feed.roll_up(part)
    assert len(added) == 3, "one of the past hour, two of minutes that are kept as such"
    leaf = where.leaf("2025:01/00004")
    assert feed.counts.at_leaf(leaf, hour) == {"valid": 3}
    assert [feed.counts.at_minute(leaf, at // MINUTE_MS) for at in times[2:]] == [{}, {"valid": 1}, {"valid": 1}]
    assert part.changed_minutes == {(leaf, at // MINUTE_MS) for at in times[3:]}


def test_whether_a_partition_is_to_be_saved_is_known_without_looking_at_its_hours() -> None:
    class Unwalked(dict[int, int]):
        def keys(self) -> Any:
            raise AssertionError("looked at")

    part = Partition("air", "01")
    part.late = Unwalked()
    assert not part.dirty
    part.touch(480_000)
    assert part.dirty, "history of an hour is to be written, and that is to be remembered"
    part.checkpointed()
    part.touch(480_000)
    assert not part.dirty, "that it is to be written is saved"
    part.written(480_000)
    assert part.dirty and not part.late
    part.checkpointed()
    assert not part.dirty


def test_ages_of_a_column_are_written_once_until_one_of_them_is_a_second_older(monkeypatch: pytest.MonkeyPatch) -> None:
    column, start = Column(4), 1_000_000
    column.at = [0, start, start - 500, start + 5_000]  # never, now, half a second ago, by a clock that is ahead
    for now in (start, start + 100, start + 499, start + 500, start + 999, start + 1_000, start + 300, start + 7_200):
        wanted = [max(0, (now - at) // 1000) if at else None for at in column.at]
        assert msgspec.json.decode(column.ages(now, {})) == wanted, now
    column.ages(start, {})
    written = counting(monkeypatch, msgspec, "Raw")
    column.ages(start + 499, {})
    assert written == []
    column.ages(start + 500, {})
    assert len(written) == 1


def test_ages_are_written_once_for_all_columns_of_the_same_moments(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other, third = Column(2), Column(2), Column(2)
    start = 1_000_000
    shared: dict[Moments, Aged] = {}
    one.at, other.at, third.at = [start, 0], [start, 0], [start, start - 1]
    written = counting(monkeypatch, msgspec, "Raw")
    found = [column.ages(start + 1_500, shared) for column in (one, other, third)]
    assert [msgspec.json.decode(ages) for ages in found] == [[1, None], [1, None], [1, 1]]
    assert len(written) == 2


def test_counts_of_whole_hours_are_added_up_again_when_the_hour_turns(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = rig.engine()
    rig.post(rig.reading("A", count=3), rig.reading("C", feed="cameras", online=1, wait=4))
    rig.post(rig.dossier("D", "received", received=-1, due=2))
    settle(rig, engine)
    tick(rig, engine, 16)
    placed: list[str] = []
    place = FeedFigures.place

    def note(self: FeedFigures, where: str, now: int) -> None:
        placed.append(self.state.code)
        place(self, where, now)

    monkeypatch.setattr(FeedFigures, "place", note)
    for _ in range(4):
        tick(rig, engine, 16)
    assert "air" in placed, "what passed in the last hour moves with every minute"
    assert not {"cameras", "dossiers"} & set(placed), "what was counted in 24 hours, a day or a month moves by the hour"
    assert rig.figure("wait", "01")["v"] == pytest.approx(4, rel=0.02)
    tick(rig, engine, 3600)
    assert {"cameras", "dossiers"} <= set(placed)
    tick(rig, engine, 24 * 3600)
    tick(rig, engine, 16)
    assert rig.figure("wait", "01")["v"] is None, "its day is over"
    assert rig.figure("passed", "01")["v"] == 0


def test_only_figures_whose_age_may_tell_are_looked_at_as_the_clock_moves(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = rig.engine()
    rig.post(rig.reading("A", pm25=20), rig.reading("C", feed="cameras", online=1, wait=4))
    settle(rig, engine)
    looked = counting(monkeypatch, Board, "_state")
    rig.clock.tick(60)
    assert engine.board.age(["vn", "01"], rig.clock.ms) == [] == looked, "live for 450 s"
    rig.clock.tick(391)
    assert ("01", "pm") in engine.board.age(["vn", "01"], rig.clock.ms)
    assert engine.board.entries["01"]["pm"].state == "late"
    rig.clock.tick(-391)
    assert ("01", "pm") in engine.board.age(["vn", "01"], rig.clock.ms), "also when the clock is set back"
    assert engine.board.entries["01"]["pm"].state == "live"
    rig.clock.tick(841)
    assert ("01", "pm") in engine.board.age(["vn", "01"], rig.clock.ms)
    assert engine.board.entries["01"]["pm"].state == "stale"
