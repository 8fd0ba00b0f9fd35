"""Colours and type of charts, the same tokens as assets/css/look.css: Plotly cannot read the stylesheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from layouts.address import Theme

TOKENS: Mapping[Theme, Mapping[str, str]] = {
    "light": {
        "ink": "#12181D",
        "ink-2": "#3F4B55",
        "ink-3": "#5A6670",
        "line": "#DCE2E6",
        "line-2": "#A9B5BE",
        "data": "#44525E",
        "data-2": "#93A1AC",
        "band": "#EDF1F3",
        "surface": "#FFFFFF",
    },
    "dark": {
        "ink": "#EDF1F4",
        "ink-2": "#B8C3CC",
        "ink-3": "#9FABB6",
        "line": "#27323C",
        "line-2": "#465560",
        "data": "#AEBBC6",
        "data-2": "#6E7F8D",
        "band": "#1C262F",
        "surface": "#131A21",
    },
}
CONFIG: Mapping[str, Any] = {
    "displayModeBar": False,
    "responsive": True,
    "topojsonURL": "/assets/topojson/",  # a geo subplot would otherwise ask another host
    "plotlyServerURL": "",
    "doubleClick": "reset",
}


def template(theme: Theme) -> dict[str, Any]:
    """Layout that every chart starts from: transparent ground, quiet axes, names at the lines instead of a legend."""
    ink = TOKENS[theme]
    return {
        "font": {"family": "Noto Sans, sans-serif", "size": 13, "color": ink["ink-2"]},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 52, "r": 110, "t": 28, "b": 36},
        "showlegend": False,
        "hovermode": "x unified",
        "hoverlabel": {
            "bgcolor": ink["surface"],
            "bordercolor": ink["line-2"],
            "font": {"color": ink["ink"], "size": 13},
        },
        "xaxis": {
            "showgrid": False,
            "linecolor": ink["line-2"],
            "ticks": "outside",
            "ticklen": 6,
            "tickcolor": ink["line-2"],
            "fixedrange": False,
        },
        "yaxis": {"gridcolor": ink["line"], "gridwidth": 1, "zeroline": False, "nticks": 4, "automargin": True},
        "separators": ",.",
        "transition": {"duration": 0},
    }
