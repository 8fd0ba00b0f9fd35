"""What a thumb reaches on a phone: where one is, the map, the other domains, the search. Shown at phone width alone."""

from __future__ import annotations

from layouts.address import View
from layouts.node import Node, h
from layouts.site import Page

MENU = "menu"  # the part of the bar that is a sheet on a phone: domains, search, theme, language
MAP = "map"  # the map of a page, where the page has one


def tabs(page: Page) -> Node:
    """Two places to go and two ways to find one; the tab of the open page is marked."""
    view, words = page.view, page.words
    here = "map" if view.study else "overview" if view.overview else "domain"
    sheet = {"type": "button", "popovertarget": MENU}
    return h(
        "nav",
        h("a", words("tabs.situation"), href=view.to().href(), aria_current=_current(here == "overview")),
        h("a", words("nav.map"), href=_map(view), aria_current=_current(here == "map")),
        h("button", words("nav.domains"), **sheet, aria_current=_current(here == "domain")),
        h("button", words("tabs.find"), type="button", data_act="find"),
        class_="tabs",
        aria_label=words("tabs.title"),
    )


def _map(view: View) -> str:
    """The nation's map has its own page; a province's, and that of a domain, stands on the page itself."""
    if view.is_nation and not view.domain:
        return View(study=True, theme=view.theme, lang=view.lang).href()
    return f"{view.to(domain=view.domain).href()}#{MAP}" if view.records else f"#{MAP}"


def _current(own: bool) -> str | None:
    return "page" if own else None
