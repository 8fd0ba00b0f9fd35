"""Vietnam's working days: weekends, Tết, days off in lieu and the Saturdays worked for them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.catalogue.clock import DAY_MS, HOUR_MS
from feeds.compute.periods import date_of, midnight_ms
from feeds.compute.workdays import add, elapsed, is_working, next_working, silence, working_days

DAYS = st.dates(date(2018, 1, 1), date(2028, 12, 31))
TIMES = st.integers(midnight_ms(date(2019, 1, 1)), midnight_ms(date(2028, 1, 1)))


def at(day: date, hour: float = 0) -> int:
    return midnight_ms(day) + round(hour * HOUR_MS)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 11, 20), True),  # Friday
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 2, 17), False),  # first day of Tết
        (date(2026, 2, 16), False),  # its eve
        (date(2026, 2, 20), False),  # its fourth day
        (date(2026, 2, 23), True),
        (date(2026, 4, 27), False),  # in lieu of the Hùng kings' day, which fell on a Sunday
        (date(2026, 9, 2), False),  # National Day
        (date(2026, 8, 31), False),  # exchanged for a Saturday
        (date(2026, 8, 22), True),  # that Saturday
        (date(2025, 5, 2), False),
        (date(2025, 4, 26), True),
    ],
)
def test_days(day, working):
    assert is_working(day) is working


def test_tet_is_skipped_when_days_are_counted():
    assert working_days(date(2026, 2, 13), date(2026, 2, 24)) == 2  # Friday 13th and Monday 23rd
    assert add(at(date(2026, 2, 13), 9), 1) == at(date(2026, 2, 23), 9)


def test_over_a_weekend():
    assert add(at(date(2026, 11, 20), 9), 1) == at(date(2026, 11, 23), 9)
    assert elapsed(at(date(2026, 11, 20), 9), at(date(2026, 11, 23), 9)) == pytest.approx(1)
    assert elapsed(at(date(2026, 11, 21)), at(date(2026, 11, 22), 20)) == 0


def test_received_on_a_day_off_runs_from_the_next_working_day():
    assert add(at(date(2026, 11, 21), 15), 1) == at(date(2026, 11, 24))
    assert add(at(date(2026, 11, 21), 15), 0) == at(date(2026, 11, 23))


def test_the_culture_day_of_2026_is_off():
    assert add(at(date(2026, 11, 18), 10.5), 5) == at(date(2026, 11, 26), 10.5)  # 24 November is one since 2026


@given(DAYS, DAYS, DAYS)
def test_counting_adds_up(a, b, c):
    assert working_days(a, b) + working_days(b, c) == working_days(a, c)


@given(DAYS, st.integers(0, 60))
def test_counting_equals_looking_at_each_day(start, length):
    days = [start + timedelta(days=i) for i in range(length)]
    assert working_days(start, start + timedelta(days=length)) == sum(map(is_working, days))


@given(TIMES, st.floats(0, 40))
def test_what_is_added_has_elapsed(start, days):
    assert elapsed(start, add(start, days)) == pytest.approx(days, abs=1e-6)


@given(TIMES, TIMES)
def test_elapsed_is_signed_and_never_more_than_the_calendar(a, b):
    assert elapsed(a, b) == pytest.approx(-elapsed(b, a))
    assert abs(elapsed(a, b)) <= abs(b - a) / DAY_MS + 1e-9


@given(DAYS)
def test_next_working_is_the_first(day):
    found = next_working(day)
    assert is_working(found)
    assert working_days(day + timedelta(days=1), found) == 0


FRIDAY, SATURDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 23)


def test_closed_offices_are_granted_their_silence():
    last = at(FRIDAY, 17)
    assert silence(last, at(FRIDAY, 17.4)) == 0
    until_monday = at(MONDAY, 7) - at(FRIDAY, 17.5)
    for moment in (at(FRIDAY, 18), at(SATURDAY, 12), at(MONDAY, 6.9), at(MONDAY, 7), at(MONDAY, 10)):
        assert silence(last, moment) == until_monday


def test_what_was_said_at_night_needs_no_more_than_the_rest_of_it():
    assert silence(at(SATURDAY, 3), at(SATURDAY, 20)) == at(MONDAY, 7) - at(SATURDAY, 3)
    assert silence(at(MONDAY, 8), at(MONDAY, 16)) == 0


@given(TIMES, st.integers(0, 20 * DAY_MS), st.integers(0, 20 * DAY_MS))
def test_silence_grows_with_time_and_open_hours_never_count(start, first, more):
    assert 0 <= silence(start, start + first) <= silence(start, start + first + more)
    now = start + first
    if is_working(date_of(now)) and at(date_of(now), 7) <= now < at(date_of(now), 17.5):
        assert silence(start, now) <= first
