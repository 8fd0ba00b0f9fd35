"""VN_WQI: Decision 1460/QĐ-TCMT of 12/11/2019. Standard library only.

The decision's text could not be opened: tables and formula are those on which three independent public
implementations agree. Rulings: a value exactly on the first limit of N-NH4, Cd, Pb or Hg gives 75 (the table says
"<" for 100; real canal samples lie exactly on Hg 0.001, where one public tool gives 100); heptachlor and its epoxide
are one parameter, their sum; N-NO3, As, coliform and E. coli fall to 10 above their last limit; the core joins
organics and microbes as the root of their product (`unweighted`) or with organics counted twice (`weighted`). At
least three of the five groups are needed, among them organics with three parameters (`DECISION`; second-hand). The
software of a station network asks automatic stations for two groups, among them one organic parameter (`AUTOMATIC`).

`sample` holds, by their code or any name the catalogue declares for them, values in the vocabulary's units: mg/L, µg/L
for pesticides, MPN/100 mL, °C. What is no parameter of the index, no finite number or below zero is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import floor, isfinite, prod
from numbers import Real
from typing import Literal, NamedTuple

Core = Literal["unweighted", "weighted"]
BASIS = "Quyết định 1460/QĐ-TCMT ngày 12/11/2019"
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
# Names that sources use, as data/catalogue/parameters.yaml declares them (a test holds the two equal); compared without
# case. Written here because the index must be importable without any package that reads YAML.
ALIASES: dict[str, tuple[str, ...]] = {
    "temp": ("temperature", "nhiệt độ", "nhietdo", "t"),
    "do": ("oxy hòa tan",),
    "bod5": ("bod", "bod_5"),
    "nh4_n": ("n_nh4", "n-nh4", "nh4-n", "nh4", "nh4+", "amoni"),
    "no3_n": ("n_no3", "n-no3", "no3-n", "no3", "nitrat"),
    "no2_n": ("n_no2", "n-no2", "no2-n", "nitrit"),
    "po4_p": ("p_po4", "p-po4", "po4-p", "po4", "phosphat"),
    "coliform": ("tổng coliform", "total_coliform"),
    "ecoli": ("e_coli", "e.coli", "e. coli"),
    "as": ("asen", "arsenic"),
    "cd": ("cadimi",),
    "pb": ("chì",),
    "cr6": ("cr6+", "cr(vi)", "crvi", "cr_vi"),
    "cu": ("đồng",),
    "zn": ("kẽm",),
    "hg": ("thủy ngân",),
    "bhc": ("hch", "lindane", "benzene hexachloride"),
    "ddt": ("ddts", "tổng ddt"),
    "heptachlor_epoxide": ("heptachlorepoxide", "heptachlor epoxide"),
}
WORST = 10.0


class Minimum(NamedTuple):
    """How much a sample must hold for an index to be given; organics are obligatory."""

    groups: int
    organics: int


DECISION = Minimum(groups=3, organics=3)
AUTOMATIC = Minimum(groups=2, organics=1)
MINIMA = {"decision": DECISION, "automatic": AUTOMATIC}


@dataclass(frozen=True, slots=True)
class Wqi:
    """An index with its parts; `value` is None when the sample does not suffice, and `reason` says why."""

    value: int | None = None
    level: str = ""
    sub: dict[str, float] = field(default_factory=dict)  # parameter -> q
    groups: dict[str, float] = field(default_factory=dict)
    reason: str = ""
    basis: str = BASIS


def vn_wqi(sample: Mapping[str, float], *, core: Core = "unweighted", minimum: Minimum = DECISION) -> Wqi:
    """The index of one sample. Raises ValueError for a core that is neither `unweighted` nor `weighted`."""
    sub = sub_indices(sample)
    groups = {name: _group(name, [sub[p] for p in members if p in sub]) for name, members in GROUPS.items()}
    present = {name: value for name, value in groups.items() if value is not None}
    organics = sum(name in sub for name in GROUPS["IV"])
    if len(present) < minimum.groups:
        return Wqi(sub=sub, groups=present, reason=f"chỉ có {len(present)} nhóm thông số, cần ít nhất {minimum.groups}")
    if organics < minimum.organics:
        reason = f"nhóm hữu cơ và dinh dưỡng chỉ có {organics} thông số, cần ít nhất {minimum.organics}"
        return Wqi(sub=sub, groups=present, reason=reason)
    factors = prod(present.get(name, 100.0) / 100 for name in ("I", "II", "III"))
    value = floor(round(factors * _core(present["IV"], present.get("V"), core), 9) + 0.5)
    return Wqi(value, level(value), sub, present)


def sub_indices(sample: Mapping[str, float]) -> dict[str, float]:
    """q of every parameter of the index that the sample holds; DO only where the water's temperature is known."""
    known = parameters(sample)
    found = {name: rule(known[name]) for name, rule in RULES.items() if name in known}
    if "heptachlor_epoxide" in known:
        found["heptachlor"] = RULES["heptachlor"](known["heptachlor_epoxide"] + known.get("heptachlor", 0.0))
    if "do" in known and "temp" in known and saturation(known["temp"]) > 0:
        found["do"] = oxygen(known["do"], known["temp"])
    return found


def parameters(sample: Mapping[str, float]) -> dict[str, float]:
    """The sample's parameters of the index by their codes; one given under two names counts by its code, then first."""
    found: dict[str, float] = {}
    for name, value in sample.items():
        code = _code(name)
        if code is not None and _sound(code, value) and (code not in found or name == code):
            found[code] = value
    return found


def saturation(temp: float) -> float:
    """Oxygen that water of `temp` °C can hold, mg/L; the formula ends, below zero, past 50 °C."""
    return 14.652 - 0.41022 * temp + 0.0079910 * temp**2 - 0.000077774 * temp**3


def oxygen(do: float, temp: float) -> float:
    """q of dissolved oxygen by its saturation at the water's temperature."""
    percent = do / saturation(temp) * 100
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


def _code(name: str) -> str | None:
    """The code behind a name; None for what the index does not use."""
    return _NAMES.get(name.strip().lower())


def _sound(code: str, value: object) -> bool:
    """True for a number that can be; `Real` also holds the whole numbers of numpy, which are no `int`."""
    if not isinstance(value, Real) or isinstance(value, bool) or not isfinite(value):
        return False
    return code == "temp" or float(value) >= 0


_NAMES = {code: code for code in (*RULES, "do", "temp", "heptachlor_epoxide")} | {
    alias: code for code, aliases in ALIASES.items() for alias in aliases
}


def _group(name: str, values: list[float]) -> float | None:
    """Mean of organics and of microbes, geometric mean of pesticides and metals, pH itself."""
    if not values:
        return None
    if name in ("II", "III"):
        return float(prod(values) ** (1 / len(values)))
    return sum(values) / len(values)


def _core(organics: float, microbes: float | None, core: Core) -> float:
    if core not in ("unweighted", "weighted"):
        raise ValueError(f"{core!r} is no core of the index: unweighted or weighted")
    if microbes is None:
        return organics
    weight = 2 if core == "weighted" else 1
    return float((organics**weight * microbes) ** (1 / (weight + 1)))
