"""When a figure is abnormal, and how badly: the thresholds of the catalogue against a value at its date.

A threshold becomes a Limit, two bounds in the indicator's own unit, once what it refers to is known (another
indicator, a baseline, the station's own limits, the plan). Level 1 is the worst, 4 the mildest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from feeds.catalogue.model import Indicator, Threshold


class Baseline(NamedTuple):
    """What is usual: the middle, and the spread where the baseline has one."""

    centre: float
    spread: float | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What a threshold may refer to besides the value itself. Anything not known leaves its thresholds silent."""

    day: date  # Vietnam's date of the value: which thresholds are in force
    nation: bool = False  # the value is the nation's own
    n: int | None = None  # observations behind the value
    fields: Mapping[str, Any] = field(default_factory=dict)  # the station's own
    elapsed: float = 1.0  # share of the plan's period that has passed
    other: Callable[[str], float | None] = lambda code: None  # value of another indicator at the same place
    baseline: Callable[[str], Baseline | None] = lambda name: None


class Limit(NamedTuple):
    """A threshold in force, in the indicator's unit. Both bounds None: it cannot be told at present."""

    key: int  # its place among the indicator's thresholds
    level: int
    low: float | None = None
    high: float | None = None
    low_in: bool = False  # True: the bound itself is abnormal too
    high_in: bool = False
    hold_ms: int = 0
    hysteresis: float = 0.0
    source: str = ""
    alert: bool = True  # False: it marks the figure and is no alert

    @property
    def known(self) -> bool:
        """True when it can be told whether a value crosses."""
        return self.low is not None or self.high is not None

    def crossed(self, value: float) -> bool:
        """True when the value is abnormal."""
        if self.low is not None and (value < self.low or (self.low_in and value == self.low)):
            return True
        return self.high is not None and (value > self.high or (self.high_in and value == self.high))

    def cleared(self, value: float) -> bool:
        """True when the value is back inside by more than the hysteresis."""
        if not self.known or self.crossed(value):
            return False
        above = self.low is None or value >= self.low + self.hysteresis
        return above and (self.high is None or value <= self.high - self.hysteresis)

    def bound(self, value: float) -> float | None:
        """The bound that the value crosses, or is nearest to."""
        bounds = [b for b in (self.low, self.high) if b is not None]
        return min(bounds, key=lambda b: abs(b - value), default=None)


class Verdict(NamedTuple):
    """How bad a value is, and the limit that says so."""

    level: int
    limit: Limit


def limits_of(indicator: Indicator, context: Context) -> list[Limit]:
    """The indicator's thresholds in force on the context's day; those that cannot be told are not `known`."""
    return [
        _limit(key, threshold, indicator, context)
        for key, threshold in enumerate(indicator.thresholds)
        if threshold.holds(context.day, context.nation)
    ]


def judge(value: float | None, limits: Sequence[Limit]) -> Verdict | None:
    """The worst level that the value crosses; None when it is normal or missing."""
    if value is None:
        return None
    crossed = [Verdict(limit.level, limit) for limit in limits if limit.crossed(value)]
    return min(crossed, key=lambda v: v.level, default=None)


def badness(value: float, limits: Sequence[Limit], direction: str) -> tuple[int, float]:
    """A key by which the worst of several values is the largest: first the level, then how far out it lies."""
    verdict = judge(value, limits)
    if direction == "band":
        bounds = [b for limit in limits for b in (limit.low, limit.high) if b is not None]
        far = abs(value - sum(bounds) / len(bounds)) if bounds else 0.0
    else:
        far = -value if direction == "up" else value
    return (5 - verdict.level if verdict else 0, far)


def _limit(key: int, t: Threshold, indicator: Indicator, context: Context) -> Limit:
    called = t.alerts(context.nation)
    blank = Limit(key, t.level, hold_ms=t.hold * 1000, hysteresis=t.hysteresis, source=t.source, alert=called)
    if context.n is not None and context.n < t.min_n:
        return blank
    scale = _scale(t, indicator, context)
    if scale is None:
        return blank
    start, step = scale
    low = t.below if t.below is not None else t.at_most
    high = t.above if t.above is not None else t.at_least
    if step < 0:
        low, high, low_in, high_in = high, low, t.above is None, t.below is None
    else:
        low_in, high_in = t.below is None, t.above is None
    slack = t.hysteresis * abs(step) if t.kind in ("percent_of", "times_baseline") else t.hysteresis
    return blank._replace(
        hysteresis=slack,
        low=None if low is None else start + step * low,
        high=None if high is None else start + step * high,
        low_in=low is not None and low_in,
        high_in=high is not None and high_in,
    )


def _scale(t: Threshold, indicator: Indicator, context: Context) -> tuple[float, float] | None:
    """How a bound becomes a limit: limit = start + step * bound; None when it cannot be told."""
    match t.kind:
        case "absolute" | "band":
            return 0.0, 1.0
        case "percent_of":
            whole = context.other(t.of or "")
            return None if whole is None or whole <= 0 else (0.0, whole / 100)
        case "per_station":
            own = context.fields.get(t.field or "")
            real = isinstance(own, int | float) and not isinstance(own, bool)
            return (0.0, float(own)) if real else None  # type: ignore[arg-type]  # `real` says it is a number
        case "times_baseline":
            return _usual(context.baseline(t.baseline or ""))
        case "behind_plan":
            return None if indicator.target is None else _plan(t, indicator, context)


def _usual(baseline: Baseline | None) -> tuple[float, float] | None:
    if baseline is None:
        return None
    if baseline.spread is not None:
        return (baseline.centre, baseline.spread) if baseline.spread > 0 else None
    return (0.0, baseline.centre) if baseline.centre > 0 else None


def _plan(t: Threshold, indicator: Indicator, context: Context) -> tuple[float, float]:
    """Behind is below where more is better, and above where less is."""
    pace = (indicator.target or 0.0) * (1.0 if t.pace == "flat" else context.elapsed)
    return pace, 1.0 if indicator.direction == "down" else -1.0
