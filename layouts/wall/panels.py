"""The kinds of panel a scene may declare, each a pure function from a page and its slot to a component tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from feeds.catalogue.scenes import Slot
from layouts import health, map, marks
from layouts.figure import bound
from layouts.node import Node, h
from layouts.section import bearing, section
from layouts.site import Page, lead_of, leads, national
from layouts.wall import incident, sea, tiles
from layouts.wall.legibility import FarGrid

BOARD, BESIDE, COLUMN = 4, 40, 3  # tiles in the middle of a domain's page; figures looked at and tiles beside them
FLOOD, MOST = 10, 2  # alerts in ten minutes: a flood (rule 16), the most one desk can work on (rule 15)
END = FLOOD + 2  # of the scale


@dataclass(frozen=True, slots=True)
class Shown:
    """One scene as it is drawn: its page (the place, the open domain), what stands on it of a run of pages."""

    page: Page
    far: FarGrid
    part: int = 0  # which page of lead figures


def alarm_map(shown: Shown, slot: Slot) -> Node:
    """All land grey until something is wrong; then the unit speaks. A province: its communes."""
    return sea.panel(shown.page) if shown.page.view.is_nation else atlas(shown, slot)


def atlas(shown: Shown, slot: Slot) -> Node:
    """The map coloured by one figure, with its legend."""
    page = shown.page
    if page.domain and national(page.domain):  # no unit has its figures: more of them stand where the map would
        return more_tiles(shown)
    stage = h("div", map.sheet(page), *map.insets(page), map.hover(page), class_="map-stage")
    return h(
        "figure", *bearing(), stage, map.legend(page), class_="map atlas", **bound(page, page.coloured_by, "atlas")
    )


def more_tiles(shown: Shown) -> Node:
    """The figures of the open domain after those in the middle of the page, one below the other."""
    page = shown.page
    found = [i for i in tiles.rest(page, BOARD + BESIDE)[BOARD:] if i.thresholds or i.target is not None]
    drawn = [tiles.tile(page, i, h("span", page.words.short(i))) for i in found]
    return tiles.grid(drawn[:COLUMN], 1, COLUMN)


def board_tiles(shown: Shown, slot: Slot) -> Node:
    """Lead figures of the domains, or the open domain's other figures."""
    page, columns, rows = shown.page, slot.columns or 2, slot.rows or 3
    if page.domain:
        drawn = [tiles.tile(page, i, h("span", page.words.short(i))) for i in tiles.rest(page, columns * rows)]
    else:
        found = leads(page)[: columns * rows]
        drawn = [tiles.tile(page, lead, h("span", page.words.of(domain))) for domain, lead in found]
    return tiles.grid(drawn, columns, rows)


def far_figures(shown: Shown, slot: Slot) -> Node:
    """A few figures, large; the page of them that this scene is."""
    many = min(slot.count or 4, shown.far.count)
    found = leads(shown.page)[shown.part * many : (shown.part + 1) * many]
    drawn = [tiles.far_tile(shown.page, lead) for _, lead in found]
    return tiles.grid(drawn, shown.far.columns, shown.far.rows)


def lead(shown: Shown, slot: Slot) -> Node:
    """The open domain's own figure, largest."""
    page = shown.page
    indicator = (page.domain and lead_of(page.domain, page.view.is_nation)) or page.coloured_by
    return tiles.tile(page, indicator, h("span", page.words.of(indicator)), "lead")


def alerts(shown: Shown, slot: Slot) -> Node:
    """What is open, worst first, one row for what belongs together; a fixed number of rows, the rest as a count."""
    page = shown.page
    return section(
        page.words("wall.alerts"),
        h("p", page.words("alerts.none"), class_="quiet none", data_part="none", hidden=True),
        h(
            "ol",
            *(_row() for _ in range(slot.rows or 4)),
            class_="alert-list",
            style=f"--columns:{slot.columns or 1};--n:{slot.rows or 4}",
        ),
        h("p", class_="quiet", data_part="more", hidden=True),
        aside=h("span", data_part="count"),
        panel="alerts",
        data_scope=page.view.scope,
        data_domain=page.view.domain,
    )


def _row() -> Node:
    lines = (h("b", data_part="title"), h("span", data_part="what"), h("span", data_part="since", class_="quiet"))
    body = h("div", *lines)
    return h("li", marks.slot(size="large"), body, class_="alert", hidden=True)


