"""What is known of each source: how much it sent, what of it was doubled or is missing, which stations behave oddly."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import case, delete, func, select

from feeds.catalogue.clock import DAY_MS
from feeds.catalogue.places import NATION_KEY
from feeds.catalogue.scope import Scope
from feeds.store.database import Database
from feeds.store.tables import source_quality
from feeds.store.upsert import insert_into

KEPT_DAYS = 90
MOST_ODD = 50  # stations that one source names
c = source_quality.c


class SourceQuality(msgspec.Struct, frozen=True, kw_only=True):
    """One source of one feed. Of `accepted` and `duplicates` a writer gives what is new, a reader gets the sum."""

    feed: str
    source: str
    unit: str = NATION_KEY
    accepted: int = 0
    duplicates: int = 0
    missing: int = 0
    at: int = 0
    delay: int = 0  # ms, of the newest observation
    received: int = 0
    stations: int = 0
    silent: int = 0
    stuck: dict[str, list[str]] = {}
    jumped: dict[str, list[str]] = {}
    lost: dict[str, int] = {}
    found: dict[str, int] = {}

    @property
    def changed(self) -> bool:
        """True when it no longer sends what it used to, or something new."""
        return bool(self.lost or self.found)


class SourceQualities:
    """The sources of one world."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, rows: Sequence[SourceQuality]) -> None:
        """Add to the counts of each source, and say anew what it is like now."""
        if not rows:
            return
        statement = insert_into(self._database, source_quality)
        new = statement.excluded
        told = {name: new[name] for name in ("missing", "stations", "silent", "stuck", "jumped", "lost", "found")}
        newest = {name: case((new[name] > c[name], new[name]), else_=c[name]) for name in ("at", "received")}
        newest["delay"] = case((new.at > c.at, new.delay), else_=c.delay)
        sums = {name: c[name] + new[name] for name in ("accepted", "duplicates")}
        home = case((c.unit == new.unit, c.unit), else_=NATION_KEY)
        statement = statement.on_conflict_do_update(
            index_elements=["feed", "source"], set_={**told, **newest, **sums, "unit": home}
        )
        with self._database.write() as connection:
            connection.execute(statement, [msgspec.structs.asdict(row) for row in rows])

    def all(self, scope: Scope, unit: str | None = None, feed: str | None = None) -> list[SourceQuality]:
        """Sources that `scope` may see, by feed and name; those that speak for several places are the nation's."""
        query = select(source_quality).order_by(c.feed, c.source)
        if scope.units is not None:
            query = query.where(c.unit.in_(sorted(scope.units)))
        for column, value in ((c.unit, unit), (c.feed, feed)):
            query = query if value is None else query.where(column == value)
        with self._database.read() as connection:
            return [SourceQuality(**row._mapping) for row in connection.execute(query)]

    def count(self, scope: Scope) -> int:
        """How many there are."""
        query = select(func.count()).select_from(source_quality)
        if scope.units is not None:
            query = query.where(c.unit.in_(sorted(scope.units)))
        with self._database.read() as connection:
            return int(connection.scalar(query) or 0)

    def prune(self, now: int, days: int = KEPT_DAYS) -> int:
        """Forget sources not heard for `days` days."""
        with self._database.write() as connection:
            return connection.execute(delete(source_quality).where(c.received < now - days * DAY_MS)).rowcount
