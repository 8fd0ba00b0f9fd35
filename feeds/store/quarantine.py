"""Messages that failed validation, with their original bytes: kept to be understood, corrected and replayed.

One bad sender never fills the store: each source has a quota of rows and bytes; over it the oldest of that source go,
and that is counted. Counts outlive the rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from feeds.catalogue.clock import DAY_MS, day_of
from feeds.catalogue.scope import OutOfScope, Scope
from feeds.store.database import Database
from feeds.store.quarantine_trail import count_hours, forget, note_act
from feeds.store.tables import quarantine, quarantine_counts
from feeds.store.upsert import insert_into

MOST_ROWS = 5_000
MOST_BYTES = 32 * 1024 * 1024
MOST_SOURCES_ROWS = 200_000  # all sources together: names are free to invent
MOST_SOURCES_BYTES = 2 * 1024 * 1024 * 1024
RETENTION_DAYS = 90
CHUNK = 500

held, counts = quarantine.c, quarantine_counts.c
Key = tuple[str, str, int, str]  # feed, source, day, code


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A message on its way into quarantine."""

    feed: str
    source: str
    received: int
    stage: str
    code: str
    reason: str
    connector: str
    bytes: bytes
    unit: str | None = None  # where the message says a place we know
    at: int | None = None
    offset: int | None = None


class HeldRow(Held, frozen=True, kw_only=True):
    """A message in quarantine."""

    id: int
    state: str
    replayed_by: str | None = None
    replayed_at: int | None = None
    replayed_why: str | None = None


class Count(msgspec.Struct, frozen=True):
    """How many messages of a source were refused for a reason, and how many of them are still held."""

    feed: str
    source: str
    code: str
    n: int
    kept: int


class Quarantine:
    """The quarantine of one world."""

    def __init__(self, database: Database, most_rows: int = MOST_ROWS, most_bytes: int = MOST_BYTES) -> None:
        self._database = database
        self.most_rows = most_rows
        self.most_bytes = most_bytes

    def put(self, rows: Sequence[Held]) -> None:
        """Keep `rows` durably, or raise; a source over its quota loses its oldest rows instead."""
        if not rows:
            return
        stored = _newest(rows, self.most_rows, self.most_bytes)
        with self._database.write() as connection:
            self._count(connection, rows, stored)
            count_hours(connection, self._database, ((row.feed, row.unit or "", row.received) for row in rows))
            if stored:
                connection.execute(
                    insert(quarantine), [msgspec.structs.asdict(row) | {"state": "held"} for row in stored]
                )
            for source in {row.source for row in stored}:
                self._keep_quota(connection, source)

    def page(
        self,
        scope: Scope,
        *,
        feed: str | None = None,
        source: str | None = None,
        code: str | None = None,
        unit: str | None = None,
        state: str | None = "held",
        before: int | None = None,
        limit: int = 100,
    ) -> list[HeldRow]:
        """The newest messages that `scope` may see, `limit` of them, with ids below `before`."""
        where = narrowed(scope, feed=feed, source=source, code=code, unit=unit, state=state)
        if before is not None:
            where.append(held.id < before)
        query = select(quarantine).where(*where).order_by(held.id.desc()).limit(limit)
        with self._database.read() as connection:
            return [_row(row) for row in connection.execute(query)]

    def get(self, scope: Scope, row_id: int) -> HeldRow | None:
        """One message, when `scope` may see it."""
        with self._database.read() as connection:
            row = connection.execute(select(quarantine).where(held.id == row_id, *_visible(scope))).first()
        return None if row is None else _row(row)

    def reasons(self, scope: Scope, since: int = 0) -> dict[str, int]:
        """How many messages are held for each reason, received at `since` or later."""
        query = (
            select(held.code, func.count())
            .where(held.state == "held", held.received >= since, *_visible(scope))
            .group_by(held.code)
        )
        with self._database.read() as connection:
            return {code: n for code, n in connection.execute(query)}

    def shares(self, scope: Scope, by: str, **wanted: str | None) -> list[tuple[str, int]]:
        """How the messages divide by `feed`, `source`, `code` or `unit` (empty: of no known place), most first."""
        n, column = func.count(), held[by]
        query = select(column, n).where(*narrowed(scope, **wanted)).group_by(column).order_by(n.desc(), column)
        with self._database.read() as connection:
            return [(value or "", int(many)) for value, many in connection.execute(query)]

    def usage(self, scope: Scope) -> dict[str, tuple[int, int]]:
        """Rows and bytes that each source holds of its quota (`most_rows`, `most_bytes`)."""
        _nation_only(scope)
        query = select(counts.source, func.sum(counts.kept), func.sum(counts.bytes)).group_by(counts.source)
        with self._database.read() as connection:
            return {source: (int(rows), int(size)) for source, rows, size in connection.execute(query)}

    def counts(self, scope: Scope, since_day: int = 0) -> list[Count]:
        """What was refused of each source for each reason, also beyond its quota; for those who see the nation."""
        _nation_only(scope)
        n, kept = func.sum(counts.n), func.sum(counts.kept)
        key = (counts.feed, counts.source, counts.code)
        query = select(*key, n, kept).where(counts.day >= since_day).group_by(*key).order_by(n.desc(), *key)
        with self._database.read() as connection:
            return [
                Count(feed, source, code, int(n), int(kept))
                for feed, source, code, n, kept in connection.execute(query)
            ]

    def rejected(self, scope: Scope, since_day: int = 0) -> dict[str, int]:
        """How many messages of each feed were refused."""
        _nation_only(scope)
        query = select(counts.feed, func.sum(counts.n)).where(counts.day >= since_day).group_by(counts.feed)
        with self._database.read() as connection:
            return {feed: int(n) for feed, n in connection.execute(query)}

    def close_row(self, row_id: int, state: str, *, by: str, at: int, why: str, instead: bytes | None = None) -> bool:
        """Mark a held message `replayed` or `dropped`, and note who did it; False when somebody was first.

        `instead` is what was sent for it after a correction; the message keeps its own bytes.
        """
        change = update(quarantine).where(held.id == row_id, held.state == "held")
        with self._database.write() as connection:
            done = connection.execute(change.values(state=state, replayed_by=by, replayed_at=at, replayed_why=why))
            if done.rowcount == 1:
                note_act(connection, row_id, "mended" if instead is not None else state, at, by, why, instead)
            return done.rowcount == 1

    def retain(self, now: int, days: int = RETENTION_DAYS) -> int:
        """Forget what was received more than `days` days ago; returns how many messages went."""
        first = day_of(now) - days
        with self._database.write() as connection:
            connection.execute(delete(quarantine_counts).where(counts.day < first))
            cut = now - days * DAY_MS
            gone = connection.execute(delete(quarantine).where(held.received < cut)).rowcount
            forget(connection, cut)
            return gone

    def _count(self, connection: Connection, rows: Sequence[Held], stored: Sequence[Held]) -> None:
        n = Counter(_key(row) for row in rows)
        kept = Counter(_key(row) for row in stored)
        size: Counter[Key] = Counter()
        for row in stored:
            size[_key(row)] += len(row.bytes)
        self._add(connection, {key: (n[key], kept[key], size[key]) for key in n})

    def _add(self, connection: Connection, changes: dict[Key, tuple[int, int, int]]) -> None:
        """Add to (or take from) the counts."""
        statement = insert_into(self._database, quarantine_counts)
        new = statement.excluded
        statement = statement.on_conflict_do_update(
            index_elements=["feed", "source", "day", "code"],
            set_={"n": counts.n + new.n, "kept": counts.kept + new.kept, "bytes": counts.bytes + new.bytes},
        )
        names = ("feed", "source", "day", "code", "n", "kept", "bytes")
        rows = [dict(zip(names, (*key, *change), strict=True)) for key, change in sorted(changes.items())]
        connection.execute(statement, rows)

    def _keep_quota(self, connection: Connection, source: str) -> None:
        """Drop the oldest rows of `source` beyond its quota, and of all sources beyond theirs."""
        usage = select(func.sum(counts.kept), func.sum(counts.bytes))
        rows, size = connection.execute(usage.where(counts.source == source)).one()
        self._drop_oldest(connection, rows - self.most_rows, size - self.most_bytes, held.source == source)
        rows, size = connection.execute(usage).one()
        self._drop_oldest(connection, rows - MOST_SOURCES_ROWS, size - MOST_SOURCES_BYTES)

    def _drop_oldest(self, connection: Connection, rows: int, size: int, *where: ColumnElement[bool]) -> None:
        """Drop the oldest until `rows` rows and `size` bytes are gone."""
        columns = (held.id, held.feed, held.source, held.received, held.code, func.length(held.bytes).label("size"))
        query = select(*columns).where(*where).order_by(held.id).limit(CHUNK)
        while rows > 0 or size > 0:
            gone = []
            for row in connection.execute(query).all():
                if rows <= 0 and size <= 0:
                    break
                gone.append(row)
                rows, size = rows - 1, size - row.size
            if not gone:
                return
            connection.execute(delete(quarantine).where(held.id.in_([row.id for row in gone])))
            self._add(connection, _freed(gone))


