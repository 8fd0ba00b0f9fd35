"""What is normal, and how far from it: limits of an indicator and the classes that colour map and ranking.

A legal scale is used where the catalogue names one; elsewhere five greys, more ink the further a value lies from
its target, whatever the direction of the indicator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import log10
from typing import Any, NamedTuple

from feeds.catalogue.model import Direction, Indicator, Threshold
from layouts.numbers import bare
from layouts.words import Words

OWN_UNIT = ("absolute", "band")  # threshold kinds whose bounds are in the indicator's own unit
Due = Callable[[Indicator, date], float | None]  # what of a growing plan should be reached by a day; None without one


@dataclass(frozen=True, slots=True)
class Limits:
    """The normal range in the indicator's unit; an open end is None."""

    low: float | None = None
    high: float | None = None


class Case(NamedTuple):
    """Which limits hold: those of a day, for the nation's figure or a unit's, and what is due of a plan by then."""

    day: date
    nation: bool | None = False  # None: of either, and what concerns one alone says so (`only`)
    due: Due = lambda _indicator, _day: None


class Bound(NamedTuple):
    """A threshold in force in the figure's own unit: abnormal below `low` and above `high`."""

    of: Threshold
    low: float | None
    high: float | None


def limits(indicator: Indicator, case: Case) -> Limits:
    """Normal range by the mildest thresholds in force; a target stands in where no threshold gives the good end."""
    mild = _bounds(indicator, case, mildest=True)
    target = indicator.goal(case.nation)
    if mild == Limits() and target is not None:
        return Limits(low=target) if indicator.direction == "up" else Limits(high=target)
    return mild


def due(indicator: Indicator, case: Case) -> float | None:
    """What of its plan should be reached by the day, to three digits as it is told; None where no plan grows."""
    found = case.due(indicator, case.day) if indicator.goal(case.nation) is not None else None
    return None if found is None else float(f"{found:.3g}")


def direction(indicator: Indicator, case: Case) -> Direction:
    """Which way is better. A band that is bounded on one side alone is told by that side."""
    mild = _bounds(indicator, case, mildest=True)
    if indicator.direction != "band" or (mild.low is None) == (mild.high is None):
        return indicator.direction
    return "up" if mild.high is None else "down"


def extent(indicator: Indicator, nation: bool) -> tuple[float, float]:
    """Ends of a gauge: the plausible range of the place, or what the limits suggest."""
    found = (indicator.range_n if nation else indicator.range_p) or indicator.range_p or indicator.range_n
    if found:
        return found
    if indicator.unit == "%":
        return 0.0, 100.0
    top = max((bound for t in indicator.thresholds for bound in _ends(t)), default=100.0)
    return 0.0, top * 1.5 or 1.0


def breaks(indicator: Indicator, case: Case) -> tuple[float, ...]:
    """Four ascending bounds between five classes. Direction `band` measures the distance from the middle."""
    low, high = extent(indicator, nation=False)
    mild, worst = _bounds(indicator, case, mildest=True), _bounds(indicator, case, mildest=False)
    way, planned = direction(indicator, case), due(indicator, case)
    if way == "up" and mild.low is not None:
        return _toward((high, low), mild.low, worst.low, planned)
    if way == "down" and mild.high is not None:
        return _toward((low, high), mild.high, worst.high, planned)
    if way == "band" and mild.low is not None and mild.high is not None:
        half = (mild.high - mild.low) / 2
        return tuple(half * step for step in (0.5, 1.0, 1.5, 2.0))
    return _even(low, high)


def _toward(ends: tuple[float, float], mild: float, worst: float | None, planned: float | None) -> tuple[float, ...]:
    """Half way to the limit, the limit, half way to the worse limit, the worse limit; of a plan that grows the first
    is what is due. `ends`: the good one and the bad one of what is plausible."""
    good, bad = ends
    far = worst if worst is not None and worst != mild else mild + (mild - good)
    first = _tidy((good + mild) / 2) if planned is None else planned
    if first == mild:  # nothing is better than the limit: what lies beyond it is cut finer
        far = far if far != mild else bad
        return tuple(sorted((mild, *(_tidy(mild + (far - mild) * part / 3) for part in (1, 2)), far)))
    return tuple(sorted((first, mild, _tidy((mild + far) / 2), far)))


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


def _bounds(indicator: Indicator, case: Case, mildest: bool) -> Limits:
    valid = list(_own(indicator, case))
    if not valid:
        return Limits()
    level = (max if mildest else min)(bound.of.level for bound in valid)
    chosen = [bound for bound in valid if bound.of.level == level]
    lows = [bound.low for bound in chosen if bound.low is not None]
    highs = [bound.high for bound in chosen if bound.high is not None]
    return Limits(max(lows, default=None), min(highs, default=None))


