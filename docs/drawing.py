"""A drawing of boxes in columns and arrows between them, from a few lines of text to SVG."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 148, 54  # of a box
GAP_X, GAP_Y = 96, 34  # between boxes
MARGIN, HEAD = 24, 34
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #1d2733; }
  .head { font-size: 11px; fill: #5b6b7b; letter-spacing: .06em; text-transform: uppercase; }
  .title { font-weight: 600; font-size: 13px; }
  .more { font-size: 10.5px; fill: #45535f; }
  .says { font-size: 10.5px; fill: #8a3b12; paint-order: stroke; stroke: #fbfcfd; stroke-width: 4px; }
  .box { fill: #ffffff; stroke: #9fb0bf; stroke-width: 1.2; }
  .arrow { fill: none; stroke: #6c7f90; stroke-width: 1.4; marker-end: url(#tip); }
"""


@dataclass(frozen=True, slots=True)
class Box:
    """A box and where its upper left corner is."""

    title: str
    more: str
    column: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow between two boxes, and what it says."""

    start: str
    end: str
    says: str


def draw(text: str) -> str:
    """The drawing that `text` describes."""
    heads, boxes, arrows = _read(text)
    width = MARGIN * 2 + len(heads) * (WIDTH + GAP_X) - GAP_X
    height = max(box.y for box in boxes.values()) + HEIGHT + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:g}" role="img">',
        f"<title>The way of the data</title><style>{STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#6c7f90"/></marker></defs>',
        f'<rect width="{width}" height="{height:g}" rx="10" fill="#fbfcfd"/>',
        *(_head(column, head) for column, head in enumerate(heads)),
        *(_path(boxes[arrow.start], boxes[arrow.end]) for arrow in arrows),
        *(_box(box) for box in boxes.values()),
        *(_says(boxes[arrow.start], boxes[arrow.end], arrow.says) for arrow in arrows if arrow.says),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _read(text: str) -> tuple[list[str], dict[str, Box], list[Arrow]]:
    columns: list[tuple[str, list[list[str]]]] = []
    arrows: list[Arrow] = []
    for line in text.splitlines():
        if line.startswith("=="):
            columns.append((line.strip("= "), []))
        elif "->" in line and not line.startswith("#"):
            start, _, rest = line.partition("->")
            end, _, says = rest.partition(":")
            arrows.append(Arrow(start.strip(), end.strip(), says.strip()))
        elif line.strip() and not line.startswith("#"):
            columns[-1][1].append([word.strip() for word in line.split("|")])
    return [head for head, _ in columns], _placed([boxes for _, boxes in columns]), arrows


def _placed(columns: list[list[list[str]]]) -> dict[str, Box]:
    """Boxes of each column, its middle at the middle of the highest column."""
    highest = max(len(column) for column in columns)
    boxes = {}
    for at, column in enumerate(columns):
        for row, (name, title, more) in enumerate(column):
            down = row + (highest - len(column)) / 2
            y = MARGIN + HEAD + down * (HEIGHT + GAP_Y)
            boxes[name] = Box(title, more, at, MARGIN + at * (WIDTH + GAP_X), y)
    return boxes


def _head(column: int, head: str) -> str:
    x = MARGIN + column * (WIDTH + GAP_X) + WIDTH / 2
    return f'<text class="head" x="{x:g}" y="{MARGIN + 10}" text-anchor="middle">{escape(head)}</text>'


def _box(box: Box) -> str:
    middle = box.x + WIDTH / 2
    return (
        f'<rect class="box" x="{box.x:g}" y="{box.y:g}" width="{WIDTH}" height="{HEIGHT}" rx="7"/>'
        f'<text class="title" x="{middle:g}" y="{box.y + 23:g}" text-anchor="middle">{escape(box.title)}</text>'
        f'<text class="more" x="{middle:g}" y="{box.y + 40:g}" text-anchor="middle">{escape(box.more)}</text>'
    )


def _ends(start: Box, end: Box) -> tuple[float, float, float, float]:
    """From the side of `start` that faces `end` to the side that faces back."""
    if start.column == end.column:
        down = end.y > start.y
        return start.x + WIDTH / 2, start.y + HEIGHT * down, end.x + WIDTH / 2, end.y + HEIGHT * (not down)
    right = end.column > start.column
    lower = 0.5 if right else 0.72  # an arrow back does not lie on the one that goes forth
    return start.x + WIDTH * right, start.y + HEIGHT * lower, end.x + WIDTH * (not right), end.y + HEIGHT / 2


def _path(start: Box, end: Box) -> str:
    x1, y1, x2, y2 = _ends(start, end)
    if start.column == end.column:
        return f'<path class="arrow" d="M{x1:g} {y1:g} L{x2:g} {y2:g}"/>'
    bend = (x2 - x1) / 2
    return f'<path class="arrow" d="M{x1:g} {y1:g} C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}"/>'


def _says(start: Box, end: Box, says: str) -> str:
    x1, y1, x2, y2 = _ends(start, end)
    x, y = (x1 + x2) / 2, (y1 + y2) / 2 + (4 if start.column == end.column else -5)
    return f'<text class="says" x="{x:g}" y="{y:g}" text-anchor="middle">{escape(says)}</text>'
