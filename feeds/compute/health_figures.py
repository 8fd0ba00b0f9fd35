"""What the feeds say about themselves: the calculations of level `health`, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from feeds.compute.figure import NOTHING, Figure

Args = Mapping[str, Any]
LEAST = 20  # events of an hour before a share of them says anything
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


Window = tuple[int, int]  # accepted, rejected


@dataclass(frozen=True, slots=True)
class Sums:
    """What came within a scope in the last hour and day by feed, and how its stations are: those that speak, those
    whose values repeat or jump, their hours with data of those due; sources that changed what they send."""

    hour: Mapping[str, Window] = field(default_factory=dict)
    day: Mapping[str, Window] = field(default_factory=dict)
    stations: int = 0
    live: int = 0
    odd: int = 0
    given: int = 0
    due: int = 0
    changed: int = 0


@dataclass(frozen=True, slots=True)
class HealthView:
    """All feeds within a scope at a time."""

    now: int
    feeds: Sequence[FeedHealth]
    conflicts: int = 0
    revisions: int = 0
    sums: Sums = field(default_factory=Sums)

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


def reject_share(view: HealthView, args: Args) -> Figure:
    """Refused over what came in the last hour, percent, of the feed that is worst; a feed of which hardly anything came
    says nothing."""
    came = [(rejected / (accepted + rejected) * 100, accepted + rejected)
            for accepted, rejected in view.sums.hour.values() if accepted + rejected >= LEAST]  # fmt: skip
    return view.figure(*max(came)) if came else NOTHING


def correct_share(view: HealthView, args: Args) -> Figure:
    """Đúng: accepted over what came in the last day, percent."""
    accepted = sum(window[0] for window in view.sums.day.values())
    return _share(view, accepted, accepted + sum(window[1] for window in view.sums.day.values()))


def complete_share(view: HealthView, args: Args) -> Figure:
    """Đủ: station hours with data over those of the last day, percent."""
    return _share(view, view.sums.given, view.sums.due)


def clean_share(view: HealthView, args: Args) -> Figure:
    """Sạch: stations whose values neither repeat nor jump, percent."""
    return _share(view, view.sums.stations - view.sums.odd, view.sums.stations)


def alive_share(view: HealthView, args: Args) -> Figure:
    """Sống: stations heard within the time after which a figure is stale, percent."""
    return _share(view, view.sums.live, view.sums.stations)


def odd_stations(view: HealthView, args: Args) -> Figure:
    """How many stations repeat one value or jump."""
    return view.figure(view.sums.odd, view.sums.stations) if view.sums.stations else NOTHING


def shape_changes(view: HealthView, args: Args) -> Figure:
    """How many sources no longer send what they used to, or something new."""
    return view.figure(view.sums.changed, view.sums.stations) if view.sums.stations else NOTHING


def _share(view: HealthView, part: int, whole: int) -> Figure:
    return view.figure(part / whole * 100, whole) if whole else NOTHING


HealthFunction = Callable[[HealthView, Args], Figure]
HEALTH: dict[str, HealthFunction] = {
    "feeds_live": feeds_live,
    "data_age": data_age,
    "missing_share": missing_share,
    "conflicts": conflicts,
    "revisions": revisions,
    "reject_share": reject_share,
    "correct_share": correct_share,
    "complete_share": complete_share,
    "clean_share": clean_share,
    "alive_share": alive_share,
    "odd_stations": odd_stations,
    "shape_changes": shape_changes,
}
