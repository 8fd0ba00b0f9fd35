"""The score of Decision 766/QĐ-TTg: five groups, 100 points, each index piecewise.

An index has its full points from the rate of full marks on and proportionally fewer below it. The catalogue names
the indices of each group with their points. Where an index has no figure, the others of its group stand for it; a
group without any figure has no score, and then there is no total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

CLASSES = ((90, "Xuất sắc"), (80, "Tốt"), (70, "Khá"), (50, "Trung bình"), (0, "Yếu"))


@dataclass(frozen=True, slots=True)
class Score:
    """The total with its groups and indices; `covered` is the share of the 100 points that stands on figures."""

    value: float | None = None
    level: str = ""
    groups: dict[str, float] = field(default_factory=dict)
    covered: float = 0.0
    items: dict[str, float] = field(default_factory=dict)  # points of each index that has a rate


def points(rate: float, most: float, full: float = 100.0) -> float:
    """Points of one index: all of them from `full` on, in proportion below."""
    return most if rate >= full else max(0.0, rate) / full * most


def score_766(groups: Sequence[Mapping[str, Any]], rates: Mapping[str, float | None]) -> Score:
    """The score from the rates (percent) of the indicators that `groups` names."""
    scores: dict[str, float] = {}
    items: dict[str, float] = {}
    covered = 0.0
    for group in groups:
        known = [(item, rate) for item in group["items"] if (rate := rates.get(item["indicator"])) is not None]
        most = sum(item["max"] for item, _ in known)
        if most > 0:
            each = {item["indicator"]: points(rate, item["max"], item["full"]) for item, rate in known}
            items |= each
            scores[group["code"]] = sum(each.values()) / most * group["max"]
            covered += most / sum(item["max"] for item in group["items"]) * group["max"]
    if len(scores) < len(groups):
        return Score(groups=scores, covered=covered, items=items)
    value = round(sum(scores.values()), 2)
    return Score(value, level(value), scores, covered, items)


def level(value: float) -> str:
    """The class of a score."""
    return next(name for least, name in CLASSES if value >= least)
