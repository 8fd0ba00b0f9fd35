"""How long a record took between two of its times, as the catalogue declares it (`spans` of a feed)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from feeds.catalogue.clock import DAY_MS, HOUR_MS
from feeds.catalogue.model import Span
from feeds.compute.workdays import elapsed

MINUTE_MS = 60_000
UNITS: Mapping[str, Callable[[int, int], float]] = {
    "minutes": lambda start, end: round((end - start) / MINUTE_MS, 1),
    "hours": lambda start, end: round((end - start) / HOUR_MS, 2),
    "days": lambda start, end: round((end - start) / DAY_MS, 3),
    "working_days": lambda start, end: round(elapsed(start, end), 3),
}


def derive(spans: Mapping[str, Span], times: Mapping[str, int]) -> dict[str, Any]:
    """Each span in its unit, and with a limit `<name>_late`; None while an end of it is not known."""
    found: dict[str, Any] = {}
    for name, span in spans.items():
        took = _took(span, times)
        found[name] = took
        if span.limit is not None:
            found[f"{name}_late"] = None if took is None else took > span.limit
    return found


def _took(span: Span, times: Mapping[str, int]) -> float | None:
    """From the last of `since` that lies before the end, so that a later transfer does not undo an answer."""
    end = times.get(span.until)
    starts = [at for name in span.since if (at := times.get(name)) is not None and end is not None and at <= end]
    return UNITS[span.unit](max(starts), end) if starts and end is not None else None
