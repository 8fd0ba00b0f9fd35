"""A whole page as HTML: the skeleton with names, units and map shapes, drawn by the server before any script runs.

`index(page, dash)` is what the web server sends for `/`, `/p/<code>`, `/p/<code>/<domain>` and `/d/<domain>`.
Figures are not in it: the live client brings them from the stream in the same second, so that the skeleton is the
same for everyone of one language and theme and may be cached.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from layouts import alerts, cameras, facts, figure, header, health, ids, map, marks, panels, ranking
from layouts.node import Child, Node, h, to_html
from layouts.site import Page, lead_of

SHEETS = ("look", "page", "figures", "map", "lists", "desk", "phone")
CHART_FILES = (  # what Dash will ask for when it draws: fetched while it still starts
    "/_dash-component-suites/plotly/package_data/plotly.min.js",
    "/_dash-component-suites/dash/dcc/async-graph.js",
)
FONTS = ("noto-sans-400", "noto-sans-700", "noto-sans-display-400")


@dataclass(frozen=True, slots=True)
class DashParts:
    """What Dash's own index puts into a page, as HTML written by Dash; loaded only when a chart is asked for."""

    config: str = ""
    scripts: str = ""
    renderer: str = ""


def index(page: Page, dash: DashParts | None = None) -> str:
    """The page as one HTML document."""
    tail = _dash(dash or DashParts())
    head = to_html(h("head", *_head(page)))
    return (
        f'<!DOCTYPE html><html lang="{page.view.lang}" data-theme="{page.view.theme}">{head}'
        f'<body data-connected="false" data-world="{page.site.world}">{body(page)}{tail}</body></html>'
    )


def body(page: Page) -> str:
    """What stands in the body: signs, bar, content, the facts the live client reads."""
    words = json.dumps(facts.page_facts(page), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    data = f'<script type="application/json" id="page-facts">{words}</script>'
    return "".join(_html(marks.definitions(page.words), header.bar(page), content(page))) + data


def _html(*nodes: Node) -> Iterator[str]:
    """Each tree as HTML."""
    return (to_html(node) for node in nodes)


def content(page: Page) -> Node:
    """The main part, by kind of page."""
    kind = "domain" if page.view.domain else "overview"
    inner = _domain(page) if page.view.domain else _overview(page)
    return h("main", *inner, card(page), class_=f"page {kind}", id="page", data_scope=page.view.scope)


def card(page: Page) -> Node:
    """Where a figure comes from: opened by a click on it, filled by the live client."""
    rows = ("source", "observed", "received", "age", "formula", "limits", "check")
    entries = ((h("dt", page.words(f"card.{row}")), h("dd", data_part=row)) for row in rows)
    return h(
        "aside",
        h(
            "header",
            h("h2", page.words("card.title")),
            h("button", page.words("card.close"), type="button", data_close=True),
        ),
        h("p", data_part="name"),
        h(
            "p",
            h("span", data_part="figure", class_="digits"),
            h("small", data_part="unit"),
            h("span", data_part="place"),
        ),
        h("dl", *(node for entry in entries for node in entry)),
        h("a", page.words("card.trend"), data_part="open", class_="button"),
        class_="card",
        id="card",
        hidden=True,
        role="dialog",
        aria_label=page.words("card.title"),
    )


def footer(page: Page) -> Node:
    """Where boundaries come from; what grey and the band mean."""
    return h("footer", h("span", map.credit(page)), h("span", page.words("footer.grey")), class_="foot")


def _head(page: Page) -> list[Child]:
    title = " · ".join(filter(None, (page.words.of(page.domain) if page.domain else "", page.place_name, "IOC")))
    return [
        h("meta", charset="utf-8"),
        h("meta", name="viewport", content="width=device-width, initial-scale=1"),
        h("title", title),
        h("link", rel="icon", href=asset(page, "favicon.svg"), type="image/svg+xml"),
        *(
            h("link", rel="preload", href=f"/assets/fonts/{f}.woff2", as_="font", type="font/woff2", crossorigin="")
            for f in FONTS
        ),
        *(h("link", rel="stylesheet", href=asset(page, f"css/{sheet}.css")) for sheet in SHEETS),
        *(h("link", rel="modulepreload", href=f"/assets/js/{name}.js") for name in page.site.modules),
        h("link", rel="preload", href=f"/api/v1/snapshot/{page.view.scope}", as_="fetch", crossorigin="anonymous"),
        h("script", type="module", src="/assets/js/main.js"),
    ]


def asset(page: Page, path: str) -> str:
    """Address of a file under assets/; a new release has a new one."""
    return f"/assets/{path}?m={page.site.version}"


def _overview(page: Page) -> list[Child]:
    """Fixed places: map left, figures centre, alerts right, clock top right; what is read at the desk stands below.

    In the document alerts come before figures and figures before the map: the order of a phone and of reading aloud.
    """
    top = h("div", alerts.headline(page), header.clock(page), class_="top")
    side = h("div", alerts.panel(page, rows=4), health.short(page), class_="side")
    first = h("div", top, side, h("div", *_tiles(page), class_="tiles"), map.panel(page), class_="first")
    below = h(
        "div", ranking.panel(page), h("div", panels.trend(page), *_cameras(page), health.panel(page)), class_="below"
    )
    return [first, below, footer(page)]


def _tiles(page: Page) -> Iterator[Node]:
    for domain in page.site.catalogue.domains.values():
        lead = lead_of(domain, page.view.is_nation)
        if lead is not None:
            heading = h("a", page.words.of(domain), href=page.view.to(domain=domain.code).href(), class_="domain-name")
            yield figure.tile(page, lead, heading)


def _cameras(page: Page) -> list[Node]:
    return [] if page.view.is_nation or "cameras" not in page.site.catalogue.feeds else [cameras.panel(page, count=6)]


def _domain(page: Page) -> list[Child]:
    """Map left, the panels that the catalogue declares at its right and below."""
    domain = page.domain
    title = h("h1", page.words.of(domain) if domain else "")
    top = h("div", h("div", header.trail(page), title, class_="title"), header.clock(page), class_="top")
    drawn = [panels.draw(page, panel) for panel in panels.declared(page) if panel.kind != "map"]
    return [top, h("div", map.panel(page), h("div", *drawn, class_="panels"), class_="split"), footer(page)]


def lost(page: Page, dash: DashParts | None = None) -> str:
    """What is shown for an address that names nothing."""
    home = h("a", page.words("nation"), href=page.view.to().href(), class_="button")
    body = h("main", h("h1", page.words("lost.title")), h("p", page.words("lost.body")), home, class_="page lost")
    tail = _dash(dash or DashParts())
    entry = to_html(h("div", id=ids.ENTRY, hidden=True))
    head = to_html(h("head", *(node for node in _head(page) if not _is_module(node))))
    return (
        f'<!DOCTYPE html><html lang="{page.view.lang}" data-theme="{page.view.theme}">{head}'
        f"<body>{to_html(body)}{entry}{tail}</body></html>"
    )


def _dash(parts: DashParts) -> str:
    """Dash's own scripts, inert until a chart is about to be seen."""
    ahead = " ".join(CHART_FILES)
    return f'{parts.config}<template id="dash-scripts" data-ahead="{ahead}">{parts.scripts}{parts.renderer}</template>'


def _is_module(node: Child) -> bool:
    return isinstance(node, Node) and (node.tag == "script" or node.get("rel") == "modulepreload")
