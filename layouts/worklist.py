"""The records that wait longest: what is due first stands first, with how long it is overdue and the step it is at."""

from __future__ import annotations

from feeds.catalogue.model import Panel
from layouts.node import Node, h
from layouts.section import section
from layouts.site import Page

ROWS = 17
COLUMNS = ("record", "what", "due", "overdue", "step")


def panel(page: Page, declared: Panel) -> Node:
    """A page of rows that the live client fills; no name of a person is in a record."""
    heads = (h("th", _head(page, declared, name), class_=_side(name)) for name in COLUMNS)
    return section(
        page.words.of(declared),
        h("table", h("thead", h("tr", *heads)), h("tbody", data_part="rows")),
        h("template", _row(), data_part="row"),
        h("p", page.words("panel.waiting"), class_="quiet", data_part="none"),
        h(
            "div",
            h("span", data_part="shown", class_="quiet"),
            h("button", page.words("worklist.first"), type="button", data_part="first", hidden=True),
            h("button", page.words("worklist.next"), type="button", data_part="next", hidden=True),
            class_="pager",
        ),
        aside=h("span", data_part="note", class_="quiet"),
        panel="worklist",
        class_="wide worklist",
        data_feed=declared.feed,
        data_indicator=declared.indicators[0] if declared.indicators else None,
        data_what=declared.args.get("what"),
        data_rows=declared.args.get("rows", ROWS),
        style=f"--rows:{declared.args.get('rows', ROWS)}",
        data_place=page.view.place,
        data_scope=page.view.scope,
        data_age_state="loading",
    )


def _head(page: Page, declared: Panel, name: str) -> str:
    """What a column is called; the field that says what a record is about by its name in the feed."""
    feed = page.site.catalogue.feeds.get(declared.feed or "")
    label = feed.labels.get(str(declared.args.get("what"))) if feed and name == "what" else None
    return page.words.of(label) if label else page.words(f"worklist.{name}")


def _side(name: str) -> str | None:
    return "num" if name in ("due", "overdue") else None


def _row() -> Node:
    return h(
        "tr",
        h("td", h("a", data_part="record")),
        h("td", data_part="what"),
        h("td", data_part="due", class_="num"),
        h("td", h("span", data_part="overdue"), h("i"), class_="num late"),
        h("td", data_part="step"),
    )
