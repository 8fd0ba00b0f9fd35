"""What stands beside the messages in quarantine: how many were refused in each hour and where, and who did what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, delete, func, insert, not_, select

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.scope import Scope
from feeds.store.database import Database
from feeds.store.tables import quarantine, quarantine_acts, quarantine_hours
from feeds.store.upsert import insert_into

held, acts, hours = quarantine.c, quarantine_acts.c, quarantine_hours.c


class Act(msgspec.Struct, frozen=True):
    """What somebody did to a message: `mended` is replayed with other bytes than its own."""

    at: int
    act: str
    by: str
    why: str
    bytes: bytes | None


class Refusals(msgspec.Struct, frozen=True):
    """How many messages of a feed were refused in an hour since the epoch; `unit` is empty where they name no place."""

    feed: str
    unit: str
    hour: int
    n: int


class QuarantineTrail:
    """Reads what `Quarantine` writes beside its messages."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def acts(self, scope: Scope, row_id: int) -> list[Act]:
        """What was done to a message, oldest first; nothing when `scope` may not see it."""
        query = select(acts.at, acts.act, acts.by, acts.why, acts.bytes).join(quarantine, held.id == acts.row)
        query = query.where(acts.row == row_id).order_by(acts.id)
        if scope.units is not None:
            query = query.where(held.unit.in_(sorted(scope.units)))
        with self._database.read() as connection:
            return [Act(*row) for row in connection.execute(query)]

    def refusals(
        self, scope: Scope, since_hour: int, feed: str | None = None, unit: str | None = None
    ) -> list[Refusals]:
        """Refused messages by feed, place and hour from `since_hour` on; of the places that `scope` may see."""
        query = select(quarantine_hours).where(hours.hour >= since_hour).order_by(hours.hour, hours.feed, hours.unit)
        if scope.units is not None:
            query = query.where(hours.unit.in_(sorted(scope.units)))
        for column, value in ((hours.feed, feed), (hours.unit, unit)):
            query = query if value is None else query.where(column == value)
        with self._database.read() as connection:
            return [Refusals(row.feed, row.unit, row.hour, int(row.n)) for row in connection.execute(query)]


def count_hours(connection: Connection, database: Database, refused: Iterable[tuple[str, str, int]]) -> None:
    """Add refused messages (feed, unit, received) to their hours."""
    found = Counter((feed, unit, received // HOUR_MS) for feed, unit, received in refused)
    statement = insert_into(database, quarantine_hours)
    statement = statement.on_conflict_do_update(
        index_elements=["feed", "unit", "hour"], set_={"n": hours.n + statement.excluded.n}
    )
    rows = [{"feed": f, "unit": unit, "hour": hour, "n": n} for (f, unit, hour), n in sorted(found.items())]
    connection.execute(statement, rows)


def note_act(connection: Connection, row_id: int, act: str, at: int, by: str, why: str, instead: bytes | None) -> None:
    """Write down who did what to a message."""
    words = {"row": row_id, "at": at, "act": act, "by": by, "why": why, "bytes": instead}
    connection.execute(insert(quarantine_acts), words)


def forget(connection: Connection, before: int) -> None:
    """Forget the hours before `before`, and the acts whose message is no longer there."""
    connection.execute(delete(quarantine_hours).where(hours.hour < before // HOUR_MS))
    still = select(func.count()).where(held.id == acts.row).scalar_subquery()
    connection.execute(delete(quarantine_acts).where(not_(still > 0)))
