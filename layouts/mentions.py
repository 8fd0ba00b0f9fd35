"""The latest items that newspapers published, each with the newspaper that carried it."""

from __future__ import annotations

from layouts.node import Node, h
from layouts.section import section
from layouts.site import Page

ITEMS = 8


def panel(page: Page, title: str) -> Node:
    """Rows stand from the first paint; the live client writes items into them as text."""
    return section(
        title,
        h("ol", *(_item() for _ in range(ITEMS)), class_="items"),
        h("p", page.words("mentions.waiting"), class_="quiet", data_part="none"),
        panel="mentions",
        feeds=page.domain.feeds if page.domain else (),
        data_scope=page.view.entity_scope,
    )


def _item() -> Node:
    head = h(
        "p", h("span", data_part="paper"), h("span", data_part="topic"), h("span", data_part="time"), class_="quiet"
    )
    return h("li", head, h("p", data_part="text"), hidden=True)
