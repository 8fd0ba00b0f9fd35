"""A block of the page: a rule above, its name, what stands at the right of it. No boxes."""

from __future__ import annotations

from layouts.node import Attr, Child, Node, h


def section(title: Child, *body: Child, panel: str, aside: Child = None, class_: str = "", **attrs: Attr) -> Node:
    """A named block; `panel` is its kind, by which tests and the live client know it."""
    return h(
        "section",
        h("header", h("h2", title), aside, class_="section-head"),
        *body,
        class_=f"section {class_}".strip(),
        data_panel=panel,
        **attrs,
    )
