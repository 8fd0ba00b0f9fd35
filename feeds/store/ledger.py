"""The records behind a figure, as a table that people page, sort and count: any page of it, in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select

from feeds.catalogue.scope import Scope
from feeds.store.database import Database
from feeds.store.fold import Row
from feeds.store.narrowing import Filter, expression, narrowed
from feeds.store.tables import records

ROW = [records.c[name] for name in Row.__struct_fields__]
MAX_PAGE = 500
AT_ONCE = 1_000
MOST_GROUPS = 60


class Order(NamedTuple):
    """What a table is sorted by: a column (`at`, `due`, `id` ...), `times.<name>` or `fields.<name>`."""

    by: str = "at"
    down: bool = True


class Share(NamedTuple):
    """How many records have a value in common."""

    value: str
    n: int


class Ledger:
    """The record feeds of one world, to be paged through."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def count(self, scope: Scope, feed: str, filter: Filter) -> int:
        """How many records there are."""
        with self._db.read() as connection:
            query = select(func.count()).select_from(records).where(*self._wanted(scope, feed, filter))
            return connection.scalar(query) or 0

    def page(self, scope: Scope, feed: str, filter: Filter, order: Order, start: int, limit: int) -> list[Row]:
        """Up to `limit` records from the `start`-th on; those without a value of the column stand last."""
        query = self._sorted(scope, feed, filter, order).offset(max(0, start)).limit(max(1, min(limit, MAX_PAGE)))
        with self._db.read() as connection:
            return [Row(*row) for row in connection.execute(query)]

    def all(self, scope: Scope, feed: str, filter: Filter, order: Order, limit: int) -> Iterator[Row]:
        """The first `limit` records, read as they are asked for."""
        query = self._sorted(scope, feed, filter, order).limit(limit)
        with self._db.read() as connection:
            for row in connection.execution_options(yield_per=AT_ONCE).execute(query):
                yield Row(*row)

    def divided(self, scope: Scope, feed: str, filter: Filter, by: Sequence[str]) -> dict[str, list[Share]]:
        """How the records divide by each of `by` (a column, a field, `unit`, `commune`), most first; one look at them.

        At most sixty parts of each are told.
        """
        columns = [self._part(name) for name in by]
        query = select(*columns, func.count()).where(*self._wanted(scope, feed, filter)).group_by(*columns)
        found: dict[str, Counter[str]] = {name: Counter() for name in by}
        with self._db.read() as connection:
            for *values, n in connection.execute(query):
                for name, value in zip(by, values, strict=True):
                    if value is not None:
                        found[name][str(value)] += n
        ranked = {
            name: sorted(counted.items(), key=lambda part: (-part[1], part[0])) for name, counted in found.items()
        }
        return {name: [Share(*part) for part in parts[:MOST_GROUPS]] for name, parts in ranked.items()}

    def _part(self, by: str) -> ColumnElement[Any]:
        return records.c[by] if by in ("unit", "commune") else expression(by, self._db.is_postgres)

    def _sorted(self, scope: Scope, feed: str, filter: Filter, order: Order) -> Select[Any]:
        query = select(*ROW).where(*self._wanted(scope, feed, filter))
        column = expression(order.by, self._db.is_postgres)
        if order.by in ("at", "id"):  # never empty: written so that the index gives the order
            sides = (column, records.c.id)
            return query.order_by(*(side.desc() if order.down else side.asc() for side in sides))
        first = column.desc().nulls_last() if order.down else column.asc().nulls_last()
        return query.order_by(first, records.c.id)

    def _wanted(self, scope: Scope, feed: str, filter: Filter) -> list[ColumnElement[bool]]:
        return [records.c.feed == feed, *narrowed(scope, filter, self._db.is_postgres)]