def _own(indicator: Indicator, case: Case) -> Iterator[Bound]:
    """Thresholds in force whose bounds can be told in the figure's own unit; of a plan, from what is due."""
    for threshold in indicator.thresholds:
        if threshold.holds(case.day, case.nation) and (found := _bound(threshold, indicator, case)):
            yield found


def _bound(threshold: Threshold, indicator: Indicator, case: Case) -> Bound | None:
    low, high = _sides(threshold)
    if threshold.kind in OWN_UNIT:
        return Bound(threshold, low, high)
    target = indicator.goal(case.nation)
    if threshold.kind != "behind_plan" or target is None:
        return None
    growing = due(indicator, case) if threshold.pace != "flat" else target
    if growing is None:
        return None
    if indicator.direction == "down":  # behind is above where less is better
        return Bound(threshold, *(None if side is None else _clean(growing + side) for side in (low, high)))
    return Bound(threshold, *(None if side is None else _clean(growing - side) for side in (high, low)))


def _sides(threshold: Threshold) -> tuple[float | None, float | None]:
    low = threshold.below if threshold.below is not None else threshold.at_most
    return low, threshold.above if threshold.above is not None else threshold.at_least


def _clean(value: float) -> float:
    """Without the crumbs of a subtraction."""
    return round(value, 6)


def _ends(threshold: Threshold) -> list[float]:
    return [b for b in (threshold.above, threshold.at_least, threshold.below, threshold.at_most) if b is not None]


def in_words(indicator: Indicator, case: Case, words: Words, names: Mapping[str, str]) -> list[dict[str, str | int]]:
    """Thresholds in force, worst first: level, limit in words, and the decree or standard it comes from."""
    valid = (t for t in indicator.thresholds if t.holds(case.day, case.nation))
    return [told(threshold, words, names) for threshold in sorted(valid, key=lambda t: t.level)]


def told(threshold: Threshold, words: Words, names: Mapping[str, str]) -> dict[str, str | int]:
    """A threshold in words, with its level, where it comes from and how long it holds."""
    limit, since = _sentence(threshold, words, names), _since(threshold, words)
    return {"level": threshold.level, "limit": limit, "source": threshold.source, "since": since, **_whose(threshold)}


def _whose(threshold: Threshold) -> dict[str, str]:
    """Nothing where it concerns the nation and its units alike."""
    return {"only": threshold.only} if threshold.only else {}


def limit_by(indicator: Indicator, case: Case) -> str:
    """Where the mildest limit in force comes from, as its threshold says; empty where a figure has none."""
    valid = [t for t in indicator.thresholds if t.holds(case.day, case.nation)]
    level = max((t.level for t in valid), default=0)
    return "; ".join(dict.fromkeys(t.source for t in valid if t.level == level))


def zones(indicator: Indicator, case: Case) -> list[dict[str, Any]]:
    """Where a figure is abnormal, in its own unit, the mildest first: level, from, to; an open end is None."""
    found: list[dict[str, Any]] = []
    for of, low, high in sorted(_own(indicator, case), key=lambda bound: -bound.of.level):
        found += [{"level": of.level, "from": None, "to": low, **_whose(of)}] if low is not None else []
        found += [{"level": of.level, "from": high, "to": None, **_whose(of)}] if high is not None else []
    return found


def bounds(indicator: Indicator, case: Case) -> list[dict[str, Any]]:
    """Limits in force, mildest first: an own value, or how many times a field of its station that holds it."""
    stations = (Bound(t, *_sides(t)) for t in indicator.thresholds
                if t.kind == "per_station" and t.holds(case.day, case.nation))  # fmt: skip
    rows = []
    for t, low, high in sorted([*_own(indicator, case), *stations], key=lambda bound: -bound.of.level):
        bound = high if high is not None else low
        if bound is not None:
            name = t.source.partition(",")[0].partition(":")[0]
            found = {"v": bound, "up": high is not None, "field": t.field, "name": name}
            rows.append({"level": t.level, **found, **_whose(t)})
    return rows


def _since(threshold: Threshold, words: Words) -> str:
    """How long a limit is in force, and whom a crossing does not alert; empty where neither is said."""
    ends = {"from": threshold.valid_from, "to": threshold.valid_to}
    said = [words(f"limits.valid.{end}", day=f"{day:%d/%m/%Y}") for end, day in ends.items() if day]
    called = [] if threshold.alert == "all" else [words(f"limits.marks.{threshold.alert}")]
    return ", ".join([*([" ".join(said)] if said else []), *called])


def _sentence(threshold: Threshold, words: Words, names: Mapping[str, str]) -> str:
    sides = ("above", "at_least", "below", "at_most")
    given = [(side, getattr(threshold, side)) for side in sides if getattr(threshold, side) is not None]
    bound = words("limits.or").join(words(f"limits.{side}", n=bare(value, words.lang)) for side, value in given)
    if threshold.kind in OWN_UNIT:
        return bound
    of = names.get(threshold.of or "", threshold.of or "")
    return words(f"limits.{threshold.kind}", bound=bound, of=of, field=threshold.field or "")
