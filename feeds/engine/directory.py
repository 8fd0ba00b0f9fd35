"""What is known of each thing that reports: declared through the feed `entities`, kept in SQL, used by every figure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from feeds.catalogue.clock import Clock
from feeds.catalogue.flood_levels import LEVELS, FloodLevels
from feeds.catalogue.places import NATION_KEY
from feeds.compute.counts import own_leaf
from feeds.compute.periods import date_of
from feeds.compute.station import Station
from feeds.engine.feed import FeedState
from feeds.engine.where import Where
from feeds.intake.event import Event
from feeds.store.entities import Entity

ACTIVE = "active"


class Directory:
    """Declared entities by feed and code. Taking one in makes or moves its station.

    The flood alert levels of the table hold before those that a gauge declares of itself, from their day on.
    """

    def __init__(self, feeds: Mapping[str, FeedState], clock: Clock, levels: FloodLevels) -> None:
        self._feeds = feeds
        self._clock, self._levels = clock, levels
        self._day: date | None = None
        self._said: dict[tuple[str, str], Entity] = {}  # as declared
        self._known: dict[tuple[str, str], Entity] = {}

    def take(self, entities: Iterable[Entity]) -> list[tuple[FeedState, Station]]:
        """Take declarations in, newest last; returns the stations they concern."""
        touched = []
        day = date_of(self._clock.now_ms())
        for entity in entities:
            held = self._said.get((entity.feed, entity.code))
            if held is not None and held.at > entity.at:
                continue
            self._said[entity.feed, entity.code] = entity
            entity = self._known[entity.feed, entity.code] = self._with_levels(entity, day)
            feed = self._feeds.get(entity.feed)
            if feed is not None and entity.state == ACTIVE:
                touched.append((feed, _declared(feed, entity)))
        return touched

    def follow(self, before: Directory, fresh: Container[str]) -> None:
        """Take over what was declared; stations of `fresh` feeds are made from it."""
        self._day, self._said, self._known = before._day, before._said, before._known
        self.take([entity for entity in self._said.values() if entity.feed in fresh])

    def turn(self) -> list[tuple[FeedState, Station]]:
        """On a new day, take in again what the table may say anew; returns the stations that concerns."""
        day = date_of(self._clock.now_ms())
        if day == self._day:
            return []
        self._day = day
        return self.take([entity for entity in self._said.values() if self._has_levels(entity)])

    def _with_levels(self, entity: Entity, day: date) -> Entity:
        if not self._has_levels(entity):
            return entity
        found = self._levels.of(entity.code, entity.unit, entity.vi, str(entity.fields.get("river") or ""), day)
        return entity if found is None else msgspec.structs.replace(entity, fields={**entity.fields, **found})

    def _has_levels(self, entity: Entity) -> bool:
        feed = self._feeds.get(entity.feed)
        return feed is not None and set(LEVELS) <= set(feed.feed.entity_fields)

    def of(self, feed: str, code: str) -> Entity | None:
        """The entity, when somebody has declared it."""
        return self._known.get((feed, code))

    def fields(self, feed: str, code: str) -> Mapping[str, Any]:
        """What was declared of an entity beside its place and name."""
        entity = self._known.get((feed, code))
        return entity.fields if entity else {}


def declared(event: Event, where: Where) -> Entity | None:
    """The entity that an event of the feed `entities` declares."""
    record = event.record
    if record is None:
        return None
    leaf = where.leaf(event.place)
    unit = where.part(leaf)
    fields = {name: value for name, value in record.fields.items() if name not in ("vi", "en")}
    vi = str(record.fields.get("vi") or record.id)
    return Entity(
        feed=record.type, code=record.id, unit=unit, commune=leaf.partition("/")[2] if unit != NATION_KEY else "",
        place=event.place, lat=event.lat, lon=event.lon, vi=vi, en=str(record.fields.get("en") or vi),
        state=record.state or ACTIVE, fields=fields, at=event.at,
    )  # fmt: skip


def _declared(feed: FeedState, entity: Entity) -> Station:
    leaf = f"{entity.unit}/{entity.commune}" if entity.commune else own_leaf(entity.unit)
    part = feed.partition(entity.unit if feed.feed.partition == "province" else NATION_KEY)
    station = part.stations.get(entity.code)
    if station is None or station.leaf != leaf:
        station = part.station(entity.code, leaf)
    station.leaf, station.declared, station.fields = leaf, True, entity.fields
    return station
