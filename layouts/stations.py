"""Stations of an open domain: a table whose rows the live client writes when it knows which stations there are."""

from __future__ import annotations

from feeds.catalogue.model import Indicator, Panel
from layouts import marks
from layouts.node import Node, h
from layouts.section import section
from layouts.site import Page

COLUMNS = 4


def panel(page: Page, declared: Panel | None = None) -> Node:
    """Name, place, values of the main indicators, age, state; worst first."""
    indicators = columns(page, declared)
    title = page.words.of(declared) if declared else page.words("stations.title")
    heads = (
        h("th", page.words("stations.name")),
        h("th", page.words("stations.place")),
        *(h("th", page.words.short(i), h("small", page.unit(i)), class_="num") for i in indicators),
        h("th", page.words("health.age"), class_="num"),
    )
    return section(
        title,
        h("table", h("thead", h("tr", *heads)), h("tbody", data_part="rows")),
        h("template", _row(indicators), data_part="row"),
        h("p", page.words("stations.waiting"), class_="quiet", data_part="none"),
        h("p", class_="quiet", data_part="more", hidden=True),
        aside=h("span", data_part="count", class_="quiet"),
        panel="stations",
        feeds=page.domain.feeds if page.domain else (),
        data_scope=page.view.entity_scope,
        data_columns=" ".join(i.code for i in indicators),
        class_="stations",
    )


def columns(page: Page, declared: Panel | None) -> list[Indicator]:
    """Indicators shown for each station: those the panel declares, else the domain's first."""
    catalogue, domain = page.site.catalogue, page.domain
    if declared and declared.indicators:
        return [catalogue.indicators[code] for code in declared.indicators[:COLUMNS]]
    return [i for i in (domain.indicators if domain else []) if not i.second][:COLUMNS]


def _row(indicators: list[Indicator]) -> Node:
    values = (h("td", class_="num", data_value=i.code) for i in indicators)
    return h(
        "tr",
        h("td", marks.slot(size="small"), h("button", data_part="name", type="button", data_card=True)),
        h("td", data_part="place", class_="quiet"),
        *values,
        h("td", data_part="age", class_="num"),
        data_age_state="loading",
    )
