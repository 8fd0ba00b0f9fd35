"""Every kind of panel in every state it can be in, drawn by the functions of the pages: shown in the demo alone.

The live client writes the figures as on any page; only what it is told is made up (assets/js/gallery.js).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from math import sin
from typing import Any, Literal

from feeds.catalogue.clock import TZ
from feeds.catalogue.model import Indicator, Panel
from layouts import alerts, charts, communes, facts, figure, header, health, legal, marks, others, panels, study
from layouts.address import View
from layouts.charts import Line
from layouts.node import Node, h
from layouts.section import section
from layouts.site import Page, leading

State = Literal["live", "late", "stale", "missing", "suspect", "forbidden", "loading", "empty", "simulated"]
STATES: tuple[State, ...] = (
    *("live", "late", "stale", "missing", "suspect"),
    *("forbidden", "loading", "empty", "simulated"),
)
FIGURES = ("tile", "other", "gauge", "line")
STUDY: dict[str, Callable[[Page], Node]] = {  # of the nation's map
    "head": study.head, "place": study.place_card, "units": study.table, "compare": study.compare
}  # fmt: skip
OWN = ("headline", "feeds", "communes", *STUDY)  # drawn on overviews, declared by no domain
PATH = "/gallery"
STAMPED = ("headline", "trend")  # carry the stamp themselves
HOURS = 24


def kinds() -> tuple[str, ...]:
    """Everything the gallery shows, figures first."""
    drawn = tuple(kind for kind in panels.RENDERERS if kind not in ("gauges", "table"))
    return (*FIGURES, *OWN, *drawn)


def content(page: Page) -> Node:
    """The main part: what the states mean, then a block for each kind with a cell for each state."""
    words = page.words
    head = h("div", h("h1", words("gallery.title")), _stamp(page), class_="gallery-head")
    return h(
        "main",
        head,
        h("p", words("gallery.note"), " ", h("a", words("gallery.wall"), href=f"{PATH}/wall"), class_="quiet"),
        *(_kind(page, kind) for kind in kinds()),
        _legal(page),
        _foot(page),
        class_="page gallery",
        id="page",
        tabindex=-1,
    )


def _kind(page: Page, kind: str) -> Node:
    cells = (_cell(page, kind, state) for state in STATES)
    return h("section", h("h2", _title(page, kind)), h("div", *cells, class_="cells"), class_="kind")


def _cell(page: Page, kind: str, state: State) -> Node:
    words = page.words
    meant = h("p", h("b", words(f"gallery.{state}")), h("span", words(f"gallery.{state}.means"), class_="quiet"))
    stamp = _stamp(page) if state == "simulated" and kind not in STAMPED else None
    return h(
        "div", meant, stamp, *draw(_at_home(page, kind), kind, state), class_="case", data_kind=kind, data_state=state
    )


def draw(page: Page, kind: str, state: State) -> Iterator[Node]:
    """A panel of this kind as its page would draw it."""
    indicator = leading(page.site.catalogue, None)[0]
    if kind == "tile":
        yield figure.tile(page, indicator, h("span", page.words.of(indicator), class_="domain-name"))
    elif kind == "other":
        yield others.line(page, page.site.catalogue.domains[indicator.domain], indicator)
    elif kind == "gauge":
        yield figure.gauge(page, indicator)
    elif kind == "line":
        yield figure.line(page, indicator)
    elif kind == "headline":
        yield alerts.headline(page)
    elif kind == "feeds":
        yield health.short(page)
    elif kind == "communes":
        yield communes.panel(page)
    elif kind in STUDY:
        yield STUDY[kind](page)
    elif kind == "trend":
        yield from _trend(page, indicator, state)
    else:
        yield panels.draw(page, _declared(page, kind))


def _at_home(page: Page, kind: str) -> Page:
    """The page of a small unit, with the domain open that declares such a panel."""
    places, domains = page.site.places, page.site.catalogue.domains.values()
    unit = min(places.units, key=lambda code: len(places.children(code)))
    home = next((d.code for d in domains if any(panel.kind == kind for panel in d.panels)), next(iter(domains)).code)
    bare = kind in (*FIGURES, *OWN, "map", "ranking", "trend")
    code = leading(page.site.catalogue, None)[0].code if kind in STUDY else None  # not the layer that counts
    view = page.view
    own = View(unit, None if bare else home, code, theme=view.theme, lang=view.lang, prefers=view.prefers)
    return replace(page, view=own)


def _declared(page: Page, kind: str) -> Panel:
    own = page.domain.panels if page.domain else []
    found = next((panel for panel in own if panel.kind == kind), None)
    return found or Panel(kind=kind, vi=_title(page, kind), en=_title(page, kind))


def _title(page: Page, kind: str) -> str:
    """What a kind is called; one that only a domain's file names is called as there."""
    key = f"gallery.kind.{kind}"
    if key in page.words.table:
        return page.words(key)
    every = (panel for domain in page.site.catalogue.domains.values() for panel in domain.panels)
    return next((page.words.of(panel) for panel in every if panel.kind == kind), kind)


