"""What a page shows, by kind: the overview of a place, or one domain of it, as a component tree.

Figures are not in it: the live client brings them from the stream in the same second.
"""

from __future__ import annotations

from collections.abc import Iterator

from layouts import (
    alerts,
    books,
    brief,
    cameras,
    card,
    communes,
    course,
    domain,
    figure,
    header,
    health,
    map,
    moment,
    others,
    panels,
    quality,
    ranking,
    records,
    services,
    study,
    tabs,
)
from layouts.node import Child, Node, h
from layouts.site import Page, leads


def content(page: Page) -> Node:
    """The main part, by kind of page."""
    if page.view.records:
        kind, inner = "records", records.content(page)
    elif page.view.quality:
        kind, inner = "records quality", quality.content(page)
    elif page.view.services:
        kind, inner = "domain services", services.content(page)
    elif page.view.book:
        kind, inner = f"book {page.view.book}", [*books.content(page), footer(page)]
    elif page.view.domain:
        kind, inner = "domain", [*domain.content(page), footer(page)]
    else:
        kind, inner = ("desk", _desk(page)) if page.view.study else ("overview", _overview(page))
    parts = (*inner, printed(page), card.card(page))
    return h("main", *parts, class_=f"page {kind}", id="page", tabindex=-1, data_scope=page.view.scope)


def footer(page: Page) -> Node:
    """Where boundaries come from; what grey and the band mean; what there is to be read."""
    said = (h("span", map.credit(page)), h("span", page.words("footer.grey")))
    return h("footer", *said, books.shelf(page) if page.view.is_nation else None, class_="foot")


def printed(page: Page) -> Node:
    """What stands on paper and in a saved picture alone: stamp, source, the moment, the address."""
    parts = ("printed", "address")
    return h(
        "p",
        h("span", page.stamp, class_="stamp") if page.stamp else None,
        h("b", "IOC"),
        h("b", page.place_name),
        h("span", map.credit(page)),
        *(h("span", data_part=part) for part in parts),
        class_="print-foot",
        aria_hidden="true",
    )


def _overview(page: Page) -> list[Child]:
    """Fixed places: map left, figures centre, alerts right, clock top right; what is read at the desk stands below.

    In the document alerts come before figures and figures before the map: the order of a phone and of reading aloud.
    """
    top = h("div", alerts.headline(page), header.clock(page), class_="top")
    side = h(
        "div", course.worst(page), alerts.panel(page, rows=4), *brief.panels(page), health.short(page), class_="side"
    )
    land = h("div", map.panel(page), moment.panel(page), class_="land", id=tabs.MAP)
    tiles = h("div", *_tiles(page), class_="tiles")
    first = h("div", top, side, tiles, others.panel(page), land, class_="first")
    below = h(
        "div",
        ranking.panel(page),
        h("div", panels.trend(page), *_cameras(page), health.panel(page, every=False)),
        class_="below",
    )
    return [first, below, *_communes(page), footer(page)]


def _communes(page: Page) -> list[Node]:
    return [] if page.view.is_nation else [communes.panel(page)]


def _desk(page: Page) -> list[Child]:
    """The nation's map to be studied at a desk."""
    return [*study.content(page), footer(page)]


def _tiles(page: Page) -> Iterator[Node]:
    for each, lead in leads(page):
        heading = h("a", page.words.of(each), href=page.view.to(domain=each.code).href(), class_="domain-name")
        yield figure.tile(page, lead, heading)


def _cameras(page: Page) -> list[Node]:
    return [] if page.view.is_nation or "cameras" not in page.site.catalogue.feeds else [cameras.panel(page, count=6)]
