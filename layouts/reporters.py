"""Those who report by themselves: stations, systems, bodies, pairs of systems; of one feed, and which of them."""

from __future__ import annotations

from feeds.catalogue.model import Panel
from layouts.node import Attr, Child, Node, h
from layouts.section import section
from layouts.site import Page


def block(page: Page, declared: Panel, *body: Child, class_: str = "", **attrs: Attr) -> Node:
    """A block of them, with its own room in `body`: how many they are at the right, that they are waited for below.

    The live client finds by feed, scope and `where` whom to show, writes `body` and hides the waiting.
    """
    feed = page.site.catalogue.feeds[declared.feed or ""]
    return section(
        page.words.of(declared),
        *body,
        h("p", page.words("panel.waiting"), class_="quiet", data_part="none"),
        aside=h("span", data_part="count", class_="quiet"),
        panel=declared.kind,
        class_=class_,
        feeds=[feed],
        data_scope=page.view.entity_scope,
        data_feed=feed.code,
        data_where=where_of(declared),
        **attrs,
    )


def called(page: Page, declared: Panel | None) -> str:
    """What one of them is called: a station, unless the panel says a link, an outlet, a source."""
    what = declared.args.get("what", {}) if declared else {}
    return str(what.get(page.view.lang) or page.words("stations.name"))


def where_of(declared: Panel | None) -> str | None:
    """`type=river,`: the field and the values it may have; an empty one stands for a field nobody said."""
    wanted = declared.args.get("where", {}) if declared else {}
    parts = (f"{field}={','.join(str(value or '') for value in values)}" for field, values in wanted.items())
    return ";".join(parts) or None