def _trend(page: Page, indicator: Indicator, state: State) -> Iterator[Node]:
    """The chart of the drill-down; its words where there is nothing to draw."""
    if state in ("loading", "forbidden", "missing"):
        said = {"loading": "trend.waiting", "missing": "trend.empty"}.get(state)
        body = h("div", h("p", page.words(said), class_="quiet") if said else None, class_="drill")
        yield section(page.words("trend.title"), body, panel="trend", class_="wide")
        return
    drawing = charts.trend(page, indicator, lines(page, state), *_mood(page, state))
    chart = h("div", class_="chart", data_chart=True)
    yield section(page.words("trend.title"), chart, _told(drawing), panel="trend", class_="wide")


def _told(drawing: dict[str, Any]) -> Node:
    return h("template", json.dumps(drawing, ensure_ascii=False), class_="figure-json")


def _mood(page: Page, state: State) -> tuple[charts.Mood, str]:
    mood: charts.Mood = state if state in ("late", "stale", "suspect") else "live"
    return mood, page.words("gallery.no_record") if state == "empty" else ""


def lines(page: Page, state: State) -> list[Line]:
    """A made-up day, the same each time; what is late or stale ends before the day does."""
    start = datetime.combine(page.today, time(8, 42), TZ) - timedelta(hours=HOURS)
    times = [(start + timedelta(minutes=15 * i)).isoformat() for i in range(HOURS * 4 + 1)]
    wave = [round(98.6 - 1.9 * (i / 96) ** 2 + 0.35 * sin(i / 4) + 0.2 * sin(i / 1.7), 2) for i in range(len(times))]
    known = {"late": 90, "stale": 78}.get(state, len(times))
    values = [0.0] * len(times) if state == "empty" else [v if i < known else None for i, v in enumerate(wave)]
    drawn = [Line(page.place_name, times, values)]
    if state == "suspect":
        second = [None if v is None else round(v - 0.03 * i, 2) for i, v in enumerate(values)]
        drawn.append(Line(page.words("gallery.second"), times, second))
    return drawn


def _legal(page: Page) -> Node:
    """Legal scales as they stand in their own layer: outline, number and word with every colour."""
    scales = (legal.scale(page, scale) for scale in page.site.catalogue.scales.values())
    return h("section", h("h2", page.words("gallery.legal")), *scales, class_="kind legal-scales")


def _foot(page: Page) -> Node:
    shapes = {
        level: h("svg", h("use", href=f"#sev-{level}"), class_="sign on", aria_hidden="true") for level in marks.SHAPES
    }
    signs = (h("li", shape, page.words(f"severity.{level}.word")) for level, shape in shapes.items())
    letters = h("span", page.words("gallery.letters"), class_="letters", lang="vi")
    return h("footer", h("ul", *signs), letters, h("span", "1.234.567,8", class_="digits"), class_="gallery-foot")


def _stamp(page: Page) -> Node | None:
    return h("span", page.stamp, class_="stamp") if page.stamp else None


def bar(page: Page) -> Node:
    """The bar of a page without its stream: name, theme, language."""
    home = h("a", h("b", "IOC"), h("span", page.words("gallery.title")), href=View().href(), class_="brand")
    return h("header", home, h("span", class_="space"), header.switches(page, PATH), class_="bar")


def told(page: Page) -> dict[str, Any]:
    """What the live client must know: the facts of one page, the day, and the words of what is made up."""
    small = _at_home(page, "mentions")
    words = {key: page.words(f"gallery.{key}") for key in ("second", "post")}
    spoken = page.words.for_browser(facts.ELSEWHERE)
    return facts.page_facts(small) | {"day": page.today.isoformat(), "made": words, "words": spoken}
