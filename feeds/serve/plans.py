"""What is due of the plans that grow over a period, for pages that are drawn once a day."""

from __future__ import annotations

from datetime import date

from feeds.catalogue.clock import DAY_MS
from feeds.catalogue.model import Indicator
from feeds.compute.pace import pace
from feeds.compute.periods import midnight_ms


def due(indicator: Indicator, day: date) -> float | None:
    """What of the indicator's target should be reached by noon of `day` in Vietnam; None where no plan grows."""
    plan = pace(indicator, midnight_ms(day) + DAY_MS // 2)
    return plan.due if plan else None
