"""How each feed is doing within a scope: its age, what was accepted, refused, repeated, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from feeds.catalogue.places import NATION_KEY
from feeds.compute.health_figures import FeedHealth
from feeds.engine.feed import FeedState
from feeds.engine.partition import Partition

KEPT_MS = 2_000
Shared = tuple[int, set[str]]  # of how many sources in all, those that speak in several places


class Health:
    """Health of all feeds; what the door refused is read from quarantine now and then."""

    def __init__(self, feeds: Mapping[str, FeedState]) -> None:
        self._feeds = feeds
        self._kept: dict[str, tuple[int, list[FeedHealth]]] = {}
        self._shown: dict[str, tuple[list[FeedHealth], dict[str, dict[str, Any]]]] = {}
        self._in_many: dict[str, Shared] = {}  # by feed
        self._looked = 0  # when these were looked for
        self._known: dict[tuple[str, str], tuple[tuple[int, ...], FeedHealth]] = {}  # as long as nothing has come
        self._rejected: Mapping[tuple[str, str], int] = {}  # (feed, place) -> refused at the door

    def note(self, rejected: Mapping[tuple[str, str], int]) -> None:
        """What the door has refused so far."""
        self._rejected = rejected

    def of(self, place: str, now: int) -> list[FeedHealth]:
        """Every feed at a place, at most two seconds old; those nobody awaits there once they have spoken."""
        at, found = self._kept.get(place, (0, []))
        if not 0 <= now - at < KEPT_MS:
            many = self._shared(now)
            told = [(feed, self._feed(feed, place, many[feed.code])) for feed in self._feeds.values()]
            nation = place == NATION_KEY
            found = [health for feed, health in told if health.received or feed.feed.awaited(nation)]
            self._kept[place] = (now, found)
        return found

    def shown(self, place: str, now: int) -> dict[str, dict[str, Any]]:
        """The same as frames carry it, written once for all scopes of a place; it must not be changed."""
        found = self.of(place, now)
        kept = self._shown.get(place)
        if kept is None or kept[0] is not found:
            kept = self._shown[place] = (found, shown(found, now))
        return kept[1]

    def _shared(self, now: int) -> dict[str, Shared]:
        """Sources of each feed that speak in several places, found once for all of these, and again when there are
        more."""
        if not self._in_many or not 0 <= now - self._looked < KEPT_MS:
            self._looked = now
            for code, feed in self._feeds.items():
                sources, found = sum(map(_sources, feed.partitions.values())), self._in_many.get(code)
                if found is None or found[0] != sources:
                    self._in_many[code] = sources, _in_many(feed)
        return self._in_many

    def _feed(self, feed: FeedState, place: str, many: Shared) -> FeedHealth:
        parts = list(feed.partitions.values())
        if place != NATION_KEY:
            parts = [feed.partitions[place]] if place in feed.partitions else []
        stamp = feed.stamps.get(place)
        received, rejected = stamp.received if stamp else 0, self._rejected.get((feed.code, place), 0)
        accepted, duplicates = sum(part.accepted for part in parts), sum(part.duplicates for part in parts)
        counted = (received, accepted, rejected, duplicates, many[0])
        known = self._known.get((feed.code, place))
        if known is None or known[0] != counted:
            here = None if place == NATION_KEY else _here(parts) - many[1]
            health = FeedHealth(
                feed=feed.code, cadence=feed.feed.cadence, lag=feed.feed.lag, received=received, accepted=accepted,
                rejected=rejected, duplicates=duplicates, gaps=feed.seen.missing(here),
            )  # fmt: skip
            known = self._known[feed.code, place] = (counted, health)
        return known[1]


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


def _here(parts: Iterable[Partition]) -> set[str]:
    """Every source that has spoken in these partitions."""
    return set[str]().union(*(part.sources.union(part.fresh) for part in parts))


def _sources(part: Partition) -> int:
    """How many these are in one partition."""
    return len(part.sources) + len(part.fresh.keys() - part.sources)


def _in_many(feed: FeedState) -> set[str]:
    """Sources that speak in more than one partition: their gaps belong to none of the places alone."""
    once: set[str] = set()
    many: set[str] = set()
    for part in feed.partitions.values():
        for source in part.sources.union(part.fresh):
            (many if source in once else once).add(source)
    return many
