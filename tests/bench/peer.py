"""The peer of every figure in docs/performance.md: the national page as a plain Dash app is written.

Same content as ours (map of 34 units, eight tiles, six gauges, ranking, alerts, feeds), same snapshot, read from
the same Redis; `dcc.Interval` of one second and one callback per component, figures built on the server. It comes
in the two styles people use, `go.Figure` and plain dicts; the better one of a run is the peer.

Served by gunicorn with threads: `gunicorn --threads 8 "tests.bench.peer:create('dict')"`, with PEER_REDIS and
PEER_WORLD in the environment.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import redis
from dash import Dash, Input, Output, dcc, html
from flask import Flask

from feeds.catalogue.keys import Keys

ROOT = Path(__file__).parents[2]
TILES = ("adm_ontime_rate", "air_aqi_hour", "wat_do", "hyd_alert", "trf_los_ab_share", "cam_online_rate",
         "sml_mentions", "dq_feeds_live")  # fmt: skip
GAUGES = ("adm_ontime_rate", "adm_online_share", "air_station_online", "trf_los_ab_share", "cam_online_rate",
          "sml_negative_share")  # fmt: skip
MAPPED = "air_aqi_hour"


def create(style: str = "dict") -> Flask:
    """The WSGI application of the peer; `style` is `figure` (go.Figure) or `dict`."""
    store = redis.Redis.from_url(os.environ["PEER_REDIS"])
    key = Keys(os.environ.get("PEER_WORLD", "sim")).snapshot("vn")  # type: ignore[arg-type]
    draw = (lambda figure: go.Figure(figure)) if style == "figure" else (lambda figure: figure)
    app = Dash(__name__, assets_folder=str(ROOT / "tests" / "bench" / "peer_assets"), serve_locally=True)
    app.layout = _layout()
    _callbacks(app, lambda: json.loads(store.hget(key, "json") or b"{}"), draw)
    return app.server


def _layout() -> html.Div:
    return html.Div(
        [
            dcc.Interval(id="tick", interval=1000),
            html.Div(id="clock"),
            html.Div([html.Div(id=f"tile-{code}") for code in TILES]),
            dcc.Graph(id="map", config={"topojsonURL": "/assets/"}),
            html.Div([dcc.Graph(id=f"gauge-{code}") for code in GAUGES]),
            dcc.Graph(id="ranking"),
            html.Table(id="alerts"),
            html.Table(id="feeds"),
        ]
    )


def _callbacks(app: Dash, snapshot: Any, draw: Any) -> None:
    boundaries = json.loads((ROOT / "data/geo/units_2025.geojson").read_text("utf-8"))
    tick = Input("tick", "n_intervals")

    @app.callback(Output("clock", "children"), tick)
    def clock(_: int) -> str:
        return str(snapshot().get("at", ""))

    for code in TILES:

        @app.callback(Output(f"tile-{code}", "children"), tick)
        def tile(_: int, code: str = code) -> list[Any]:
            figure = snapshot().get("indicators", {}).get(code, {})
            return [
                html.H3(code),
                html.B(str(figure.get("v"))),
                html.Span(f" {figure.get('unit')} · {figure.get('age')} s"),
            ]

    @app.callback(Output("map", "figure"), tick)
    def country(_: int) -> Any:
        return draw(_map(snapshot().get("units", {}), boundaries))

    for code in GAUGES:

        @app.callback(Output(f"gauge-{code}", "figure"), tick)
        def gauge(_: int, code: str = code) -> Any:
            return draw(_gauge(code, snapshot().get("indicators", {}).get(code, {})))

    @app.callback(Output("ranking", "figure"), tick)
    def ranking(_: int) -> Any:
        return draw(_ranking(snapshot().get("units", {})))

    @app.callback(Output("alerts", "children"), tick)
    def alerts(_: int) -> list[Any]:
        rows = snapshot().get("alerts", [])
        return [
            html.Tr([html.Td(str(row.get(name))) for name in ("level", "place", "indicator", "value")]) for row in rows
        ]

    @app.callback(Output("feeds", "children"), tick)
    def feeds(_: int) -> list[Any]:
        rows = snapshot().get("feeds", {})
        return [html.Tr([html.Td(name), *[html.Td(str(v)) for v in row.values()]]) for name, row in rows.items()]


def _map(units: dict[str, Any], boundaries: dict[str, Any]) -> dict[str, Any]:
    trace = {
        "type": "choropleth", "geojson": boundaries, "featureidkey": "properties.code",
        "locations": units.get("order", []), "z": units.get("columns", {}).get(MAPPED, []), "colorscale": "Greys",
    }  # fmt: skip
    return {
        "data": [trace],
        "layout": {"geo": {"fitbounds": "locations", "visible": False}, "height": 800, "uirevision": 1},
    }


def _gauge(code: str, figure: dict[str, Any]) -> dict[str, Any]:
    trace = {"type": "indicator", "mode": "gauge+number", "value": figure.get("v"), "title": {"text": code}}
    return {"data": [trace], "layout": {"height": 220, "width": 300, "uirevision": 1}}


def _ranking(units: dict[str, Any]) -> dict[str, Any]:
    values = units.get("columns", {}).get(MAPPED, [])
    rows = sorted(
        ((v, code) for v, code in zip(values, units.get("order", []), strict=False) if v is not None), reverse=True
    )
    trace = {"type": "bar", "orientation": "h", "x": [v for v, _ in rows], "y": [code for _, code in rows]}
    return {"data": [trace], "layout": {"height": 800, "uirevision": 1}}
