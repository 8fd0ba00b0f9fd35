"""Reporting periods of the state against the calendar's."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.compute.periods import MONTHS, date_of, midnight_ms, period_at, period_of

DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
SPANS = st.sampled_from(sorted(MONTHS))
CALENDARS = st.sampled_from(["reporting", "calendar"])


@pytest.mark.parametrize(
    ("span", "day", "start", "end"),
    [
        ("month", date(2026, 11, 14), date(2026, 10, 15), date(2026, 11, 15)),
        ("month", date(2026, 11, 15), date(2026, 11, 15), date(2026, 12, 15)),
        ("month", date(2026, 12, 31), date(2026, 12, 15), date(2027, 1, 15)),
        ("quarter", date(2026, 11, 21), date(2026, 9, 15), date(2026, 12, 15)),
        ("quarter", date(2026, 12, 15), date(2026, 12, 15), date(2027, 3, 15)),
        ("half", date(2026, 6, 14), date(2025, 12, 15), date(2026, 6, 15)),
        ("half", date(2026, 6, 15), date(2026, 6, 15), date(2026, 12, 15)),
        ("year", date(2026, 11, 21), date(2025, 12, 15), date(2026, 12, 15)),
        ("year", date(2026, 12, 15), date(2026, 12, 15), date(2027, 12, 15)),
    ],
)
def test_reporting_periods(span, day, start, end):
    period = period_of(day, span)
    assert (period.start, period.end) == (start, end)
    assert period.holds(day)


def test_calendar_periods():
    assert period_of(date(2026, 11, 21), "quarter", "calendar").start == date(2026, 10, 1)
    assert period_of(date(2026, 11, 21), "half", "calendar").end == date(2027, 1, 1)


def test_names():
    period = period_of(date(2026, 11, 21), "month")
    assert period.name() == "tháng 12/2026"
    assert period.name("en") == "month 12/2026"
    assert period_of(date(2026, 12, 20), "year").name() == "năm 2027"


@given(DAYS, SPANS, CALENDARS)
def test_every_day_has_one_period_and_periods_join_without_gap(day, span, calendar):
    period = period_of(day, span, calendar)
    assert period.start <= day < period.end
    assert period.shifted(1).start == period.end
    assert period.shifted(-1).end == period.start
    assert period.shifted(3).shifted(-3) == period
    assert period_of(period.end, span, calendar) == period.shifted(1)
    assert period_of(period.start - timedelta(days=1), span, calendar) == period.shifted(-1)


@given(DAYS, SPANS, CALENDARS)
def test_last_year_is_the_same_season(day, span, calendar):
    period = period_of(day, span, calendar)
    assert period.last_year() == period.shifted(-12 // MONTHS[span])


@given(DAYS)
def test_midnight_is_vietnam_s(day):
    assert date_of(midnight_ms(day)) == day
    assert date_of(midnight_ms(day) - 1) == day - timedelta(days=1)


def test_elapsed_runs_from_0_to_1():
    period = period_of(date(2026, 11, 21), "month")
    assert period.elapsed(period.start_ms) == 0
    assert period.elapsed((period.start_ms + period.end_ms) // 2) == pytest.approx(0.5)
    assert period.elapsed(period.end_ms + 1) == 1
    assert period_at(period.end_ms - 1, "month") == period
