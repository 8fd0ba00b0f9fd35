"""The pages of data quality before Dash: the way back, the name, what one may look at, the room of what Dash mounts."""

from __future__ import annotations

from layouts import header, waiting
from layouts.address import PARTS
from layouts.node import Child, Node, h
from layouts.site import Page


def content(page: Page) -> list[Child]:
    """The page of what was refused, of the sources, of the scores; or of one message."""
    title = h("div", _trail(page), h("h1", page.words("quality.title")), class_="title")
    top = h("div", title, header.clock(page), class_="top")
    kind = "case" if page.view.record.isdigit() else page.view.record or "refused"
    room = waiting.room(page, kind)
    typing = h("a", page.words("entry.title"), href=page.view.typing(), class_="more", data_reload="",
               data_needs="enter")  # fmt: skip
    stamp = h("span", page.stamp, class_="stamp print-only") if page.stamp else None
    tabs = h("nav", *_tabs(page), typing, class_="quality-tabs", aria_label=page.words("quality.title"))
    return [top, stamp, tabs, room]


def _trail(page: Page) -> Node:
    view, words = page.view, page.words
    steps = [h("a", words("nation"), href=view.to("vn").href())]
    if not view.is_nation:
        steps.append(h("a", page.place_name, href=view.to().href()))
    last = words("quality.title")
    if view.record.isdigit():
        steps += [h("a", last, href=view.with_(record="").href()), h("span", words("quality.message", n=view.record))]
    else:
        steps.append(h("span", last))
    return h("nav", *steps, class_="trail", aria_label=words("nav.trail"))


def _tabs(page: Page) -> list[Node]:
    now = "" if page.view.record.isdigit() else page.view.record
    return [
        h(
            "a",
            page.words(f"quality.{part or 'refused'}"),
            href=page.view.with_(record=part).href(),
            aria_current="page" if part == now else None,
        )
        for part in ("", *PARTS)
    ]
