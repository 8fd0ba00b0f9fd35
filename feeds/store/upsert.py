"""INSERT ... ON CONFLICT for both databases, written once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Table, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from feeds.store.database import Database

Insert = postgresql.Insert | sqlite.Insert


def insert_into(database: Database, table: Table) -> Insert:
    """An INSERT of `table` that knows ON CONFLICT in the database's own dialect."""
    return postgresql.insert(table) if database.is_postgres else sqlite.insert(table)


def insert_missing(database: Database, table: Table) -> Insert:
    """INSERT that leaves a row which is already there alone."""
    return insert_into(database, table).on_conflict_do_nothing()


def upsert_newer(database: Database, table: Table, age: Sequence[str]) -> Insert:
    """INSERT or overwrite, unless the row that stands is newer by the columns `age`, compared in their order."""
    statement = insert_into(database, table)
    key = [column.name for column in table.primary_key]
    return statement.on_conflict_do_update(
        index_elements=key,
        set_={column.name: statement.excluded[column.name] for column in table.columns if column.name not in key},
        where=tuple_(*(table.c[name] for name in age)) <= tuple_(*(statement.excluded[name] for name in age)),
    )
