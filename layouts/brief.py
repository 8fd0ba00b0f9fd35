"""What stands in one line beside the alerts of the first page: a few figures of a domain that has no tile there.

Which domain and which figures is data: `brief` in its file.
"""

from __future__ import annotations

from feeds.catalogue.model import Domain, Indicator
from layouts import figure, marks
from layouts.node import Node, h
from layouts.section import section
from layouts.site import Page


def panels(page: Page) -> list[Node]:
    """A block for each domain that asks for one, where the place has that service."""
    domains = page.site.catalogue.domains.values()
    return [_panel(page, domain) for domain in domains if domain.brief and page.view.place not in domain.without]


def _panel(page: Page, domain: Domain) -> Node:
    named = (page.site.catalogue.indicators[code] for code in domain.brief)
    heading = h("a", page.words.of(domain), href=page.view.to(domain=domain.code).href())
    return section(heading, h("div", *(_figure(page, each) for each in named), class_="briefs"), panel="brief")


def _figure(page: Page, indicator: Indicator) -> Node:
    """Figure and mark, name, age or what is wrong with it: ever the same rows."""
    return h(
        "article",
        h("div", figure.value(page, indicator), marks.slot(size="small")),
        figure.name(page, indicator),
        marks.age(),
        h("span", data_part="note"),
        class_="brief-figure percent" if indicator.unit == "%" else "brief-figure",  # a name says other units
        **figure.bound(page, indicator, "line"),
    )
