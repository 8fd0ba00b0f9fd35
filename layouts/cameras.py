"""Camera stills with the time of each picture: at most six are kept fresh at once, the others are asked for once."""

from __future__ import annotations

from feeds.catalogue.model import Feed
from layouts import marks
from layouts.node import Node, h
from layouts.section import section
from layouts.site import Page

AT_MOST = 12
LIVE = 6  # product rule 30: more moving pictures than this on one page fail


def panel(page: Page, title: str = "", count: int = AT_MOST) -> Node:
    """Tiles for up to twelve cameras; a dark or silent camera says so instead of showing an old picture as new."""
    feed = camera_feed(page)
    scope = f"{page.view.place}:cameras"
    return section(
        title or page.words("cameras.title"),
        h("div", *(_tile() for _ in range(min(count, AT_MOST))), class_="camera-grid"),
        h(
            "div",
            h("button", page.words("worklist.first"), type="button", data_part="first", hidden=True),
            h("button", type="button", data_part="next", hidden=True),
            class_="pager",
        ),
        aside=h("span", data_part="count", class_="quiet"),
        panel="cameras",
        feeds=[feed for code, feed in page.site.catalogue.feeds.items() if code == "cameras"],
        data_scope=scope,
        data_live=LIVE,
        data_fresh=feed.picture_age if feed else None,
    )


def camera_feed(page: Page) -> Feed | None:
    """The feed whose events carry pictures; None in a catalogue without cameras."""
    return next((feed for feed in page.site.catalogue.feeds.values() if feed.kind == "cameras"), None)


def _tile() -> Node:
    picture = h("img", alt="", decoding="async")
    return h(
        "figure",
        h(
            "div",
            picture,
            h("span", data_part="none", class_="shot-none"),
            h("span", data_part="time", class_="shot-time"),
            class_="shot",
        ),
        h("figcaption", h("span", data_part="name"), h("span", marks.slot(size="small"), h("span", data_part="state"))),
        class_="camera",
        data_camera="",
        data_age_state="loading",
    )
