"""The wall, its legibility page and its desk, each as one HTML document; nothing of Dash is in them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from feeds.catalogue.cited import cited, names_of
from layouts import facts, map, marks, scales
from layouts.document import FONTS, asset
from layouts.node import Node, h, to_html
from layouts.site import Page
from layouts.wall import scenes
from layouts.wall.legibility import BOARD_READS, far_grid
from layouts.wall.screen import Wall
from layouts.wall.shared import shapes
from layouts.words import Words

AGAIN_S = 15  # a screen that waits for admission asks so often
WALL_SHEETS = ("look", "figures", "map", "course", "wall", "wall_incident", "wall_video")


def wall_page(page: Page, wall: Wall) -> str:
    """The wall: every scene of its programme, hidden until it is its turn, and the facts the live client reads."""
    far = far_grid(wall.screen)
    turns = scenes.programme(page, wall, far)
    drawn = (scenes.draw(turn, far) for turn in turns)
    body = h(
        "div",
        shapes(page),
        marks.definitions(page.words),
        header(page),
        h("main", *drawn, class_="scenes"),
        footer(page),
        class_="whole",
        style=style(wall),
        data_loop=wall.loop or None,
        data_cols=wall.screen.cols,
        data_rows=wall.screen.rows,
        data_far="" if scenes.readable(wall) > BOARD_READS + 4 else None,
    )
    told = wall_facts(page, wall, [scenes.facts(turn, wall) for turn in scenes.rotation(turns, wall)])
    return document(page, [body], WALL_SHEETS, "wall", "wall_main", told)


def style(wall: Wall) -> str:
    """Where this panel stands in the whole wall, and how large the far seat's type is."""
    screen = wall.screen
    return (
        f"--cols:{screen.cols};--rows-of:{screen.rows};--col:{screen.col};--row:{screen.row};"
        f"--far:{scenes.readable(wall)};--head:{min(scenes.readable(wall), 84)}"
    )


def header(page: Page) -> Node:
    """The sentence that is read first, feeds alive, and the server's clock; the same place on every scene."""
    org = "org.nation" if page.view.is_nation else "org.province"
    line = h(
        "p",
        h("b", "IOC"),
        h("span", page.words(org) if page.view.is_nation else page.place_name),
        h("span", data_part="scene"),
        stamp(page),
        class_="org",
    )
    sentence = h("h1", page.words("headline.waiting", place=page.place_name), data_part="headline")
    alive = h("div", h("span", page.words("feeds.alive"), class_="quiet"), h("span", data_part="alive"), class_="alive")
    time = h("div", h("span", data_part="date", class_="quiet"), h("time", data_part="clock"), class_="clock")
    return h(
        "header",
        marks.slot("level"),
        h("div", line, sentence, class_="headline", data_panel="headline", data_scope=page.view.scope),
        h("div", alive, time, class_="now", data_panel="clock"),
        class_="wall-top",
    )


def stamp(page: Page) -> Node | None:
    """The mark of a world that is not the real one: it stands on every page, also where no figure does."""
    return h("span", page.stamp, class_="stamp", data_part="stamp") if page.stamp else None


def footer(page: Page) -> Node:
    """Where boundaries come from, what a visitor is told, which page of how many; the picture's age on trouble."""
    return h(
        "footer",
        h("span", map.credit(page)),
        h("span", data_part="says", class_="says"),
        h("span", h("span", data_part="held"), h("span", page.words("footer.grey")), class_="foot-right"),
        class_="wall-foot",
    )


