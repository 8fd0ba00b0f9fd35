"""Pace to plan: what is due by now of a plan that grows over a reporting period."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from feeds.catalogue.loader import load
from feeds.catalogue.model import Threshold
from feeds.compute.pace import pace
from feeds.compute.periods import midnight_ms

PLAIN = load(Path(__file__).parents[2] / "data/catalogue").indicators["adm_fullprocess_share"]
YEARLY = replace(
    PLAIN, target=365.0, thresholds=[Threshold(kind="behind_plan", level=4, source="thiết kế", above=0, pace="year")]
)


def test_a_target_that_holds_at_once_has_no_pace() -> None:
    assert pace(PLAIN, midnight_ms(date(2026, 6, 1))) is None
    assert pace(replace(YEARLY, target=None), midnight_ms(date(2026, 6, 1))) is None


@pytest.mark.parametrize(
    ("day", "due"),
    [(date(2025, 12, 15), 0), (date(2025, 12, 16), 1), (date(2026, 6, 15), 182), (date(2026, 12, 14), 364)],
)
def test_a_plan_of_the_year_is_due_day_by_day(day: date, due: float) -> None:
    found = pace(YEARLY, midnight_ms(day))
    assert found is not None
    assert found.due == pytest.approx(due)
    assert found.elapsed == pytest.approx(due / 365)
    assert found.period == "năm 2026"
    assert found.behind(due - 2) == pytest.approx(2)


def test_a_plan_of_the_month_starts_anew_on_the_fifteenth() -> None:
    monthly = replace(YEARLY, thresholds=[replace(YEARLY.thresholds[0], pace="month")])
    before, after = (pace(monthly, midnight_ms(date(2026, 11, 15)) + ms) for ms in (-1, 0))
    assert before is not None and after is not None
    assert before.due == pytest.approx(365, abs=1e-3) and after.due == 0
