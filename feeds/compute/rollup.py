"""How figures of members become the figure of the whole: communes of a unit, units of the nation.

Missing is not zero: a member without a figure is left out, and the result says how many of how many spoke.
Sums are exact (`fsum`), so the order in which members arrive never changes a figure.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from math import fsum
from typing import NamedTuple

from feeds.catalogue.model import Direction, RollUp


class Member(NamedTuple):
    """One part of the whole. `weight` weighs a mean; for a pooled rate `value` is n/d * scale and `weight` is d."""

    value: float | None
    weight: float | None = 1.0


class Rolled(NamedTuple):
    """The figure of the whole, and how many (`n`) of how many members (`of`) it stands on."""

    value: float | None
    n: int
    of: int

    @property
    def whole(self) -> bool:
        """True when every member spoke."""
        return self.n == self.of


def roll_up(
    rule: RollUp, members: Sequence[Member], direction: Direction = "down", middle: float | None = None
) -> Rolled:
    """The figure of the whole by `rule`; None when no member spoke or the rule forbids a whole: `none`, or
    `own`, where the whole speaks for itself.

    `direction` says which way is bad for `worst`; for a band it is the member farthest from `middle`.
    """
    present = [m for m in members if m.value is not None and (m.weight is not None or rule not in WEIGHTED)]
    value = None if rule in ("none", "own") else _whole(rule, present, direction, middle)
    return Rolled(value, len(present), len(members))


WEIGHTED = ("mean", "harmonic", "pooled")


def _whole(rule: RollUp, present: Sequence[Member], direction: Direction, middle: float | None) -> float | None:
    values = [m.value for m in present if m.value is not None]
    if rule == "count":
        return float(len(values))
    if not values:
        return None
    match rule:
        case "sum":
            return fsum(values)
        case "mean" | "pooled":
            return weighted_mean(present)
        case "harmonic":
            return harmonic_mean(present)
        case "worst":
            return worst(values, direction, middle)
        case "max":
            return max(values)
        case "min":
            return min(values)
        case "median":
            return statistics.median(values)
    return None


def weighted_mean(members: Iterable[Member]) -> float | None:
    """Sum of value * weight over sum of weights; None when nothing weighs (a denominator of 0 is no figure).

    Weights that are counts make this the pooled rate: sum of numerators over sum of denominators.
    """
    pairs = [(m.value, m.weight) for m in members if m.value is not None and m.weight is not None and m.weight > 0]
    total = fsum(weight for _, weight in pairs)
    if total <= 0:
        return None
    mean = fsum(value * (weight / total) for value, weight in pairs)
    return min(max(mean, min(v for v, _ in pairs)), max(v for v, _ in pairs))  # a mean never leaves its members


def harmonic_mean(members: Iterable[Member]) -> float | None:
    """Sum of weights over sum of weight / value: the mean speed of roads weighed by what drives on them.

    Arithmetic means of speeds flatter: who crawls is on the road for longer. One member at 0 brings all to 0. None
    when nothing weighs, or a value is below 0.
    """
    pairs = [(m.value, m.weight) for m in members if m.value is not None and m.weight is not None and m.weight > 0]
    lowest = min((value for value, _ in pairs), default=-1.0)
    if lowest <= 0:
        return 0.0 if lowest == 0 else None
    total = fsum(weight for _, weight in pairs)
    mean = total / fsum(weight / value for value, weight in pairs)
    return min(max(mean, lowest), max(value for value, _ in pairs))


def worst(values: Iterable[float], direction: Direction, middle: float | None = None) -> float:
    """The member farthest on the bad side: lowest where higher is better, highest where lower is better.

    A band has two bad sides: the value farthest from `middle` (without one, from the median). Ties: the higher.
    """
    kept = sorted(values)
    if direction == "up":
        return kept[0]
    if direction == "band":
        centre = statistics.median(kept) if middle is None else middle
        return max(kept, key=lambda value: (abs(value - centre), value))
    return kept[-1]
