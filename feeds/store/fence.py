"""A database that only the newest aggregator may write: each transaction makes sure that no newer one has come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Integer, cast, insert, select, update

from feeds.store.database import Database
from feeds.store.tables import meta

KEY = "epoch"
HELD_MS = 10_000  # between two statements; who pauses longer is cut off, or his successor would wait for him


class Superseded(RuntimeError):
    """A newer aggregator has taken over; nothing was written."""


@dataclass(frozen=True, slots=True)
class FencedDatabase(Database):
    """The same database under the epoch of one aggregator."""

    epoch: int = 0

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction, refused with Superseded when a newer epoch has begun; PostgreSQL ends a forgotten one."""
        with Database.write(self) as connection:
            if self.is_postgres:
                connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = {HELD_MS}")
            if _standing(connection) > self.epoch:
                raise Superseded(f"epoch {self.epoch} is over")
            yield connection


def take_over(database: Database, epoch: int) -> FencedDatabase:
    """Raise the database's epoch: from here on no older aggregator writes. Superseded when one has gone higher."""
    with database.write() as connection:
        found = _standing(connection)
        if found > epoch:
            raise Superseded(f"epoch {epoch} is over, {found} has begun")
        if found < 0:
            connection.execute(insert(meta).values(key=KEY, value=str(epoch)))
        else:
            connection.execute(update(meta).where(meta.c.key == KEY).values(value=str(epoch)))
    return FencedDatabase(database.engine, database.world, epoch)


def _standing(connection: Connection) -> int:
    """The epoch in force, held until the transaction ends; -1 before the first."""
    query = select(cast(meta.c.value, Integer)).where(meta.c.key == KEY).with_for_update(read=True)
    found = connection.scalar(query)
    return -1 if found is None else int(found)
