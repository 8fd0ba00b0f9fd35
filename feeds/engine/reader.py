"""Reads accepted events from the streams of many partitions: bounded, in turn, waiting only when all are empty."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import redis

from feeds.catalogue.keys import Keys
from feeds.engine.entry import packed_of
from feeds.engine.partition import Partition

ENTRIES = 64  # of one partition in one read
STREAMS = 64  # in one read
LEAST = 8  # entries of one partition in a read of all


class Batch(NamedTuple):
    """Entries of one partition, in order; `last` is the position after them."""

    part: Partition
    last: str
    entries: list[tuple[str, bytes]]  # id, packed events


class Reader:
    """The streams of the partitions it is given, each from its own position."""

    def __init__(self, durable: redis.Redis, keys: Keys) -> None:
        self._redis = durable
        self._keys = keys
        self._turn = 0
        self._names: dict[Partition, bytes] = {}  # of their streams
        self._parts: dict[bytes, Partition] = {}  # by these
        self.calm = False  # the last look at all streams found little: one look at all is less than one at each group

    def count(self) -> int:
        """How many partitions have ever received an event."""
        found: Any = self._redis.scard(self._keys.parts())
        return int(found)

    def parts(self) -> list[tuple[str, str]]:
        """Every (feed, part) that has ever received an event."""
        found: Any = self._redis.smembers(self._keys.parts())
        return [(feed, part) for feed, _, part in (name.decode().partition(":") for name in sorted(found))]

    def read(self, parts: list[Partition], wait_ms: int) -> list[Batch]:
        """What is there, of at most `STREAMS` partitions at once while there is much; waits up to `wait_ms` when there
        is nothing at all."""
        ready = [part for part in parts if not part.busy]
        for some in () if self.calm else self._in_turn(ready):
            if batches := self._xread(some, ENTRIES, None):
                return batches
        if not ready:
            time.sleep(wait_ms / 1000)
            return []
        few = min(ENTRIES, max(LEAST, STREAMS * ENTRIES // len(ready)))
        batches = self._xread(ready, few, max(wait_ms, 1))
        self.calm = sum(len(batch.entries) for batch in batches) < STREAMS
        return batches

    def oldest(self, parts: list[Partition]) -> list[Batch]:
        """What waits longest in the stream of each of these; nothing where all is read."""
        return self._xread(parts, 1, None) if parts else []

    def _in_turn(self, parts: list[Partition]) -> Iterator[list[Partition]]:
        """Groups of partitions, beginning where the last read ended, so that a busy one starves none."""
        groups = range(0, len(parts), STREAMS)
        for step in range(len(groups)):
            at = (self._turn + step) % len(groups)
            yield parts[groups[at] : groups[at] + STREAMS]
            self._turn = (at + 1) % len(groups)

    def _xread(self, parts: list[Partition], count: int, block: int | None) -> list[Batch]:
        """Not by redis-py's own `xread`: of a thousand streams its checks cost as much as the asking."""
        names = [self._name(part) for part in parts]
        waits = () if block is None else ("BLOCK", block)
        ask: Any = self._redis.execute_command  # redis-py does not type it
        answer = ask("XREAD", "COUNT", count, *waits, "STREAMS", *names, *(part.pos for part in parts))
        found = answer.items() if isinstance(answer, dict) else answer or ()
        return [_batch(self._parts[key], entries) for key, entries in found if entries]

    def _name(self, part: Partition) -> bytes:
        name = self._names.get(part)
        if name is None:
            name = self._names[part] = self._keys.stream(part.feed, part.part).encode()
            self._parts[name] = part
        return name


def _batch(part: Partition, entries: list[tuple[bytes, dict[bytes, bytes]]]) -> Batch:
    return Batch(part, entries[-1][0].decode(), [(name.decode(), packed_of(fields)) for name, fields in entries])
