"""How fresh a figure is, in one word, from its declared cadence and lag. The only place where that is decided.

`live` up to 1.5 cadences (plus the declared lag), `late` up to 3, `stale` beyond, `missing` when never seen,
`suspect` when a declared second source disagrees.
"""

from __future__ import annotations

from typing import Literal

from feeds.catalogue.model import CrossCheck, Feed
from feeds.compute.workdays import silence

AgeState = Literal["live", "late", "stale", "missing", "suspect"]
LIVE, LATE = 1.5, 3.0


def age_state(age_s: float | None, cadence: float, lag: float = 0, suspect: bool = False) -> AgeState:
    """The state of a figure observed `age_s` seconds ago (None: never).

    A stale figure is stale whatever its second source says: two old figures prove nothing about each other.
    """
    if age_s is None:
        return "missing"
    if age_s > LATE * cadence + lag:
        return "stale"
    if suspect:
        return "suspect"
    return "live" if age_s <= LIVE * cadence + lag else "late"


def granted_lag(feed: Feed | None, lag: float, at: int, now: int) -> float:
    """The lag in seconds of what was observed at `at`: the declared one, and the hours in which the offices of a feed
    with `schedule: office` were closed since (up to their next opening). What was never seen is granted nothing.
    """
    if feed is None or feed.schedule == "always" or not at:
        return lag
    return lag + silence(at, now) / 1000


def disagree(check: CrossCheck, first: float | None, second: float | None) -> bool:
    """True when both sources speak and differ by more than the declared tolerance (relative: of the larger)."""
    if first is None or second is None:
        return False
    allowed = check.tolerance * max(abs(first), abs(second)) if check.relative else check.tolerance
    return abs(first - second) > allowed
