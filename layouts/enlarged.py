"""A Plotly figure in the type scale of the browser that shows it: charts are set in pixels, pages in rem."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from layouts.address import REM  # figures are drawn for it

LENGTHS = ("size", "width", "height", "l", "r", "t", "b", "ticklen", "xshift", "yshift", "gridwidth")  # in pixels
DATA = ("x", "y", "text", "customdata")  # what is drawn, not how large


def enlarged(figure: dict[str, Any], rem: int) -> dict[str, Any]:
    """The figure with letters, lines, points and margins as large as on a screen whose rem has so many pixels."""
    return figure if rem == REM else _scaled(figure, rem / REM)


def _scaled(part: Any, by: float) -> Any:
    if isinstance(part, Mapping):
        return {name: inner if name in DATA else _length(name, inner, by) for name, inner in part.items()}
    return [_scaled(inner, by) for inner in part] if isinstance(part, list) else part


def _length(name: str, inner: Any, by: float) -> Any:
    if name in LENGTHS and isinstance(inner, int | float) and not isinstance(inner, bool):
        return round(inner * by, 2)
    return _scaled(inner, by)
