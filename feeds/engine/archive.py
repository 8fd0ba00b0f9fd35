"""Readings as they came, kept for 48 h: the packed batches of the streams, joined into blocks as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import redis

from feeds.catalogue.keys import Keys
from feeds.engine.entry import packed_of, unpacked
from feeds.engine.partition import START, Partition
from feeds.engine.writer import SqlWriter
from feeds.intake.event import Event, encode
from feeds.store.blocks import Archive, Block

BLOCK_EVENTS = 1_000
BLOCK_MS = 20_000  # a block is written that long after its first event at the latest
MOST_WAITING = 200_000  # events; more than that, and reading must pause
CATCH_UP = 100  # stream entries read again at once


@dataclass(slots=True)
class Pending:
    """What of one partition waits to become a block."""

    since: int
    first: str = ""
    last: str = ""
    from_ms: int = 2**62
    to_ms: int = 0
    n: int = 0
    packed: list[bytes] = field(default_factory=list)


class Keeper:
    """Collects accepted readings and hands them to SQL; the streams are trimmed only below what it has handed over."""

    def __init__(
        self, durable: redis.Redis, keys: Keys, archive: Archive[Event], writer: SqlWriter, epoch: int
    ) -> None:
        self._redis = durable
        self._keys = keys
        self._archive = archive
        self._writer = writer
        self._epoch = epoch
        self._pending: dict[Partition, Pending] = {}
        self._behind: dict[Partition, str] = {}  # partitions to be read again -> read so far
        self._trimmed: dict[Partition, str] = {}  # where the streams were cut last
        self.waiting = 0  # events not yet in SQL

    def resume(self, parts: Iterable[Partition]) -> None:
        """Find out up to where each partition is archived; what lies between that and the checkpoint is read again."""
        for part in parts:
            part.archived = self._archive.position(part.feed, part.part) or START
            if position(part.archived) < position(part.saved):
                self._behind[part] = part.archived

    def follow(self, before: Keeper, feeds: Set[str]) -> None:
        """Go on with what `before` had not archived of these feeds."""
        self._pending = {part: pending for part, pending in before._pending.items() if part.feed in feeds}
        self._behind = {part: read for part, read in before._behind.items() if part.feed in feeds}
        self.waiting = sum(pending.n for pending in self._pending.values())

    def catch_up(self) -> bool:
        """Archive some of what was applied before; False when nothing is behind. To be called after a checkpoint."""
        if not self._behind:
            return False
        part, start = next(iter(self._behind.items()))
        stream = self._keys.stream(part.feed, part.part)
        found: Any = self._redis.xrange(stream, f"({start}", part.saved, count=CATCH_UP)
        for name, fields in found:
            self._behind[part] = name.decode()
            events, packed = unpacked(packed_of(fields), part.name)
            self._add(part, name.decode(), events, packed, 0)
        if len(found) < CATCH_UP:
            del self._behind[part]
        return True

    def keep(self, part: Partition, stream_id: str, events: Sequence[Event], packed: bytes | None, now: int) -> None:
        """Take in one batch; `packed` is the batch as it came, when all of it is kept."""
        if part not in self._behind:  # else it is read again in its turn
            self._add(part, stream_id, events, packed, now)

    def _add(self, part: Partition, stream_id: str, events: Sequence[Event], packed: bytes | None, now: int) -> None:
        pending = self._pending.get(part)
        if pending is None:
            pending = self._pending[part] = Pending(now, stream_id)
        pending.last = stream_id
        if events:
            times = [event.at for event in events]
            pending.from_ms, pending.to_ms = min(pending.from_ms, *times), max(pending.to_ms, *times)
            pending.n += len(events)
            pending.packed.append(packed if packed is not None else encode(list(events)))
            self.waiting += len(events)

    def flush(self, now: int, everything: bool = False) -> None:
        """Hand over what is large or old enough."""
        ripe = [
            part
            for part, pending in self._pending.items()
            if everything or pending.n >= BLOCK_EVENTS or now - pending.since >= BLOCK_MS
        ]
        ready = [(part, self._pending[part]) for part in ripe]
        if not ready:
            return
        blocks = [_block(part, pending) for part, pending in ready if pending.n]

        def done(result: object) -> None:
            for part, pending in ready:
                part.archived = pending.last
                self.waiting -= pending.n

        if self._writer.give(lambda: self._archive.write(blocks, self._epoch), done):
            for part in ripe:
                del self._pending[part]

    def trim(self, parts: Iterable[Partition]) -> None:
        """Cut the streams below what is both checkpointed and archived."""
        pipe = self._redis.pipeline(transaction=False)
        for part in parts:
            lowest = part.saved if part.archived is None else min(part.saved, part.archived, key=position)
            if lowest not in (START, self._trimmed.get(part)):
                self._trimmed[part] = lowest
                pipe.xtrim(self._keys.stream(part.feed, part.part), minid=lowest, approximate=False)
        pipe.execute()


def position(stream_id: str) -> tuple[int, int]:
    """A stream id as it is ordered."""
    ms, _, seq = stream_id.partition("-")
    return int(ms), int(seq or 0)


def joined(batches: Sequence[bytes]) -> bytes:
    """Packed lists as one packed list, without unpacking them."""
    sizes = [_header(batch) for batch in batches]
    total = sum(count for count, _ in sizes)
    parts = [batch[skip:] for batch, (_, skip) in zip(batches, sizes, strict=True)]
    return b"".join((b"\xdd", total.to_bytes(4, "big"), *parts))


def _header(batch: bytes) -> tuple[int, int]:
    """Length of a msgpack array, and how many bytes say so."""
    first = batch[0]
    if first & 0xF0 == 0x90:
        return first & 0x0F, 1
    if first == 0xDC:
        return int.from_bytes(batch[1:3], "big"), 3
    return int.from_bytes(batch[1:5], "big"), 5


def _block(part: Partition, pending: Pending) -> Block:
    return Block(
        part.feed, part.part, pending.first, pending.last, pending.from_ms, pending.to_ms, pending.n,
        joined(pending.packed),
    )  # fmt: skip
