"""What people speak of: topics by count, and the latest public items with the newspaper that carried them."""

from __future__ import annotations

from layouts.node import Node, h
from layouts.section import section
from layouts.site import Page

TOPICS, ITEMS = 14, 8


def panel(page: Page, title: str) -> Node:
    """Rows stand from the first paint; the live client writes topics and items into them as text."""
    topics = (h("li", h("span", data_part="name"), h("i"), h("b", data_part="n"), hidden=True) for _ in range(TOPICS))
    return section(
        title,
        h(
            "div",
            h("ol", *topics, class_="topics"),
            h("ol", *(_item() for _ in range(ITEMS)), class_="items"),
            class_="pair",
        ),
        h("p", page.words("mentions.waiting"), class_="quiet", data_part="none"),
        panel="mentions",
        feeds=page.domain.feeds if page.domain else (),
        data_scope=page.view.entity_scope,
        class_="wide",
    )


def _item() -> Node:
    head = h(
        "p", h("span", data_part="paper"), h("span", data_part="topic"), h("span", data_part="time"), class_="quiet"
    )
    return h("li", head, h("p", data_part="text"), hidden=True)
