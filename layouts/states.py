"""What those who report say of themselves, counted: each state with its mark, its word and its number.

A click on a state shows those alone in the panel that has them (the stills of the cameras that are dark, say).
"""

from __future__ import annotations

from feeds.catalogue.model import Feed, Panel
from layouts import marks
from layouts.node import Node, h
from layouts.section import section
from layouts.site import Page


def panel(page: Page, declared: Panel) -> Node:
    """A row for every state that the feed declares, in its order; the first of them is the good one."""
    feed = page.site.catalogue.feeds[declared.feed or ""]
    return section(
        page.words.of(declared),
        h("ul", *(_row(page, feed, state, index) for index, state in enumerate(feed.states)), class_="states"),
        h("p", page.words("panel.waiting"), class_="quiet", data_part="none"),
        aside=h("span", data_part="count", class_="quiet"),
        panel="states",
        feeds=[feed],
        data_scope=page.view.entity_scope,
        data_feed=feed.code,
        data_field=declared.args.get("field", "state"),
        data_age_state="loading",
    )


def _row(page: Page, feed: Feed, state: str, index: int) -> Node:
    label = feed.labels.get(state)
    mark = marks.of_state(state) if index else marks.slot(size="small")
    word = page.words.of(label) if label else state
    return h(
        "li",
        h("button", mark, h("span", word), h("b", data_part="n", class_="num"), h("i"), type="button"),
        data_state=state,
    )
