"""A block of the page: a rule above, its name, how fresh it is, what stands at the right of it. No boxes."""

from __future__ import annotations

from collections.abc import Sequence

from feeds.catalogue.model import Feed
from layouts.node import Attr, Child, Node, h


def section(
    title: Child,
    *body: Child,
    panel: str,
    aside: Child = None,
    class_: str = "",
    feeds: Sequence[Feed] = (),
    **attrs: Attr,
) -> Node:
    """A named block; `panel` is its kind, by which tests and the live client know it, `feeds` what it rests on.

    Every block can say that it is late, stale, doubtful, missing or forbidden: assets/js/standing.js writes it.
    """
    return h(
        "section",
        h("header", h("h2", title), standing(), aside, class_="section-head"),
        h("p", data_part="said", class_="said", hidden=True),
        *body,
        class_=f"section {class_}".strip(),
        data_panel=panel,
        data_feeds=" ".join(feed.code for feed in feeds) or None,
        data_owner=feeds[0].owner if feeds else None,
        **attrs,
    )


def bearing() -> tuple[Node, Node]:
    """The same for a block without a name, such as a map: where it says how it stands, and what it is refused for."""
    return h("header", standing(), class_="section-head bearing"), h("p", data_part="said", class_="said", hidden=True)


def standing() -> Node:
    """Age of what a whole block rests on, with its sign; kept empty while there is nothing to say."""
    return h(
        "span",
        h("svg", h("use", href="#clock"), class_="of-age", aria_hidden="true"),
        h("svg", h("use", href="#doubt"), class_="of-doubt", aria_hidden="true"),
        h("span", data_part="standing-age"),
        class_="age standing",
        data_part="standing",
        hidden=True,
    )
