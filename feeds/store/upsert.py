"""Writing many rows at once, and never over something newer: the two dialects' ways, said once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

import msgspec
from msgspec.structs import astuple
from sqlalchemy import JSON, Connection, String, Table, bindparam, column, func, literal, select, tuple_
from sqlalchemy import cast as as_type
from sqlalchemy.dialects import postgresql, sqlite

from feeds.store.database import Database

Insert = postgresql.Insert | sqlite.Insert
_encode_lines = msgspec.json.Encoder().encode_lines
SQLITE = sqlite.dialect()
ROWS_AT_ONCE = (1024, 256, 64, 16, 4, 1)  # of few widths, so that the driver keeps each statement prepared


def insert_into(database: Database, table: Table) -> Insert:
    """An INSERT of `table` that knows ON CONFLICT in the database's own dialect."""
    return postgresql.insert(table) if database.is_postgres else sqlite.insert(table)


def upsert_newer(database: Database, table: Table, age: tuple[str, ...]) -> Insert:
    """INSERT or overwrite, unless the row that stands is newer by the columns `age`, compared in their order."""
    return unless_newer(table, age)(insert_into(database, table))


@lru_cache(maxsize=64)  # the same function for the same table, so that what is made with it is made once
def unless_newer(table: Table, age: tuple[str, ...]) -> Callable[[Insert], Insert]:
    """What `upsert_newer` adds to an INSERT, for `put_many`."""
    key = [column.name for column in table.primary_key]

    def overwrite(statement: Insert) -> Insert:
        excluded = statement.excluded
        return statement.on_conflict_do_update(
            index_elements=key,
            set_={column.name: excluded[column.name] for column in table.columns if column.name not in key},
            where=tuple_(*(table.c[name] for name in age)) <= tuple_(*(excluded[name] for name in age)),
        )

    return overwrite


def or_leave(statement: Insert) -> Insert:
    """For `put_many`: what stands already stays as it is, and does not count as touched."""
    return statement.on_conflict_do_nothing()


def put_many(
    database: Database,
    connection: Connection,
    table: Table,
    rows: Sequence[msgspec.Struct],
    conflict: Callable[[Insert], Insert],
    **constants: Any,
) -> int:
    """INSERT `rows`, whose fields are named as the columns, with `constants` in each; returns how many it touched.

    No two rows may have the same key; `conflict` says what happens where a row stands already. PostgreSQL takes all
    rows as one JSON parameter, SQLite hundreds of plain tuples in one statement: several times as fast as giving
    SQLAlchemy each value, and Python's lock is given up and asked for again once a statement, not once a row, so that
    a busy thread beside it does not hold it up.
    """
    names = tuple(name for name in rows[0].__struct_fields__ if name in table.c)
    if database.is_postgres:
        statement = conflict(_insert_recordset(table, names, constants)).execution_options(preserve_rowcount=True)
        return connection.execute(statement, {"rows": msgspec.json.encode(rows).decode()}).rowcount
    order, sql = _insert_one(table, (*names, *constants), conflict)
    return _many(connection, sql, _values(table, order, rows, constants), len(order))


@lru_cache(maxsize=64)
def _insert_one(table: Table, names: Sequence[str], conflict: Callable[[Insert], Insert]) -> tuple[Sequence[str], str]:
    """The columns and the text of an INSERT of one row: making it costs as much as writing a hundred rows."""
    sql = conflict(sqlite.insert(table).values({name: bindparam(name) for name in names})).compile(dialect=SQLITE)
    return sql.positiontup or [], str(sql)


@lru_cache(maxsize=256)
def _wide(sql: str, columns: int, width: int) -> str:
    """An INSERT of one row as one of `width` rows."""
    one = f"({', '.join('?' * columns)})"
    return sql.replace(f"VALUES {one}", f"VALUES {', '.join([one] * width)}", 1)


def _many(connection: Connection, sql: str, values: list[Any], columns: int) -> int:
    """Run a one-row INSERT for all rows, as many at once as there are; returns how many it touched. `values` are those
    of the first row, then those of the second."""
    touched = first = 0
    for width in ROWS_AT_ONCE:
        while len(values) - first >= width * columns:
            given = tuple(values[first : first + width * columns])
            touched += connection.exec_driver_sql(_wide(sql, columns, width), given).rowcount
            first += width * columns
    return touched


def _insert_recordset(table: Table, names: Sequence[str], constants: Mapping[str, Any]) -> postgresql.Insert:
    given = as_type(bindparam("rows", type_=String), postgresql.JSONB)
    typed = func.jsonb_to_recordset(given).table_valued(*(column(name, table.c[name].type) for name in names))
    query = select(*typed.render_derived(name="given", with_types=True).c, *map(literal, constants.values()))
    return postgresql.insert(table).from_select([*names, *constants], query)


def _values(
    table: Table, order: Sequence[str], rows: Sequence[msgspec.Struct], constants: Mapping[str, Any]
) -> list[Any]:
    """The values of all rows, one row after the other; a column of JSON is written out as a whole."""
    names = [*constants, *rows[0].__struct_fields__]
    row = itemgetter(*map(names.index, order))
    known = tuple(constants.values())
    values: list[Any] = list(chain.from_iterable(map(row, map(known.__add__, map(astuple, rows)))))
    for number, name in enumerate(order):
        if isinstance(table.c[name].type, JSON) and name not in constants:
            values[number :: len(order)] = _texts(values[number :: len(order)])
    return values


def _texts(values: list[Any]) -> list[str]:
    """Each value as JSON: all in one go, a line each, for a line's end within a value is written `\\n`."""
    return _encode_lines(values).decode().split("\n")[:-1]
