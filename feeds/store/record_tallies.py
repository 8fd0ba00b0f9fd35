"""The counted facts of a record feed by place and hour: what `Records` adds to, and an engine starts with.

All measures of a place and hour stand in one row, so that a dossier that counts in ten ways writes one row and not ten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, func, literal_column, select
from sqlalchemy.dialects import postgresql

from feeds.catalogue.clock import HOUR_MS, OFFSET_MS
from feeds.catalogue.scope import Scope
from feeds.store.database import Database
from feeds.store.tables import meta, record_tallies
from feeds.store.upsert import Insert, insert_into, put_many

HOURS_A_DAY = 24
OFFSET_HOURS = OFFSET_MS // HOUR_MS
AT_ONCE = 5_000
POSTGRES_SUM = """
    (SELECT jsonb_object_agg(key, pair) FROM (
        SELECT key, jsonb_build_array(sum((value ->> 0)::bigint), sum((value ->> 1)::float8)) AS pair
        FROM (SELECT * FROM jsonb_each(record_tallies.tally) UNION ALL SELECT * FROM jsonb_each(excluded.tally)) AS two
        GROUP BY key) AS added)"""

columns = record_tallies.c
Tally = dict[str, float]  # measure -> sum


class Hour(msgspec.Struct, frozen=True):
    """What is added to one place and hour: measure -> [how many, sum], negative where a record changed its mind."""

    place: str
    hour: int
    tally: dict[str, tuple[int, float]]


class RecordTallies:
    """Counted facts of the record feeds of one world. An hour of a folded day is the day's first."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, connection: Connection, feed: str, hours: Sequence[Hour]) -> None:
        """Add to what stands, within the transaction of the rows that are counted; no hour of a place twice, and in
        the order of their keys, so that writers wait for one another and never in a circle."""
        if hours:
            put_many(self._db, connection, record_tallies, hours, _or_add, feed=feed)

    def load(self, scope: Scope, feed: str, since_hour: int = 0) -> Iterator[tuple[str, int, Tally]]:
        """Place in `scope`, hour and everything counted there, from `since_hour` on: an engine's memory after a start.

        A folded day stands in its first hour; what no row counts any more is left out.
        """
        query = select(columns.place, columns.hour, columns.tally)
        query = query.where(columns.feed == feed, columns.hour >= since_hour)
        with self._db.read() as connection:
            for place, hour, held in connection.execution_options(yield_per=AT_ONCE).execute(query):
                tally = {measure: total for measure, (n, total) in held.items() if n}
                if tally and scope.allows(place):
                    yield place, hour, tally

    def fold(self, feed: str, before_hour: int) -> int:
        """Fold hours before `before_hour` into the first hour of their day in Vietnam; returns how many went.

        What a record later takes back from such an hour stands there by itself until it is folded too.
        """
        day = (columns.hour + OFFSET_HOURS) // HOURS_A_DAY * HOURS_A_DAY - OFFSET_HOURS
        old = (columns.feed == feed, columns.hour < before_hour, columns.hour != day)
        with self._db.write() as connection:
            found = connection.execute(select(columns.place, day, columns.tally).where(*old))
            self.add(connection, feed, _summed(found))
            return connection.execute(delete(record_tallies).where(*old)).rowcount

    def forget(self, feed: str, before_hour: int) -> int:
        """Delete what was counted before `before_hour`; returns how many hours of places went."""
        old = (columns.feed == feed, columns.hour < before_hour)
        with self._db.write() as connection:
            return connection.execute(delete(record_tallies).where(*old)).rowcount

    def clear(self, connection: Connection, feed: str) -> None:
        """Count nothing any more, within the transaction that counts anew."""
        connection.execute(delete(record_tallies).where(columns.feed == feed))

    def counted_as(self, feed: str) -> str | None:
        """The mark of the rules by which the rows of `feed` were last counted."""
        with self._db.read() as connection:
            return connection.scalar(select(meta.c.value).where(meta.c.key == _key(feed)))

    def note_counted_as(self, feed: str, mark: str) -> None:
        """The rows of `feed` have been counted by the rules of `mark`."""
        statement = insert_into(self._db, meta).values(key=_key(feed), value=mark)
        statement = statement.on_conflict_do_update(index_elements=["key"], set_={"value": statement.excluded.value})
        with self._db.write() as connection:
            connection.execute(statement)


def _or_add(statement: Insert) -> Insert:
    added: ColumnElement[object] = func.add_tally(columns.tally, statement.excluded.tally)
    if isinstance(statement, postgresql.Insert):
        added = literal_column(POSTGRES_SUM)
    return statement.on_conflict_do_update(index_elements=["feed", "place", "hour"], set_={"tally": added})


def _summed(found: Iterable[tuple[str, int, dict[str, tuple[int, float]]]]) -> list[Hour]:
    sums: dict[tuple[str, int], dict[str, tuple[int, float]]] = defaultdict(dict)
    for place, hour, tally in found:
        held = sums[place, hour]
        for measure, (n, total) in tally.items():
            n0, total0 = held.get(measure, (0, 0.0))
            held[measure] = (n0 + n, total0 + total)
    return [Hour(*key, tally) for key, tally in sorted(sums.items())]


def _key(feed: str) -> str:
    return f"cells:{feed}"
