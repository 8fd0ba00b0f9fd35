"""What keeps a wall's page small and still: shapes of units stand in it once, nothing on it is a link or a button."""

from __future__ import annotations

from collections.abc import Mapping

from layouts.node import Node, h
from layouts.site import Page

DROPPED = frozenset({"href", "type", "data-card", "aria-label"})
SVG_INNER = frozenset({"path", "use", "circle", "g", "text"})


def shapes(page: Page) -> Node:
    """Every unit's outline once; maps refer to them."""
    units: Mapping[str, Mapping[str, str]] = page.site.boundaries.sheet["units"]
    outlines = (h("path", d=unit["d"], id=f"unit-{code}") for code, unit in units.items())
    return h("svg", h("defs", *outlines), class_="defs", aria_hidden="true", width=0, height=0)


def quiet(node: Node, page: Page) -> Node:
    """The same tree for eyes alone: no links or buttons, outlines by reference."""
    known = {unit["d"]: code for code, unit in page.site.boundaries.sheet["units"].items()}
    return _quiet(node, known)


def _quiet(node: Node, known: Mapping[str, str]) -> Node:
    children = tuple(_quiet(child, known) if isinstance(child, Node) else child for child in node.children)
    attrs = node.attrs
    tag = node.tag
    if tag in ("a", "button"):
        tag = "g" if _holds_shapes(node) else "span"
        attrs = tuple(pair for pair in attrs if pair[0] not in DROPPED)
    outline = known.get(dict(attrs).get("d", ""))
    if tag == "path" and outline:
        tag = "use"
        attrs = (("href", f"#unit-{outline}"), *(pair for pair in attrs if pair[0] != "d"))
    return Node(tag, attrs, children)


def _holds_shapes(node: Node) -> bool:
    return any(isinstance(child, Node) and child.tag in SVG_INNER for child in node.children)
