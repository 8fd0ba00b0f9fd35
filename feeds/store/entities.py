"""Stations, cameras, road links and other things that report: where they stand and what is known of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import select

from feeds.catalogue.scope import Scope
from feeds.store.database import Database
from feeds.store.tables import entities
from feeds.store.upsert import put_many, unless_newer


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that reports to `feed`, as it was last declared at `at`."""

    feed: str
    code: str
    unit: str
    commune: str = ""
    place: str
    lat: float | None = None
    lon: float | None = None
    vi: str
    en: str
    state: str = "active"
    fields: dict[str, Any] = {}
    at: int


class Entities:
    """Everything that reports, in one world."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def upsert(self, declared: Iterable[Entity]) -> None:
        """Take in declarations, in any order; an older one never replaces a newer."""
        newest = {(each.feed, each.code): each for each in sorted(declared, key=lambda each: each.at)}
        if newest:
            with self._db.write() as connection:
                put_many(self._db, connection, entities, list(newest.values()), unless_newer(entities, ("at",)))

    def all(self, scope: Scope, feed: str | None = None, unit: str | None = None) -> list[Entity]:
        """What reports in scope, by code; narrowed to a feed and a unit where asked."""
        query = select(entities).order_by(entities.c.feed, entities.c.code)
        if unit is not None:
            query = query.where(entities.c.unit == scope.check(unit))
        elif scope.units is not None:
            query = query.where(entities.c.unit.in_(sorted(scope.units)))
        if feed is not None:
            query = query.where(entities.c.feed == feed)
        with self._db.read() as connection:
            return [Entity(**row._mapping) for row in connection.execute(query)]

    def one(self, scope: Scope, feed: str, code: str) -> Entity | None:
        """The entity, or None when nobody declared it; OutOfScope when it stands elsewhere."""
        query = select(entities).where(entities.c.feed == feed, entities.c.code == code)
        with self._db.read() as connection:
            found = connection.execute(query).one_or_none()
        if found is None:
            return None
        scope.check(found.unit)
        return Entity(**found._mapping)
