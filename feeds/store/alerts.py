"""Alerts: thresholds that were crossed long enough, until they were cleared, and afterwards."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import ColumnElement, Select, delete, func, or_, select

from feeds.catalogue.clock import DAY_MS
from feeds.catalogue.places import NATION_KEY
from feeds.catalogue.scope import Scope
from feeds.store.database import Database
from feeds.store.tables import alerts, meta
from feeds.store.upsert import insert_into, put_many, unless_newer

KEEP_MS = 3653 * DAY_MS
WATCHED = "alerts_watched_since"


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One crossing: active while `cleared` is None. `place` is where, `scope` the frame that shows it."""

    id: str
    scope: str
    place: str
    place_vi: str
    indicator: str
    entity: str | None = None
    level: int
    since: int
    cleared: int | None = None
    value: float | None
    limit: float | None
    unit: str
    source: str
    vi: str
    en: str


class Alerts:
    """The alerts of one world."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def upsert(self, changed: Iterable[Alert], epoch: int, version: int) -> None:
        """Store alerts as they are now; what a newer (epoch, version) wrote stays as it is."""
        rows = list({alert.id: alert for alert in changed}.values())
        if rows:
            newest = unless_newer(alerts, ("epoch", "version"))
            with self._db.write() as connection:
                put_many(self._db, connection, alerts, rows, newest, epoch=epoch, version=version)

    def begin(self, now_ms: int) -> None:
        """Remember that alerts are watched from now on, or, where they were before this was written down, since the
        first of them."""
        with self._db.write() as connection:
            first = connection.scalar(select(func.min(alerts.c.since)))
            said = insert_into(self._db, meta).values(key=WATCHED, value=str(min(first or now_ms, now_ms)))
            connection.execute(said.on_conflict_do_nothing())

    def watched_since(self, scope: Scope) -> int | None:
        """Since when alerts are watched in this world, in ms: of what came before nobody can say that it was calm. None
        while nobody watches yet. The same in every scope."""
        with self._db.read() as connection:
            found = connection.scalar(select(meta.c.value).where(meta.c.key == WATCHED))
        return int(found) if found else None

    def active(self, scope: Scope, name: str) -> list[Alert]:
        """What is abnormal now under `name` (`vn`, a unit, a commune, or one of these with a domain), worst first."""
        query = select(alerts).where(alerts.c.cleared.is_(None), *_under(scope, name))
        return self._read(query.order_by(alerts.c.level, alerts.c.since.desc(), alerts.c.id))

    def open(self, scope: Scope) -> list[Alert]:
        """What is abnormal now at every place in scope, worst first; the nation's own for who sees all of it."""
        unit = func.substr(alerts.c.place, 1, 2)  # of a commune `01/00004` as well
        inside = [] if scope.units is None else [unit.in_(sorted(scope.units)), alerts.c.place != NATION_KEY]
        query = select(alerts).where(alerts.c.cleared.is_(None), *inside)
        return self._read(query.order_by(alerts.c.level, alerts.c.since.desc(), alerts.c.id))

    def cleared(self, scope: Scope, name: str, since_ms: int, limit: int = 200) -> list[Alert]:
        """What was cleared under `name` since then, last cleared first."""
        query = select(alerts).where(alerts.c.cleared >= since_ms, *_under(scope, name))
        return self._read(query.order_by(alerts.c.cleared.desc(), alerts.c.id).limit(limit))

    def history(
        self, scope: Scope, name: str, from_ms: int, to_ms: int, indicator: str | None = None, limit: int = 200
    ) -> list[Alert]:
        """What was active at any time in [from, to) under `name`, newest first."""
        begun = alerts.c.since < to_ms
        lasted = or_(alerts.c.cleared.is_(None), alerts.c.cleared >= from_ms)
        query = select(alerts).where(begun, lasted, *_under(scope, name))
        if indicator is not None:
            query = query.where(alerts.c.indicator == indicator)
        return self._read(query.order_by(alerts.c.since.desc(), alerts.c.id).limit(limit))

    def prune(self, now_ms: int, keep_ms: int = KEEP_MS) -> int:
        """Delete alerts cleared longer ago than they are kept; returns how many went."""
        with self._db.write() as connection:
            return connection.execute(delete(alerts).where(alerts.c.cleared < now_ms - keep_ms)).rowcount

    def _read(self, query: Select[tuple[object, ...]]) -> list[Alert]:
        with self._db.read() as connection:
            return [
                Alert(**{name: row[name] for name in Alert.__struct_fields__})
                for row in connection.execute(query).mappings()
            ]


def _under(scope: Scope, name: str) -> list[ColumnElement[bool]]:
    place, _, domain = scope.check(name).partition(":")
    conditions: list[ColumnElement[bool]] = []
    if place != "vn":
        conditions.append(or_(alerts.c.place == place, alerts.c.place.startswith(f"{place}/", autoescape=True)))
    if domain:
        conditions.append(alerts.c.scope.endswith(f":{domain}", autoescape=True))
    return conditions
