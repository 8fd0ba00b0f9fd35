"""The chart a person asked for by opening an address."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from dash import Dash, Input, Output
from flask import request

from callbacks import desk, open_alerts, quality
from callbacks import modules as shown
from feeds.catalogue.clock import HOUR_MS, Clock, vietnam
from feeds.catalogue.model import Indicator, Panel
from feeds.catalogue.scope import OutOfScope, Scope
from feeds.serve.access import allowed
from layouts import address, drill, ids, waiting
from layouts.charts import Line
from layouts.site import Page

if TYPE_CHECKING:
    from callbacks.pages import Series
    from feeds.serve.evidence import Evidence
    from feeds.serve.modules import ModuleReader

log = logging.getLogger("ioc.pages")
BUCKETS = {"hour": timedelta(hours=1), "minute": timedelta(minutes=1)}
YOUNG_HOURS = 6  # up to so long, history is kept by the minute
FEW = 2
PageOf = Callable[[str, Mapping[str, str]], Page]
Station = Callable[[Scope, str, str], Mapping[str, Any] | None]  # sight, feed, code -> what is declared of it


def register(
    app: Dash,
    page_of: PageOf,
    series: Series,
    sight: Callable[[], Scope],
    clock: Clock,
    station: Station | None = None,
    evidence: Evidence | None = None,
    refused: quality.Desk | None = None,
    modules: ModuleReader | None = None,
    alerts: open_alerts.Read | None = None,
) -> None:
    """One callback: the address goes in, the chart it asks for comes out, the records behind a figure, or what was
    refused."""

    @app.callback(Output(ids.DRILL, "children"), Input(ids.ADDRESS, "pathname"), Input(ids.ADDRESS, "search"))
    @allowed(sight, "see", "records", "quality")  # by the kind of page, below
    def open_chart(path: str | None, query: str | None) -> list[Any]:
        asked = address.with_kept(dict(parse_qsl((query or "").lstrip("?"))), request.cookies)
        try:
            page = page_of(path or "/", asked)
        except address.NoSuchPage:
            return []
        if page.view.book == "alerts" and alerts:
            return waiting.stood(
                path or "/", open_alerts.opened(page, alerts, sight().need("see"), clock.now_ms(), asked)
            )
        listed = reading(page, evidence, refused, modules, sight(), asked)
        if listed is not None:
            return waiting.stood(path or "/", listed)
        return chart(page, series, sight().need("see"), clock.now_ms(), station)


def reading(
    page: Page,
    evidence: Evidence | None,
    refused: quality.Desk | None,
    modules: ModuleReader | None,
    sight: Scope,
    asked: Mapping[str, str],
) -> list[Any] | None:
    """What is mounted on a page that is read: a book, records, what was refused; None where a chart stands.
    OutOfScope for whom the page is not."""
    if page.view.book == "modules" and modules:
        return shown.opened(page, modules, sight.need("quality"))
    if page.view.records and evidence:
        return desk.opened(page, evidence, sight.need("records"), asked)
    if page.view.quality and refused:
        return quality.opened(page, refused, sight.need("quality"), asked)
    return [] if page.view.book or page.view.records or page.view.quality else None


def chart(page: Page, series: Series, sight: Scope, now_ms: int, station: Station | None = None) -> list[Any]:
    """History of the chosen figure, and of the selected unit beside it; or of the selected station, with its levels
    and its rain. A failed read is said, never drawn."""
    lines, failed, writing = [], False, False
    picked = picked_station(page, sight, station)
    if picked is not None:
        page = replace(page, view=page.view.with_(indicator=picked["indicator"]))
    for scope, name in [(picked["scope"], picked["name"])] if picked else scopes(page):
        try:
            found = history(page, series, sight, scope, now_ms)
            lines.append(Line(name, found["t"], found["v"]))
            writing = writing or found.get("writing", False)
        except OutOfScope:
            continue
        except Exception:
            log.exception("history of %s could not be read", scope)
            failed = True
    bars = _bars(page, series, sight, picked, now_ms)
    return drill.chart(page, lines, failed, _levels(page, picked), bars, picked["name"] if picked else "", writing)


def picked_station(page: Page, sight: Scope, station: Station | None) -> Mapping[str, Any] | None:
    """The station picked on the page, with the figure to chart: the chosen one where the station has it, else the first
    of the panel it stands in."""
    code = page.view.selected
    if station is None or not code or page.domain is None or code in page.site.places.by_key:
        return None
    chosen = page.site.catalogue.indicators.get(page.view.indicator or "")
    for panel in (p for p in page.domain.panels if p.kind == "stations" and p.feed and p.indicators):
        found = _declared(station, sight, panel.feed or "", code)
        if found is None or not _belongs(panel, found["fields"]):
            continue
        name = found["en"] if page.view.lang == "en" and found.get("en") else found["vi"]
        indicator = chosen.code if chosen and chosen.feed == panel.feed else panel.indicators[0]
        return {**found, "name": name, "indicator": indicator, "scope": f"{found['unit']}:{panel.feed}:{code}"}
    return None


def _declared(station: Station, sight: Scope, feed: str, code: str) -> Mapping[str, Any] | None:
    try:
        return station(sight, feed, code)
    except OutOfScope:
        return None


def _belongs(panel: Panel, fields: Mapping[str, Any]) -> bool:
    """True when the panel lists stations that say this of themselves."""
    return all(fields.get(field) in values for field, values in panel.args.get("where", {}).items())


def _levels(page: Page, picked: Mapping[str, Any] | None) -> list[tuple[str, float]]:
    """The station's own levels that the charted figure is read against, by name."""
    fields = picked["fields"] if picked else {}
    return [
        (page.words.of(name), float(fields[field]))
        for field, name in page.charted.rungs.items()
        if isinstance(fields.get(field), int | float)
    ]


