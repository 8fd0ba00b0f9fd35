"""Nguồn gốc: the card that says of any figure where it comes from, how old it is, how it was made and what was
corrected. Empty until a figure is asked about; the live client fills it."""

from __future__ import annotations

from layouts import marks
from layouts.node import Node, h
from layouts.site import Page

ROWS = (
    "source",
    "sender",
    "observed",
    "age",
    "nation",
    "formula",
    "missing",
    "limits",
    "quality",
    "check",
    "revisions",
)
DRAWN = ("age", "limits", "check")  # rows with a drawing above their words


def card(page: Page) -> Node:
    """A dialog that the live client opens with a click or a key on any figure."""
    words = page.words
    rows = (node for row in ROWS for node in _row(page, row))
    return h(
        "aside",
        h(
            "header",
            h("h2", words("card.title")),
            h("span", page.stamp, class_="stamp") if page.stamp else None,
            h("button", words("card.close"), type="button", data_close=True),
        ),
        h("p", data_part="name", class_="card-name"),
        h(
            "p",
            h("span", data_part="figure", class_="digits"),
            h("small", data_part="unit"),
            marks.slot(),
            h("span", data_part="place", class_="card-place"),
            class_="card-figure",
        ),
        h("dl", *rows),
        h(
            "footer",
            h("a", words("card.records"), data_part="records", class_="button solid"),
            h("a", words("card.trend"), data_part="open", class_="button"),
        ),
        class_="card",
        id="card",
        hidden=True,
        role="dialog",
        aria_modal="true",
        aria_label=words("card.title"),
        data_panel="card",
        data_scope=page.view.scope,
    )


def _row(page: Page, row: str) -> tuple[Node, Node]:
    drawing = (
        h("svg", data_part=f"{row}-drawing", width="100%", height=30, aria_hidden="true") if row in DRAWN else None
    )
    return (
        h("dt", page.words(f"card.{row}"), data_row=row),
        h("dd", drawing, h("span", data_part=row), h("span", data_part=f"{row}-more", class_="quiet"), data_row=row),
    )
