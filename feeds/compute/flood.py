"""Flood alert levels of a station, three in metres (Decision 05/2020/QĐ-TTg); 4 = above the third (ours)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BEAUFORT = (0.3, 1.6, 3.4, 5.5, 8.0, 10.8, 13.9, 17.2, 20.8, 24.5, 28.5, 32.7, 37.0, 41.5, 46.2, 51.0, 56.1)


def limits(fields: Mapping[str, Any]) -> tuple[float, float, float] | None:
    """The station's three levels; None when one is missing or they do not rise."""
    found = [fields.get(name) for name in ("bd1", "bd2", "bd3")]
    numbers = [float(v) for v in found if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(numbers) < 3 or not numbers[0] < numbers[1] < numbers[2]:
        return None
    return numbers[0], numbers[1], numbers[2]


def alert(level: float, bd: tuple[float, float, float]) -> int:
    """0 below level I, 1-3 from the level reached, 4 above level III."""
    return 4 if level > bd[2] else sum(level >= limit for limit in bd)


def to_next(level: float, bd: tuple[float, float, float]) -> float | None:
    """Centimetres to the next level; None at or above the third: there is no next."""
    gap = next((limit - level for limit in bd if level < limit), None)
    return None if gap is None else round(gap * 100, 1)


def beaufort(speed: float) -> int:
    """The Beaufort number, 0-17, of a wind in m/s."""
    return sum(speed >= limit for limit in BEAUFORT)
