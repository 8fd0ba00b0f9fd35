"""What Dash mounts into a page: the chart of the chosen figure, with the spans one may look back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from dash import dcc, html

from layouts import charts, ids
from layouts.address import HOURS
from layouts.charts import Line
from layouts.site import Page
from layouts.theme import CONFIG


def root() -> html.Div:
    """Dash's own layout: it reads the address and answers with what the address asks for."""
    return html.Div([dcc.Location(id=ids.ADDRESS, refresh=False), html.Div(id=ids.DRILL)])


def chart(page: Page, lines: Sequence[Line], failed: bool = False) -> list[Any]:
    """Spans and chart; words instead of an empty chart when there is nothing to draw."""
    indicator = page.charted
    known = any(value is not None for line in lines for value in line.values)
    if not known:
        return [spans(page), html.P(page.words("trend.failed" if failed else "trend.empty"), className="quiet empty")]
    graph = dcc.Graph(
        id="trend",
        figure=charts.trend(page, indicator, lines),
        config=cast(Any, dict(CONFIG)),
        responsive=True,
        className="chart",
    )
    return [spans(page), graph]


def spans(page: Page) -> html.Nav:
    """How far back: each an address of its own."""
    links = [
        html.A(
            page.words(f"trend.hours.{hours}"),
            href=page.view.with_(hours=hours).href(),
            className="on" if hours == page.view.hours else "",
        )
        for hours in HOURS
    ]
    return html.Nav([html.Span(page.words.short(page.charted), className="what"), *links], className="spans")
