"""Sources and places as people judge them: what each source sent and how it behaves, đúng đủ sạch sống of each place.

Every answer is asked with a Scope first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from feeds.catalogue.clock import Clock
from feeds.catalogue.model import Catalogue, Feed
from feeds.catalogue.scope import Scope
from feeds.compute.age import LATE, granted_lag
from feeds.store.database import Database
from feeds.store.source_quality import SourceQualities, SourceQuality

SCORES = ("correct_share", "complete_share", "clean_share", "alive_share")  # đúng, đủ, sạch, sống
FLAGS = ("silent", "late", "stuck", "jumped", "changed", "gaps")
Snapshot = Callable[[Scope, str], Mapping[str, Any] | None]


class SourceReader:
    """One per web process; threads share it. `snapshot` reads the newest figures of a scope."""

    def __init__(self, catalogue: Catalogue, database: Database, clock: Clock, snapshot: Snapshot) -> None:
        self._catalogue = catalogue
        self._sources = SourceQualities(database)
        self._clock = clock
        self._snapshot = snapshot

    def sources(self, scope: Scope, unit: str | None = None, feed: str | None = None) -> list[dict[str, Any]]:
        """Each source with what is to be said of it; those with most to say first."""
        now = self._clock.now_ms()
        rows = [self._row(row, now) for row in self._sources.all(scope, unit, feed)]
        return sorted(rows, key=lambda row: (-len(row["flags"]), row["feed"], row["source"]))

    def scores(self, scope: Scope, place: str) -> dict[str, Any]:
        """The four shares of a place and of each unit below it, percent; None where nothing can be said."""
        found = self._snapshot(scope, scope.check(place)) or {}
        own, units = found.get("indicators", {}), found.get("units", {})
        codes = self.codes()
        columns = [units.get("columns", {}).get(code) for code in codes]
        severity = [units.get("severity", {}).get(code) for code in codes]
        below = [
            {"place": key, "scores": _at(columns, at), "severity": _at(severity, at)}
            for at, key in enumerate(units.get("order", ()))
        ]
        mine = {
            "place": place,
            "scores": [own.get(code, {}).get("v") for code in codes],
            "severity": [own.get(code, {}).get("severity") for code in codes],
        }
        return {"indicators": codes, "own": mine, "units": below}

    def codes(self) -> list[str]:
        """The indicators of the four shares, in their order; those the catalogue does not have are left out."""
        by_function = {i.compute.fn: i.code for i in self._catalogue.indicators.values()}
        return [by_function[fn] for fn in SCORES if fn in by_function]

    def _row(self, row: SourceQuality, now: int) -> dict[str, Any]:
        feed = self._catalogue.feeds.get(row.feed)
        flags = [flag for flag in FLAGS if _holds(flag, row, feed, now)]
        return msgspec.structs.asdict(row) | {"flags": flags}


def _holds(flag: str, row: SourceQuality, feed: Feed | None, now: int) -> bool:
    """True when something is to be said of a source. Silent: as old as a figure that is stale. Late: its newest
    observation came later than the feed's cadence and lag allow."""
    if flag == "changed":
        return row.changed
    if flag == "gaps":
        return row.missing > 0
    if flag in ("stuck", "jumped"):
        return bool(getattr(row, flag))
    if feed is None or not row.received:
        return False
    if flag == "silent":
        lag = granted_lag(feed, feed.lag, row.received, now)
        return now - row.received > (LATE * feed.cadence + lag) * 1000
    return row.delay > (feed.cadence + feed.lag) * 1000


def _at(columns: list[Any], at: int) -> list[Any]:
    return [column[at] if column else None for column in columns]
