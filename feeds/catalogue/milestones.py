"""What has been printed about the national systems over the years: `data/history/milestones.yaml`.

Each figure has its day and the article it stands in; places are those of the scheme of 2020 or the nation. Checks hold
figures against each other; whether they agree is computed here, and a contradiction stays one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

import msgspec

from feeds.catalogue.model import Base, Name
from feeds.catalogue.places import NATION_KEY, Places, UnknownPlace
from feeds.catalogue.settings import ROOT
from feeds.catalogue.shapes import check_keys, coded, items
from feeds.catalogue.source import Source, read

FILE = ROOT / "data" / "history" / "milestones.yaml"
PARTS = ("articles", "groups", "series", "checks")
REF = re.compile(r"(?P<series>[a-z0-9_]+)@(?P<day>\d{4}-\d{2}-\d{2})")
SAME_BASE = 0.01  # two ways to one base may differ by so much: rates are printed with two digits


class Article(Base, frozen=True, kw_only=True):
    """Where a figure was printed."""

    code: str
    vi: str
    en: str
    day: date


class Point(Base, frozen=True, kw_only=True):
    """A figure on its day; `by` says how well the day is known, `bound` how the figure is printed."""

    day: date
    value: float
    source: str  # code of the article
    by: Literal["day", "month", "year", "article"] = "day"
    bound: Literal["", "over", "about", "from"] = ""


class Series(Base, frozen=True, kw_only=True):
    """One figure over time; `place` is `vn` or a province of 2020."""

    code: str
    group: str
    vi: str
    en: str
    unit: str
    unit_en: str = ""
    place: str = NATION_KEY
    rank: bool = False  # a place in an order: no amount that a bar could show
    points: list[Point]


class Group(Name, frozen=True, kw_only=True):
    """Series that belong together."""

    code: str


class Check(Base, frozen=True, kw_only=True):
    """Figures held against each other. References are `series@day`."""

    code: str
    vi: str
    en: str
    rule: Literal["share", "sum", "base", "repeated"]
    source: str
    of: list[str]
    against: tuple[str, ...] = ()  # base: the second pair
    beside: tuple[str, ...] = ()  # repeated: what grew meanwhile
    printed: float | None = None
    unit: str = ""
    unit_en: str = ""


class Verdict(msgspec.Struct, frozen=True):
    """What a check found: the figure computed, the one it is held against, and whether the two agree."""

    check: Check
    computed: float
    told: float
    agrees: bool


class History(msgspec.Struct, frozen=True):
    """The whole data set, with every check computed."""

    articles: Mapping[str, Article]
    groups: Mapping[str, Group]
    series: Mapping[str, Series]
    verdicts: tuple[Verdict, ...]

    def of_group(self, group: str) -> list[Series]:
        """Series of a group in the order of the file."""
        return [series for series in self.series.values() if series.group == group]

    def point(self, ref: str) -> Point:
        """The figure that `series@day` names; KeyError when there is none."""
        return _point(self.series, ref)


def load(places: Places, file: Path = FILE) -> History:
    """The data set; raises CatalogueError with file, line and remedy at the first slip."""
    source = read(file)
    check_keys(source, source.data, (), PARTS)
    articles = _rows(source, "articles", Article)
    groups = _rows(source, "groups", Group)
    series = _rows(source, "series", Series)
    for each in series.values():
        _check_series(source, each, articles, groups, places)
    checks = _rows(source, "checks", Check)
    verdicts = tuple(_verdict(source, check, series, articles) for check in checks.values())
    return History(articles, groups, series, verdicts)


def _rows(source: Source, part: str, shape: type[Any]) -> dict[str, Any]:
    return {code: coded(source, raw, shape, (part, code)) for code, raw in items(source, part)}


def _check_series(
    source: Source, series: Series, articles: Mapping[str, Article], groups: Mapping[str, Group], places: Places
) -> None:
    where = ("series", series.code)
    if series.group not in groups:
        raise source.unknown((*where, "group"), "group", series.group, groups)
    try:
        scheme = places.parse(series.place).scheme
    except UnknownPlace as wrong:
        raise source.error((*where, "place"), str(wrong)) from None
    if scheme not in ("vn", "2020"):
        raise source.error((*where, "place"), "history stands in the scheme of its time: write `2020:<code>` or `vn`")
    if not series.points:
        raise source.error((*where, "points"), "a series without a figure: write at least one point")
    for i, point in enumerate(series.points):
        if point.source not in articles:
            raise source.unknown((*where, "points", i, "source"), "article", point.source, articles)
    days = [point.day for point in series.points]
    if days != sorted(set(days)):
        raise source.error((*where, "points"), "one figure a day, the earliest first")


def _verdict(source: Source, check: Check, series: Mapping[str, Series], articles: Mapping[str, Article]) -> Verdict:
    where = ("checks", check.code)
    if check.source not in articles:
        raise source.unknown((*where, "source"), "article", check.source, articles)
    needs = RULES[check.rule]
    for part in ("of", "against", "beside"):
        refs = getattr(check, part)
        if part in needs and len(refs) < 2:
            raise source.error((*where, part), f"`{check.rule}` needs two of `{part}`: write [series@day, series@day]")
        for i, ref in enumerate(refs):
            if not _known(series, ref):
                raise source.error((*where, part, i), f"no series has the figure `{ref}`: write series@day")
    if "printed" in needs and check.printed is None:
        raise source.error(where, f"`{check.rule}` is held against what is printed: write `printed: ...`")
    return _computed(check, lambda ref: _point(series, ref).value)


RULES: Mapping[str, tuple[str, ...]] = {
    "share": ("of", "printed"),
    "sum": ("of", "printed"),
    "base": ("of", "against"),
    "repeated": ("of", "beside"),
}


def _computed(check: Check, value: Callable[[str], float]) -> Verdict:
    of = [value(ref) for ref in check.of]
    if check.rule == "share":
        return _held(check, of[0] / of[1] * 100)
    if check.rule == "sum":
        return _held(check, sum(of))
    if check.rule == "base":
        second = [value(ref) for ref in check.against]
        first, other = of[0] / of[1] * 100, second[0] / second[1] * 100
        return Verdict(check, first, other, abs(first - other) <= SAME_BASE * max(first, other))
    before, after = (value(ref) for ref in check.beside[:2])
    return Verdict(check, of[0], of[1], of[0] != of[1] or before == after)


def _held(check: Check, computed: float) -> Verdict:
    """Agrees when rounding as printed gives the printed figure."""
    printed = check.printed or 0.0
    return Verdict(check, computed, printed, abs(computed - printed) <= 0.5 / 10 ** decimals(printed) + 1e-9)


def decimals(printed: float) -> int:
    """How many digits a figure is printed with after the comma."""
    return next((digits for digits in range(4) if round(printed, digits) == printed), 4)


def _point(series: Mapping[str, Series], ref: str) -> Point:
    """The point that `series@day` names; KeyError when there is none."""
    found = REF.fullmatch(ref)
    if found is None:
        raise KeyError(ref)
    days = {point.day.isoformat(): point for point in series[found["series"]].points}
    return days[found["day"]]


def _known(series: Mapping[str, Series], ref: str) -> bool:
    try:
        return bool(_point(series, ref))
    except KeyError:
        return False