def _key(row: Held) -> Key:
    return row.feed, row.source, day_of(row.received), row.code


def _freed(gone: Iterable[Any]) -> dict[Key, tuple[int, int, int]]:
    """What dropped rows change in the counts."""
    changes: dict[Key, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    for row in gone:
        key = (row.feed, row.source, day_of(row.received), row.code)
        n, kept, size = changes[key]
        changes[key] = (n, kept - 1, size - row.size)
    return dict(changes)


def _newest(rows: Sequence[Held], most_rows: int, most_bytes: int) -> list[Held]:
    """The last rows of each source that fit its quota, in their order."""
    taken: Counter[str] = Counter()
    size: Counter[str] = Counter()
    fits: list[Held] = []
    for row in reversed(rows):
        if taken[row.source] < most_rows and size[row.source] + len(row.bytes) <= most_bytes:
            taken[row.source] += 1
            size[row.source] += len(row.bytes)
            fits.append(row)
    return fits[::-1]


def narrowed(scope: Scope, unit: str | None = None, **wanted: str | None) -> list[ColumnElement[bool]]:
    """Messages that `scope` may see, narrowed by the columns that are asked for; `unit` empty: of no known place."""
    where = [held[name] == value for name, value in wanted.items() if value is not None]
    if unit is not None:
        where.append(held.unit == unit if unit else held.unit.is_(None))
    return [*where, *_visible(scope)]


def _visible(scope: Scope) -> Iterable[ColumnElement[bool]]:
    """A message that names no known place is for those who see the nation."""
    return () if scope.units is None else (held.unit.in_(sorted(scope.units)),)


def _nation_only(scope: Scope) -> None:
    if scope.units is not None:
        raise OutOfScope("quarantine counts are kept for the nation")


def _row(row: Any) -> HeldRow:
    return HeldRow(**row._mapping)
