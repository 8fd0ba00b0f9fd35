"""The counted facts of a record feed by place and hour, as an engine starts with them; old hours become days."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import JSON, ColumnElement, delete, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from feeds.catalogue.clock import HOUR_MS, OFFSET_MS
from feeds.store.database import Database
from feeds.store.tables import meta, record_cells
from feeds.store.upsert import insert_into

HOURS_A_DAY = 24
OFFSET_HOURS = OFFSET_MS // HOUR_MS
AT_ONCE = 5_000

cells = record_cells.c
Tally = dict[str, float]  # measure -> sum


class RecordTallies:
    """What `Records` keeps cell by cell, taken together."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def load(self, feed: str, since_hour: int) -> Iterator[tuple[str, int, Tally]]:
        """Place, hour and everything counted there, from `since_hour` on; a folded day stands in its first hour."""
        collect = func.json_object_agg if self._db.is_postgres else func.json_group_object
        query = (
            select(cells.place, cells.hour, collect(cells.measure, cells.sum, type_=JSON))
            .where(cells.feed == feed, cells.hour >= since_hour, cells.n != 0)
            .group_by(cells.place, cells.hour)
        )
        with self._db.read() as connection:
            yield from connection.execution_options(yield_per=AT_ONCE).execute(query)

    def fold(self, feed: str, before_hour: int) -> int:
        """Fold hours before `before_hour` into the first hour of their day in Vietnam; returns how many went.

        What a record later takes back from such an hour stands there by itself until it is folded too.
        """
        day = (cells.hour + OFFSET_HOURS) // literal(HOURS_A_DAY) * literal(HOURS_A_DAY) - OFFSET_HOURS
        old = (cells.feed == feed, cells.hour < before_hour, cells.hour != day)
        with self._db.write() as connection:
            connection.execute(self._add_days(day, *old))
            return connection.execute(delete(record_cells).where(*old)).rowcount

    def forget(self, feed: str, before_hour: int) -> int:
        """Delete what was counted before `before_hour`; returns how many cells went."""
        with self._db.write() as connection:
            return connection.execute(delete(record_cells).where(cells.feed == feed, cells.hour < before_hour)).rowcount

    def counted_as(self, feed: str) -> str | None:
        """The mark of the rules by which the cells of `feed` were last counted."""
        with self._db.read() as connection:
            return connection.scalar(select(meta.c.value).where(meta.c.key == _key(feed)))

    def note_counted_as(self, feed: str, mark: str) -> None:
        """The cells of `feed` have been counted by the rules of `mark`."""
        statement = insert_into(self._db, meta).values(key=_key(feed), value=mark)
        statement = statement.on_conflict_do_update(index_elements=["key"], set_={"value": statement.excluded.value})
        with self._db.write() as connection:
            connection.execute(statement)

    def _add_days(self, day: ColumnElement[int], *old: ColumnElement[bool]) -> postgresql.Insert | sqlite.Insert:
        key = (cells.feed, cells.place, cells.measure, day)
        days = select(*key, func.sum(cells.n), func.sum(cells.sum)).where(*old).group_by(*key)
        statement = insert_into(self._db, record_cells).from_select(
            ["feed", "place", "measure", "hour", "n", "sum"], days
        )
        return statement.on_conflict_do_update(
            index_elements=["feed", "place", "measure", "hour"],
            set_={"n": cells.n + statement.excluded.n, "sum": cells.sum + statement.excluded.sum},
        )


def _key(feed: str) -> str:
    return f"cells:{feed}"
