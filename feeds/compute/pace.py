"""Pace to plan: how much should be reached by now of a plan that the catalogue lets grow over a period."""

from __future__ import annotations

from typing import NamedTuple

from feeds.catalogue.model import Indicator
from feeds.compute.periods import Span, period_at


class Pace(NamedTuple):
    """Where a plan stands: `elapsed` of its period has passed, so `due` of its `target` should be reached."""

    elapsed: float
    due: float
    target: float
    period: str

    def behind(self, reached: float) -> float:
        """How far `reached` lies behind what is due; negative when ahead."""
        return self.due - reached


def pace(indicator: Indicator, at_ms: int) -> Pace | None:
    """The pace of an indicator's plan at a time; None without a target, or where the target holds at once."""
    span = plan_span(indicator)
    if indicator.target is None or span is None:
        return None
    period = period_at(at_ms, span)
    elapsed = period.elapsed(at_ms)
    return Pace(elapsed, indicator.target * elapsed, indicator.target, period.name())


def plan_span(indicator: Indicator) -> Span | None:
    """The period over which the target grows, by its `behind_plan` thresholds; None when it holds at once."""
    for threshold in indicator.thresholds:
        if threshold.kind == "behind_plan" and threshold.pace != "flat":
            return threshold.pace
    return None
