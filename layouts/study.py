"""The nation's map for a desk: indicators at the left, the chosen one on the map, its fair ranking at the right."""

from __future__ import annotations

from feeds.catalogue.model import Domain, Indicator
from layouts import alerts, figure, header, map, marks, moment, panels, ranking
from layouts.node import Child, Node, h
from layouts.section import section
from layouts.site import Page


def content(page: Page) -> list[Child]:
    """Sentence and clock; list, map and ranking in one screen; the chart below."""
    top = h("div", alerts.headline(page), header.clock(page), class_="top")
    middle = h(
        "div", head(page), map.panel(page, chosen=False, card=place_card(page)), moment.panel(page), class_="study-map"
    )
    first = h("div", indicators(page), middle, ranking.panel(page), class_="study")
    return [top, first, panels.trend(page)]


def indicators(page: Page) -> Node:
    """Every indicator that has a figure per unit, by domain, with its national value; one group stands open."""
    groups = (_group(page, domain, found) for domain, found in page.selectable())
    return section(
        page.words("study.indicators"),
        h("ul", _entry(page, page.abnormal)),
        *groups,
        panel="indicators",
        class_="indicators",
        data_scope=page.view.scope,
    )


def _group(page: Page, domain: Domain, found: list[Indicator]) -> Node:
    summary = h("summary", h("span", page.words.of(domain)), marks.slot(size="small"))
    entries = h("ul", *(_entry(page, indicator) for indicator in found))
    return h("details", summary, entries, data_domain=domain.code, open=domain.code == page.coloured_by.domain)


def _entry(page: Page, indicator: Indicator) -> Node:
    link = h(
        "a",
        h("span", page.words.short(indicator), title=page.words.of(indicator)),
        marks.slot(size="small"),
        h("span", data_part="value"),
        href=page.view.with_(indicator=indicator.code).href(),
        data_entry=indicator.code,
        aria_current="true" if indicator.code == page.coloured_by.code else None,
    )
    return h("li", link)


def head(page: Page) -> Node:
    """The chosen figure of the nation: name, value, what it is held against, change, number of cases, age."""
    indicator = page.coloured_by
    against = h(
        "p",
        h("span", data_part="note"),
        h("span", h("span", data_part="change"), " ", h("span", data_part="since"), class_="quiet"),
    )
    counted = h("p", h("span", data_part="cases"), marks.age())
    origin = h(
        "button", page.words("card.title"), type="button", class_="button", data_card=indicator.code, data_part="origin"
    )
    return h(
        "article",
        h("h2", page.words.of(indicator), data_part="title"),
        h("div", figure.value(page, indicator), marks.slot(), against, counted, origin),
        class_="study-head",
        **figure.bound(page, indicator, "head"),
    )


def place_card(page: Page) -> Node:
    """The unit that is selected: name, figure, range of ranks, last 24 hours, cases, change, age, the way in."""
    return h(
        "aside",
        h("header", h("b", data_part="name"), h("span", data_part="communes", class_="quiet")),
        h(
            "p",
            h("span", data_part="figure", class_="digits"),
            h("small", data_part="unit"),
            h("span", data_part="rank"),
        ),
        figure.spark("small"),
        h("p", h("span", data_part="cases"), h("span", data_part="change")),
        h("p", marks.age(), h("a", page.words("study.open"), href="/", data_part="open")),
        class_="place-card",
        data_panel="place",
        data_age_state="loading",
        hidden=True,
    )
