"""The score of Decision 766/QĐ-TTg: five groups, 100 points, each index piecewise.

An index has its full points from the rate of full marks on and proportionally fewer below it. The catalogue names
the indices of each group with their points. Where an index has no figure, the others of its group stand for it; a
group without any figure has no score, and then there is no total. `explain` says where every point comes from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

BASIS = "Quyết định 766/QĐ-TTg ngày 23/06/2022"
# the classes of the decision by their English names; screens say them in their language
CLASSES = ((90, "excellent"), (80, "good"), (70, "fair"), (50, "average"), (0, "weak"))


@dataclass(frozen=True, slots=True)
class Score:
    """The total with its groups and indices; `covered` is the share of the 100 points that stands on figures."""

    value: float | None = None
    level: str = ""
    groups: dict[str, float] = field(default_factory=dict)
    covered: float = 0.0
    items: dict[str, float] = field(default_factory=dict)  # points of each index that has a rate
    basis: str = BASIS


class Part(NamedTuple):
    """One index of the score: its rate (percent), the rate of full marks, and its points of how many."""

    group: str
    indicator: str
    rate: float | None
    full: float
    most: float
    points: float | None
    why: str  # a sentence, in Vietnamese
    own: bool = False  # how many points it has is our choice, not the decision's


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


def explain(groups: Sequence[Mapping[str, Any]], rates: Mapping[str, float | None]) -> list[Part]:
    """Every index of the score in the catalogue's order, with its points and the arithmetic that gives them."""
    return [_part(group["code"], item, rates.get(item["indicator"])) for group in groups for item in group["items"]]


def _part(group: str, item: Mapping[str, Any], rate: float | None) -> Part:
    most, full = float(item["max"]), float(item["full"])
    own = bool(item.get("own"))
    if rate is None:
        why = f"chưa có số liệu: {_n(most)} điểm chia cho các chỉ số còn lại của nhóm"
        return Part(group, item["indicator"], None, full, most, None, _ours(why, own), own)
    got = points(rate, most, full)
    if rate >= full:
        why = f"{_n(rate)}% đạt mức {_n(full)}%: trọn {_n(most)} điểm"
    else:
        why = f"{_n(rate)}% ÷ {_n(full)}% × {_n(most)} = {_n(got)} điểm"
    return Part(group, item["indicator"], rate, full, most, got, _ours(why, own), own)


def _ours(why: str, own: bool) -> str:
    return f"{why} (số điểm: thiết kế)" if own else why


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def level(value: float) -> str:
    """The class of a score."""
    return next(name for least, name in CLASSES if value >= least)
