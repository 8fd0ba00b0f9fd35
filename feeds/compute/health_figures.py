"""What the feeds say about themselves: the calculations of level `health`, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feeds.compute.figure import NOTHING, Figure

Args = Mapping[str, Any]
ALIVE = 2.0  # a feed is alive up to twice its cadence


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """One feed within a scope: how old its newest data is, and what became of its events."""

    feed: str
    cadence: int
    lag: int
    received: int  # newest, ms; 0: never
    accepted: int = 0
    rejected: int = 0
    duplicates: int = 0
    gaps: int = 0

    def age(self, now: int) -> float | None:
        """Seconds since its newest data came; None when it never has."""
        return max(0.0, (now - self.received) / 1000) if self.received else None


@dataclass(frozen=True, slots=True)
class HealthView:
    """All feeds within a scope at a time."""

    now: int
    feeds: Sequence[FeedHealth]
    conflicts: int = 0
    revisions: int = 0

    def figure(self, value: float | None, n: float) -> Figure:
        """A figure of the feeds, observed now: knowing that a feed is silent is fresh knowledge."""
        return Figure(value, int(n), self.now, self.now, "ioc")


def feeds_live(view: HealthView, args: Args) -> Figure:
    """How many feeds are alive, or declared at all."""
    if args.get("state", "live") == "all":
        return view.figure(len(view.feeds), len(view.feeds))
    ages = [(feed.age(view.now), ALIVE * feed.cadence + feed.lag) for feed in view.feeds]
    return view.figure(sum(age is not None and age <= limit for age, limit in ages), len(view.feeds))


def data_age(view: HealthView, args: Args) -> Figure:
    """Age over cadence of the feed that is worst."""
    ages = [age / feed.cadence for feed in view.feeds if (age := feed.age(view.now)) is not None]
    return view.figure(max(ages), len(ages)) if ages else NOTHING


def missing_share(view: HealthView, args: Args) -> Figure:
    """Events missing from the numbered sequences, over those expected, percent."""
    missing = sum(feed.gaps for feed in view.feeds)
    expected = missing + sum(feed.accepted for feed in view.feeds)
    return view.figure(missing / expected * 100, expected) if expected else NOTHING


def conflicts(view: HealthView, args: Args) -> Figure:
    """How many figures disagree with their second source."""
    return view.figure(view.conflicts, view.conflicts)


def revisions(view: HealthView, args: Args) -> Figure:
    """How many figures of closed periods were changed in the last day."""
    return view.figure(view.revisions, view.revisions)


HealthFunction = Callable[[HealthView, Args], Figure]
HEALTH: dict[str, HealthFunction] = {
    "feeds_live": feeds_live,
    "data_age": data_age,
    "missing_share": missing_share,
    "conflicts": conflicts,
    "revisions": revisions,
}
