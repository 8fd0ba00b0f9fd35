"""Produce, crash, pause, wake, repeat, let time pass, in any order: the cells are those of the ledger (hypothesis).

The model is the ledger: every event that was posted, once, in its own hour. The system is the real checkpoint on a
real Redis, with any number of aggregators of which all but the newest are zombies.
"""

from __future__ import annotations

from collections import Counter

import pytest
import redis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.keys import Keys
from feeds.engine import checkpoint
from feeds.engine.checkpoint import Fenced, Overtaken
from feeds.engine.where import Where
from feeds.intake.event import Event, encode
from tests.engine.conftest import Core, small_catalogue

KEYS = Keys("sim")
START = 1_795_000_000_000
PLACES = ("2025:01/00004", "2025:01/00008", "2025:01", "2025:04", "2020:02", "vn", "agency:byt")
UNIT = {"2025:01/00004": "01", "2025:01/00008": "01", "2025:01": "01", "2025:04": "04", "2020:02": "08"}


class Aggregators(RuleBasedStateMachine):
    """The newest aggregator, its paused predecessors, and the ledger."""

    durable: redis.Redis
    where: Where

    @initialize()
    def begin(self) -> None:
        self.durable.flushall()
        self.now = START
        self.epoch = 1
        self.posted: dict[object, Event] = {}  # identity -> event
        self.sent = 0
        self.numbers: Counter[str] = Counter()
        self.zombies: list[Core] = []
        self.alive = Core(self.durable, small_catalogue(), self.where, self.now, 1)

    @rule(
        source=st.sampled_from(["a", "b"]), place=st.sampled_from(PLACES), late=st.integers(0, 100 * 60),
        skip=st.booleans(), numbered=st.booleans(), count=st.integers(1, 3),
    )  # fmt: skip
    def post(self, source: str, place: str, late: int, skip: bool, numbered: bool, count: int) -> None:
        """A batch of new events; a source may speak for several places and leave numbers out."""
        self.numbers[source] += skip
        batch = []
        for _ in range(count):
            self.numbers[source] += 1
            at = self.now - late * 60_000
            seq = self.numbers[source] if numbered else None
            value = float(self.numbers[source])  # unlike any other: so is an event without a number
            event = Event("air", source, seq, place, None, at, self.now, {"pm25": value})
            self.posted[(source, seq) if numbered else (source, place, at, value)] = event
            batch.append(event)
        self.add(batch)

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """A source that saw no answer sends again."""
        known = list(self.posted.values())
        some = data.draw(st.lists(st.sampled_from(range(len(known))), min_size=1, max_size=3))
        for number in some:
            self.add([known[number]])

    @rule()
    def read(self) -> None:
        self.alive.read()

    @rule()
    def save(self) -> None:
        self.alive.save()

    @rule()
    def crash(self) -> None:
        """kill -9: what was not checkpointed is gone."""
        self.take_over()

    @rule()
    def pause(self) -> None:
        """The aggregator stops in its tracks, another takes over; it may wake at any time."""
        self.alive.read()
        self.zombies.append(self.alive)
        self.take_over()

    @precondition(lambda self: self.zombies)
    @rule(data=st.data())
    def wake(self, data: st.DataObject) -> None:
        """A zombie goes on where it stood; whatever it tries, it changes nothing that has been claimed after it."""
        zombie = data.draw(st.sampled_from(self.zombies))
        before = self.claimed()
        try:
            zombie.read()
            zombie.save()
        except (Fenced, Overtaken):
            pass
        assert self.claimed() == before

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        """Hours become days."""
        self.now += hours * HOUR_MS
        self.alive.now = self.now
        for feed in self.alive.feeds.values():
            for part in feed.partitions.values():
                feed.roll_up(part)
            feed.roll_over(self.now)

    def teardown(self) -> None:
        """Everything read, nothing lost and nothing twice, in memory and after one more restart."""
        if not hasattr(self, "alive"):
            return
        self.alive.drain()
        self.holds(self.alive)
        self.take_over()
        self.holds(self.alive)

    def take_over(self) -> None:
        self.epoch += 1
        self.alive = Core(self.durable, small_catalogue(), self.where, self.now, self.epoch)

    def add(self, batch: list[Event]) -> None:
        self.sent += len(batch)
        part = UNIT.get(batch[0].place, "vn")
        self.durable.sadd(KEYS.parts(), f"air:{part}")
        self.durable.xadd(KEYS.stream("air", part), {"b": encode(batch), "n": len(batch)})

    def claimed(self) -> dict[bytes, dict[bytes, bytes]]:
        """Every key of the partitions that the newest aggregator knows."""
        names = [f"sim:agg:{{air:{part}}}*" for part in self.alive.feeds["air"].partitions]
        return {key: self.durable.hgetall(key) for name in names for key in self.durable.scan_iter(name)}

    def holds(self, core: Core) -> None:
        feed = core.feeds["air"]
        ledger = list(self.posted.values())
        spans = [("hours", list(feed.counts.hours)), ("days", list(feed.counts.days))]
        for place, members in self.by_place().items():
            assert feed.counts.total(place, ["valid"], spans) == len(members), place
        parts = feed.partitions.values()
        assert sum(part.accepted for part in parts) == len(ledger)
        assert sum(part.accepted + part.duplicates for part in parts) == self.sent
        rows = [s.row(bucket)["pm25"] for part in parts for s in part.stations.values() for bucket in s.rows]  # type: ignore[index]
        assert sum(cell[0] for cell in rows) == len(ledger)
        assert sum(cell[1] for cell in rows) == sum(event.values["pm25"] for event in ledger)
        assert feed.seen.missing() == self.holes()
        self.every_hour_its_own(core)

    def every_hour_its_own(self, core: Core) -> None:
        """No event stands in another hour than that in which it was observed, while hours are kept."""
        counts = core.feeds["air"].counts
        for hour, bucket in counts.hours.items():
            said = sum(event.at // HOUR_MS == hour for event in self.posted.values())
            assert bucket["vn"]["valid"] <= said

    def by_place(self) -> dict[str, list[Event]]:
        found: dict[str, list[Event]] = {}
        for event in self.posted.values():
            leaf = self.where.leaf(event.place)
            for place in {leaf, *self.where.above(leaf)}:
                found.setdefault(place, []).append(event)
        return found

    def holes(self) -> int:
        numbers: dict[str, list[int]] = {}
        for event in self.posted.values():
            if event.seq is not None:
                numbers.setdefault(event.source, []).append(event.seq)
        return sum(max(seen) - min(seen) + 1 - len(set(seen)) for seen in numbers.values())


def run(durable: redis.Redis, where: Where, examples: int, **more: object) -> None:
    machine = type("Machine", (Aggregators,), {"durable": durable, "where": where})
    found = settings(
        max_examples=examples, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck),
        **more,  # type: ignore[arg-type]  # as settings takes them
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=found)


def test_whatever_happens_the_cells_are_those_of_the_ledger(durable: redis.Redis, where: Where) -> None:
    run(durable, where, 30)


def test_the_model_notices_a_broken_checkpoint(
    durable: redis.Redis, where: Where, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A test that cannot fail proves nothing: without the comparisons of the script the model must object."""
    head, _, rest = checkpoint.SAVE.partition(b"local at = 4")
    assert b"return -1" in head and b"return -2" in head
    monkeypatch.setattr(checkpoint, "SAVE", b"local at = 4" + rest)
    with pytest.raises((AssertionError, ExceptionGroup)):
        run(durable, where, 200, phases=(Phase.generate,), database=None, print_blob=False, derandomize=True)
