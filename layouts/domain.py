"""The page of one domain at one place: key figures across, then a side column and the main one, then the full width.

Where a panel stands is data: its `area` in the catalogue, or the area of its kind. Within an area the order of the
catalogue holds; what every domain page has follows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from feeds.catalogue.model import Panel
from layouts import header, panels, services, tabs
from layouts.node import Child, Node, h
from layouts.site import Page

AREAS = ("top", "side", "main", "full")
OF_AREA: Mapping[str, str] = {"wide": "main"}
OF_KIND: Mapping[str, str] = {"gauges": "top", "map": "side", "ranking": "side", "alerts": "side", "health": "full"}


def content(page: Page) -> list[Child]:
    """Everything of the page but its footer."""
    domain = page.domain
    title = h("h1", page.words.of(domain) if domain else "")
    top = h("div", h("div", header.trail(page), title, class_="title"), header.clock(page), class_="top")
    if reason := services.absent(page):
        return [top, services.notice(page, reason), services.unused()]
    found = [(area_of(panel, page.view.is_nation), panel) for panel in _ordered(page)]
    drawn = {
        area: [_drawn(page, panel, own) for own, panel in found if OF_AREA.get(own, own) == area] for area in AREAS
    }
    main, full = (drawn["main"], drawn["full"]) if drawn["main"] else (drawn["full"], [])  # no empty half of a page
    split = h(
        "div", h("div", *drawn["side"], class_="aside"), h("div", *_paired(main), class_="panels"), class_="split"
    )
    below = h("div", *full, class_="panels") if full else None
    return [top, *drawn["top"], split, below]


def _paired(drawn: list[Node]) -> list[Node]:
    """A long ranking in one column of the main part has the short panels beside it in the other, one below the other;
    without one the panels stand row by row."""
    halves = [node for node in drawn if "half" in str(node.get("class")).split()]
    long = [node for node in halves if node.get("data-panel") == "ranking"]
    if not long or len(halves) < 2:
        return drawn
    short = h("div", *(node for node in halves if node not in long))
    rest = [node for node in drawn if node not in halves]
    first = [node for node in rest if drawn.index(node) < drawn.index(halves[0])]
    return [*first, h("div", short, h("div", *long), class_="pair wide"), *(node for node in rest if node not in first)]


def area_of(panel: Panel, nation: bool = False) -> str:
    """`top`, `side`, `main`, `wide` (all columns of the main part), `full`; the nation's map is always at the side."""
    own = OF_KIND.get(panel.kind, "main")
    return own if nation and panel.kind == "map" else panel.area or own


def _ordered(page: Page) -> list[Panel]:
    """As declared; of the nation the map comes first. What is long, and what is open now, ends a column."""
    found = panels.declared(page)
    order = {"map": 0, "alerts": 2, "ranking": 3} if page.view.is_nation else {"alerts": 2, "ranking": 3}
    return sorted(found, key=lambda panel: order.get(panel.kind, 1))


def _drawn(page: Page, panel: Panel, area: str) -> Node:
    """The panel; whether it takes all columns of the main part or one, and the map can be gone to by its name."""
    node = panels.draw(page, panel)
    if panel.kind == "map":
        node = replace(node, attrs=(*node.attrs, ("id", tabs.MAP)))
    width = {"wide": "wide", "main": "half"}.get(area, "") if panel.area else ""
    if not width:
        return node
    return replace(node, attrs=tuple((k, f"{v} {width}" if k == "class" else v) for k, v in node.attrs))
