"""Record feeds in parts, as pages show them: by desk or by a field, with names, the period, and the time of reading."""

from __future__ import annotations

from typing import Any

import msgspec

from feeds.catalogue.clock import Clock, iso
from feeds.catalogue.model import Catalogue, Feed, Measure
from feeds.catalogue.places import NATION_KEY, Places
from feeds.catalogue.scope import Scope
from feeds.compute.periods import period_at
from feeds.serve.readers import Unknown
from feeds.store.breakdown import DESK, Breakdowns, Part
from feeds.store.database import Database

MOST_PARTS = 400  # a field with more values than this is no way to split


class BreakdownReader:
    """One per web process; threads share it."""

    def __init__(self, catalogue: Catalogue, places: Places, database: Database, clock: Clock) -> None:
        self._catalogue = catalogue
        self._places = places
        self._clock = clock
        self._store = Breakdowns(database)

    def breakdown(self, scope: Scope, feed: str, place: str, by: str, measures: tuple[str, ...]) -> dict[str, Any]:
        """Open, overdue and counted records of `place` by desk or field, the most overdue first.

        Raises Unknown for a feed, field, place or measure that is not there, OutOfScope for a place outside.
        """
        known = self._record_feed(feed)
        if by != DESK and by not in known.fields:
            raise Unknown(f"{feed} has no field {by!r}; there are {', '.join([DESK, *known.fields])}")
        if place != NATION_KEY and place not in self._places.units:
            raise Unknown(f"there is no unit {place!r}")
        scope.check(place)
        asked = {name: self._measure(known, name) for name in measures}
        now = self._clock.now_ms()
        since = period_at(now, "month").start_ms
        parts = self._store.parts(scope, feed, place, by, now, since, asked)[:MOST_PARTS]
        rows = [self._named(known, place, by, part) for part in parts if by == DESK or part.key]
        return {
            "feed": feed,
            "place": place,
            "by": by,
            "at": iso(now),
            "since": iso(since) if place != NATION_KEY else None,
            "rows": rows,
        }

    def _record_feed(self, feed: str) -> Feed:
        known = self._catalogue.feeds.get(feed)
        if known is None or known.kind != "records":
            raise Unknown(f"there is no feed of records {feed!r}")
        return known

    def _measure(self, feed: Feed, name: str) -> Measure:
        found = feed.measures.get(name)
        if found is None or found.value or found.by:
            raise Unknown(f"{feed.code} counts no {name!r}")
        return found

    def _named(self, feed: Feed, place: str, by: str, part: Part) -> dict[str, Any]:
        said = msgspec.structs.asdict(part) | {"oldest": iso(part.oldest) if part.oldest else None}
        if by != DESK:
            label = feed.labels.get(part.key)
            return said | {"vi": label.vi if label else part.key, "en": label.en if label else part.key}
        key = part.key if place == NATION_KEY else f"{place}/{part.key}"
        named = self._places.by_key.get(key)
        return said | {"key": key, "vi": named.vi if named else "", "en": named.en if named else ""}
