"""A station's chart: its own levels as named lines, and what falls on it hanging from the top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from feeds.catalogue.model import Indicator
from layouts.charts import Line
from layouts.numbers import bare
from layouts.site import Page
from layouts.theme import TOKENS

SHARE = 0.28  # of the height that what hangs from the top may take
Figure = dict[str, Any]


def station(
    page: Page,
    figure: Figure,
    lines: Sequence[Line],
    levels: Sequence[tuple[str, float]],
    bars: tuple[Indicator, Line] | None,
) -> Figure:
    """The figure with the levels of a station and its bars; as it was where there are none of either."""
    ink = TOKENS[page.view.theme]
    layout = dict(figure["layout"])
    data = list(figure["data"])
    if levels:
        reached = _reached(lines, levels)
        layout["shapes"] = [*layout["shapes"], *(_level(at, at == reached, ink) for _, at in levels)]
        layout["annotations"] = [*layout["annotations"], *(_name(page, name, at, ink) for name, at in levels)]
    if bars and any(bars[1].values):
        data.append(_hanging(page, *bars, ink))
        layout["yaxis2"] = _axis(bars[1], ink)
    return {"data": data, "layout": layout}


def _reached(lines: Sequence[Line], levels: Sequence[tuple[str, float]]) -> float | None:
    """The highest level that the last value has reached: drawn solid, the others dotted."""
    last = lines[0].last() if lines else None
    return max((at for _, at in levels if last and last[1] >= at), default=None)


def _level(at: float, reached: bool, ink: Mapping[str, str]) -> Figure:
    line = {"color": ink["ink-2" if reached else "data-2"], "width": 2 if reached else 1.5}
    where = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": at, "y1": at, "layer": "below"}
    return where | {"line": line | {"dash": "solid" if reached else "dot"}}


def _name(page: Page, name: str, at: float, ink: Mapping[str, str]) -> Figure:
    text = escape(f"{name} {bare(at, page.view.lang)}")
    place = {"xref": "paper", "x": 1, "y": at, "xanchor": "left", "xshift": 6, "showarrow": False}
    return place | {"text": text, "font": {"color": ink["ink-3"], "size": 12}}


def _hanging(page: Page, indicator: Indicator, line: Line, ink: Mapping[str, str]) -> Figure:
    unit = escape(page.unit(indicator))
    return {
        "type": "bar",
        "name": escape(line.name),
        "x": list(line.times),
        "y": list(line.values),
        "yaxis": "y2",
        "marker": {"color": ink["data-2"], "line": {"width": 0}},
        "hovertemplate": f"%{{y:,.{indicator.decimals}f}} {unit}<extra>{escape(line.name)}</extra>",
    }


def _axis(line: Line, ink: Mapping[str, str]) -> Figure:
    """From the top downwards, the most at `SHARE` of the height; its own scale is told by the hover alone."""
    most = max(value for value in line.values if value is not None)
    return {
        "overlaying": "y",
        "range": [most / SHARE, 0],
        "showgrid": False,
        "showticklabels": False,
        "zeroline": False,
        "fixedrange": True,
        "color": ink["ink-3"],
    }