def _bars(
    page: Page, series: Series, sight: Scope, picked: Mapping[str, Any] | None, now_ms: int
) -> tuple[Indicator, Line] | None:
    """What hangs from the top of the chart of a station: the figure that the trend panel names as `bars`."""
    panels = [p for p in (page.domain.panels if page.domain else []) if p.kind == "trend" and "bars" in p.args]
    if not picked or not panels:
        return None
    indicator = page.site.catalogue.indicators[panels[0].args["bars"]]
    if indicator.feed != page.charted.feed:
        return None
    try:
        found = series(sight, picked["scope"], indicator.code, now_ms - page.hours * HOUR_MS, now_ms)
    except Exception:
        log.exception("history of %s could not be read", picked["scope"])
        return None
    return indicator, Line(page.words.short(indicator), ends(found, now_ms), found["v"])


def history(page: Page, series: Series, sight: Scope, scope: str, now_ms: int) -> Mapping[str, Any]:
    """The series over the span asked for; of a world too young for it, the last hours in finer steps."""
    for hours in (page.hours, YOUNG_HOURS):
        found = series(sight, scope, page.charted.code, now_ms - hours * HOUR_MS, now_ms)
        if sum(value is not None for value in found["v"]) > FEW:
            break
    return {**found, "t": ends(found, now_ms)}


def ends(found: Mapping[str, Any], now_ms: int) -> list[str]:
    """When what history tells stood so: an hour or a minute bears the name of its start and tells of its end, one that
    still runs of the present; days are known by their names."""
    size = BUCKETS.get(found.get("step", ""))
    if size is None:
        return list(found["t"])
    now = vietnam(now_ms)
    return [min(datetime.fromisoformat(t) + size, now).isoformat(timespec="seconds") for t in found["t"]]


def scopes(page: Page) -> list[tuple[str, str]]:
    """Whose history is drawn: the page's place, and the unit picked on it."""
    shown = [(page.view.scope, page.place_name)]
    picked = page.view.selected
    if page.view.is_nation and picked in page.site.places.units:
        shown.append((picked, page.site.places.name(picked, page.view.lang)))
    return shown
