"""The component tree of the first paint: elements as values, written out as HTML that can hold no injected markup.

Pages are drawn by the server before any script runs, so the tree is plain HTML and SVG. What Dash itself mounts
(charts, drill-down) uses Dash components; see `layouts.drill`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

Attr = str | int | float | bool | None
VOID = frozenset({"br", "img", "input", "link", "meta", "hr"})


@dataclass(frozen=True, slots=True)
class Node:
    """An element: its name, its attributes and what stands inside it."""

    tag: str
    attrs: tuple[tuple[str, str], ...]
    children: tuple[Node | str, ...]

    def get(self, name: str) -> str | None:
        """Value of an attribute; None when the element does not carry it."""
        return dict(self.attrs).get(name)

    def walk(self) -> Iterator[Node]:
        """The element and everything below it, in document order."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def find(self, **wanted: str | None) -> Iterator[Node]:
        """Every element whose attributes are as `wanted` (`data_panel="tile"`); None asks only for presence."""
        names = {_attr_name(name): value for name, value in wanted.items()}
        for node in self.walk():
            own = dict(node.attrs)
            if all(name in own and (value is None or own[name] == value) for name, value in names.items()):
                yield node

    def text(self) -> str:
        """All words inside, one space between."""
        parts = (child.text() if isinstance(child, Node) else child for child in self.children)
        return " ".join(part for part in parts if part)


Child = Node | str | None | Iterable["Node | str | None"]


def h(tag: str, *children: Child, **attrs: Attr) -> Node:
    """An element. `class_` and `data_place` become `class` and `data-place`; None and False leave an attribute out."""
    named = ((_attr_name(name), value) for name, value in attrs.items())
    kept = tuple(
        (name, "" if value is True else str(value)) for name, value in named if value is not None and value is not False
    )
    return Node(tag, kept, tuple(_flat(children)))


def to_html(node: Node | str) -> str:
    """The tree as HTML; text and attribute values are escaped, so nothing that came from outside becomes markup."""
    return "".join(_write(node))


def _write(node: Node | str) -> Iterator[str]:
    if isinstance(node, str):
        yield escape(node, quote=False)
        return
    attrs = "".join(f' {name}="{escape(value)}"' for name, value in node.attrs)
    yield f"<{node.tag}{attrs}>"
    if node.tag not in VOID:
        for child in node.children:
            yield from _write(child)
        yield f"</{node.tag}>"


def _flat(children: Iterable[Child]) -> Iterator[Node | str]:
    for child in children:
        if child is None:
            continue
        if isinstance(child, Node | str):
            yield child
        else:
            yield from _flat(child)


def _attr_name(name: str) -> str:
    return name.rstrip("_").replace("_", "-")
