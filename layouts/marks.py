"""The small signs used everywhere: severity shapes, the clock of a late value, the ring of doubt, the hatch."""

from __future__ import annotations

from layouts.node import Node, h
from layouts.words import Words

SHAPES = {  # level: path in a box of 24, baseline and size of its letter
    1: ("M2 2H22V22H2Z", 17, 14),
    2: ("M12 1 23.4 22H.6Z", 19.6, 11.5),
    3: ("M12 .6 23.4 12 12 23.4.6 12Z", 16.4, 12),
    4: ("M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20Z", 16.6, 13),
}


STATES = {  # what is wrong with a picture: paths in a box of 16, drawn in ink
    "offline": "M8 1.4a6.6 6.6 0 1 0 0 13.2A6.6 6.6 0 1 0 8 1.4M3.4 3.4 12.6 12.6",
    "frozen": "M5.2 2.5V13.5M10.8 2.5V13.5",
    "dark": "M8 1.4a6.6 6.6 0 1 0 0 13.2zM8 1.4a6.6 6.6 0 0 1 0 13.2",
    "blurred": "M1.5 4.5q3.2-3 6.5 0t6.5 0M1.5 9q3.2-3 6.5 0t6.5 0M1.5 13.5q3.2-3 6.5 0t6.5 0",
    "low_fps": "M2 8h1.5M7.2 8h1.6M12.5 8H14M2 12.5h1.5M2 3.5h1.5",
}


def definitions(words: Words) -> Node:
    """Every sign once; the page refers to them by `#sev-1`, `#clock`, `#doubt`."""
    return h(
        "svg",
        h("defs", hatch()),
        *(severity(level, words) for level in SHAPES),
        clock(),
        doubt(),
        system(),
        *(picture_state(name) for name in STATES),
        class_="defs",
        aria_hidden="true",
        width=0,
        height=0,
    )


def severity(level: int, words: Words) -> Node:
    """Shape and letter of a level; the colour comes from the stylesheet, the word stands beside it."""
    path, baseline, size = SHAPES[level]
    letter = words(f"severity.{level}.letter")
    return h(
        "symbol",
        h("path", d=path, class_=f"sev-shape sev-{level}"),
        h("text", letter, x=12, y=baseline, font_size=size, class_=f"sev-letter sev-{level}"),
        id=f"sev-{level}",
        viewBox="-0.5 -0.5 25 25",
    )


def clock() -> Node:
    """The mark of a late or stale value."""
    hands = h("path", d="M8 4.2V8l2.8 1.9", class_="clock-line")
    return h("symbol", h("circle", cx=8, cy=8, r=6.6, class_="clock-line"), hands, id="clock", viewBox="0 0 16 16")


def doubt() -> Node:
    """The ring of a value whose two sources disagree."""
    sign = h("text", "?", x=12, y=17, font_size=14, class_="doubt-letter")
    return h("symbol", h("circle", cx=12, cy=12, r=10.5, class_="doubt-ring"), sign, id="doubt", viewBox="0 0 24 24")


def system() -> Node:
    """The mark of an alarm that is of the centre's data: a hatched cell in an ink frame, no letter, no colour."""
    cell = h("path", d="M3 3H21V21H3Z", class_="system-cell")
    lines = h("path", d="M3 12 12 3M3 21 21 3M12 21 21 12", class_="system-line")
    return h("symbol", cell, lines, id="sev-system", viewBox="0 0 24 24")


def picture_state(name: str) -> Node:
    """A shape for what is wrong with a picture; the word always stands beside it."""
    kind = "state-line filled" if name == "dark" else "state-line"
    return h("symbol", h("path", d=STATES[name], class_=kind), id=f"state-{name}", viewBox="0 0 16 16")


def of_state(name: str) -> Node:
    """The sign of a state; its room alone where the state has no shape."""
    shape = f"#state-{name}" if name in STATES else None
    return h("svg", h("use", href=shape), class_="sign small on" if shape else "sign small", aria_hidden="true")


def hatch() -> Node:
    """The ground of what is stale."""
    return h(
        "pattern",
        h("rect", width=7, height=7, class_="hatch-ground"),
        h("rect", width=3, height=7, class_="hatch-line"),
        id="hatch",
        width=7,
        height=7,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )


def slot(part: str = "mark", size: str = "") -> Node:
    """An empty place for a sign; the live client fills it, and it keeps its room meanwhile."""
    return h("svg", h("use"), class_=f"sign {size}".strip(), data_part=part, aria_hidden="true")


def age(said: str = "") -> Node:
    """Clock mark and age text of one value; the live client writes the text where it is not given."""
    words = h("span", said, data_part="age")
    return h("span", h("svg", h("use", href="#clock"), aria_hidden="true"), words, class_="age")
