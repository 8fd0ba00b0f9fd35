"""The legibility test: lines of the size a seat needs, to be looked at from that seat, and the table behind them."""

from __future__ import annotations

from feeds.catalogue.places import NATION_KEY
from layouts import marks
from layouts.node import Node, h
from layouts.numbers import number
from layouts.site import Page
from layouts.wall import document
from layouts.wall.legibility import AIM, LEAST, Screen, far_grid, font_px, height_mm, pitch_mm
from layouts.wall.screen import Wall

SEATS = (3, 4, 6, 8, 10)  # metres: those of rule 1
INKS = ("ink", "ink-2", "ink-3")
RULER_MM = 100
INPUTS = (("m", "metres", 0.5, 40), ("in", "inches", 10, 400), ("px", "pixels", None, None))


def draw(page: Page, wall: Wall) -> str:
    """The whole page."""
    screen = wall.screen
    body = h(
        "main",
        h("h1", page.words("legible.title"), document.stamp(page)),
        h("p", page.words("legible.how", m=number(screen.metres, _digits(screen.metres), page.view.lang))),
        _settings(page, wall),
        _samples(page, screen),
        h("div", _proofs(page, screen), _table(page, screen), class_="legible-columns"),
        h("p", page.words("legible.source"), class_="quiet"),
        class_="legible",
        style=f"--mm:{1 / pitch_mm(screen.inches, screen.width, screen.height) / screen.width:.8f}",
        data_panel="legibility",
        data_far=far_grid(screen).font,
        data_board=str(screen.board_is_read).lower(),
    )
    return document.document(
        page, [marks.definitions(page.words), body], ("look", "wall", "wall_pages"), "legible", "", None
    )


def _settings(page: Page, wall: Wall) -> Node:
    """The screen and its farthest seat; the same words stand in a wall's own address."""
    screen, words = wall.screen, page.words
    given = {"m": f"{screen.metres:g}", "in": f"{screen.inches:g}", "px": f"{screen.width}x{screen.height}"}
    inputs = (
        h("label", h("span", words(f"legible.{key}")), h("input", name=name, value=given[name], size=9))
        for name, key, _, _ in INPUTS
    )
    place = None if wall.place == NATION_KEY else h("input", type="hidden", name="place", value=wall.place)
    lang = None if wall.lang == "vi" else h("input", type="hidden", name="lang", value=wall.lang)
    return h("form", *inputs, place, lang, h("button", words("legible.show"), class_="button"), method="get")


def _samples(page: Page, screen: Screen) -> Node:
    """A line for each seat, in its own size: the last line that is read says from where this screen is read."""
    lines = (
        h(
            "p",
            h("small", page.words("legible.seat", m=metres, px=round(_px(screen, metres, LEAST)))),
            h("span", f"{page.words('legible.sample')} 98,4%", style=f"font-size:{_share(screen, metres)}"),
            class_="own-seat" if metres == screen.metres else None,
            data_metres=metres,
        )
        for metres in _seats(screen)
    )
    return h("div", *lines, class_="legible-lines")


def _table(page: Page, screen: Screen) -> Node:
    """Rule 1 for this screen: millimetres and pixels for 16 and 20 minutes of arc."""
    words, lang = page.words, page.view.lang
    heads = (words("legible.metres"), f"{LEAST}′ mm", f"{LEAST}′ px", f"{AIM}′ mm", f"{AIM}′ px")
    rows = (
        h(
            "tr",
            h("td", number(metres, _digits(metres), lang)),
            *(
                h("td", str(round(value)))
                for minutes in (LEAST, AIM)
                for value in (height_mm(metres, minutes), _px(screen, metres, minutes))
            ),
            class_="own-seat" if metres == screen.metres else None,
        )
        for metres in _seats(screen)
    )
    return h("table", h("thead", h("tr", *(h("th", head) for head in heads))), h("tbody", *rows))


def _proofs(page: Page, screen: Screen) -> Node:
    """A length to lay a ruler on, the marks of Vietnamese, the three inks, the finest line."""
    words = page.words
    inks = (h("span", words("legible.ink", n=name), style=f"color:var(--{name})") for name in INKS)
    levels = (h("span", _sign(n), words(f"severity.{n}.word")) for n in marks.SHAPES)
    far = far_grid(screen)
    verdict = words("legible.board.yes" if screen.board_is_read else "legible.board.no", n=far.count)
    return h(
        "div",
        h("p", h("i", class_="ruler"), words("legible.ruler", mm=RULER_MM)),
        h("p", words("legible.marks"), class_="legible-marks", style=f"font-size:{_share(screen, screen.metres)}"),
        h("p", *inks, class_="legible-inks"),
        h("p", *levels, class_="legible-levels"),
        h("p", verdict, class_="verdict"),
        class_="legible-proofs",
    )


def _sign(level: int) -> Node:
    return h("svg", h("use", href=f"#sev-{level}"), class_="sign on", aria_hidden="true")


def _seats(screen: Screen) -> list[float]:
    return sorted({*SEATS, screen.metres})


def _px(screen: Screen, metres: float, minutes: float) -> float:
    return font_px(metres, minutes, screen.inches, screen.width, screen.height)


def _share(screen: Screen, metres: float) -> str:
    """Font size as a part of the panel's width: right on any screen the browser fills, whatever its pixel ratio."""
    return f"{_px(screen, metres, LEAST) / screen.width * 100:.4f}vw"


def _digits(value: float) -> int:
    return 0 if value == round(value) else 1
