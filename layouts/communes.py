"""Every commune of a province in one table: a column for what each domain leads with, found and sorted where one looks.

The live client makes the rows when the table comes into view; a column nobody has a figure of is not shown.
"""

from __future__ import annotations

from collections.abc import Iterator

from feeds.catalogue.model import Indicator
from layouts.node import Node, h
from layouts.section import section
from layouts.site import Page, lead_of, mapped


def panel(page: Page) -> Node:
    """Name, figures, sorting by a click on a head, a box that finds names without marks."""
    heads = (_head(page, indicator) for indicator in columns(page))
    name = h("th", h("button", page.words("communes.name"), type="button", data_sort="name"))
    find = h(
        "input",
        type="search",
        placeholder=page.words("communes.find"),
        aria_label=page.words("communes.find"),
        data_part="find",
        class_="find",
    )
    table = h("table", h("thead", h("tr", name, *heads)), h("tbody", data_part="rows"))
    return section(
        page.words("communes.title", n=len(page.site.places.children(page.view.place))),
        h("div", table, class_="scroll"),
        h("p", page.words("panel.waiting"), class_="quiet", data_part="none"),
        aside=find,
        panel="communes",
        class_="communes",
        data_scope=page.view.scope,
        data_columns=" ".join(indicator.code for indicator in columns(page)),
        data_age_state="loading",
    )


def columns(page: Page) -> list[Indicator]:
    """Of each domain its lead; of one that keeps records also its key figures: those exist in every commune."""
    return list({i.code: i for i in _wanted(page) if mapped(page.site.catalogue, i)}.values())


def _wanted(page: Page) -> Iterator[Indicator]:
    for domain in page.site.catalogue.domains.values():
        if any(feed.kind == "records" for feed in domain.feeds):
            named = (code for panel_ in domain.panels if panel_.kind == "gauges" for code in panel_.indicators)
            yield from (page.site.catalogue.indicators[code] for code in named)
        lead = lead_of(domain)
        if lead is not None:
            yield lead


def _head(page: Page, indicator: Indicator) -> Node:
    words = page.words.short(indicator)
    button = h("button", words, h("small", page.unit(indicator)), type="button", data_sort=indicator.code)
    return h("th", button, class_="num", title=page.words.of(indicator), data_column=indicator.code)
