"""Figures on a wall: the tile of a board, the tile for far seats. The live client binds both as it binds a desk's."""

from __future__ import annotations

from collections.abc import Sequence

from feeds.catalogue.model import Indicator
from layouts import figure, marks
from layouts.node import Child, Node, h
from layouts.site import Page, lead_of, shown


def rest(page: Page, count: int) -> list[Indicator]:
    """The figures of the open domain beside its lead, in the catalogue's order."""
    domain = page.domain
    if domain is None:
        return []
    lead = lead_of(domain, page.view.is_nation)
    return [i for i in domain.indicators if shown(i, page.view.is_nation) and i != lead][:count]


def tile(page: Page, indicator: Indicator, heading: Child, kind: str = "") -> Node:
    """Heading and age, figure and mark, name and target, the last 24 hours: the same rows in every state."""
    return figure.tile(page, indicator, heading, f"tile {kind}".strip(), below=page.domain is not None and not kind)


def grid(tiles: Sequence[Node], columns: int, rows: int) -> Node:
    """Tiles in fixed places."""
    return h("div", *tiles, class_="wall-tiles", style=f"--columns:{columns};--rows:{rows}")


def far_tile(page: Page, indicator: Indicator) -> Node:
    """Name, figure and mark, age: three rows, each readable from the farthest seat."""
    return h(
        "article",
        h("p", page.words.short(indicator), class_="far-name"),
        h("p", figure.value(page, indicator), marks.slot(), class_="far-figure"),
        h("p", marks.age(), h("span", data_part="where"), class_="far-age"),
        class_="far-tile",
        **figure.bound(page, indicator, "tile"),
    )


def line(page: Page, indicator: Indicator) -> Node:
    """A figure as one line of a list: name, age once it is late, mark, digits."""
    return h(
        "li",
        h("span", page.words.short(indicator), class_="name"),
        marks.age(),
        marks.slot(size="small"),
        digits(page, indicator),
        class_="ledger-line",
        **figure.bound(page, indicator, "ledger"),
    )


def digits(page: Page, indicator: Indicator) -> Node:
    """The figure with its unit where that is a share; what is counted says so in its name."""
    unit = "%" if page.unit(indicator) == "%" else ""
    parts = (h("span", data_part="figure", class_="digits"), h("small", unit, data_part="unit"))
    return h("span", *parts, class_="figure")
