"""Who speaks to whom: one row for each system that calls, one column for each that is called, calls and errors where
the two meet. An empty cell is a pair that does not speak.

The things that report are the pairs themselves, by name `from → to`; the live client finds rows and columns in the
names and writes the cells.
"""

from __future__ import annotations

from feeds.catalogue.model import Panel
from layouts import marks
from layouts.node import Node, h
from layouts.reporters import block
from layouts.site import Page

KIND = "matrix"


def panel(page: Page, declared: Panel) -> Node:
    """The room of the table; its first indicator is what a cell counts, the second the share that went wrong."""
    counted, wrong = (page.site.catalogue.indicators[code] for code in declared.indicators)
    cell = h("td", marks.slot(size="small"), h("b", data_part="n"), h("small", data_part="wrong"))
    said = page.words("matrix.cell", n=page.unit(counted) or page.words.short(counted), wrong=page.words.short(wrong))
    table = h("table", h("thead", data_part="head"), h("tbody", data_part="rows"), class_="matrix")
    return block(
        page,
        declared,
        h("p", said, class_="quiet"),
        h("div", table, class_="scroll"),
        h("template", cell, data_part="cell"),
        data_counted=counted.code,
        data_wrong=wrong.code,
        data_corner=page.words("matrix.corner"),
    )
