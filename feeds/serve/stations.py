"""Stations, cameras and desks found by what a person types; what a scope may not see is not in its index."""

from __future__ import annotations

import threading
from typing import Any

from feeds.catalogue.clock import Clock
from feeds.catalogue.model import Catalogue
from feeds.catalogue.places import Places
from feeds.catalogue.scope import Scope
from feeds.catalogue.search import Index
from feeds.store.entities import Entities, Entity

KEPT_MS = 60_000  # a new station is found a minute after it was declared
MOST_SCOPES = 64
Known = tuple[int, Index, dict[str, Entity]]


class Stations:
    """One per web process; threads share it."""

    def __init__(self, entities: Entities, catalogue: Catalogue, places: Places, clock: Clock) -> None:
        self._entities = entities
        self._places = places
        self._clock = clock
        self._domains = {feed.code: d.code for d in catalogue.domains.values() for feed in d.feeds}
        self._known: dict[str, Known] = {}
        self._lock = threading.Lock()

    def search(self, scope: Scope, text: str, limit: int) -> list[dict[str, Any]]:
        """Those in scope whose name or code answers, best first."""
        _, index, declared = self._of(scope)
        return [
            self._shown(declared[hit.key]) | {"matched": hit.matched, "rank": hit.rank}
            for hit in index.search(text, limit)
        ]

    def _of(self, scope: Scope) -> Known:
        now, key = self._clock.now_ms(), scope.cache_key()
        with self._lock:
            known = self._known.get(key)
            if known is None or not 0 <= now - known[0] < KEPT_MS:
                if len(self._known) >= MOST_SCOPES:
                    self._known.clear()
                known = self._known[key] = (now, *self._read(scope))
            return known

    def _read(self, scope: Scope) -> tuple[Index, dict[str, Entity]]:
        declared = {f"{e.feed} {e.code}": e for e in self._entities.all(scope) if e.feed in self._domains}
        names = [
            (key, name, name, level)
            for key, entity in declared.items()
            for level, name in enumerate(dict.fromkeys((entity.vi, entity.code, entity.en)))
        ]
        return Index(names), declared

    def _shown(self, entity: Entity) -> dict[str, Any]:
        known = entity.unit in self._places.units
        around = (
            {"parent_vi": self._places.name(entity.unit), "parent_en": self._places.name(entity.unit, "en")}
            if known
            else {}
        )
        return {
            "kind": "station",
            "key": entity.code,
            "vi": entity.vi,
            "en": entity.en,
            "feed": entity.feed,
            "domain": self._domains[entity.feed],
            "unit": entity.unit,
            "lat": entity.lat,
            "lon": entity.lon,
            "parent": entity.unit,
            **around,
        }
