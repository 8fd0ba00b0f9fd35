"""What is known of each thing that reports: declared through the feed `entities`, kept in SQL, used by every figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from feeds.catalogue.places import NATION_KEY
from feeds.compute.counts import own_leaf
from feeds.compute.station import Station
from feeds.engine.feed import FeedState
from feeds.engine.where import Where
from feeds.intake.event import Event
from feeds.store.entities import Entity

ACTIVE = "active"


class Directory:
    """Declared entities by feed and code. Taking one in makes or moves its station."""

    def __init__(self, feeds: Mapping[str, FeedState]) -> None:
        self._feeds = feeds
        self._known: dict[tuple[str, str], Entity] = {}

    def take(self, entities: Iterable[Entity]) -> list[tuple[FeedState, Station]]:
        """Take declarations in, newest last; returns the stations they concern."""
        touched = []
        for entity in entities:
            held = self._known.get((entity.feed, entity.code))
            if held is not None and held.at > entity.at:
                continue
            self._known[entity.feed, entity.code] = entity
            feed = self._feeds.get(entity.feed)
            if feed is not None and entity.state == ACTIVE:
                touched.append((feed, _declared(feed, entity)))
        return touched

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
