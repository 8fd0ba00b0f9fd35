"""Every service of the centre in one list: one line for each domain, with how many of its figures can be trusted now.

The counts are the browser's, from the figures of the page's own scope; what stands here is names and empty places.
A place that has no such service says so, with the reason the catalogue gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from feeds.catalogue.model import Domain, Group
from layouts import header, ids, marks
from layouts.node import Child, Node, h
from layouts.section import section
from layouts.site import Page, local, national, shown

WIDE = ("service", "worst")
COUNTS = (
    "live",
    "late",
    "stale",
    "missing",
)  # of age; a figure in doubt counts with the late


def content(page: Page) -> list[Child]:
    """The way back, the name, the list."""
    title = h("div", _trail(page), h("h1", page.words("services.title")), class_="title")
    return [h("div", title, header.clock(page), class_="top"), panel(page), unused()]


def panel(page: Page) -> Node:
    """Domains under the headings of their groups, in the catalogue's order."""
    words = page.words
    names = ("service", "figures", *COUNTS, "age", "worst")
    heads = (
        h("th", words(f"services.column.{name}"), class_=None if name in ("service", "worst") else "num")
        for name in names
    )
    bodies = (
        h("tbody", _heading(page, group), *rows) for group in get_args(Group) if (rows := list(_rows(page, group)))
    )
    return section(
        words("services.all"),
        h("div", h("table", h("thead", h("tr", *heads)), *bodies, class_="services"), class_="scroll"),
        aside=h("span", words("services.note"), class_="quiet", data_part="sum"),
        panel="services",
        data_scope=page.view.scope,
    )


def absent(page: Page) -> str:
    """Why the open domain is not there at the page's place; empty where it is."""
    return _reason(page, page.domain) if page.domain else ""


def _reason(page: Page, domain: Domain) -> str:
    if not page.view.is_nation and national(domain):
        return page.words("services.national")
    reason = domain.without.get(page.view.place)
    return page.words.of(reason) if reason else ""


def notice(page: Page, reason: str) -> Node:
    """What stands instead of the panels where a place has no such service."""
    listed = page.view.to().with_(services=True)
    others = h(
        "p", h("a", page.words("services.others", place=page.place_name), href=listed.href(), class_="more-link")
    )
    said = h("p", reason, class_="quiet")
    return section(page.words("services.off"), said, others, panel="off", data_age_state="missing")


def unused() -> Node:
    """Where Dash would mount, on a page that has no chart: Dash serves no page without it, and it is never in view."""
    return h("div", id=ids.ENTRY, hidden=True)


def _heading(page: Page, group: str) -> Node:
    return h(
        "tr", h("th", page.words(f"services.group.{group}"), colspan=len(COUNTS) + 4, scope="rowgroup"), class_="group"
    )


def _rows(page: Page, group: str) -> Iterator[Node]:
    domains = page.site.catalogue.domains.values()
    return (_row(page, domain) for domain in domains if domain.group == group)


def _row(page: Page, domain: Domain) -> Node:
    nation, catalogue = page.view.is_nation, page.site.catalogue
    mine = [i for i in domain.indicators if shown(i, nation) and (nation or local(catalogue, i))]
    reason = _reason(page, domain)
    link = h("a", page.words.of(domain), href=page.view.to(domain=domain.code).href())
    if reason:
        said = h("td", reason, colspan=len(COUNTS) + 3, class_="quiet")
        return h("tr", h("td", link), said, data_domain=domain.code, data_off="")
    named = {
        name: page.words(f"services.column.{name}") for name in ("figures", *COUNTS)
    }  # said beside them on a phone
    cells = (h("td", data_part=name, data_name=named[name], class_="num") for name in COUNTS)
    worst = h(
        "td", marks.slot(), h("a", data_part="worst"), h("b", data_part="value"),
        h("span", data_part="note", class_="quiet"),
    )  # fmt: skip
    return h(
        "tr",
        h("td", link),
        h("td", str(len(mine)), data_name=named["figures"], class_="num"),
        *cells,
        h("td", data_part="age", class_="num"),
        worst,
        data_domain=domain.code,
        data_codes=" ".join(i.code for i in mine),
    )


def _trail(page: Page) -> Node:
    view, words = page.view, page.words
    steps = [h("a", words("nation"), href=view.to("vn").href())]
    if not view.is_nation:
        steps.append(h("a", page.place_name, href=view.to().href()))
    return h("nav", *steps, h("span", words("services.title")), class_="trail", aria_label=words("nav.trail"))
