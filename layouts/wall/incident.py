"""The page a level-1 alert brings up: four figures, the one chart, cameras nearby, the area, how it went.

Only what the data holds: places for command and forecast are kept by the composition, not filled.
"""

from __future__ import annotations

from layouts import marks
from layouts.node import Node, h
from layouts.section import section
from layouts.site import Page

STATIONS = 60  # drawn on the map of an area


def strip(page: Page, count: int) -> Node:
    """Figures in fixed places, each with a line below that says against what it stands or how old it is.

    The unit stands beside the figure, or with the name where it has no room there."""
    cells = (
        h(
            "article",
            h("p", h("span", data_part="name"), h("small", data_part="aside"), class_="strip-name"),
            h("p", h("span", data_part="figure", class_="digits"), h("small", data_part="unit"), class_="strip-figure"),
            h("p", data_part="note", class_="strip-note"),
            class_="strip-cell",
            data_panel="strip-figure",
            data_age_state="loading",
        )
        for _ in range(count)
    )
    return h("div", *cells, class_="strip", data_panel="strip")


def chart(page: Page) -> Node:
    """The last 24 hours with every limit in force, the one that is exceeded solid, the part beyond it coloured."""
    drawing = h(
        "svg",
        h("g", class_="chart-limits", data_part="limits"),
        h("path", class_="line", data_part="line"),
        h("path", class_="hot", data_part="hot"),
        h("path", class_="now", data_part="now"),
        h("circle", r=11, class_="end", data_part="end", visibility="hidden"),
        h("text", class_="end-value", data_part="value"),
        h("g", class_="chart-times", data_part="times"),
        viewBox="0 0 1054 400",
        preserveAspectRatio="xMidYMid meet",
        role="img",
    )
    return h(
        "figure",
        h("figcaption", h("span", data_part="what"), h("span", page.words("wall.chart.span"), class_="quiet")),
        drawing,
        h("p", page.words("trend.empty"), class_="quiet none", data_part="none", hidden=True),
        class_="one-chart",
        data_panel="chart",
    )


def cameras(page: Page, count: int) -> Node:
    """The nearest cameras with the time of each picture; one that is dark or silent says so."""
    picture = h("img", alt="", decoding="async")
    named = (h("span", data_part="name"), h("span", data_part="far", class_="quiet"))
    tiles = (
        h(
            "figure",
            h("div", picture, h("span", data_part="time", class_="shot-time"), class_="shot"),
            h("figcaption", h("span", *named, class_="camera-name"), h("span", data_part="state", class_="quiet")),
            class_="camera",
            data_camera="",
            data_age_state="loading",
        )
        for _ in range(count)
    )
    return h(
        "div",
        h("div", *tiles, class_="near-cameras"),
        h("p", page.words("wall.cameras.none"), class_="quiet none", data_part="none", hidden=True),
        data_panel="cameras",
    )


def area(page: Page) -> Node:
    """The unit with its neighbours and the domain's stations; those in trouble carry their mark, name and figure."""
    drawing = h(
        "svg",
        h("g", class_="units", data_part="units"),
        h("g", class_="points", data_part="points"),
        preserveAspectRatio="xMidYMid slice",
        class_="sheet-of-area",
        role="img",
    )
    return section(
        page.words("wall.area"),
        h("div", drawing, class_="area-stage"),
        aside=h("span", data_part="count", class_="quiet"),
        panel="area",
    )


def course(page: Page, rows: int) -> Node:
    """What was crossed in this place, newest last, with the time it began."""
    steps = (
        h(
            "li",
            h("time", data_part="time"),
            marks.slot(size="small"),
            h("div", h("b", data_part="title"), h("span", data_part="what")),
            class_="step",
            hidden=True,
        )
        for _ in range(rows)
    )
    return section(
        page.words("wall.course"),
        h("ol", *steps, class_="course-list"),
        aside=h("span", data_part="count"),
        panel="course",
    )
