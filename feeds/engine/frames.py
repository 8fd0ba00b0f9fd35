"""The frames of a scope: the complete snapshot and the delta from the one before (shape: docs/contract.md).

A scope is a place (`vn`, `01`), or a domain of a place with its stations (`01:air`). Child units travel as columns in
a declared order; a column nobody has a value for is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import msgspec

from feeds.catalogue.clock import iso
from feeds.catalogue.keys import World
from feeds.catalogue.model import Catalogue, Indicator
from feeds.catalogue.places import NATION_KEY, Places
from feeds.compute.figure import Figure
from feeds.engine.alarms import rounded
from feeds.engine.board import Board, Entry
from feeds.engine.columns import Columns

encode = msgspec.json.Encoder().encode
moment = lru_cache(maxsize=8192)(iso)  # many figures were observed at the same time
STAMPS: dict[World, str] = {"real": "", "sim": "DỮ LIỆU MÔ PHỎNG", "play": "PHÁT LẠI"}
Spark = bytes | None


@dataclass(slots=True)
class Changes:
    """What a delta tells."""

    indicators: set[str] = field(default_factory=set)
    units: dict[str, dict[str, bool]] = field(default_factory=dict)  # indicator -> child -> conclusions changed too
    entities: set[tuple[str, str]] = field(default_factory=set)  # feed, code
    alerts_set: list[dict[str, Any]] = field(default_factory=list)
    alerts_cleared: list[str] = field(default_factory=list)
    feeds: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(
            self.indicators or self.units or self.entities or self.alerts_set or self.alerts_cleared or self.feeds
        )


class ScopeFrames:
    """One scope: what belongs in its frames, in which order, and how to write it."""

    def __init__(
        self, name: str, catalogue: Catalogue, board: Board, columns: Columns, spark: Callable[[str, str], Spark]
    ) -> None:
        self.name = name
        self.place, _, domain = name.partition(":")
        self.domain = domain or None
        self.indicators = [i for i in catalogue.indicators.values() if domain in ("", i.domain)]
        self._codes = [i.code for i in self.indicators]
        unit_feeds = {code for code, feed in catalogue.feeds.items() if feed.partition != "nation"}
        off = {domain for domain, declared in catalogue.domains.items() if self.place in declared.without}
        self._awaited = [i.code for i in self.indicators if self._awaits(i, unit_feeds, off)]
        self._board = board
        self._columns = columns
        self._spark = spark

    def snapshot(self, now: int, head: Mapping[str, Any], tail: Mapping[str, Any]) -> bytes:
        """The complete frame; `head` comes first (versions), `tail` last (alerts, feeds, entities)."""
        entries = self._board.entries.get(self.place, {})
        told: list[bytes] = []
        for indicator in self.indicators:
            if (entry := entries.get(indicator.code)) is not None:
                self._tell(told, indicator, entry, now)
        shown = msgspec.Raw(b"{" + b"".join(told)[1:] + b"}")
        missing = [code for code in self._awaited if (entry := entries.get(code)) is None or entry.figure.v is None]
        body = {"indicators": shown, "units": self._columns.shown(self._codes, now), "missing": missing}
        return encode({**head, **body, **tail})

    def delta(self, now: int, head: Mapping[str, Any], changes: Changes, entities: Iterable[Any]) -> bytes:
        """What changed since the frame before."""
        entries = self._board.entries.get(self.place, {})
        body: dict[str, Any] = {
            "indicators": {c: self._brief(c, entries[c], now) for c in sorted(changes.indicators) if c in entries},
            "units": {code: self._columns.news(code, places.items(), now) for code, places in changes.units.items()},
        }
        if changes.entities:
            body["entities"] = list(entities)
        if changes.alerts_set or changes.alerts_cleared:
            body["alerts"] = {"set": changes.alerts_set, "cleared": changes.alerts_cleared}
        if changes.feeds:
            body["feeds"] = changes.feeds
        return encode({**head, **body})

    def _tell(self, told: list[bytes], indicator: Indicator, entry: Entry, now: int) -> None:
        """A figure under its code as JSON, after a comma, in pieces that are joined once for the whole frame: while
        nothing of it changes, only age and spark are put to it anew."""
        if entry.told is None:
            entry.told = self._lasting(indicator, entry, now)
        figure, spark = entry.figure, self._spark(self.place, indicator.code)
        age = b"null" if figure.v is None or not figure.at else b"%d" % max(0, (now - figure.at) // 1000)
        told += (b",", entry.told, age, b"}") if spark is None else (b",", entry.told, age, spark, b"}")

    def _lasting(self, indicator: Indicator, entry: Entry, now: int) -> bytes:
        """What of a figure does not move with the clock, up to where its age follows."""
        said = self._brief(indicator.code, entry, now)
        del said["age"]
        said |= {"unit": indicator.unit, "cadence": indicator.cadence, "lag": indicator.lag}
        if indicator.basis:
            said["basis"] = indicator.basis
        if indicator.target is not None:
            said["target"] = indicator.target
        return encode(indicator.code) + b":" + encode(said)[:-1] + b',"age":'

    def _brief(self, code: str, entry: Entry, now: int) -> dict[str, Any]:
        figure, indicator = entry.figure, self._board.indicator(code)
        said: dict[str, Any] = {
            "v": rounded(figure.v, indicator),
            "at": moment(figure.at) if figure.at else None,
            "received": moment(figure.received) if figure.received else None,
            "age": age_of(figure, now),
            "state": entry.state,
            "severity": entry.level,
            "source": figure.source,
            "n": figure.n,
            "limit": entry.limit,
        }
        if entry.second is not None:
            said["second"] = {"source": entry.second.source, "v": rounded(entry.second.v, indicator)}
        if figure.extra:
            said["extra"] = figure.extra
        return said

    def _awaits(self, indicator: Indicator, unit_feeds: Set[str], off: Set[str]) -> bool:
        """True for what is missing here when nobody says it."""
        if indicator.domain in off or (self.place == NATION_KEY and not indicator.nation):
            return False
        return self.place == NATION_KEY or not indicator.feed or indicator.feed in unit_feeds  # else only the nation's


def age_of(figure: Figure, now: int) -> int | None:
    """Whole seconds since the figure was observed; None when there is none."""
    return max(0, (now - figure.at) // 1000) if figure.at and figure.v is not None else None


def scope_names(catalogue: Catalogue, places: Places) -> list[str]:
    """Every scope there is: the nation and its units, whole and by domain."""
    return [
        name for place in (NATION_KEY, *places.units) for name in (place, *(f"{place}:{d}" for d in catalogue.domains))
    ]
