"""History of the canned country."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from feeds.catalogue.clock import DAY_MS, HOUR_MS, OFFSET_MS, iso
from feeds.catalogue.scope import Scope


def series(sight: Scope, scope: str, indicator: str, start_ms: int, end_ms: int) -> Mapping[str, Any]:
    """A wave with a gap."""
    sight.check(scope)
    times = range(start_ms, end_ms, max(60_000, (end_ms - start_ms) // 288))
    values = [None if 100 < i < 110 else 60 + 20 * math.sin(i / 20) for i, _ in enumerate(times)]
    return {"scope": scope, "indicator": indicator, "t": [iso(t) for t in times], "v": values}


def counted(scope: str, indicator: str, start_ms: int, end_ms: int) -> Mapping[str, Any]:
    """What counts a hundred an hour from midnight; each hour is told under its start, as it stood at its end."""
    hours = range(start_ms // HOUR_MS * HOUR_MS, end_ms, HOUR_MS)
    values = [((t + OFFSET_MS) % DAY_MS // HOUR_MS + 1) * 100 for t in hours]
    return {"scope": scope, "indicator": indicator, "t": [iso(t) for t in hours], "v": values}