def wall_facts(page: Page, wall: Wall, turns: list[dict[str, Any]]) -> dict[str, Any]:
    """What the live client must know of this wall; what only desks say is left out."""
    told = facts.page_facts(page)
    units = page.site.boundaries.sheet["units"]
    own = None if wall.is_nation else wall.place
    return told | {
        "scopes": [wall.place, wall.scope],
        "entityScope": None,
        "boxes": {code: unit["box"] for code, unit in units.items()},
        "labels": {code: unit["label"] for code, unit in units.items()},
        "units": {code: page.site.places.name(code, page.view.lang) for code in units},
        "feedNames": {f.code: page.words.short(f) for f in page.site.catalogue.feeds.values()},
        "owners": {f.code: f.owner for f in page.site.catalogue.feeds.values()},
        "cited": names_of(page.site.catalogue, cited(page.site.catalogue)),
        "advice": advice(page),
        "projection": page.site.boundaries.sheet["projection"],
        "frames": [inset["frame"] for inset in page.site.boundaries.sheet["insets"]],
        "limits": limits(page),
        "bars": hanging(page),
        "cameraFeeds": [f.code for f in page.site.catalogue.feeds.values() if f.kind == "cameras"],
        "cameraDomain": next(
            (d.code for d in page.site.catalogue.domains.values() if any(f.kind == "cameras" for f in d.feeds)), None
        ),
        "own": own,
        "turns": turns,
        "wall": {"group": wall.group, "name": wall.name, "scope": wall.scope, "scene": wall.scene, "loop": wall.loop},
    }


def advice(page: Page) -> dict[str, list[str]]:
    """What the law advises in each band of a legal scale; scales without advice are left out."""
    found = {s.code: [page.words.of(band, "advice") for band in s.bands] for s in page.site.catalogue.scales.values()}
    return {code: told for code, told in found.items() if any(told)}


def hanging(page: Page) -> dict[str, str]:
    """Domain -> the figure that hangs from the top of a station's course, as its trend panel names it (`bars`)."""
    return {
        domain.code: panel.args["bars"]
        for domain in page.site.catalogue.domains.values()
        for panel in domain.panels
        if panel.kind == "trend" and "bars" in panel.args
    }


def limits(page: Page) -> dict[str, list[dict[str, Any]]]:
    """Limits in force of each figure that has some, mildest first."""
    every = page.site.catalogue.indicators.values()
    return {i.code: found for i in every if (found := scales.bounds(i, page.case_of_all))}


def waiting(words: Words) -> str:
    """The page of a screen that is not admitted: whom to ask; it asks again by itself. No file of ours is needed."""
    style = "margin:0;background:#0D1217;color:#EDF1F4;font:400 3vw/1.4 'Noto Sans',sans-serif;padding:20vh 8vw"
    said = (h("p", words("wall.waiting")), h("p", words("wall.waiting.how"), style="font-size:1.4vw;color:#B8C3CC"))
    head = h("head", h("meta", charset="utf-8"), h("meta", http_equiv="refresh", content=AGAIN_S), h("title", "IOC"))
    return f'<!DOCTYPE html><html lang="{words.lang}">{to_html(head)}{to_html(h("body", *said, style=style))}</html>'


def document(
    page: Page, trees: Iterable[Node], sheets: Iterable[str], kind: str, module: str, told: dict[str, Any] | None
) -> str:
    """One HTML document of the wall's family."""
    title = " · ".join((page.words(f"wall.title.{kind}"), page.place_name, "IOC"))
    head = h(
        "head",
        h("meta", charset="utf-8"),
        h("meta", name="viewport", content="width=device-width, initial-scale=1"),
        h("title", title),
        h("link", rel="icon", href=asset(page, "favicon.svg"), type="image/svg+xml"),
        *(
            h("link", rel="preload", href=f"/assets/fonts/{f}.woff2", as_="font", type="font/woff2", crossorigin="")
            for f in FONTS
        ),
        *(h("link", rel="stylesheet", href=asset(page, f"css/{sheet}.css")) for sheet in sheets),
        h("script", type="module", src=f"/assets/js/{module}.js") if told else None,
    )
    data = ""
    if told:
        plain = json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
        data = f'<script type="application/json" id="page-facts">{plain}</script>'
    return (
        f'<!DOCTYPE html><html lang="{page.view.lang}" data-theme="{page.view.theme}">{to_html(head)}'
        f'<body class="{kind}" data-connected="false" data-world="{page.site.world}">'
        f"{''.join(to_html(tree) for tree in trees)}{data}</body></html>"
    )
