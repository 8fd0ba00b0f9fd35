"""Every kind of panel of a wall in every state, drawn by the functions of the wall: shown in the demo alone.

The browser tells them made-up figures (assets/js/wall_gallery.js).
"""

from __future__ import annotations

from dataclasses import replace

from feeds.catalogue.scenes import Slot
from layouts import gallery, marks
from layouts.address import View
from layouts.node import Node, h
from layouts.site import Page, leading
from layouts.wall import document
from layouts.wall.legibility import far_grid
from layouts.wall.panels import RENDERERS, Shown
from layouts.wall.screen import Wall
from layouts.wall.shared import quiet, shapes

PATH = "/gallery/wall"
SHEETS = ("look", "figures", "map", "course", "wall", "wall_incident", "wall_gallery")
SMALL = {"rows": 1, "columns": 1, "count": 1}  # one of each says what many would
ROOM = {
    "alerts": {"rows": 2},
    "worst": {"rows": 4},
    "strip": {"count": 4},
    "cameras": {"count": 2},
    "course": {"rows": 3},
}


def draw(page: Page) -> str:
    """The whole page."""
    words = page.words
    wall = Wall(lang=page.view.lang)
    head = h("div", h("h1", words("gallery.wall")), _stamp(page), class_="gallery-head")
    links = h("p", words("gallery.note"), " ", h("a", words("gallery.title"), href=gallery.PATH), class_="quiet")
    body = h(
        "main",
        shapes(page),
        marks.definitions(words),
        head,
        links,
        *(_kind(page, kind, wall) for kind in RENDERERS),
        class_="wall wall-gallery",
    )
    return document.document(page, [body], SHEETS, "gallery", "wall_gallery", told(page, wall))


def told(page: Page, wall: Wall) -> dict[str, object]:
    """The facts of a wall, the day, and the words of what is made up."""
    made = {"second": page.words("gallery.second")}
    return document.wall_facts(page, wall, []) | {"day": page.today.isoformat(), "made": made}


def _kind(page: Page, kind: str, wall: Wall) -> Node:
    cells = (_cell(page, kind, state, wall) for state in gallery.STATES)
    return h("section", h("h2", kind_name(page, kind)), h("div", *cells, class_="cells"), class_=f"kind of-{kind}")


def _cell(page: Page, kind: str, state: gallery.State, wall: Wall) -> Node:
    words = page.words
    meant = h("p", h("b", words(f"gallery.{state}")), h("span", words(f"gallery.{state}.means"), class_="quiet"))
    stamp = _stamp(page) if state == "simulated" else None
    stage = h("div", panel(page, kind, wall), class_="stage zone")
    return h("div", meant, stamp, stage, class_="case", data_kind=kind, data_state=state)


def panel(page: Page, kind: str, wall: Wall) -> Node:
    """One panel as the wall would draw it, with the open domain where it needs one."""
    declared = next((s for scene in page.site.scenes for s in scene.panels if s.kind == kind), None)
    figures = declared.figures if declared else ()
    slot = Slot(kind=kind, area="left", figures=figures, **(SMALL | ROOM.get(kind, {})))
    home = leading(page.site.catalogue, None)[0].domain if kind == "lead" else None
    at = replace(page, view=View(page.view.place, home, theme="dark", lang=page.view.lang))
    return quiet(RENDERERS[kind](Shown(at, far_grid(wall.screen)), slot), at)


def kind_name(page: Page, kind: str) -> str:
    """What a panel of a wall is called."""
    return page.words(f"gallery.wall.{kind}")


def _stamp(page: Page) -> Node | None:
    return h("span", page.stamp, class_="stamp") if page.stamp else None
