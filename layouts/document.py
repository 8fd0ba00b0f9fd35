"""A page as one HTML document: the skeleton that may be kept, closed with what Dash writes for each request.

`skeleton(page)` holds no figure and nothing of a person, so one drawing serves everybody of one language and theme;
`closed(skeleton, dash)` adds Dash's own configuration and scripts, which stay inert until a chart is about to be seen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from layouts import facts, gallery, header, ids, marks
from layouts.node import Node, h, to_html
from layouts.page import content
from layouts.site import Page

SHEETS = (
    "look",
    "page",
    "figures",
    "map",
    "lists",
    "desk",
    "domain",
    "study",
    "card",
    "records",
    "quality",
    "services",
    "books",
    "course",
    "phone",
    "print",
)
CHART_FILES = (  # what Dash will ask for when it draws: fetched while it still starts
    "/_dash-component-suites/plotly/package_data/plotly.min.js",
    "/_dash-component-suites/dash/dcc/async-graph.js",
)
DESK_LIBRARIES = ("dash_ag_grid", "dash_mantine_components")
GRID_FILE = "/_dash-component-suites/dash_ag_grid/async-community.js"  # what the grid asks for when it is mounted
SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
FONTS = ("noto-sans-400", "noto-sans-700", "noto-sans-display-400")


@dataclass(frozen=True, slots=True)
class DashParts:
    """What Dash's own index puts into a page, as HTML written by Dash."""

    config: str = ""
    scripts: str = ""
    renderer: str = ""


def index(page: Page, dash: DashParts | None = None) -> str:
    """The page as one HTML document."""
    return closed(skeleton(page), dash or DashParts())


def skeleton(page: Page) -> str:
    """The document up to Dash's part: head, signs, bar, content, the facts the live client reads."""
    trees = (header.skip(page), marks.definitions(page.words), header.bar(page), content(page))
    return _opened(page, _head(page)) + "".join(map(to_html, trees)) + _data(facts.page_facts(page))


def _data(told: dict[str, Any]) -> str:
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="page-facts">{text}</script>'


def closed(skeleton: str, dash: DashParts) -> str:
    """The whole document."""
    ahead = " ".join(CHART_FILES)
    usual, desk = _apart(dash.scripts)
    inert = f'<template id="dash-scripts" data-ahead="{ahead}">{usual}{dash.renderer}</template>'
    # asked for only where records are listed
    grids = f'<template id="desk-scripts" data-ahead="{GRID_FILE}">{desk}</template>'
    return f"{skeleton}{dash.config}{inert}{grids}</body></html>"


def _apart(scripts: str) -> tuple[str, str]:
    """Dash's own scripts, and those of the component libraries that only lists of records need."""
    every = SCRIPT.findall(scripts)
    desk = [script for script in every if any(f"/{library}/" in script for library in DESK_LIBRARIES)]
    return "".join(script for script in every if script not in desk), "".join(desk)


def shown(page: Page) -> str:
    """The gallery of states as one document; it needs neither stream nor Dash."""
    trees = (header.skip(page), marks.definitions(page.words), gallery.bar(page), gallery.content(page))
    sheet = h("link", rel="stylesheet", href=asset(page, "css/gallery.css"))
    head = [node for node in _head(page) if not _is_script(node)]
    script = h("script", type="module", src="/assets/js/gallery.js", data_plotly=CHART_FILES[0])
    opened = _opened(page, [*head, sheet, script])
    return opened + "".join(map(to_html, trees)) + _data(gallery.told(page)) + "</body></html>"


def lost(page: Page, dash: DashParts | None = None) -> str:
    """What is shown for an address that names nothing."""
    home = h("a", page.words("nation"), href=page.view.to().href(), class_="button")
    said = h("main", h("h1", page.words("lost.title")), h("p", page.words("lost.body")), home, class_="page lost")
    head = [node for node in _head(page) if not _is_script(node)]
    entry = h("div", id=ids.ENTRY, hidden=True)
    return closed(_opened(page, head) + to_html(said) + to_html(entry), dash or DashParts())


def _opened(page: Page, head: Iterable[Node | str | None]) -> str:
    return (
        f'<!DOCTYPE html><html lang="{page.view.lang}" data-theme="{page.view.theme}">{to_html(h("head", head))}'
        f'<body data-connected="false" data-world="{page.site.world}">'
    )


def _head(page: Page) -> list[Node]:
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


def _is_script(node: Node) -> bool:
    return node.tag == "script" or node.get("rel") in ("modulepreload", "preload")
