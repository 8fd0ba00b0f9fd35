"""Stations, cameras and links as frames carry them: written once when they change, not once a frame."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from typing import Any

import msgspec

from feeds.catalogue.clock import iso
from feeds.catalogue.model import Catalogue
from feeds.catalogue.places import NATION_KEY
from feeds.compute.age import AgeState, age_state
from feeds.compute.figure import Figure
from feeds.compute.station import Station
from feeds.engine.alarms import rounded
from feeds.engine.directory import Directory
from feeds.engine.feed import FeedState
from feeds.engine.judge import Judge

_encode = msgspec.json.Encoder().encode


class EntityFrames:
    """Every entity's newest form; `changed` collects those of each scope since its last frame."""

    def __init__(self, catalogue: Catalogue, directory: Directory, judge: Judge) -> None:
        self._catalogue = catalogue
        self._directory = directory
        self._judge = judge
        self._full: dict[tuple[str, str], msgspec.Raw] = {}
        self._brief: dict[tuple[str, str], dict[str, Any]] = {}
        self._of_scope: dict[str, dict[tuple[str, str], None]] = defaultdict(dict)
        self._domain = {code: d.code for d in catalogue.domains.values() for code in (f.code for f in d.feeds)}
        self.changed: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self.said: dict[
            tuple[str, str], Mapping[str, Any]
        ] = {}  # what the newest event of an entity says beside values

    def update(self, feed: FeedState, station: Station, figures: Mapping[str, Figure], now: int) -> None:
        """Write an entity anew; nothing happens when it is as before."""
        key = (feed.code, station.code)
        brief = self._told(feed, station, figures, now)
        if brief == self._brief.get(key) and key in self._full:
            return
        self._brief[key] = brief
        self._full[key] = msgspec.Raw(_encode(self._known(feed, station) | brief))
        for scope in self._scopes(feed, station):
            self._of_scope[scope][key] = None
            self.changed[scope].add(key)

    def follow(self, before: EntityFrames, feeds: Set[str]) -> None:
        """Take over the entities of these feeds as they are written."""
        self._full = {key: raw for key, raw in before._full.items() if key[0] in feeds}
        self._brief = {key: brief for key, brief in before._brief.items() if key[0] in feeds}
        self.said = {key: said for key, said in before.said.items() if key[0] in feeds}
        for scope, keys in before._of_scope.items():
            self._of_scope[scope] = {key: None for key in keys if key[0] in feeds}

    def age(self, feed: FeedState, station: Station, figures: Mapping[str, Figure], now: int) -> None:
        """Let the clock move on for an entity."""
        brief = self._brief.get((feed.code, station.code))
        if brief is None or brief["state"] != _state(feed, station, now):
            self.update(feed, station, figures, now)

    def all(self, scope: str) -> list[msgspec.Raw]:
        """Every entity of a scope."""
        return [self._full[key] for key in self._of_scope.get(scope, ())]

    def news(self, keys: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
        """What a delta tells of entities."""
        return [{"code": key[1], **self._brief[key]} for key in sorted(keys)]

    def _scopes(self, feed: FeedState, station: Station) -> tuple[str, ...]:
        domain = self._domain[feed.code]
        unit = feed.where.part(station.leaf)
        return tuple(dict.fromkeys((f"{NATION_KEY}:{domain}", f"{unit}:{domain}")))

    def _known(self, feed: FeedState, station: Station) -> dict[str, Any]:
        entity = self._directory.of(feed.code, station.code)
        name = entity.vi if entity else station.code.removeprefix("@").removesuffix("/")
        return {
            "code": station.code,
            "feed": feed.code,
            "vi": name,
            "en": entity.en if entity else name,
            "lat": entity.lat if entity else None,
            "lon": entity.lon if entity else None,
            "place": station.leaf.removesuffix("/"),
        }

    def _told(self, feed: FeedState, station: Station, figures: Mapping[str, Figure], now: int) -> dict[str, Any]:
        state = _state(feed, station, now)
        values: dict[str, float | None] = {}
        level: int | None = None
        by: str | None = None
        for code, figure in figures.items():
            indicator = self._catalogue.indicators[code]
            if figure.v is None:
                continue
            values[code] = rounded(figure.v, indicator)
            found = self._judge.of_station(indicator, figure, state, station.fields, now)
            if found and (level is None or found < level):
                level, by = found, code
        return {
            "at": iso(station.at) if station.at else None,
            "source": station.source,
            "state": state,
            "severity": level,
            "by": by,  # whose figure it is that severe
            "values": values,
            "fields": {**station.fields, **self.said.get((feed.code, station.code), {})},
        }


def _state(feed: FeedState, station: Station, now: int) -> AgeState:
    return age_state((now - station.at) / 1000 if station.at else None, feed.feed.cadence, feed.feed.lag)
