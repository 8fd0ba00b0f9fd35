"""How sure the figures of history are: the interval of each share of counted cases, beside its value."""

from __future__ import annotations

from collections.abc import Sequence

from feeds.catalogue.functions import share_of
from feeds.catalogue.model import Indicator
from feeds.compute.interval import wilson
from feeds.store.history import Series

Column = list[float | None]


def bounds(indicator: Indicator, rows: Sequence[Series | None]) -> dict[str, list[Column | None]]:
    """`low` and `high`, the 95 % interval of each value; nothing for a figure that is no share of counted cases."""
    whole = share_of(indicator.compute.fn, indicator.compute.args)
    if whole is None:
        return {}
    sides: dict[str, list[Column | None]] = {"low": [], "high": []}
    for row in rows:
        pairs = [_pair(v, n, whole, indicator.decimals) for v, n in zip(row.v, row.n, strict=True)] if row else []
        for at, side in enumerate(sides):
            sides[side].append([pair[at] for pair in pairs] if row else None)
    return sides


def _pair(v: float | None, n: int | None, whole: float, decimals: int) -> tuple[float | None, float | None]:
    if v is None or not n:
        return None, None
    low, high = wilson(min(1.0, max(0.0, v / whole)), n)
    return round(low * whole, decimals + 1), round(high * whole, decimals + 1)
