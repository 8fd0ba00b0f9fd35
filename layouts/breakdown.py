"""Records in parts, by desk or by a field: bars of what is overdue, and where there is room what came, ended, was late.

The rows are a template; the live client fills it with what the reader of `/api/v1/breakdown` answers.
"""

from __future__ import annotations

from feeds.catalogue.model import Panel
from layouts.node import Node, h
from layouts.section import section
from layouts.site import Page

BRIEF, FULL = ("overdue",), ("overdue", "open", "received", "ended", "ontime")
COUNTED = ("received", "ended", "good")  # what a panel may name a measure for
ROWS = 10


def panel(page: Page, declared: Panel) -> Node:
    """Most overdue first, the rest in one row; of the nation only what is open is known in parts."""
    columns = shown(page, declared)
    args = declared.args
    heads = [h("span"), *(h("span", page.words(f"breakdown.{column}"), class_="num") for column in columns)]
    return section(
        page.words.of(declared),
        h("div", *heads, class_="part-row head") if len(columns) > 1 else None,
        h("ol", data_part="rows", class_="parts"),
        h("template", _row(columns), data_part="row"),
        h("p", page.words("panel.waiting"), class_="quiet", data_part="none"),
        aside=h("span", data_part="note", class_="quiet"),
        panel="breakdown",
        class_="breakdown" if len(columns) > 1 else "breakdown brief",
        data_feed=declared.feed,
        data_by=args.get("by", "desk"),
        data_measures=",".join(args[name] for name in COUNTED if name in args),
        data_names=",".join(name for name in COUNTED if name in args),
        data_rows=args.get("rows", ROWS),
        style=f"--rows:{args.get('rows', ROWS)}",
        data_place=page.view.place,
        data_age_state="loading",
    )


def shown(page: Page, declared: Panel) -> tuple[str, ...]:
    """The columns of the panel: one in a side column, all in the main part of a unit's page."""
    if declared.area == "side":
        return BRIEF
    return FULL[:2] if page.view.is_nation else FULL


def _row(columns: tuple[str, ...]) -> Node:
    cells = (h("b" if column == "overdue" else "span", data_part=column, class_="num") for column in columns)
    return h("li", h("span", data_part="name", class_="who"), *cells, h("i"), class_="part-row")
