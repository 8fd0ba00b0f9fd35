"""The bar on top of every page: where we are, where one can go, search, whether data flows, and the server's clock."""

from __future__ import annotations

from collections.abc import Iterator

from layouts import tabs
from layouts.address import THEMES, Theme, View
from layouts.node import Node, h
from layouts.site import Page

DOMAINS = "domains"  # the links of the bar that a narrow one folds away


def bar(page: Page) -> Node:
    """Name and place, domains, search, switches, link state, clock."""
    return h(
        "header",
        h("a", h("b", "IOC"), h("span", page.place_name), href=_home(page).href(), class_="brand"),
        menu(page),
        h("span", class_="space"),
        h("span", page.stamp, class_="stamp", data_part="stamp") if page.stamp else None,
        h("span", page.words("js.link.waiting"), class_="link", data_part="link", role="status"),
        tabs.tabs(page),
        class_="bar over" if page.view.overview else "bar",
    )


def menu(page: Page) -> Node:
    """Everything one can press: part of the bar on a desk, a sheet above the tabs on a phone."""
    nav = h("nav", *_ways(page), class_="nav", aria_label=page.words("nav.domains"))
    person = h("span", class_="person", data_part="person")  # the drawing serves everybody: the browser asks who it is
    parts = (nav, search(page), tools(page), switches(page), person)
    return h("div", *parts, class_="menu", id=tabs.MENU, popover="auto")


def search(page: Page) -> Node:
    """One box for places and indicators; marks may be left out."""
    box = h(
        "input",
        type="search",
        placeholder=page.words("search.hint"),
        aria_label=page.words("search.hint"),
        autocomplete="off",
        spellcheck="false",
        role="combobox",
        aria_expanded="false",
        aria_controls="found",
    )
    return h(
        "div",
        box,
        h("kbd", "/"),
        h("ul", id="found", role="listbox", hidden=True),
        class_="search",
        data_panel="search",
    )


def clock(page: Page) -> Node:
    """Feeds alive and the server's time with seconds; it stands still when the server is not heard."""
    feeds = h(
        "div", h("span", page.words("feeds.alive"), class_="quiet"), h("span", "", data_part="alive"), class_="alive"
    )
    time = h("div", h("span", data_part="date", class_="quiet"), h("time", data_part="clock"), class_="clock")
    return h("div", feeds, time, class_="now", data_panel="clock")


def trail(page: Page) -> Node | None:
    """The way back: nation, province, domain; None on the nation's own page."""
    view, steps = page.view, []
    if view.is_nation and not view.domain:
        return None
    steps.append(h("a", page.words("nation"), href=View(theme=view.theme, lang=view.lang).href()))
    if not view.is_nation:
        name = page.site.places.name(view.place, view.lang)
        steps.append(h("a", name, href=view.to().href()) if view.domain else h("span", name))
    if page.domain:
        steps.append(h("span", page.words.of(page.domain)))
    return h("nav", *steps, class_="trail", aria_label=page.words("nav.trail"))


def skip(page: Page) -> Node:
    """The first stop of the tab key: past the bar, to what the page says."""
    return h("a", page.words("skip"), href="#page", class_="skip")


def tools(page: Page) -> Node:
    """What one can take away: the view on paper, the view as a picture."""
    acts = ("picture", "print")
    buttons = (h("button", page.words(f"tools.{act}"), type="button", data_act=act) for act in acts)
    return h("span", *buttons, class_="tools")


def switches(page: Page, path: str = "") -> Node:
    """Theme and language: each a link that also works without scripts; the browser keeps what was chosen."""
    view = page.view
    lang = view.with_(lang="en" if view.lang == "vi" else "vi")
    named = {"title": page.words("switch.lang.full"), "aria_label": page.words("switch.lang.full")}
    themes = (_theme(page, theme, path) for theme in THEMES)
    return h(
        "span",
        h("span", *themes, class_="themes", role="group", aria_label=page.words("switch.theme")),
        h(
            "a",
            page.words("switch.lang"),
            href=_at(lang, path),
            data_reload=f"lang={lang.lang}",
            hreflang=lang.lang,
            lang=lang.lang,
            **named,
        ),
        class_="switches",
    )


def _home(page: Page) -> View:
    return View(theme=page.view.theme, lang=page.view.lang)


def _ways(page: Page) -> list[Node]:
    """Overview, map, domains, services; where the bar is too narrow for all domains a button lays them out below it."""
    view = page.view
    here = "page" if view.overview else None
    overview = h("a", page.words("nav.overview"), href=view.to().href(), class_="tabbed", aria_current=here)
    study = View(study=True, theme=view.theme, lang=view.lang)
    studied = "page" if view.study else None
    desk = h("a", page.words("nav.map"), href=study.href(), class_="tabbed", aria_current=studied)
    listed = View(view.place, services=True, theme=view.theme, lang=view.lang)
    chosen = "page" if view.services else None
    every = h("a", page.words("services.title"), href=listed.href(), class_="services-link", aria_current=chosen)
    domains = h("span", *_domains(page), class_="domains", id=DOMAINS, popover="auto")
    return [overview, *([desk] if view.is_nation else []), domains, _unfold(page), every]


def _unfold(page: Page) -> Node:
    """The button that shows the domains; it bears the name of the open one."""
    named = page.words.short(page.domain) if page.domain else page.words("nav.domains")
    here = "page" if page.domain else None
    return h("button", named, type="button", popovertarget=DOMAINS, class_="unfold", aria_current=here)


def _domains(page: Page) -> Iterator[Node]:
    """The first eight and the open one; the others stand in the list of services."""
    for domain in page.site.catalogue.domains.values():
        if domain.tiled or domain.code == page.view.domain:
            here = "page" if domain.code == page.view.domain else None
            yield h("a", page.words.short(domain), href=page.view.to(domain=domain.code).href(), aria_current=here)


def _theme(page: Page, theme: Theme, path: str) -> Node:
    return h(
        "a",
        page.words(f"switch.{theme}"),
        href=_at(page.view.with_(theme=theme), path),
        data_reload=f"theme={theme}",
        aria_current="true" if theme == page.view.theme else None,
    )


def _at(view: View, path: str) -> str:
    """The address of a view; of a page beside the views, its own path with the same query."""
    return path + view.href().removeprefix(view.path()) if path else view.href()
