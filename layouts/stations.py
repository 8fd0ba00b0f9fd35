"""Stations of an open domain: a table whose rows the live client writes when it knows which stations there are.

A value of a legal scale stands with its outline, number and word; one that is read against levels of its own station
(`rungs`) stands on a small scale with those levels.
"""

from __future__ import annotations

from feeds.catalogue.model import Indicator, Panel
from layouts import marks
from layouts.node import Node, h
from layouts.reporters import called, where_of
from layouts.section import section
from layouts.site import Page

COLUMNS = 6


def panel(page: Page, declared: Panel | None = None) -> Node:
    """Name, place, values of the main indicators, age, state; worst first."""
    indicators = columns(page, declared)
    title = page.words.of(declared) if declared else page.words("stations.title")
    placed = _placed(page, declared)
    heads = (
        h("th", called(page, declared)),
        h("th", page.words("stations.place")) if placed else None,
        *(h("th", page.words.short(i), h("small", page.unit(i)), class_="num") for i in indicators),
        h("th", page.words("health.age"), class_="num"),
    )
    return section(
        title,
        h("table", h("thead", h("tr", *heads)), h("tbody", data_part="rows")),
        h("template", _row(page, indicators, placed, _mixed(declared)), data_part="row"),
        h("p", page.words("stations.waiting"), class_="quiet", data_part="none"),
        h("button", type="button", data_part="more", hidden=True),
        aside=h("span", data_part="count", class_="quiet"),
        panel="stations",
        feeds=page.domain.feeds if page.domain else (),
        data_scope=page.view.entity_scope,
        data_columns=" ".join(i.code for i in indicators),
        data_feed=declared.feed if declared else None,
        data_where=where_of(declared),
        data_what="other" if declared and "what" in declared.args else None,
        class_="stations",
    )


def _placed(page: Page, declared: Panel | None) -> bool:
    """False where all of them are the nation's own: a column of places would be empty."""
    feed = page.site.catalogue.feeds.get(declared.feed) if declared and declared.feed else None
    return feed is None or feed.partition != "nation"


def _mixed(declared: Panel | None) -> bool:
    """False where the panel asks for one type: each row would say it again."""
    return declared is None or len(declared.args.get("where", {}).get("type", ())) != 1


def columns(page: Page, declared: Panel | None) -> list[Indicator]:
    """Indicators shown for each station: those the panel declares, else the domain's first."""
    catalogue, domain = page.site.catalogue, page.domain
    if declared and declared.indicators:
        return [catalogue.indicators[code] for code in declared.indicators[:COLUMNS]]
    return [i for i in (domain.indicators if domain else []) if not i.second][:COLUMNS]


def _row(page: Page, indicators: list[Indicator], placed: bool, mixed: bool) -> Node:
    return h(
        "tr",
        h(
            "td",
            marks.slot(size="small"),
            h("button", data_part="name", type="button", data_card=True, title=page.words("card.title")),
            h("small", data_part="type", class_="quiet") if mixed else None,
        ),
        h("td", data_part="place", class_="quiet") if placed else None,
        *(_cell(indicator) for indicator in indicators),
        h("td", data_part="age", class_="num"),
        data_age_state="loading",
    )


def _cell(indicator: Indicator) -> Node:
    if indicator.scale:
        inner: list[Node] = [h("b", data_cell="n"), h("i", class_="legal-key"), h("span", data_cell="word")]
        return h("td", *inner, class_="num banded", data_value=indicator.code)
    if indicator.rungs:
        ticks = (h("u") for _ in indicator.rungs)
        scale = h("i", *ticks, h("s"), class_="rungs")
        return h(
            "td", h("span", data_cell="n"), scale, h("small", data_cell="next"), class_="num", data_value=indicator.code
        )
    return h("td", h("span", data_cell="n"), class_="num", data_value=indicator.code)
