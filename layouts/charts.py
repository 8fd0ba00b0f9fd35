"""Charts that people study, as Plotly figures: pure functions from history to a plain figure dictionary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

from feeds.catalogue.model import Indicator
from layouts import scales
from layouts.numbers import bare, number
from layouts.site import Page
from layouts.theme import TOKENS, template

DENSE = 30  # fewer points are also drawn as points, so that a lonely one is seen
Figure = dict[str, Any]
Mood = Literal["live", "late", "stale", "suspect"]


@dataclass(frozen=True, slots=True)
class Line:
    """History of one figure at one place: ISO times and values, a gap as None."""

    name: str
    times: Sequence[str]
    values: Sequence[float | None]

    def last(self) -> tuple[str, float] | None:
        """The newest known value with its time."""
        known = [(t, v) for t, v in zip(self.times, self.values, strict=True) if v is not None]
        return known[-1] if known else None


def trend(page: Page, indicator: Indicator, lines: Sequence[Line], mood: Mood = "live", said: str = "") -> Figure:
    """Lines over time with their names at the end, limits dotted; gaps stay gaps, what is stale is hatched up to now.

    `said` stands in the plot: why there is no line, or that every value is zero.
    """
    ink = TOKENS[page.view.shade]
    styles = _styles(ink, mood)
    layout = template(page.view.shade) | {
        "uirevision": f"{page.view.scope}|{indicator.code}|{page.hours}",
        "shapes": _limits(page, indicator, ink),
        "annotations": [
            *_ends(page, indicator, lines, ink),
            _unit(page, indicator, ink),
            *_limit_names(page, indicator, ink),
            *_inside(page, said, ink, _low(page, indicator, lines)),
        ],
        "hoverlabel": {"namelength": -1, **template(page.view.shade)["hoverlabel"]},
        "height": 300,
    }
    layout["xaxis"]["tickformat"] = "%H:%M" if page.hours == 24 else "%d/%m %H:%M"
    layout["yaxis"] |= _range(indicator, lines)
    if page.view.lang == "en":
        layout["separators"] = ".,"
    return {
        "data": [
            *(_trace(page, indicator, line, *style) for line, style in zip(lines, styles, strict=False)),
            *_end_dots(lines[:1], mood, ink),
        ],
        "layout": layout,
    }


def _styles(ink: Mapping[str, str], mood: Mood) -> tuple[tuple[str, str, float], ...]:
    first = ink["data-2"] if mood == "stale" else ink["data"]
    return ((first, "solid", 2.0), (ink["data-2"], "dash" if mood == "suspect" else "solid", 1.5))


def _end_dots(lines: Sequence[Line], mood: Mood, ink: Mapping[str, str]) -> Iterator[Figure]:
    """The end of the first line: filled when it is now, hollow when it is older, and hatched from there when stale."""
    quiet = {"meta": "end", "hoverinfo": "skip", "showlegend": False, "cliponaxis": False}
    for line in lines:
        last = line.last()
        if last is None:
            continue
        hollow = mood in ("late", "stale")
        colour = ink["data-2"] if mood == "stale" else ink["ink"]
        marker = {"size": 9, "color": ink["bg"] if hollow else colour, "line": {"width": 2, "color": colour}}
        yield {"type": "scatter", "mode": "markers", "x": [last[0]], "y": [last[1]], "marker": marker, **quiet}
        if mood == "stale":
            yield _old(line, last, ink) | quiet


def _old(line: Line, last: tuple[str, float], ink: Mapping[str, str]) -> Figure:
    """The ground between the last point and now, over the span of the line."""
    known = [value for value in line.values if value is not None]
    low, high, now = min(known), max(known), line.times[-1]
    return {
        "type": "scatter",
        "mode": "none",
        "fill": "toself",
        "x": [last[0], now, now, last[0]],
        "y": [low, low, high, high],
        "fillpattern": {"shape": "/", "size": 7, "solidity": 0.4, "fgcolor": ink["hatch"], "bgcolor": "rgba(0,0,0,0)"},
    }


def _low(page: Page, indicator: Indicator, lines: Sequence[Line]) -> bool:
    """True where the lines end in the lower half of what is drawn: all values, the limits and, of counts, nothing."""
    last = [end[1] for line in lines if (end := line.last())]
    normal = scales.limits(indicator, page.case(indicator))
    drawn = [v for line in lines for v in line.values if v is not None]
    drawn += [bound for bound in (normal.low, normal.high) if bound is not None]
    floor = min([0.0, *drawn] if _range(indicator, lines) else drawn, default=0.0)
    return bool(last) and 2 * min(last) < floor + max(drawn)


def _inside(page: Page, said: str, ink: Mapping[str, str], low: bool) -> Iterator[Figure]:
    """Words inside the plot: a sentence in the middle, and the stamp, so that it survives a crop; it stands at the
    top where the lines end `low`."""
    paper = {"xref": "paper", "yref": "paper", "showarrow": False}
    if said:
        yield paper | {"x": 0.5, "y": 0.5, "text": escape(said), "font": {"color": ink["ink-2"], "size": 13}}
    if page.stamp:
        font = {"color": ink["ink-3"], "size": 11, "weight": 700}
        yield paper | {
            "x": 0.995,
            "y": 0.99 if low else 0.01,
            "xanchor": "right",
            "yanchor": "top" if low else "bottom",
            "yshift": -8 if low else 8,
            "text": page.stamp,
            "font": font,
        }


def _trace(page: Page, indicator: Indicator, line: Line, colour: str, dash: str, width: float) -> Figure:
    unit = escape(page.unit(indicator))
    return {
        "type": "scatter",
        "mode": "lines" if sum(value is not None for value in line.values) > DENSE else "lines+markers",
        "marker": {"size": 5},
        "name": escape(line.name),
        "x": list(line.times),
        "y": list(line.values),
        "connectgaps": False,
        "line": {"color": colour, "width": width, "dash": dash, "shape": _shape(page, indicator)},
        "hovertemplate": f"%{{y:,.{indicator.decimals}f}} {unit}<extra>{escape(line.name)}</extra>",
    }


def _shape(page: Page, indicator: Indicator) -> str:
    """Levels are stood on and left: between two of them there is nothing."""
    scale = page.site.catalogue.scales.get(indicator.scale or "")
    return "hv" if scale is not None and scale.levels else "linear"


def _range(indicator: Indicator, lines: Sequence[Line]) -> Mapping[str, Any]:
    """Counts start from zero; others show their own span and the nearest limit stays inside by itself."""
    known = [v for line in lines for v in line.values if v is not None]
    return {"rangemode": "tozero"} if known and min(known) >= 0 and indicator.decimals == 0 else {}


def _limits(page: Page, indicator: Indicator, ink: Mapping[str, str]) -> list[Figure]:
    normal = scales.limits(indicator, page.case(indicator))
    return [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": bound,
            "y1": bound,
            "layer": "below",
            "line": {"color": ink["data-2"], "width": 1.5, "dash": "dot"},
        }
        for bound in (normal.low, normal.high)
        if bound is not None
    ]


def _limit_names(page: Page, indicator: Indicator, ink: Mapping[str, str]) -> list[Figure]:
    normal = scales.limits(indicator, page.case(indicator))
    bounds = (bound for bound in (normal.low, normal.high) if bound is not None)
    return [
        {
            "xref": "paper",
            "x": 1,
            "y": bound,
            "text": escape(page.words("limit", limit=bare(bound, page.view.lang))),
            "showarrow": False,
            "xanchor": "left",
            "xshift": 6,
            "font": {"color": ink["ink-3"], "size": 12},
        }
        for bound in bounds
    ]


def _ends(page: Page, indicator: Indicator, lines: Sequence[Line], ink: Mapping[str, str]) -> list[Figure]:
    """The last value at its point, with the name of its line when there are several."""
    ends = []
    for line in lines[:2]:
        last = line.last()
        if last is None:
            continue
        value = number(last[1], indicator.decimals, page.view.lang)
        text = f"<b>{value}</b>" if len(lines) == 1 else f"<b>{value}</b> {escape(line.name)}"
        place = {"x": last[0], "y": last[1], "xanchor": "left", "xshift": 6, "yshift": 9 if len(lines) == 1 else 0}
        ends.append({"text": text, "showarrow": False, "font": {"color": ink["ink"], "size": 14}, **place})
    return ends


def _unit(page: Page, indicator: Indicator, ink: Mapping[str, str]) -> Figure:
    """The unit stands top left instead of an axis title."""
    return {
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 1,
        "yshift": 20,
        "xanchor": "left",
        "text": escape(page.unit(indicator)),
        "showarrow": False,
        "font": {"color": ink["ink-3"], "size": 12},
    }
