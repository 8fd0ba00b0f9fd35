"""From declared scenes to the pages of one wall: which of them it shows, and each as a component tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any

from feeds.catalogue.scenes import Scene
from layouts.address import View
from layouts.node import Node, h
from layouts.site import Page, Site, leads, national
from layouts.wall.legibility import BOARD_READS, FarGrid, far_grid
from layouts.wall.panels import RENDERERS, Shown
from layouts.wall.screen import Wall
from layouts.wall.shared import quiet


@dataclass(frozen=True, slots=True)
class Turn:
    """One page of the rotation: a scene, or one of the pages that a scene stands for."""

    code: str
    name: str
    scene: Scene
    shown: Shown


def programme(page: Page, wall: Wall, far: FarGrid | None = None) -> list[Turn]:
    """The pages of a wall in their order, each once."""
    far = far or far_grid(wall.screen)
    fitting = [scene for scene in page.site.scenes if _fits(scene, wall)]
    return [turn for scene in fitting for turn in _turns(page, scene, far, bool(wall.loop))]


def rotation(turns: list[Turn], wall: Wall) -> list[Turn]:
    """The order in which pages stand: one that `returns` comes between the others again and again, so that whoever
    looks up meets it soon. In a loop for visitors every page stands once."""
    order: list[Turn] = []
    away: dict[str, int] = {}  # pages since it stood last, of those that return
    for turn in turns:
        for again in turns if not wall.loop else ():
            if 0 < again.scene.returns <= away.get(again.code, 0):
                order.append(again)
                away[again.code] = 0
        order.append(turn)
        away = {code: n + 1 for code, n in away.items()}
        if turn.scene.returns:
            away[turn.code] = 0
    return order


def _fits(scene: Scene, wall: Wall) -> bool:
    where = "nation" if wall.is_nation else "province"
    seats = {wall.seat} if wall.seat else {"near", "far"} if wall.screen.board_is_read else {"far"}
    asked = not wall.loop or wall.loop in scene.loops
    return where in scene.places and bool(seats & set(scene.seats)) and asked


def _turns(page: Page, scene: Scene, far: FarGrid, brief: bool) -> Iterator[Turn]:
    """`brief`: a loop for visitors shows the domains of the first page alone."""
    name = page.words.of(scene)
    if scene.each == "domain":
        for domain in page.site.catalogue.domains.values():
            away = not page.view.is_nation and (national(domain) or page.view.place in domain.without)
            if away or (brief and not domain.tiled):
                continue
            opened = page_of(page.site, page, domain.code)
            yield Turn(f"{scene.code}-{domain.code}", page.words.of(domain), scene, Shown(opened, far))
    elif scene.each == "page":
        many = min(next((slot.count for slot in scene.panels if slot.count), far.count), far.count)
        for part in range(ceil(len(leads(page)) / many)):
            yield Turn(f"{scene.code}-{part + 1}", f"{name} {part + 1}", scene, Shown(page, far, part))
    else:
        yield Turn(scene.code, name, scene, Shown(page, far))


def page_of(site: Site, page: Page, domain: str | None) -> Page:
    """The same place in the wall's theme, with a domain open."""
    return Page(site, View(page.view.place, domain, theme="dark", lang=page.view.lang), page.today)


def draw(turn: Turn, far: FarGrid) -> Node:
    """The scene's areas with their panels; hidden until it is its turn."""
    areas: dict[str, list[Node]] = {}
    for slot in turn.scene.panels:
        if slot.area == "left" and turn.scene.layout == "seat" and not far.with_map:
            continue
        areas.setdefault(slot.area, []).append(quiet(RENDERERS[slot.kind](turn.shown, slot), turn.shown.page))
    drawn = (h("div", *panels, class_=f"zone {area}") for area, panels in areas.items())
    bare = "" if "left" in areas or turn.scene.layout != "seat" else " bare"
    return h(
        "section",
        *drawn,
        class_=f"scene {turn.scene.layout}{bare}",
        data_scene=turn.code,
        data_domain=turn.shown.page.view.domain,
        hidden=True,
    )


def facts(turn: Turn, wall: Wall) -> dict[str, Any]:
    """What the rotation must know of a page."""
    scene, words = turn.scene, turn.shown.page.words
    says = words.of(scene, "says") if wall.loop else ""
    told = {
        "code": turn.code,
        "name": turn.name,
        "layout": scene.layout,
        "dwell": scene.loops[wall.loop] if wall.loop else scene.dwell,
        "start": scene.start,
        "end": scene.end,
        "domain": turn.shown.page.view.domain,
        "says": says,
    }
    return {key: value for key, value in told.items() if value not in (None, "")}


def readable(wall: Wall) -> int:
    """Font size in steps of what must be read from the farthest seat."""
    return max(BOARD_READS, far_grid(wall.screen).font)
