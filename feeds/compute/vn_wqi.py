"""VN_WQI: Decision 1460/QĐ-TCMT of 12/11/2019. Standard library only.

The decision's text could not be opened: tables and formula are those on which three independent public
implementations agree. Rulings: a value exactly on the first limit of N-NH4, Cd, Pb or Hg gives 75 (the table says
"<" for 100; real canal samples lie exactly on Hg 0.001, where one public tool gives 100); heptachlor and its epoxide
are one parameter, their sum; N-NO3, As, coliform and E. coli fall to 10 above their last limit; the core joins
organics and microbes as the root of their product (`unweighted`) or with organics counted twice (`weighted`). At
least three of the five groups are needed, among them organics with three parameters.

`sample` holds codes of the vocabulary in its units: mg/L, µg/L for pesticides, MPN/100 mL, °C.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import floor, prod
from typing import Literal

Core = Literal["unweighted", "weighted"]
Points = tuple[tuple[float, float], ...]  # (concentration, q), concentrations rising

FALLING: dict[str, Points] = {
    "bod5": ((4, 100), (6, 75), (15, 50), (25, 25), (50, 10)),
    "cod": ((10, 100), (15, 75), (30, 50), (50, 25), (150, 10)),
    "toc": ((4, 100), (6, 75), (15, 50), (25, 25), (50, 10)),
    "po4_p": ((0.1, 100), (0.2, 75), (0.3, 50), (0.5, 25), (4, 10)),
    "cr6": ((0.01, 100), (0.02, 75), (0.04, 50), (0.05, 25), (0.1, 10)),
    "cu": ((0.1, 100), (0.2, 75), (0.5, 50), (1.0, 25), (2, 10)),
    "zn": ((0.5, 100), (1.0, 75), (1.5, 50), (2.0, 25), (3, 10)),
}
FIRST_JUMPS: dict[str, Points] = {  # 100 below the first limit, 75 on it
    "nh4_n": ((0.3, 75), (0.6, 50), (0.9, 25), (5, 10)),
    "cd": ((0.005, 75), (0.008, 50), (0.01, 25), (0.1, 10)),
    "pb": ((0.02, 75), (0.04, 50), (0.05, 25), (0.5, 10)),
    "hg": ((0.001, 75), (0.0015, 50), (0.002, 25), (0.01, 10)),
}
LAST_JUMPS: dict[str, Points] = {  # 25 on the last limit, 10 above it
    "no3_n": ((2, 100), (5, 75), (10, 50), (15, 25)),
    "as": ((0.01, 100), (0.02, 75), (0.05, 50), (0.1, 25)),
    "coliform": ((2500, 100), (5000, 75), (7500, 50), (10_000, 25)),
    "ecoli": ((20, 100), (50, 75), (100, 50), (200, 25)),
}
PASS_OR_FAIL = {"no2_n": 0.05, "aldrin": 0.1, "bhc": 0.02, "dieldrin": 0.1, "ddt": 1.0, "heptachlor": 0.2}
PH: Points = ((5.5, 50), (6, 100), (8.5, 100), (9, 50))
DO: Points = ((20, 25), (50, 50), (75, 75), (88, 100), (112, 100), (125, 75), (150, 50), (200, 25))
GROUPS: dict[str, tuple[str, ...]] = {
    "I": ("ph",),
    "II": ("aldrin", "bhc", "dieldrin", "ddt", "heptachlor"),
    "III": ("as", "cd", "pb", "cr6", "cu", "zn", "hg"),
    "IV": ("do", "bod5", "cod", "toc", "nh4_n", "no3_n", "no2_n", "po4_p"),
    "V": ("coliform", "ecoli"),
}
BANDS = ((10, "Ô nhiễm rất nặng"), (26, "Kém"), (51, "Xấu"), (76, "Trung bình"), (91, "Tốt"), (101, "Rất tốt"))
LEAST_GROUPS, LEAST_ORGANICS = 3, 3
WORST = 10.0


@dataclass(frozen=True, slots=True)
class Wqi:
    """An index with its parts; `value` is None when the sample does not suffice, and `reason` says why."""

    value: int | None = None
    level: str = ""
    sub: dict[str, float] = field(default_factory=dict)  # parameter -> q
    groups: dict[str, float] = field(default_factory=dict)
    reason: str = ""


def vn_wqi(sample: Mapping[str, float], *, core: Core = "unweighted") -> Wqi:
    """The index of one sample."""
    sub = sub_indices(sample)
    groups = {name: _group(name, [sub[p] for p in members if p in sub]) for name, members in GROUPS.items()}
    present = {name: value for name, value in groups.items() if value is not None}
    organics = sum(name in sub for name in GROUPS["IV"])
    if len(present) < LEAST_GROUPS:
        return Wqi(sub=sub, groups=present, reason=f"chỉ có {len(present)} nhóm thông số, cần ít nhất {LEAST_GROUPS}")
    if organics < LEAST_ORGANICS:
        reason = f"nhóm hữu cơ và dinh dưỡng chỉ có {organics} thông số, cần ít nhất {LEAST_ORGANICS}"
        return Wqi(sub=sub, groups=present, reason=reason)
    factors = prod(present.get(name, 100.0) / 100 for name in ("I", "II", "III"))
    value = floor(round(factors * _core(present["IV"], present.get("V"), core), 9) + 0.5)
    return Wqi(value, level(value), sub, present)


def sub_indices(sample: Mapping[str, float]) -> dict[str, float]:
    """q of every parameter of the index that the sample holds; DO only where the water's temperature is known."""
    found = {name: rule(sample[name]) for name, rule in RULES.items() if name in sample}
    if "heptachlor_epoxide" in sample:
        found["heptachlor"] = RULES["heptachlor"](sample["heptachlor_epoxide"] + sample.get("heptachlor", 0.0))
    if "do" in sample and "temp" in sample:
        found["do"] = oxygen(sample["do"], sample["temp"])
    return found


