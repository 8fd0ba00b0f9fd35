"""The chart a person asked for by opening an address."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from dash import Dash, Input, Output
from flask import request

from callbacks import desk
from feeds.catalogue.clock import HOUR_MS, Clock
from feeds.catalogue.scope import OutOfScope, Scope
from layouts import address, drill, ids
from layouts.charts import Line
from layouts.site import Page

if TYPE_CHECKING:
    from callbacks.pages import Series
    from feeds.serve.evidence import Evidence

log = logging.getLogger("ioc.pages")
YOUNG_HOURS = 6  # up to so long, history is kept by the minute
FEW = 2
PageOf = Callable[[str, Mapping[str, str]], Page]


def register(
    app: Dash,
    page_of: PageOf,
    series: Series,
    sight: Callable[[], Scope],
    clock: Clock,
    evidence: Evidence | None = None,
) -> None:
    """One callback: the address goes in, the chart it asks for comes out, or the records behind a figure."""

    @app.callback(Output(ids.DRILL, "children"), Input(ids.ADDRESS, "pathname"), Input(ids.ADDRESS, "search"))
    def open_chart(path: str | None, query: str | None) -> list[Any]:
        asked = address.with_kept(dict(parse_qsl((query or "").lstrip("?"))), request.cookies)
        try:
            page = page_of(path or "/", asked)
        except address.NoSuchPage:
            return []
        if page.view.records:
            return desk.opened(page, evidence, sight(), asked) if evidence else []
        return chart(page, series, sight(), clock.now_ms())


def chart(page: Page, series: Series, sight: Scope, now_ms: int) -> list[Any]:
    """History of the chosen figure, and of the selected unit beside it; a failed read is said, never drawn."""
    lines, failed = [], False
    for scope, name in scopes(page):
        try:
            lines.append(Line(name, *history(page, series, sight, scope, now_ms)))
        except OutOfScope:
            continue
        except Exception:
            log.exception("history of %s could not be read", scope)
            failed = True
    return drill.chart(page, lines, failed)


def history(page: Page, series: Series, sight: Scope, scope: str, now_ms: int) -> tuple[list[str], list[float | None]]:
    """Times and values over the span asked for; of a world too young for it, the last hours in finer steps."""
    for hours in (page.view.hours, YOUNG_HOURS):
        found = series(sight, scope, page.charted.code, now_ms - hours * HOUR_MS, now_ms)
        if sum(value is not None for value in found["v"]) > FEW:
            break
    return found["t"], found["v"]


def scopes(page: Page) -> list[tuple[str, str]]:
    """Whose history is drawn: the page's place, and the unit picked on it."""
    shown = [(page.view.scope, page.place_name)]
    picked = page.view.selected
    if page.view.is_nation and picked in page.site.places.units:
        shown.append((picked, page.site.places.name(picked, page.view.lang)))
    return shown
