"""The page of the records behind a figure before they are there: the way back, the name, the live figure, the room."""

from __future__ import annotations

from layouts import figure, header, waiting
from layouts.node import Child, Node, h
from layouts.site import Page


def content(page: Page) -> list[Child]:
    """The page before Dash: the way back, the name and the live figure, and the room the list will take."""
    view, indicator = page.view, page.coloured_by
    trail = h("nav", *_steps(page), class_="trail", aria_label=page.words("nav.trail"))
    name = h("h1", page.words.of(indicator), data_part="list-title")
    live = None if view.record else figure.line(page, indicator)
    top = h("div", h("div", trail, None if view.record else name, class_="title"), header.clock(page), class_="top")
    room = waiting.room(page, "record" if view.record else "records", desk=not view.record)
    stamp = h("span", page.stamp, class_="stamp print-only") if page.stamp else None
    return [top, stamp, h("div", live, class_="list-figure"), room]


def _steps(page: Page) -> list[Node]:
    view, words = page.view, page.words
    steps = [h("a", words("nation"), href=view.to("vn").href())]
    if not view.is_nation:
        steps.append(h("a", page.place_name, href=view.to().href()))
    if page.domain:
        steps.append(h("a", words.of(page.domain), href=view.to(domain=page.domain.code).href()))
    last = words("list.title")
    if view.record:
        behind = view.with_(record="").href()
        return [*steps, h("a", last, href=behind), h("span", view.record)]
    return [*steps, h("span", last)]