def oxygen(do: float, temp: float) -> float:
    """q of dissolved oxygen by its saturation at the water's temperature."""
    saturation = 14.652 - 0.41022 * temp + 0.0079910 * temp**2 - 0.000077774 * temp**3
    percent = do / saturation * 100
    return WORST if percent < DO[0][0] or percent > DO[-1][0] else _between(DO, percent)


def acidity(ph: float) -> float:
    """q of pH."""
    return WORST if ph < PH[0][0] or ph > PH[-1][0] else _between(PH, ph)


def level(value: float) -> str:
    """The name of the band of a rounded index."""
    return next((name for below, name in BANDS if value < below), BANDS[-1][1])


def _between(points: Points, value: float) -> float:
    """Linear between the points, and the end's q outside them."""
    if value <= points[0][0]:
        return float(points[0][1])
    for (x0, q0), (x1, q1) in pairwise(points):
        if value <= x1:
            return q0 + (q1 - q0) * (value - x0) / (x1 - x0)
    return float(points[-1][1])


def _rule(name: str) -> Callable[[float], float]:
    if name in FALLING:
        return lambda value: _between(FALLING[name], value)
    if name in FIRST_JUMPS:
        points = FIRST_JUMPS[name]
        return lambda value: 100.0 if value < points[0][0] else _between(points, value)
    if name in LAST_JUMPS:
        ends = LAST_JUMPS[name]
        return lambda value: WORST if value > ends[-1][0] else _between(ends, value)
    limit = PASS_OR_FAIL[name]
    return lambda value: 100.0 if value <= limit else WORST


RULES: dict[str, Callable[[float], float]] = {"ph": acidity} | {
    name: _rule(name) for name in (*FALLING, *FIRST_JUMPS, *LAST_JUMPS, *PASS_OR_FAIL)
}


def _group(name: str, values: list[float]) -> float | None:
    """Mean of organics and of microbes, geometric mean of pesticides and metals, pH itself."""
    if not values:
        return None
    if name in ("II", "III"):
        return float(prod(values) ** (1 / len(values)))
    return sum(values) / len(values)


def _core(organics: float, microbes: float | None, core: Core) -> float:
    if microbes is None:
        return organics
    weight = 2 if core == "weighted" else 1
    return float((organics**weight * microbes) ** (1 / (weight + 1)))
