"""What an address asks of a wall: where, which screen, which part of a video wall. A wrong word is passed over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from feeds.catalogue.places import NATION_KEY, Places
from layouts.wall.legibility import Screen
from layouts.words import LANGS, Lang

GROUP = re.compile(r"[a-z0-9_]{1,24}")
WORD = re.compile(r"[a-z][a-z0-9_-]{0,47}")
MOST_PANELS = 12  # a side of a video wall
METRES, INCHES, PIXELS = (0.5, 40.0), (10.0, 400.0), (640.0, 16384.0)


@dataclass(frozen=True, slots=True)
class Wall:
    """One wall: `group` is driven together from a desk, `name` says on that desk which screen it is."""

    place: str = NATION_KEY
    group: str = "main"
    name: str = ""
    lang: Lang = "vi"
    screen: Screen = field(default_factory=Screen)
    seat: str = ""  # near or far; empty: as the screen is read
    scene: str = ""  # the scene to begin with
    loop: str = ""  # a hands-off loop by its name

    @property
    def is_nation(self) -> bool:
        """True for walls of the whole country."""
        return self.place == NATION_KEY

    @property
    def scope(self) -> str:
        """The scope over which a desk tells this group what to show."""
        return group_scope(self.place, self.group)

    def drawn(self) -> tuple[object, ...]:
        """What the page's own markup depends on: one drawing serves all walls that are alike."""
        return (self.place, self.lang, self.screen, self.seat, self.loop)


def group_scope(place: str, group: str) -> str:
    """`vn:wall_main`: a scope of the stream like any other, so that it is pushed and kept like figures are."""
    return f"{place}:wall_{group}"


def read(query: Mapping[str, str], places: Places, place: str = "") -> Wall:
    """The wall of an address; `place` where the session decides it."""
    plain = Wall()
    asked = place or query.get("place", "")
    return Wall(
        place=asked if asked in places.units else plain.place,
        group=_word(query.get("group", ""), GROUP) or plain.group,
        name=" ".join(query.get("name", "").split())[:40],
        lang=next((lang for lang in LANGS if lang == query.get("lang")), plain.lang),
        screen=_screen(query),
        seat=query.get("seat", "") if query.get("seat") in ("near", "far") else "",
        scene=_word(query.get("scene", ""), WORD),
        loop=_word(query.get("loop", ""), WORD),
    )


def address(wall: Wall) -> str:
    """The address that gives this wall again; what stands at its default is left out."""
    plain, screen, usual = Wall(), wall.screen, Screen()
    asked = {
        "place": (wall.place, plain.place),
        "group": (wall.group, plain.group),
        "name": (wall.name, plain.name),
        "lang": (wall.lang, plain.lang),
        "m": (f"{screen.metres:g}", f"{usual.metres:g}"),
        "in": (f"{screen.inches:g}", f"{usual.inches:g}"),
        "px": (f"{screen.width}x{screen.height}", f"{usual.width}x{usual.height}"),
        **{side: (str(getattr(screen, side)), str(getattr(usual, side))) for side in ("cols", "rows", "col", "row")},
        "seat": (wall.seat, ""),
        "scene": (wall.scene, ""),
        "loop": (wall.loop, ""),
    }
    kept = {name: value for name, (value, default) in asked.items() if value != default}
    return f"/wall?{urlencode(kept)}" if kept else "/wall"


def _screen(query: Mapping[str, str]) -> Screen:
    plain = Screen()
    width, height = _pixels(query.get("px", ""), plain)
    cols, rows = (int(_number(query.get(side, ""), 1, (1, MOST_PANELS))) for side in ("cols", "rows"))
    return Screen(
        metres=_number(query.get("m", ""), plain.metres, METRES),
        inches=_number(query.get("in", ""), plain.inches, INCHES),
        width=width,
        height=height,
        cols=cols,
        rows=rows,
        col=int(_number(query.get("col", ""), 0, (0, cols - 1))),
        row=int(_number(query.get("row", ""), 0, (0, rows - 1))),
    )


def _pixels(text: str, plain: Screen) -> tuple[int, int]:
    """`3840x2160`, or the width alone of a 16:9 panel."""
    first, _, second = text.partition("x")
    width = int(_number(first, plain.width, PIXELS))
    return width, int(_number(second, round(width * 9 / 16), (360.0, PIXELS[1])))


def _number(text: str, plain: float, within: tuple[float, float]) -> float:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return plain
    return value if within[0] <= value <= within[1] else plain


def _word(text: str, form: re.Pattern[str]) -> str:
    return text if form.fullmatch(text) else ""
