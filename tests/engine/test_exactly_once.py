"""Position and state move together: nothing lost, nothing twice, whoever dies, pauses or repeats himself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import redis

from feeds.catalogue.clock import HOUR_MS, TickClock
from feeds.catalogue.keys import Keys
from feeds.engine.checkpoint import Fenced, Overtaken
from feeds.intake.event import Event
from tests.engine.conftest import Core, reading

Make = Callable[[int], Core]
Post = Callable[[list[Event]], None]


def valid(core: Core, place: str) -> float | None:
    hours = core.feeds["air"].counts
    return hours.total(place, ["valid"], [("hours", list(hours.hours)), ("days", list(hours.days))])


def test_a_restart_finds_what_was_checkpointed_and_reads_on(core: Make, post: Post, clock: TickClock) -> None:
    post([reading(clock.ms, 10 + i, i) for i in range(10)])
    first = core(1)
    first.drain()
    post([reading(clock.ms, 20 + i, 10 + i) for i in range(5)])
    second = core(2)
    assert valid(second, "01") == 10
    second.drain()
    assert valid(second, "01/00004") == valid(second, "01") == valid(second, "vn") == 15
    cell = second.feeds["air"].partition("01").stations["HN-1"].newest("pm25", clock.ms + 1)
    assert cell is not None and cell[0] == 15 and cell[1] == sum(range(10, 20)) + sum(range(20, 25))


def test_events_read_but_not_checkpointed_are_read_again(core: Make, post: Post, clock: TickClock) -> None:
    post([reading(clock.ms, 1, i) for i in range(7)])
    dead = core(1)
    assert dead.read() == 7  # and it dies here
    alive = core(2)
    alive.drain()
    assert valid(alive, "vn") == 7


def test_a_zombie_writes_nothing(core: Make, post: Post, clock: TickClock, durable: redis.Redis) -> None:
    post([reading(clock.ms, 1, i) for i in range(7)])
    zombie = core(1)
    zombie.read()
    core(2).drain()
    before = durable.hgetall(Keys("sim").state("air", "01"))
    with pytest.raises(Fenced):
        zombie.save()
    assert durable.hgetall(Keys("sim").state("air", "01")) == before
    assert valid(core(3), "vn") == 7


def test_a_zombie_with_the_same_epoch_is_told_that_the_position_moved(core: Make, post: Post, clock: TickClock) -> None:
    post([reading(clock.ms, 1, i) for i in range(7)])
    slow, fast = core(1), core(1)
    slow.read()
    fast.drain()
    with pytest.raises(Overtaken):
        slow.save()
    assert valid(core(2), "vn") == 7


def test_duplicates_count_once_also_after_a_restart(core: Make, post: Post, clock: TickClock) -> None:
    twice = [reading(clock.ms, 1, i) for i in range(5)] * 2
    post(twice)
    core(1).drain()
    post(twice)
    again = core(2)
    again.drain()
    assert valid(again, "vn") == 5
    part = again.feeds["air"].partition("01")
    assert (part.accepted, part.duplicates) == (5, 15)


def test_events_without_a_number_are_known_by_what_they_say(core: Make, post: Post, clock: TickClock) -> None:
    post([reading(clock.ms, 1), reading(clock.ms, 1), reading(clock.ms, 2)])
    core(1).drain()
    post([reading(clock.ms, 2), reading(clock.ms, 3)])
    again = core(2)
    again.drain()
    assert valid(again, "vn") == 3


def test_a_late_number_fills_its_gap(core: Make, post: Post, clock: TickClock) -> None:
    post([reading(clock.ms, 1, 1), reading(clock.ms, 1, 4)])
    first = core(1)
    first.drain()
    assert first.feeds["air"].seen.missing() == 2
    post([reading(clock.ms, 1, 2)])
    second = core(2)
    second.drain()
    assert second.feeds["air"].seen.missing() == 1
    assert valid(second, "vn") == 3


def test_one_source_in_two_provinces_has_one_sequence(core: Make, post: Post, clock: TickClock) -> None:
    both = [reading(clock.ms, 1, i, "2025:01" if i % 2 else "2025:04", entity=None) for i in range(20)]
    post(both)
    first = core(1)
    first.drain()
    assert first.feeds["air"].seen.missing() == 0
    post(both)
    again = core(2)
    again.drain()
    assert valid(again, "vn") == 20
    state = Keys("sim").state("air", "01")
    post([reading(clock.ms, 1, 20, "2025:01", entity=None)])
    again.drain()
    assert again.reader._redis.hget(state, "_seen:hn") == b"0-20"  # compact, though half went elsewhere


def test_late_events_land_in_their_own_hour_or_day(core: Make, post: Post, clock: TickClock) -> None:
    hour = clock.ms // HOUR_MS
    post([reading(clock.ms - late * HOUR_MS, 1, seq) for seq, late in enumerate((0, 1, 50, 200))])
    first = core(1)
    first.drain()
    for held in (first, core(2)):
        counts = held.feeds["air"].counts
        found = {h: b["vn"]["valid"] for h, b in counts.hours.items()}
        assert found == {hour: 1, hour - 1: 1, hour - 50: 1}
        assert [b["vn"]["valid"] for b in counts.days.values()] == [1]


def test_hours_fold_into_days_and_nothing_is_lost(core: Make, post: Post, clock: TickClock) -> None:
    post([reading(clock.ms - late * HOUR_MS, 1, seq) for seq, late in enumerate(range(60))])
    first = core(1)
    first.drain()
    clock.tick(5 * 24 * 3600)
    later = core(2)
    assert valid(later, "vn") == 60
    assert not later.feeds["air"].counts.hours
    later.save()
    keys = Keys("sim")
    assert not later.reader._redis.exists(*(keys.window("air", "01", clock.ms // HOUR_MS - h) for h in range(200)))
    last = core(3)
    assert valid(last, "01") == 60
    station = last.feeds["air"].partition("01").stations["HN-1"]
    assert sum(station.row(bucket)["pm25"][0] for bucket in station.rows) == 60
    post([reading(clock.ms - 130 * HOUR_MS, 1, 30), reading(clock.ms - 5 * 24 * HOUR_MS, 1, 99)])
    last.drain()
    assert valid(last, "01") == 61
