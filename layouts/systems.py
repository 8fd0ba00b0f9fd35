"""The national systems: all of them with an honest state, and each with its figures, lights and lists.

A figure is live, or was printed once and says when, or has no source yet and says so. Nothing is filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from feeds.catalogue.systems import Shown, System
from layouts import figure, lights, matrix, milestones, panels
from layouts.node import Child, Node, h
from layouts.section import section
from layouts.site import Page

OWN: Mapping[str, panels.Renderer] = {lights.KIND: lights.panel, matrix.KIND: matrix.panel}
FIRST = 3  # figures of a system in the list


def content(page: Page) -> list[Child]:
    """The list of all systems, or the one whose chapter is open."""
    system = page.site.systems.get(page.view.record)
    return _one(page, system) if system else [_all(page)]


def state(page: Page, system: System) -> str:
    """`none` without a source; otherwise the world that is shown: `real`, `sim` or `play`."""
    return page.site.world if system.domain else "none"


def _all(page: Page) -> Node:
    heads = ("name", "owner", "state", "figures")
    head = h("thead", h("tr", *(h("th", page.words(f"system.{key}")) for key in heads)))
    rows = (_row(page, system) for system in page.site.systems.values())
    return h("div", h("table", head, h("tbody", *rows), class_="systems"), data_panel="systems")


def _row(page: Page, system: System) -> Node:
    told = state(page, system)
    link = h("a", page.words.of(system), href=page.view.with_(record=system.code).href())
    says = h("small", page.words.of(system, "says"), class_="quiet")
    counts = h("small", _counts(page, system), class_="quiet")
    return h(
        "tr", h("td", link, says), h("td", system.owner), h("td", page.words(f"system.state.{told}"), counts),
        h("td", h("div", *_first(page, system), class_="system-first")), data_system=system.code, data_state=told,
    )  # fmt: skip


def _counts(page: Page, system: System) -> str:
    """How many figures run, were printed once, have no source; what there is none of is not said."""
    counts = {
        "live": sum(bool(shown.indicator) for shown in system.figures),
        "printed": sum(bool(shown.milestone) for shown in system.figures),
        "none": sum(not shown.sourced for shown in system.figures),
    }
    return " · ".join(page.words(f"system.count.{key}", n=n) for key, n in counts.items() if n)


def _first(page: Page, system: System) -> list[Node]:
    """By what the system is known: its first live figures, or what was printed, with its day."""
    known = page.site.catalogue.indicators
    live = [figure.line(page, known[shown.indicator]) for shown in system.figures if shown.indicator]
    printed = (shown for shown in system.figures if shown.milestone)
    return live[:FIRST] or [h("dl", *_printed_row(page, shown), class_="printed") for shown in islice(printed, FIRST)]


def _one(page: Page, system: System) -> list[Child]:
    told = state(page, system)
    said = h(
        "p", h("b", page.words(f"system.state.{told}")), h("span", page.words.of(system, "says")),
        h("span", page.words("system.owned", owner=system.owner), class_="quiet"), class_="system-said",
        data_system=system.code, data_state=told,
    )  # fmt: skip
    live = [shown for shown in system.figures if shown.indicator]
    printed = [shown for shown in system.figures if shown.milestone]
    without = [shown for shown in system.figures if not shown.sourced]
    side = [
        _live(page, live) if live else None,
        _without(page, without) if without else None,
        _printed(page, printed) if printed else None,
    ]
    main = [OWN.get(each.kind, panels.draw)(page, each) for each in system.panels]
    title = h("h2", page.words.of(system), class_="system-name")
    if not main:  # no empty half of a page: what was printed stands in columns
        return [title, said, h("div", h("div", *side), class_="system-body alone")]
    return [title, said, h("div", h("div", *side), h("div", *main, class_="panels"), class_="system-body")]


def _live(page: Page, figures: list[Shown]) -> Node:
    """Figures of the catalogue, as everywhere: with age, origin and severity."""
    known = page.site.catalogue.indicators
    lines = (figure.line(page, known[shown.indicator]) for shown in figures)
    return section(page.words("system.live"), h("div", *lines, class_="lines"), panel="table")


def _without(page: Page, figures: list[Shown]) -> Node:
    rows = (
        h("li", h("span", page.words.of(shown)), h("span", page.words("system.none.yet"), class_="quiet"),
          data_age_state="missing") for shown in figures
    )  # fmt: skip
    return section(page.words("system.none"), h("ul", *rows, class_="without"), panel="without")


def _printed(page: Page, figures: list[Shown]) -> Node:
    """What articles printed, with its day; the whole of it stands on the page of milestones."""
    rows = (h("div", *_printed_row(page, shown)) for shown in figures)
    whole = h(
        "a", page.words("book.milestones"), href=page.view.with_(book="milestones", record="", domain=None).href()
    )
    return section(page.words("system.printed"), h("dl", *rows, class_="printed"), panel="printed", aside=whole)


def _printed_row(page: Page, shown: Shown) -> tuple[Node, Node]:
    series = page.site.history.series[shown.milestone]
    points = (
        h("span", h("b", milestones.figure(page, series, point)), " ", h("time", milestones.day(point), class_="quiet"))
        for point in series.points
    )
    return h("dt", page.words.of(shown)), h("dd", *points)
