"""What the first page has no room for as a tile: one line for each other domain, with its lead figure and its age.

Which domains those are is data: `overview: brief` in their files. What stands in a block of its own is not said twice.
"""

from __future__ import annotations

from feeds.catalogue.model import Domain, Indicator
from layouts import figure, marks
from layouts.node import Node, h
from layouts.site import Page, lead_of, national


def panel(page: Page) -> Node | None:
    """A line for each domain the place has; None where none is left."""
    found = [line(page, domain, lead) for domain, lead in leads(page)]
    return h("nav", *found, class_="others", aria_label=page.words("others.title")) if found else None


def leads(page: Page) -> list[tuple[Domain, Indicator]]:
    """The lead figure of each domain that stands in one line, in the catalogue's order."""
    domains = page.site.catalogue.domains.values()
    here = [domain for domain in domains if domain.overview == "brief" and _has(page, domain)]
    found = ((domain, lead_of(domain, page.view.is_nation)) for domain in here)
    return [(domain, lead) for domain, lead in found if lead is not None]


def _has(page: Page, domain: Domain) -> bool:
    """False for a service that the place has not, or that only the nation has."""
    return page.view.place not in domain.without and (page.view.is_nation or not national(domain))


def line(page: Page, domain: Domain, lead: Indicator) -> Node:
    """Domain over the name of its figure, the figure over its age; what is wrong with it in place of the name."""
    href = page.view.to(domain=domain.code).href()
    told = h("div", figure.name(page, lead), h("span", data_part="note"), class_="other-told")
    return h(
        "article",
        h("a", page.words.short(domain), href=href, title=page.words.of(domain), class_="domain-name"),
        h("div", figure.value(page, lead), marks.slot(size="small"), class_="other-figure"),
        h("div", told, marks.age(), class_="other-foot"),
        class_="other percent" if lead.unit == "%" else "other",  # a name says other units
        **figure.bound(page, lead, "other"),
    )
