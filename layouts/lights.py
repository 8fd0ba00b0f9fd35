"""A board of lights: each of those who report by itself, working, late or down; who is down is named beside it.

A light is a cell, never a colour alone: a filled dot while it works, a clock while it is late, a hatched cell with a
frame when it is down or has fallen silent.
"""

from __future__ import annotations

from feeds.catalogue.model import Panel
from layouts.node import Node, h
from layouts.reporters import block, called
from layouts.site import Page

KIND = "lights"


def panel(page: Page, declared: Panel) -> Node:
    """The room of the cells, how many work, and the names of those that do not; the live client writes all of it. One
    that works is late where the second indicator lies beyond its limits."""
    return block(
        page,
        declared,
        h("p", data_part="wrong", class_="lights-wrong"),
        h("ul", data_part="cells", class_="lights"),
        data_figure=declared.indicators[0],
        data_slow=next(iter(declared.indicators[1:]), None),
        data_what=called(page, declared),
    )