def load(shown: Shown, slot: Slot) -> Node:
    """How many alerts were opened in the last ten minutes, beside what one desk can work on and what is a flood."""
    words = shown.page.words
    limits = ((MOST, "most"), (FLOOD, "flood"))
    ticks = (h("span", words(f"wall.load.{key}", n=n), class_=key, style=f"--x:{n / END:.4f}") for n, key in limits)
    needle = h("i", class_="load-now", data_part="needle")
    scale = h("div", h("i", class_="load-band"), h("i", class_="load-flood"), needle, *ticks, class_="load-scale")
    return section(
        words("wall.load"),
        scale,
        aside=h("span", h("b", data_part="n"), h("span", words("wall.load.span")), class_="load-n"),
        panel="load",
        data_scope=shown.page.view.scope,
        data_flood=FLOOD,
    )


def ledger(shown: Shown, slot: Slot) -> Node:
    """A few figures of one domain as lines below its name and their age; their place stands even when none is known."""
    page, every = shown.page, shown.page.site.catalogue.indicators
    found = [every[code] for code in slot.figures if code in every]
    if not found:
        return h("div", data_panel="ledger", hidden=True)
    domain = page.site.catalogue.domains[found[0].domain]
    return section(
        page.words.short(domain),
        h("ul", *(tiles.line(page, indicator) for indicator in found), class_="ledger"),
        panel="ledgers",
        data_rests=" ".join(indicator.code for indicator in found),
        data_scope=page.view.scope,
    )


def feeds(shown: Shown, slot: Slot) -> Node:
    """A cell for each feed; those that are silent are named."""
    page = shown.page
    cells = (
        h("li", h("i", class_="cell"), data_feed=feed.code, data_age_state="loading", data_name=page.words.short(feed))
        for feed in health.feeds(page)
    )
    return section(
        page.words("feeds.title"),
        h("ul", *cells, class_="wall-feeds"),
        aside=h("span", data_part="silent"),
        panel="feeds",
        data_scope=page.view.scope,
    )


def worst(shown: Shown, slot: Slot) -> Node:
    """The places furthest from the target by the figure that colours the map; what is old or missing is not ranked."""
    page, indicator = shown.page, shown.page.coloured_by
    if page.domain and national(page.domain):  # nobody is further from the target than another
        return h("div")
    rows = (
        h(
            "li",
            marks.slot(size="small"),
            h("span", data_part="name"),
            h("span", h("i", class_="limit"), h("i", class_="dot"), class_="track"),
            h("span", data_part="value", class_="val"),
            class_="worst",
            hidden=True,
        )
        for _ in range(slot.rows or 6)
    )
    return section(
        page.words(f"wall.worst.{indicator.direction if indicator.direction in ('up', 'down', 'band') else 'none'}"),
        h("p", page.words.short(indicator), class_="quiet"),
        h("ol", *rows, class_="worst-list"),
        h("p", class_="quiet", data_part="left"),
        panel="worst",
        data_indicator=indicator.code,
        data_scope=page.view.scope,
        data_version="",
        data_age_state="loading",
    )


Renderer = Callable[[Shown, Slot], Node]
RENDERERS: Mapping[str, Renderer] = {
    "map": alarm_map,
    "atlas": atlas,
    "tiles": board_tiles,
    "figures": far_figures,
    "lead": lead,
    "alerts": alerts,
    "load": load,
    "ledger": ledger,
    "feeds": feeds,
    "worst": worst,
    "strip": lambda shown, slot: incident.strip(shown.page, slot.count or 4),
    "chart": lambda shown, slot: incident.chart(shown.page),
    "peers": lambda shown, slot: incident.peers(shown.page),
    "cameras": lambda shown, slot: incident.cameras(shown.page, slot.count or 4),
    "area": lambda shown, slot: incident.area(shown.page),
    "course": lambda shown, slot: incident.timeline(shown.page, slot.rows or 4, slot.figures),
}
KINDS = frozenset(RENDERERS)
LAYOUTS: Mapping[str, frozenset[str]] = {
    "board": frozenset({"left", "centre", "right"}),
    "seat": frozenset({"left", "centre"}),
    "atlas": frozenset({"left", "right"}),
    "domain": frozenset({"left", "centre", "right"}),
    "list": frozenset({"main", "right"}),
    "incident": frozenset({"figures", "chart", "cameras", "area", "course"}),
}
