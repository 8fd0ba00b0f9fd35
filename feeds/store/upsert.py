"""Writing many rows at once, and never over something newer: the two dialects' ways, said once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, repeat
from operator import attrgetter
from typing import Any

import msgspec
from sqlalchemy import JSON, Connection, String, Table, bindparam, column, func, literal, select, tuple_
from sqlalchemy import cast as as_type
from sqlalchemy.dialects import postgresql, sqlite

from feeds.store.database import Database

Insert = postgresql.Insert | sqlite.Insert
_encode = msgspec.json.Encoder().encode
ROWS_AT_ONCE = (1024, 128, 16, 1)  # of few widths, so that the driver keeps each statement prepared


def insert_into(database: Database, table: Table) -> Insert:
    """An INSERT of `table` that knows ON CONFLICT in the database's own dialect."""
    return postgresql.insert(table) if database.is_postgres else sqlite.insert(table)


def upsert_newer(database: Database, table: Table, age: Sequence[str]) -> Insert:
    """INSERT or overwrite, unless the row that stands is newer by the columns `age`, compared in their order."""
    return unless_newer(table, age)(insert_into(database, table))


def unless_newer(table: Table, age: Sequence[str]) -> Callable[[Insert], Insert]:
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
    names = [name for name in rows[0].__struct_fields__ if name in table.c]
    if database.is_postgres:
        statement = conflict(_insert_recordset(table, names, constants)).execution_options(preserve_rowcount=True)
        return connection.execute(statement, {"rows": msgspec.json.encode(rows).decode()}).rowcount
    insert = sqlite.insert(table).values({name: bindparam(name) for name in (*names, *constants)})
    sql = conflict(insert).compile(dialect=database.engine.dialect)
    return _many(connection, str(sql), _tuples(table, sql.positiontup or [], rows, constants))


def _many(connection: Connection, sql: str, rows: list[tuple[Any, ...]]) -> int:
    """Run a one-row INSERT for all rows, as many at once as there are; returns how many it touched."""
    one = f"({', '.join('?' * len(rows[0]))})"
    touched = first = 0
    for width in ROWS_AT_ONCE:
        wide = sql.replace(f"VALUES {one}", f"VALUES {', '.join([one] * width)}", 1)
        while len(rows) - first >= width:
            given = tuple(chain.from_iterable(rows[first : first + width]))
            touched += connection.exec_driver_sql(wide, given).rowcount
            first += width
    return touched


def _insert_recordset(table: Table, names: Sequence[str], constants: Mapping[str, Any]) -> postgresql.Insert:
    given = as_type(bindparam("rows", type_=String), postgresql.JSONB)
    typed = func.jsonb_to_recordset(given).table_valued(*(column(name, table.c[name].type) for name in names))
    query = select(*typed.render_derived(name="given", with_types=True).c, *map(literal, constants.values()))
    return postgresql.insert(table).from_select([*names, *constants], query)


def _tuples(
    table: Table, order: Sequence[str], rows: Sequence[msgspec.Struct], constants: Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    """Column by column: each kind of column is told apart once, not once a row."""

    def values(name: str) -> Iterable[Any]:
        if name in constants:
            return repeat(constants[name], len(rows))
        given = map(attrgetter(name), rows)
        return map(_text, given) if isinstance(table.c[name].type, JSON) else given

    return list(zip(*map(values, order), strict=True))


def _text(value: Any) -> str:
    return _encode(value).decode()
