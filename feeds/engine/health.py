"""How each feed is doing within a scope: its age, what was accepted, refused, repeated, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from feeds.catalogue.places import NATION_KEY
from feeds.compute.health_figures import FeedHealth
from feeds.engine.feed import FeedState

KEPT_MS = 1_000


class Health:
    """Health of all feeds; what the door refused is read from quarantine now and then."""

    def __init__(self, feeds: Mapping[str, FeedState]) -> None:
        self._feeds = feeds
        self._kept: dict[str, tuple[int, list[FeedHealth]]] = {}
        self._shown: dict[str, tuple[list[FeedHealth], dict[str, dict[str, Any]]]] = {}
        self._rejected: Mapping[tuple[str, str], int] = {}  # (feed, place) -> refused at the door

    def note(self, rejected: Mapping[tuple[str, str], int]) -> None:
        """What the door has refused so far."""
        self._rejected = rejected

    def of(self, place: str, now: int) -> list[FeedHealth]:
        """Every feed at the nation or a unit, at most a second old; optional ones once they have spoken there."""
        at, found = self._kept.get(place, (0, []))
        if not 0 <= now - at < KEPT_MS:
            told = [(feed, self._feed(feed, place)) for feed in self._feeds.values()]
            found = [health for feed, health in told if health.received or not feed.feed.optional]
            self._kept[place] = (now, found)
        return found

    def shown(self, place: str, now: int) -> dict[str, dict[str, Any]]:
        """The same as frames carry it, written once for all scopes of a place; it must not be changed."""
        found = self.of(place, now)
        kept = self._shown.get(place)
        if kept is None or kept[0] is not found:
            kept = self._shown[place] = (found, shown(found, now))
        return kept[1]

    def _feed(self, feed: FeedState, place: str) -> FeedHealth:
        parts = list(feed.partitions.values())
        if place != NATION_KEY:
            parts = [feed.partitions[place]] if place in feed.partitions else []
        stamp = feed.stamps.get(place)
        sources = None if place == NATION_KEY else _only_here(feed, parts)
        return FeedHealth(
            feed=feed.code,
            cadence=feed.feed.cadence,
            lag=feed.feed.lag,
            received=stamp.received if stamp else 0,
            accepted=sum(part.accepted for part in parts),
            rejected=self._rejected.get((feed.code, place), 0),
            duplicates=sum(part.duplicates for part in parts),
            gaps=feed.seen.missing(sources),
        )


def shown(health: Iterable[FeedHealth], now: int) -> dict[str, dict[str, Any]]:
    """Health as frames carry it."""
    return {
        feed.feed: {
            "age": None if (age := feed.age(now)) is None else round(age),
            "cadence": feed.cadence,
            "lag": feed.lag,
            "accepted": feed.accepted,
            "rejected": feed.rejected,
            "duplicates": feed.duplicates,
            "gaps": feed.gaps,
        }
        for feed in health
    }


def _only_here(feed: FeedState, parts: Iterable[Any]) -> set[str]:
    """Sources that speak in these partitions and in no other: their gaps belong to this place."""
    mine = {source for part in parts for source in part.sources}
    mine |= {source for part in parts for source in part.fresh}
    named = {part.part for part in parts}
    for part in feed.partitions.values() if mine else ():
        if part.part not in named:
            mine -= part.sources
    return mine
