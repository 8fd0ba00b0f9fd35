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

    def parts(self) -> list[tuple[str, str]]:
        """Every (feed, part) that has ever received an event."""
        found: Any = self._redis.smembers(self._keys.parts())
        return [(feed, part) for feed, _, part in (name.decode().partition(":") for name in sorted(found))]

    def read(self, parts: list[Partition], wait_ms: int) -> list[Batch]:
        """What is there, at most `STREAMS` partitions at once; waits up to `wait_ms` when there is nothing at all."""
        ready = [part for part in parts if not part.busy]
        for some in self._in_turn(ready):
            if batches := self._xread(some, None):
                return batches
        if not ready:
            time.sleep(wait_ms / 1000)
            return []
        return self._xread(ready, max(wait_ms, 1))

    def _in_turn(self, parts: list[Partition]) -> Iterator[list[Partition]]:
        """Groups of partitions, beginning where the last read ended, so that a busy one starves none."""
        groups = range(0, len(parts), STREAMS)
        for step in range(len(groups)):
            at = (self._turn + step) % len(groups)
            yield parts[groups[at] : groups[at] + STREAMS]
            self._turn = (at + 1) % len(groups)

    def _xread(self, parts: list[Partition], block: int | None) -> list[Batch]:
        streams = {self._keys.stream(part.feed, part.part).encode(): part for part in parts}
        positions: Any = {key: part.pos for key, part in streams.items()}
        answer: Any = self._redis.xread(positions, count=ENTRIES, block=block)
        found = answer.items() if isinstance(answer, dict) else answer
        return [_batch(streams[key], entries) for key, entries in found if entries]


def _batch(part: Partition, entries: list[tuple[bytes, dict[bytes, bytes]]]) -> Batch:
    return Batch(part, entries[-1][0].decode(), [(name.decode(), packed_of(fields)) for name, fields in entries])
