"""Values beside what a standard allows: each with its share of the limit, its station, and whose limit it is."""

from __future__ import annotations

from feeds.catalogue.model import Indicator, Panel
from layouts import figure, marks, scales
from layouts.node import Node, h
from layouts.numbers import bare
from layouts.section import section
from layouts.site import Page


def panel(page: Page, declared: Panel) -> Node:
    """A row for each figure that has a limit in its own unit; without one it stands among the other figures."""
    indicators = [page.site.catalogue.indicators[code] for code in declared.indicators]
    bounded = [i for i in indicators if scales.limits(i, page.case(i)) != scales.Limits()]
    return section(
        page.words.of(declared),
        h("div", *(_row(page, indicator) for indicator in bounded), class_="limit-rows"),
        aside=h("span", page.words("limits.note"), class_="quiet"),
        panel="limits",
        class_="limits",
    )


def _row(page: Page, indicator: Indicator) -> Node:
    low, high = ends(indicator, page)
    return h(
        "article",
        h("div", figure.name(page, indicator), h("small", data_part="where", class_="quiet"), class_="who"),
        marks.slot(size="small"),
        figure.value(page, indicator),
        figure.measure(page, indicator, low, high),
        h("span", data_part="share", class_="num"),
        h("span", source(page, indicator), class_="quiet limit-source", data_part="note"),
        marks.age(),
        class_="limit-row",
        data_from=low,
        data_to=high,
        **figure.bound(page, indicator, "limit"),
    )


def ends(indicator: Indicator, page: Page) -> tuple[float, float]:
    """From zero to twice the limit, so that the limit stands in the middle of every row; a band with its own width."""
    normal = scales.limits(indicator, page.case(indicator))
    if normal.low is not None and normal.high is not None:
        room = normal.high - normal.low
        return normal.low - room, normal.high + room
    bound = normal.high if normal.high is not None else normal.low
    return 0.0, (bound or 1.0) * 2


def source(page: Page, indicator: Indicator) -> str:
    """Whose limit it is, from the mildest threshold in force."""
    told = scales.in_words(indicator, page.case(indicator), page.words, {})
    mild = max(told, key=lambda row: int(row["level"]), default=None)
    return f"{mild['limit']} · {mild['source']}" if mild else bare(0)
