"""The archive of readings: 48 h of events as they came, in packed blocks, for the record behind a figure."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Generic, NamedTuple, Protocol, TypeVar

from sqlalchemy import Connection, delete, select

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.scope import Scope
from feeds.store.database import Database
from feeds.store.tables import event_blocks
from feeds.store.upsert import upsert_newer

KEEP_MS = 48 * HOUR_MS
MAX_PAGE = 500


class Reading(Protocol):
    """What the archive must know of an event to find it again."""

    @property
    def at(self) -> int:
        """When it was observed."""
        ...

    @property
    def entity(self) -> str | None:
        """What observed it."""
        ...


E = TypeVar("E", bound=Reading)


class Block(NamedTuple):
    """Consecutive events of one partition: `first` and `last` are stream ids, `body` is msgpack of the events."""

    feed: str
    part: str
    first: str
    last: str
    from_ms: int  # earliest and latest observed time inside
    to_ms: int
    n: int
    body: bytes


class Events(NamedTuple, Generic[E]):
    """Some events, newest first, and the cursor that continues after them (None at the end)."""

    events: list[E]
    cursor: str | None


class Archive(Generic[E]):
    """The readings of one world; `decode` turns a block's body back into events."""

    def __init__(self, database: Database, decode: Callable[[bytes], list[E]]) -> None:
        self._db = database
        self._decode = decode

    def write(self, blocks: Iterable[Block], epoch: int) -> None:
        """Store blocks. The same first id again is the same block: the newest epoch's stands."""
        rows = [
            {
                **block._asdict(),
                "first": _padded(block.first),
                "last": _padded(block.last),
                "epoch": epoch,
                "body": zlib.compress(block.body, 1),
            }
            for block in blocks
        ]
        if rows:
            with self._db.write() as connection:
                connection.execute(upsert_newer(self._db, event_blocks, ("epoch",)), rows)

    def position(self, feed: str, part: str) -> str | None:
        """Stream id up to which a partition is archived; None when it holds nothing."""
        last = event_blocks.c.last
        query = select(last).where(event_blocks.c.feed == feed, event_blocks.c.part == part)
        with self._db.read() as connection:
            found = connection.scalar(query.order_by(event_blocks.c.first.desc()).limit(1))
        return None if found is None else _plain(found)

    def page(
        self,
        scope: Scope,
        feed: str,
        part: str,
        entity: str | None = None,
        from_ms: int = 0,
        to_ms: int | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Events[E]:
        """Events of a partition observed in [from, to), newest first; of one entity where asked."""
        scope.check(part)
        limit = max(1, min(limit, MAX_PAGE))
        newest, skip = _resume(cursor, to_ms)
        with self._db.read() as connection:
            found = self._newest_first(connection, feed, [part], from_ms, newest)
            wanted = (event for event in found if entity is None or event.entity == entity)
            page = list(islice(wanted, skip, skip + limit + 1))
        if len(page) <= limit:
            return Events(page, None)
        events = page[:limit]
        last = events[-1].at
        told = sum(event.at == last for event in events) + (skip if last == newest else 0)
        return Events(events, f"{last}:{told}")

    def newest(self, scope: Scope, feed: str, parts: Sequence[str], from_ms: int, to_ms: int) -> Iterator[E]:
        """Events of several partitions observed in [from, to), newest first, read as they are asked for."""
        for part in parts:
            scope.check(part)
        with self._db.read() as connection:
            yield from self._newest_first(connection, feed, parts, from_ms, to_ms - 1)

    def prune(self, now_ms: int, keep_ms: int = KEEP_MS) -> int:
        """Delete blocks whose newest event is older than it is kept; returns how many went."""
        with self._db.write() as connection:
            return connection.execute(delete(event_blocks).where(event_blocks.c.to_ms < now_ms - keep_ms)).rowcount

    def _newest_first(
        self, connection: Connection, feed: str, parts: Sequence[str], from_ms: int, newest: int
    ) -> Iterator[E]:
        """Events in [from, newest], newest first, reading only as many blocks as are asked for.

        Blocks overlap in time (late events), so an event is told only when no unread block can hold a newer one.
        """
        block = event_blocks.c
        query = select(block.to_ms, block.body).where(block.feed == feed, block.part.in_(parts))
        query = query.where(block.to_ms >= from_ms, block.from_ms <= newest)
        query = query.order_by(block.to_ms.desc(), block.first.desc())
        waiting: list[E] = []
        for to_ms, body in connection.execution_options(yield_per=20).execute(query):
            ready = [event for event in waiting if event.at > to_ms]
            yield from ready
            held = reversed(self._decode(zlib.decompress(body)))
            waiting = [*waiting[len(ready) :], *(event for event in held if from_ms <= event.at <= newest)]
            waiting.sort(key=lambda event: -event.at)
        yield from waiting


def _resume(cursor: str | None, to_ms: int | None) -> tuple[int, int]:
    """Newest time still to be told, and how many of its events have been."""
    newest = 2**62 if to_ms is None else to_ms - 1
    if cursor is None:
        return newest, 0
    at, _, told = cursor.partition(":")
    if not (at.isdecimal() and told.isdecimal() and len(cursor) < 30):
        raise ValueError(f"{cursor!r} is not a place in this list: start from its beginning")
    return min(int(at), newest), int(told)


def _padded(stream_id: str) -> str:
    """A stream id whose order as text is its order in the stream."""
    ms, _, seq = stream_id.partition("-")
    return f"{ms:0>15}-{seq or '0':0>12}"


def _plain(padded: str) -> str:
    ms, _, seq = padded.partition("-")
    return f"{int(ms)}-{int(seq)}"
