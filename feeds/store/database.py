"""Opens the SQL database of a world: a SQLite file of its own, or a schema of its own on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.schema import CreateSchema
from sqlalchemy.sql import text

from feeds.catalogue.keys import World
from feeds.catalogue.settings import BadSetting, Settings
from feeds.store import module_tables
from feeds.store.append_only import only_added_to
from feeds.store.tables import meta
from feeds.store.turnstile import turn

SCHEMA = 1  # raised whenever tables.py changes what an older program would misread
WAIT_MS = 10_000  # how long a writer waits for the one before it
PRAGMAS = (
    f"busy_timeout={WAIT_MS}",
    "page_size=8192",  # of a new file: a dozen records a page, so that fewer pages are summed and written twice
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "cache_size=-32768",  # KB: what is written together stays in memory, and no transaction is spilled half done
    "wal_autocheckpoint=8000",  # pages: fewer copies of the same page into the file, and 64 MB beside it at most
)


@dataclass(frozen=True, slots=True)
class Database:
    """The tables of one world. Threads may share it; a process opens its own."""

    engine: Engine
    world: World

    @property
    def is_postgres(self) -> bool:
        """True on PostgreSQL, False on SQLite."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view; nothing is written."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it on leaving, nothing of it on an exception."""
        with self.engine.execution_options(immediate=True).begin() as connection:
            yield connection

    def fact(self, key: str) -> str | None:
        """What was last remembered under `key`, such as the fingerprint of the catalogue that counted the records."""
        with self.read() as connection:
            return connection.scalar(select(meta.c.value).where(meta.c.key == key))

    def remember(self, key: str, value: str) -> None:
        """Keep a fact about this database."""
        with self.write() as connection:
            if not connection.execute(update(meta).where(meta.c.key == key).values(value=value)).rowcount:
                connection.execute(insert(meta).values(key=key, value=value))

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def open_database(settings: Settings) -> Database:
    """The world's database with its tables made; BadSetting with a sentence when it cannot be used."""
    engine = _engine(settings)
    database = Database(engine, settings.world)
    try:
        with database.write() as connection:
            _prepare(connection, settings.world)
    except SQLAlchemyError as error:
        engine.dispose()
        raise BadSetting(_sentence(engine.url, error)) from error
    except BadSetting:
        engine.dispose()
        raise
    return database


def _engine(settings: Settings) -> Engine:
    url = _url(settings)
    if url.get_backend_name() == "postgresql":
        engine = create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 5}, **_JSON)
        return engine.execution_options(schema_translate_map={None: settings.world})
    _writable(Path(str(url.database)))
    engine = create_engine(url, **_JSON)
    event.listen(engine, "connect", _sqlite_connect)
    event.listen(engine, "begin", partial(_sqlite_begin, Path(f"{url.database}-turn")))
    return engine


def _url(settings: Settings) -> URL:
    """The database that was asked for; by default a file of the world's own."""
    if settings.database_url is None:
        return URL.create("sqlite", database=str(settings.var / f"{settings.world}.db"))
    try:
        url = make_url(settings.database_url)
    except ArgumentError:
        url = URL.create("none")
    match url.drivername.split("+")[0]:
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+psycopg")
        case "sqlite" if url.database and url.database != ":memory:":
            return url
    raise BadSetting(
        "IOC_DATABASE_URL must look like postgresql://user:password@host/database or sqlite:////path/to/file.db; "
        "leave it unset to keep a SQLite file under IOC_VAR."
    )


def _writable(path: Path) -> None:
    """The folder of `path` exists and takes files; otherwise BadSetting, before SQLite says something obscure."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab"):
            pass
    except OSError as error:
        raise BadSetting(
            f"The database {path} cannot be written ({error.strerror}): let this user write there, "
            "or point IOC_VAR at a folder that it may write."
        ) from error


def _sqlite_connect(connection: Any, _record: object) -> None:
    """WAL lets readers go on while one writes; FULL keeps a commit through a power cut, as Redis keeps its own."""
    connection.isolation_level = None  # transactions are begun by us, not guessed by the driver
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("add_tally", 2, _add_tally, deterministic=True)


def _add_tally(held: str, more: str) -> str:
    """The sum of two tallies (measure -> [how many, sum]), which PostgreSQL adds up in its own language."""
    total = msgspec.json.decode(held)
    for name, (n, amount) in msgspec.json.decode(more).items():
        before = total.get(name, (0, 0.0))
        total[name] = (before[0] + n, before[1] + amount)
    return msgspec.json.encode(total).decode()


def _sqlite_begin(turns: Path, connection: Connection) -> None:
    """A writer takes its place at once: a lock upgraded halfway through would be refused, not waited for."""
    if not connection.get_execution_options().get("immediate", False):
        connection.exec_driver_sql("BEGIN")
        return
    with turn(turns, WAIT_MS / 1000):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _prepare(connection: Connection, world: World) -> None:
    """Refuse what another world or a newer program has written, then make what is missing."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(70001)"))  # one start-up at a time
        if not inspect(connection).has_schema(world):
            connection.execute(CreateSchema(world))
    meta.create(connection, checkfirst=True)
    found: dict[str, str] = {row.key: row.value for row in connection.execute(select(meta))}
    _refuse_foreign(found, world, connection.engine.url.render_as_string(hide_password=True))
    module_tables.metadata.create_all(connection)  # the metadata of tables.py, with every listing read
    only_added_to(connection, world)
    for key, value in (("schema", str(SCHEMA)), ("world", world)):
        if key not in found:
            connection.execute(insert(meta).values(key=key, value=value))


def _refuse_foreign(found: dict[str, str], world: World, where: str) -> None:
    if int(found.get("schema", SCHEMA)) > SCHEMA:
        raise BadSetting(
            f"The database {where} was written by a newer version (schema {found['schema']}, this program knows "
            f"{SCHEMA}): start the newer version, or point IOC_VAR or IOC_DATABASE_URL elsewhere."
        )
    if found.get("world", world) != world:
        raise BadSetting(
            f"The database {where} holds the world '{found['world']}', not '{world}': worlds are never mixed; "
            "point IOC_VAR or IOC_DATABASE_URL elsewhere."
        )


def _sentence(url: URL, error: SQLAlchemyError) -> str:
    cause = str(getattr(error, "orig", error)).strip().splitlines()
    name = "IOC_DATABASE_URL" if url.get_backend_name() == "postgresql" else "IOC_VAR or IOC_DATABASE_URL"
    return (
        f"The database {url.render_as_string(hide_password=True)} cannot be used "
        f"({cause[0] if cause else type(error).__name__}): start it, or correct {name}."
    )


def _dumps(value: object) -> str:
    return msgspec.json.encode(value).decode()


_JSON: dict[str, Any] = {"json_serializer": _dumps, "json_deserializer": msgspec.json.decode}
