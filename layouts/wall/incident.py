"""The page a level-1 alert brings up: four figures, the one chart, where the place stands among others, cameras nearby,
the area, how it went and who is behind it.

Only what the data holds: what it does not say has its place, and says that it is not known.
"""

from __future__ import annotations

from collections.abc import Sequence

from layouts import course, marks
from layouts.cameras import camera_feed
from layouts.node import Node, h
from layouts.section import bearing, section
from layouts.site import Page

DUTIES = ("source", "law", "owner", "orders")  # in the order in which a leader asks


def strip(page: Page, count: int) -> Node:
    """Figures in fixed places, each with a line below that says against what it stands or how old it is.

    The unit stands beside the figure, or with the name where it has no room there."""
    late = h("svg", h("use", href="#clock"), aria_hidden="true")
    cells = (
        h(
            "article",
            h("p", h("span", data_part="name"), h("small", data_part="aside"), class_="strip-name"),
            h(
                "p",
                h("span", data_part="figure", class_="digits"),
                h("small", data_part="unit"),
                marks.slot("doubt"),
                class_="strip-figure",
            ),
            h("p", late, h("span", data_part="note"), class_="strip-note"),
            class_="strip-cell",
            data_panel="strip-figure",
            data_age_state="loading",
        )
        for _ in range(count)
    )
    return h("div", *bearing(), h("div", *cells, class_="strip-cells"), class_="strip", data_panel="strip")


def chart(page: Page) -> Node:
    """The last 24 hours with every limit in force, the one that is exceeded solid, the part beyond it coloured."""
    return h(
        "figure",
        *bearing(),
        h(
            "figcaption",
            h("span", data_part="what"),
            h("span", page.words("wall.chart.span"), class_="quiet", data_part="span"),
        ),
        course.drawing(),
        class_="one-chart",
        data_panel="chart",
    )


def peers(page: Page) -> Node:
    """Where the place stands among all of its rank: a dot for each, the ends named, its own large."""
    ends = (h("span", data_part="low"), h("span", data_part="high"))
    return h(
        "figure",
        *bearing(),
        h("figcaption", h("span", data_part="rank"), h("span", page.words("wall.peers"), class_="quiet")),
        h("div", data_part="track", class_="peer-track"),
        h("p", *ends, class_="peer-ends quiet"),
        class_="peers",
        data_panel="peers",
        hidden=True,
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
    feed = camera_feed(page)
    return h(
        "div",
        *bearing(),
        h("div", *tiles, class_="near-cameras"),
        h("p", page.words("wall.cameras.none"), class_="quiet none", data_part="none", hidden=True),
        data_panel="cameras",
        data_live=count,
        data_fresh=feed.picture_age if feed else None,
    )


def area(page: Page) -> Node:
    """The unit with its neighbours and the domain's stations; those in trouble carry their mark, name and figure."""
    drawing = h(
        "svg",
        h("g", class_="units", data_part="units"),
        h("g", class_="neighbours", data_part="neighbours"),
        h("g", class_="points", data_part="points"),
        preserveAspectRatio="xMidYMid slice",
        class_="sheet-of-area",
        role="img",
    )
    name, level = h("span", data_part="legal-name", class_="quiet"), h("i", data_part="legal-word")
    legal = h("span", name, level, class_="legal-level", data_part="legal", hidden=True)
    return section(
        page.words("wall.area"),
        h("div", drawing, class_="area-stage"),
        h("p", page.words("wall.area.none"), class_="quiet none", data_part="none", hidden=True),
        aside=h("span", legal, h("span", data_part="count", class_="quiet"), class_="area-aside"),
        panel="area",
    )


def timeline(page: Page, rows: int, figures: Sequence[str] = ()) -> Node:
    """What was crossed in this place, oldest first, and the present; then source, law, owner and directives.

    `figures`: codes of the figures that tell how the place's directives stand."""
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
    duties = (
        part for duty in DUTIES for part in (h("dt", page.words(f"wall.duty.{duty}")), h("dd", "—", data_duty=duty))
    )
    known = [code for code in figures if code in page.site.catalogue.indicators]
    return section(
        page.words("wall.course"),
        h("ol", *steps, class_="course-list", style=f"--n:{rows}"),
        h("dl", *duties, class_="duties"),
        aside=h("span", data_part="count"),
        panel="course",
        data_figures=" ".join(known) or None,
    )
