"""What is usual, from a figure's own history."""

from datetime import date, timedelta

import pytest

from feeds.catalogue.clock import HOUR_MS
from feeds.compute.baseline import baseline, since
from feeds.compute.periods import midnight_ms

TODAY = date(2026, 11, 20)  # a Friday


def at(day, hour=10):
    return midnight_ms(day) + hour * HOUR_MS


def days_back(*back):
    return [TODAY - timedelta(days=n) for n in back]


def test_same_hour_compares_working_days_with_working_days():
    history = [(at(d), 100.0) for d in days_back(1, 2, 3)] + [(at(d), 5.0) for d in days_back(5, 6, 12, 13)]
    assert baseline("same_hour_4w", history, at(TODAY)).centre == 100
    assert baseline("same_hour_4w", history, at(date(2026, 11, 21))).centre == 5


def test_other_hours_do_not_count():
    history = [(at(d, 9), 100.0) for d in days_back(1, 2, 3)]
    assert baseline("same_hour_4w", history, at(TODAY)) is None


def test_too_little_history_is_silent():
    assert baseline("same_hour_4w", [(at(d), 1.0) for d in days_back(1, 2)], at(TODAY)) is None
    assert baseline("same_weekday_4w", [(at(d), 1.0) for d in days_back(7)], at(TODAY)) is None
    assert baseline("sigma_4w", [(at(d), 1.0) for d in days_back(1, 2, 3)], at(TODAY)) is None
    assert baseline("last_year", [], at(TODAY)) is None


def test_same_weekday_takes_the_four_before():
    history = [(at(d), float(i)) for i, d in enumerate(days_back(7, 14, 21, 28, 35), 1)]
    assert baseline("same_weekday_4w", history, at(TODAY)).centre == 2.5


def test_deviations_of_the_days_before_today():
    history = [(at(d, 23), v) for d, v in zip(days_back(*range(7, 0, -1)), [8, 10, 12, 8, 10, 12, 10], strict=True)]
    found = baseline("sigma_4w", [*history, (at(TODAY, 9), 99.0)], at(TODAY))
    assert found.centre == 10
    assert found.spread == pytest.approx(1.6329, abs=1e-3)


def test_last_year_is_the_last_value_of_the_same_reporting_month():
    history = [(at(date(2025, 11, 20)), 4.0), (at(date(2025, 12, 14)), 9.0), (at(date(2025, 12, 15)), 50.0)]
    assert baseline("last_year", history, at(TODAY)).centre == 9
    assert since("last_year", at(TODAY)) == midnight_ms(date(2025, 11, 15))


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="no baseline"):
        baseline("moon_phase", [], at(TODAY))
