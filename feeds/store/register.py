"""Reading records for people: what is open, lists in pages, one record with its trail."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, select, tuple_

from feeds.catalogue.scope import Scope
from feeds.store.database import Database
from feeds.store.fold import Change, Row
from feeds.store.narrowing import Filter, late_from, narrowed
from feeds.store.tables import records, trail

__all__ = ["BadCursor", "Filter", "Page", "Register"]

ROW = [records.c[name] for name in Row.__struct_fields__]
STEP = [trail.c[name] for name in Change.__struct_fields__]
MAX_PAGE = 500


class Page(NamedTuple):
    """Some rows in their order, the cursor that continues after them (None at the end), and when each becomes late."""

    rows: list[Row]
    cursor: str | None
    late_from: list[int | None]


class BadCursor(ValueError):
    """The cursor was not made by this list."""


class Register:
    """The record feeds of one world, to be read."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def page(
        self,
        scope: Scope,
        feed: str,
        filter: Filter,
        cursor: str | None = None,
        limit: int = 50,
        order: Literal["newest", "due"] = "newest",
    ) -> Page:
        """Up to `limit` records after `cursor`: newest change first, or the one that becomes late first."""
        limit, pg = max(1, min(limit, MAX_PAGE)), self._db.is_postgres
        late = late_from(pg)
        query = select(*ROW, late).where(records.c.feed == feed, *narrowed(scope, filter, pg))
        with self._db.read() as connection:
            found = connection.execute(_ordered(query, order, late, cursor).limit(limit + 1)).all()
        rows, lates = [Row(*row[:-1]) for row in found[:limit]], [row[-1] for row in found[:limit]]
        if len(found) <= limit:
            return Page(rows, None, lates)
        return Page(rows, f"{rows[-1].at if order == 'newest' else lates[-1]}:{rows[-1].id}", lates)

    def one(self, scope: Scope, feed: str, id: str) -> Row | None:
        """The record, or None when there is none of this number; OutOfScope when it belongs elsewhere."""
        with self._db.read() as connection:
            found = connection.execute(select(*ROW).where(records.c.feed == feed, records.c.id == id)).one_or_none()
        if found is None:
            return None
        scope.check(found.unit)
        return Row(*found)

    def trail(self, scope: Scope, feed: str, id: str) -> list[Change]:
        """Every event of a record, oldest first; OutOfScope when the record belongs elsewhere."""
        if self.one(scope, feed, id) is None:
            return []
        with self._db.read() as connection:
            steps = connection.execute(select(*STEP).where(trail.c.feed == feed, trail.c.id == id))
            return sorted((Change(**step._mapping) for step in steps), key=lambda change: change.order)


def _ordered(
    query: Select[Any], order: Literal["newest", "due"], late: ColumnElement[int | None], cursor: str | None
) -> Select[Any]:
    column = records.c.at if order == "newest" else late
    after = _after(cursor) if cursor else None
    if order == "newest":
        query = query.order_by(column.desc(), records.c.id.desc())
        return query.where(tuple_(column, records.c.id) < tuple_(*after)) if after else query
    query = query.where(column.is_not(None)).order_by(column, records.c.id)
    return query.where(tuple_(column, records.c.id) > tuple_(*after)) if after else query


def _after(cursor: str) -> tuple[int, str]:
    at, _, key = cursor.partition(":")
    if not key or not at.isdecimal() or len(at) > 15:
        raise BadCursor(f"{cursor!r} is not a place in this list: start from its beginning")
    return int(at), key
