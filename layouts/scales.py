"""What is normal, and how far from it: limits of an indicator and the classes that colour map and ranking.

A legal scale is used where the catalogue names one; elsewhere five greys, more ink the further a value lies from
its target, whatever the direction of the indicator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import log10
from typing import Any

from feeds.catalogue.model import Indicator, Threshold
from layouts.numbers import bare
from layouts.words import Words

OWN_UNIT = ("absolute", "band")  # threshold kinds whose bounds are in the indicator's own unit


@dataclass(frozen=True, slots=True)
class Limits:
    """The normal range in the indicator's unit; an open end is None."""

    low: float | None = None
    high: float | None = None


def limits(indicator: Indicator, today: date) -> Limits:
    """Normal range by the mildest thresholds in force; a target stands in where no threshold gives the good end."""
    mild = _bounds(indicator, today, mildest=True)
    if mild == Limits() and indicator.target is not None:
        return Limits(low=indicator.target) if indicator.direction == "up" else Limits(high=indicator.target)
    return mild


def extent(indicator: Indicator, nation: bool) -> tuple[float, float]:
    """Ends of a gauge: the plausible range of the place, or what the limits suggest."""
    found = (indicator.range_n if nation else indicator.range_p) or indicator.range_p or indicator.range_n
    if found:
        return found
    if indicator.unit == "%":
        return 0.0, 100.0
    top = max((bound for t in indicator.thresholds for bound in _ends(t)), default=100.0)
    return 0.0, top * 1.5 or 1.0


def breaks(indicator: Indicator, today: date) -> tuple[float, ...]:
    """Four ascending bounds between five classes. Direction `band` measures the distance from the middle."""
    low, high = extent(indicator, nation=False)
    mild, worst = _bounds(indicator, today, mildest=True), _bounds(indicator, today, mildest=False)
    if indicator.direction == "up" and mild.low is not None:
        return _toward(high, mild.low, worst.low)
    if indicator.direction == "down" and mild.high is not None:
        return _toward(low, mild.high, worst.high)
    if indicator.direction == "band" and mild.low is not None and mild.high is not None:
        half = (mild.high - mild.low) / 2
        return tuple(half * step for step in (0.5, 1.0, 1.5, 2.0))
    return _even(low, high)


def _toward(good: float, mild: float, worst: float | None) -> tuple[float, ...]:
    """Half way to the limit, the limit, half way to the worse limit, the worse limit."""
    far = worst if worst is not None and worst != mild else mild + (mild - good)
    return tuple(sorted((_tidy((good + mild) / 2), mild, _tidy((mild + far) / 2), far)))


def _even(low: float, high: float) -> tuple[float, ...]:
    """Equal steps, or equal ratios where the range spans more than a power of ten."""
    if low > 0 and high / low > 10:
        return tuple(_tidy(low * (high / low) ** (step / 5)) for step in range(1, 5))
    return tuple(_tidy(low + (high - low) * step / 5) for step in range(1, 5))


def _tidy(value: float) -> float:
    """Two significant digits, three from 95 per cent of a power of ten: bounds people can read."""
    if value == 0:
        return 0.0
    return round(value, 1 - int(log10(abs(value)) // 1) + (1 if abs(value) < 100 else 0))


def _bounds(indicator: Indicator, today: date, mildest: bool) -> Limits:
    valid = [t for t in indicator.thresholds if t.kind in OWN_UNIT and _in_force(t, today)]
    if not valid:
        return Limits()
    level = max(t.level for t in valid) if mildest else min(t.level for t in valid)
    chosen = [t for t in valid if t.level == level]
    lows = [bound for t in chosen for bound in (t.below, t.at_most) if bound is not None]
    highs = [bound for t in chosen for bound in (t.above, t.at_least) if bound is not None]
    return Limits(max(lows, default=None), min(highs, default=None))


def _in_force(threshold: Threshold, today: date) -> bool:
    begun = threshold.valid_from is None or threshold.valid_from <= today
    return begun and (threshold.valid_to is None or today < threshold.valid_to)


def _ends(threshold: Threshold) -> list[float]:
    return [b for b in (threshold.above, threshold.at_least, threshold.below, threshold.at_most) if b is not None]


def in_words(indicator: Indicator, today: date, words: Words, names: Mapping[str, str]) -> list[dict[str, str | int]]:
    """Thresholds in force, worst first: level, limit in words, and the decree or standard it comes from."""
    valid = sorted((t for t in indicator.thresholds if _in_force(t, today)), key=lambda t: t.level)
    return [told(threshold, words, names) for threshold in valid]


def told(threshold: Threshold, words: Words, names: Mapping[str, str]) -> dict[str, str | int]:
    """A threshold in words, with its level, where it comes from and how long it holds."""
    limit, since = _sentence(threshold, words, names), _since(threshold, words)
    return {"level": threshold.level, "limit": limit, "source": threshold.source, "since": since}


def limit_by(indicator: Indicator, today: date) -> str:
    """Where the mildest limit in force comes from, as its threshold says; empty where a figure has none."""
    valid = [t for t in indicator.thresholds if _in_force(t, today)]
    level = max((t.level for t in valid), default=0)
    return "; ".join(dict.fromkeys(t.source for t in valid if t.level == level))


def zones(indicator: Indicator, today: date) -> list[dict[str, float | int | None]]:
    """Where a figure is abnormal, in its own unit, the mildest first: level, from, to; an open end is None."""
    valid = (t for t in indicator.thresholds if t.kind in OWN_UNIT and _in_force(t, today))
    found: list[dict[str, float | int | None]] = []
    for t in sorted(valid, key=lambda t: -t.level):
        low = t.below if t.below is not None else t.at_most
        high = t.above if t.above is not None else t.at_least
        found += [{"level": t.level, "from": None, "to": low}] if low is not None else []
        found += [{"level": t.level, "from": high, "to": None}] if high is not None else []
    return found


def bounds(indicator: Indicator, today: date) -> list[dict[str, Any]]:
    """Limits in force, mildest first: an own value, or how many times a field of its station that holds it."""
    rows = []
    for t in sorted(indicator.thresholds, key=lambda t: -t.level):
        high = t.above if t.above is not None else t.at_least
        low = t.below if t.below is not None else t.at_most
        bound = high if high is not None else low
        if t.kind in (*OWN_UNIT, "per_station") and bound is not None and _in_force(t, today):
            name = t.source.partition(",")[0].partition(":")[0]
            rows.append({"level": t.level, "v": bound, "up": high is not None, "field": t.field, "name": name})
    return rows


def _since(threshold: Threshold, words: Words) -> str:
    """How long a limit is in force; empty where nobody says."""
    ends = {"from": threshold.valid_from, "to": threshold.valid_to}
    said = [words(f"limits.valid.{end}", day=f"{day:%d/%m/%Y}") for end, day in ends.items() if day]
    return " ".join(said)


def _sentence(threshold: Threshold, words: Words, names: Mapping[str, str]) -> str:
    sides = ("above", "at_least", "below", "at_most")
    given = [(side, getattr(threshold, side)) for side in sides if getattr(threshold, side) is not None]
    bound = words("limits.or").join(words(f"limits.{side}", n=bare(value, words.lang)) for side, value in given)
    if threshold.kind in OWN_UNIT:
        return bound
    of = names.get(threshold.of or "", threshold.of or "")
    return words(f"limits.{threshold.kind}", bound=bound, of=of, field=threshold.field or "")
