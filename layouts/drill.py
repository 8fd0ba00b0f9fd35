"""What Dash mounts into a page: the chart of the chosen figure, with the spans one may look back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from dash import dcc, html

from feeds.catalogue.model import Indicator
from layouts import charts, figure, gauged, ids
from layouts.address import HOURS
from layouts.charts import Line
from layouts.enlarged import enlarged
from layouts.site import Page
from layouts.theme import CONFIG

HOUR_S = 3_600
HEIGHT = "19rem"  # as desk.css keeps it: without a height of its own Dash says 100 %, and Plotly takes 450 pixels


def root() -> html.Div:
    """Dash's own layout: it reads the address and answers with what the address asks for."""
    return html.Div([dcc.Location(id=ids.ADDRESS, refresh=False), html.Div(id=ids.DRILL)])


def chart(
    page: Page,
    lines: Sequence[Line],
    failed: bool = False,
    levels: Sequence[tuple[str, float]] = (),
    bars: tuple[Indicator, Line] | None = None,
    who: str = "",
    writing: bool = False,
) -> list[Any]:
    """Spans and chart; words instead of an empty chart when there is nothing to draw, and beneath one that may yet be
    filled, `writing`."""
    indicator = page.charted
    known = any(value is not None for line in lines for value in line.values)
    if not known:
        said = page.words("trend.failed") if failed else _nothing(page, indicator)
        said = page.words("trend.writing") if writing and not failed else said
        return [spans(page, who), html.P(said, className="quiet empty")]
    graph = dcc.Graph(
        id="trend",
        figure=enlarged(gauged.station(page, charts.trend(page, indicator, lines), lines, levels, bars), page.view.rem),
        config=cast(Any, dict(CONFIG)),
        responsive=True,
        className="chart",
        style={"height": HEIGHT},
    )
    note = [html.P(page.words("trend.writing"), className="quiet")] if writing else []
    return [spans(page, who), graph, *note]


def _nothing(page: Page, indicator: Indicator) -> str:
    """Why there is no line: a figure that comes more seldom than one looks back is not to be expected there."""
    told = figure.rhythm(page, indicator)
    if told is None or indicator.cadence < page.hours * HOUR_S:
        return page.words("trend.empty")
    return page.words("trend.slow", rhythm=told.text())


def spans(page: Page, who: str = "") -> html.Nav:
    """What is drawn, of whom where it is one station, and how far back: each an address of its own."""
    links = [
        html.A(
            page.words(f"trend.hours.{hours}"),
            href=page.view.with_(hours=hours).href(),
            className="on" if hours == page.hours else "",
        )
        for hours in HOURS
    ]
    return html.Nav(
        [html.Span(" · ".join(filter(None, (who, page.words.short(page.charted)))), className="what"), *links],
        className="spans",
    )
