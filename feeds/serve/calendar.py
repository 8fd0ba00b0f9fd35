"""What pages that are drawn once a day must know of their day: what is due of plans, and which days are like it."""

from __future__ import annotations

from datetime import date, timedelta

from feeds.catalogue.clock import DAY_MS
from feeds.catalogue.model import Indicator
from feeds.compute.pace import pace
from feeds.compute.periods import midnight_ms
from feeds.compute.workdays import is_working


def due(indicator: Indicator, day: date) -> float | None:
    """What of the indicator's target should be reached by noon of `day` in Vietnam; None where no plan grows."""
    plan = pace(indicator, midnight_ms(day) + DAY_MS // 2)
    return plan.due if plan else None


def alike(day: date, back: int) -> bool:
    """True when `day` and the day `back` days before it are both working days in Vietnam, or both are not."""
    return is_working(day) == is_working(day - timedelta(days=back))
