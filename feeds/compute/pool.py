"""Figures of stations become those of a commune, a unit and the nation, mergeable at every step.

What `rollup.roll_up` defines over all members at once is kept here as a Pool that can be joined with others, so a
changed station touches its commune, its unit and the nation, and no other station is looked at. A member too old
to stand beside the newest is left out: one live station in a silent province gives that station's figure.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from feeds.catalogue.model import Indicator
from feeds.compute.age import LATE
from feeds.compute.figure import NOTHING, Figure
from feeds.compute.member_figures import Share


class Pool(NamedTuple):
    """Members joined so far; `part` and `whole` are sums, or `part` is the extreme, as the rule has it."""

    at: int = 0
    received: int = 0
    source: str = ""
    n: int = 0
    part: float = 0.0  # of a harmonic mean the weights over the values: its whole is divided by it
    whole: float = 0.0
    values: tuple[float, ...] = ()  # median only
    extra: Mapping[str, Any] | None = None  # of the member that decides


EMPTY = Pool()
SHARES = ("entities_share", "reporting_share", "valid_share", "quotient")


class Pooling:
    """How one indicator's members join."""

    def __init__(self, indicator: Indicator) -> None:
        self.rule = indicator.rollup
        self._up = indicator.direction == "up"
        self._middle = middle(indicator) if indicator.direction == "band" else None
        self._share = indicator.compute.fn in SHARES
        self._dated = indicator.compute.fn == "quotient"  # of readings: old ones do not stand beside new ones
        self._counted = indicator.compute.fn == "entities"
        self._span = int((LATE * indicator.cadence + indicator.lag) * 1000)

    def of_figure(self, figure: Figure, code: str) -> Pool:
        """One station's figure as a pool."""
        if figure.v is None:
            return EMPTY
        values = (figure.v,) if self.rule == "median" else ()
        extra = {**(figure.extra or {}), "entity": code}
        part, whole = figure.v, 1.0
        if self.rule == "mean":
            part, whole = figure.v * figure.weight, figure.weight
        elif self.rule == "harmonic":  # the time that is driven, the way that is made: one who stands stops the mean
            if figure.v < 0:
                return EMPTY  # no speed is below 0
            part, whole = (figure.weight / figure.v if figure.v else math.inf), figure.weight
        return Pool(figure.at, figure.received, figure.source, 1, part, whole, values, extra)

    def of_share(self, share: Share, at: int, received: int, source: str) -> Pool:
        """What one entity adds, as a pool."""
        return Pool(at, received, source, 1, share.part, share.whole)

    def join(self, pools: Iterable[Pool]) -> Pool:
        """The pool of all."""
        kept = [pool for pool in pools if pool.n]
        if len(kept) <= 1:
            return kept[0] if kept else EMPTY
        newest = max(kept, key=lambda pool: pool.at)
        if self._dated or not (self._share or self._counted):
            kept = [pool for pool in kept if pool.at >= newest.at - self._span]
        received, n = max(pool.received for pool in kept), sum(pool.n for pool in kept)
        if self.rule in ("max", "min", "worst") and not self._counted:
            worst = max(kept, key=self._badness)
            return worst._replace(at=newest.at, received=received, n=n)
        values = tuple(value for pool in kept for value in pool.values)
        part, whole = sum(pool.part for pool in kept), sum(pool.whole for pool in kept)
        source = newest.source if len({pool.source for pool in kept}) == 1 else ""
        return Pool(newest.at, received, source, n, part, whole, values)

    def figure(self, pool: Pool, owner: str) -> Figure:
        """The figure of a place; `owner` speaks for many sources."""
        if not pool.at or self.rule == "none":
            return NOTHING
        source = pool.source or owner
        return Figure(self._value(pool), pool.n, pool.at, pool.received, source, pool.whole, pool.extra)

    def _value(self, pool: Pool) -> float | None:
        if self._counted:
            return pool.part
        if self._share:
            return pool.part / pool.whole * 100 if pool.whole else None
        if self.rule in ("mean", "own"):
            return pool.part / pool.whole if pool.whole > 0 else None
        if self.rule == "harmonic":
            return pool.whole / pool.part if pool.whole > 0 else None
        if self.rule == "median":
            return statistics.median(pool.values)
        return float(pool.n) if self.rule == "count" else pool.part

    def _badness(self, pool: Pool) -> tuple[float, float]:
        """The worst member has the largest; of equals the higher value."""
        if self.rule == "worst":
            if self._middle is not None:
                return abs(pool.part - self._middle), pool.part
            return (-pool.part if self._up else pool.part), pool.part
        return (-pool.part if self.rule == "min" else pool.part), pool.part


def middle(indicator: Indicator) -> float | None:
    """The centre of what is normal for a figure with two bad sides: of its limits, else of its plausible range."""
    bounds = [
        bound
        for t in indicator.thresholds
        if t.kind in ("absolute", "band")
        for bound in (t.below, t.at_most, t.above, t.at_least)
        if bound is not None
    ]
    if len(bounds) >= 2:
        return (min(bounds) + max(bounds)) / 2
    return sum(indicator.range_p) / 2 if indicator.range_p else None
