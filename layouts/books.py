"""Pages of the nation that are read like a book: one shelf of them, each with its name and its own content."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from layouts import definitions, header, ids, milestones, modules, open_alerts, systems
from layouts.address import BOOKS, View
from layouts.node import Child, Node, h
from layouts.site import Page

CONTENTS: Mapping[str, Callable[[Page], list[Child]]] = {
    "systems": systems.content,
    "catalogue": definitions.content,
    "milestones": milestones.content,
    "modules": modules.content,
    "alerts": open_alerts.content,
}
MOUNTED = ("modules", "alerts")  # books whose content Dash mounts


def content(page: Page) -> list[Child]:
    """The way back, the name, the other books, and what the open one says."""
    book = page.view.book
    name = page.words(f"book.{book}")
    own = h("a", name, href=page.view.with_(record="", domain=None).href()) if page.view.record else h("span", name)
    steps = (h("a", page.words("nation"), href=page.view.to("vn").href()), own)
    trail = h("nav", *steps, class_="trail", aria_label=page.words("nav.trail"))
    title = h("div", trail, h("h1", page.words(f"book.{book}")), class_="title")
    top = h("div", title, header.clock(page), class_="top")
    stamp = h("span", page.stamp, class_="stamp print-only") if page.stamp else None
    room = CONTENTS[book](page)
    if book not in MOUNTED:
        room.append(h("div", id=ids.ENTRY, hidden=True))  # Dash is not used here, and wants its place all the same
    return [top, stamp, _tabs(page), *room]


def shelf(page: Page) -> Node:
    """Every book, for the foot of a page."""
    return h("nav", *_links(page), class_="shelf", aria_label=page.words("book.shelf"))


def _tabs(page: Page) -> Node:
    return h("nav", *_links(page), class_="quality-tabs", aria_label=page.words("book.shelf"))


def _links(page: Page) -> list[Node]:
    view = page.view
    return [
        h("a", page.words(f"book.{book}"), href=View(book=book, theme=view.theme, lang=view.lang).href(),
          aria_current="page" if book == view.book else None)
        for book in BOOKS
    ]  # fmt: skip
