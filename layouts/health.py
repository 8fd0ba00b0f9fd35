"""Can the figures be trusted: each feed with its age against its cadence, and what the door counted."""

from __future__ import annotations

from feeds.catalogue.model import Feed
from layouts.node import Node, h
from layouts.numbers import number
from layouts.section import section
from layouts.site import Page

COUNTS = ("accepted", "rejected", "duplicates", "gaps")
STEPS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def short(page: Page) -> Node:
    """Feeds as cells with name and age: one look says whether all speak."""
    cells = (
        h(
            "li",
            h("i", class_="cell"),
            h("span", page.words.short(feed)),
            h("span", data_part="age", class_="quiet"),
            data_feed=feed.code,
            data_age_state="loading",
        )
        for feed in feeds(page)
        if feed.awaited(page.view.is_nation)  # what not every place has is told of on the page of data
    )
    return section(
        page.words("feeds.title"),
        h("ul", *cells, class_="feed-cells"),
        aside=h("span", data_part="alive"),
        panel="feeds",
        data_scope=page.view.scope,
    )


def panel(page: Page, every: bool = True) -> Node:
    """The table: cadence, age, and the counts of what was accepted, rejected, doubled and missed; beside other things
    only of the feeds that every place has, with the way to the others."""
    told = [feed for feed in feeds(page) if every or feed.awaited(page.view.is_nation)]
    rest = len(feeds(page)) - len(told)
    words = page.words
    heads = ("feed", "owner", "cadence", "age", *COUNTS)
    return section(
        words("health.title"),
        h(
            "table",
            h("thead", h("tr", *(h("th", words(f"health.{key}"), class_=_side(key)) for key in heads))),
            h("tbody", *(_row(page, feed) for feed in told)),
        ),
        h("p", _others(page, rest)) if rest else None,
        h("p", data_part="processes", class_="quiet"),
        aside=h(
            "span",
            h("span", words("health.note"), class_="quiet"),
            h("a", words("quality.title"), href=page.view.to().with_(quality=True).href(), class_="more"),
            h("a", words("entry.title"), href=page.view.typing(), class_="more", data_reload=""),
            class_="asides",
        ),
        panel="health",
        data_scope=page.view.scope,
    )


def _others(page: Page, count: int) -> Node:
    """The way to the feeds that are not told of here: the page of the domain that tells of the data itself."""
    own = next((d.code for d in page.site.catalogue.domains.values() if d.system), None)
    return h("a", page.words("health.others", n=count), href=page.view.to(domain=own).href(), class_="more-link")


def feeds(page: Page) -> list[Feed]:
    """Every feed: what one domain shows may rest on another's."""
    return list(page.site.catalogue.feeds.values())


def span_words(page: Page, seconds: int) -> str:
    """A length of time in its largest unit: `5 phút`, `1 giờ`."""
    size, step = next(((size, step) for size, step in STEPS if seconds >= size), (1, "second"))
    decimals = 0 if seconds % size == 0 else 1
    return page.words(f"js.age.{step}", n=number(seconds / size, decimals, page.view.lang))


def _row(page: Page, feed: Feed) -> Node:
    counts = (h("td", data_part=key, class_="num") for key in COUNTS)
    return h(
        "tr",
        h("td", h("i", class_="cell"), page.words.of(feed)),
        h("td", feed.owner, class_="quiet"),
        h("td", span_words(page, feed.cadence), class_="num"),
        h("td", data_part="age", class_="num"),
        *counts,
        data_feed=feed.code,
        data_age_state="loading",
    )


def _side(key: str) -> str | None:
    return "num" if key in ("cadence", "age", *COUNTS) else None
