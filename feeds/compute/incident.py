"""What follows from the times of a security alert."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS


def derive(times: Mapping[str, int]) -> dict[str, Any]:
    """`detect_min`: minutes from the start of what happened to its detection; `handle_h`: hours from detection to the
    end of the alert. None until both times are known, or where a clock ran backwards. `timed`: `detect_min` is known.
    """
    detect = _between(times.get("started"), times.get("detected"))
    handle = _between(times.get("detected"), times.get("closed"))
    return {
        "detect_min": None if detect is None else round(detect / MINUTE_MS, 2),
        "handle_h": None if handle is None else round(handle / HOUR_MS, 3),
        "timed": detect is not None,
    }


def _between(start: int | None, end: int | None) -> int | None:
    return end - start if start is not None and end is not None and end >= start else None
