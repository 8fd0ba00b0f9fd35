"""What a door can tell a sender about duplicates. It only reports: every valid event goes on to the aggregator, which
alone decides what counts, so a mistake here is never a lost event.

Known are the events of the same request, what this process took in lately, and the numbers the aggregator has
checkpointed for a source.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

import redis

from feeds.catalogue.keys import Keys
from feeds.intake.event import Event
from feeds.intake.identity import event_hash
from feeds.intake.ranges import Ranges, seen_field

MOST_SOURCES = 20_000
MOST_HASHES = 50_000
MOST_SPANS = 5_000  # a source that jumps about more is forgotten here; the aggregator still knows
ASK_AGAIN_S = 60.0

Source = tuple[str, str]  # feed, source
Speaker = tuple[str, str, str]  # feed, partition, source
Groups = dict[str, list[Event]]  # partition -> events of one request


class Duplicates:
    """Remembers what was accepted. Threads may share it."""

    def __init__(self, durable: redis.Redis, keys: Keys, now: Callable[[], float] = time.monotonic) -> None:
        self._durable = durable
        self._keys = keys
        self._now = now
        self._lock = threading.Lock()
        self._seen: OrderedDict[Source, Ranges] = OrderedDict()
        self._hashes: OrderedDict[int, None] = OrderedDict()
        self._asked: OrderedDict[Speaker, float] = OrderedDict()

    def count(self, groups: Groups) -> int:
        """How many events of one request, by partition, are known already or stand in it twice."""
        numbered = _numbers(groups)
        self._ask(numbered)
        said: dict[Source, list[int]] = {}
        for (feed, _, source), numbers in numbered.items():
            said.setdefault((feed, source), []).extend(numbers)
        hashes = [event_hash(event) for event in _all(groups) if event.seq is None]
        with self._lock:
            n = _repeated(hashes, self._hashes)
            return n + sum(_repeated(numbers, self._seen.get(source, Ranges())) for source, numbers in said.items())

    def remember(self, groups: Groups) -> None:
        """These events are durable now."""
        with self._lock:
            for (feed, _, source), numbers in _numbers(groups).items():
                ranges = self._ranges((feed, source))
                for number in numbers:
                    ranges.add(number)
            for event in _all(groups):
                if event.seq is None:
                    self._hashes[event_hash(event)] = None
            self._forget()

    def _ranges(self, source: Source) -> Ranges:
        ranges = self._seen.get(source)
        if ranges is None:
            ranges = self._seen[source] = Ranges()
        self._seen.move_to_end(source)
        if ranges.spans > MOST_SPANS:
            ranges = self._seen[source] = Ranges()
        return ranges

    def _forget(self) -> None:
        while len(self._seen) > MOST_SOURCES:
            self._seen.popitem(last=False)
        while len(self._hashes) > MOST_HASHES:
            self._hashes.popitem(last=False)
        while len(self._asked) > MOST_SOURCES:
            self._asked.popitem(last=False)

    def _ask(self, speakers: Iterable[Speaker]) -> None:
        """Learn what the aggregator has checkpointed for sources not asked about lately."""
        before = self._now() - ASK_AGAIN_S
        with self._lock:
            due = [key for key in speakers if self._asked.get(key, before - 1.0) < before]
        if not due:
            return
        with self._durable.pipeline(transaction=False) as pipe:
            for feed, part, source in due:
                pipe.hget(self._keys.state(feed, part), seen_field(source))
            answers: Sequence[bytes | None] = pipe.execute()
        with self._lock:
            for (feed, part, source), text in zip(due, answers, strict=True):
                self._asked[feed, part, source] = self._now()
                if text is not None and text.count(b",") < MOST_SPANS:
                    self._ranges((feed, source)).merge(Ranges.parse(text))


def _numbers(groups: Groups) -> dict[Speaker, list[int]]:
    """The numbers of numbered events by who said them, in the order they came."""
    found: dict[Speaker, list[int]] = {}
    for part, events in groups.items():
        for event in events:
            if event.seq is not None:
                found.setdefault((event.feed, part, event.source), []).append(event.seq)
    return found


def _repeated(numbers: Sequence[int], known: OrderedDict[int, None] | Ranges) -> int:
    """How many of these are known, or stand among them before."""
    once = set(numbers)
    return len(numbers) - len(once) + sum(number in known for number in once)


def _all(groups: Groups) -> Iterable[Event]:
    return (event for events in groups.values() for event in events)
