"""The rhythm of a Vietnamese day: office hours, working days and Tết, rush hours, and how much of a year has passed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from math import cos, exp, pi

import holidays
import numpy as np
from numpy.typing import NDArray

from feeds.catalogue.clock import DAY_MS, HOUR_MS, OFFSET_MS, day_of

Times = NDArray[np.int64]
EPOCH = date(1970, 1, 1)
LAST_OF_PERIOD = 14  # the day of the month on which a reporting period ends
MORNING = (7.5, 11.5)  # office hours
AFTERNOON = (13.5, 17.0)
MORNING_MS, AFTERNOON_MS = (int((to - since) * HOUR_MS) for since, to in (MORNING, AFTERNOON))
OFFICE_MS = MORNING_MS + AFTERNOON_MS  # of one working day
FIRST_DAY, LAST_DAY = ((date(year, 1, 1) - EPOCH).days for year in (2020, 2061))


def hour_of_day(at_ms: int) -> float:
    """Hours since midnight in Vietnam."""
    return (at_ms + OFFSET_MS) % DAY_MS / HOUR_MS


def midnight(day: int) -> int:
    """The first millisecond of a day (days since the epoch, Vietnam's)."""
    return day * DAY_MS - OFFSET_MS


@lru_cache(maxsize=512)
def is_working(day: int) -> bool:
    """True when the state's offices are open on that day."""
    when = EPOCH + timedelta(days=day)
    return bool(_calendar().is_working_day(when))


@cache
def _calendar() -> holidays.HolidayBase:
    return holidays.country_holidays("VN")


def rush(at_ms: int) -> float:
    """How full the roads are by the minute, 0 at night to 1 in the evening rush of a working day."""
    return _rush(at_ms // 60_000 * 60_000)


@lru_cache(maxsize=8192)
def _rush(at_ms: int) -> float:
    hour, working = hour_of_day(at_ms), is_working(day_of(at_ms))
    day = 0.42 / (1 + exp(-(hour - 6) * 2.2)) / (1 + exp((hour - 21.5) * 1.6))
    peaks = 0.45 * _bump(hour, 7.6, 0.75) + 0.55 * _bump(hour, 17.4, 0.9) if working else 0.25 * _bump(hour, 18.5, 1.8)
    return min(1.0, 0.04 + day + peaks)


def _bump(hour: float, centre: float, width: float) -> float:
    return exp(-(((hour - centre) / width) ** 2))


def season(at_ms: int) -> float:
    """-1 in mid-January to 1 in mid-July."""
    return _season(at_ms // DAY_MS)


@lru_cache(maxsize=64)
def _season(day: int) -> float:
    year_day = datetime.fromtimestamp(day * DAY_MS / 1000, UTC).timetuple().tm_yday
    return -cos(2 * pi * (year_day - 15) / 365)


def period_ends(before: int, months: int) -> Iterator[int]:
    """The last days of reporting periods of so many months (they end on the 14th), newest first, from the one that
    holds `before`; each by its first millisecond."""
    day = datetime.fromtimestamp((before + OFFSET_MS) / 1000, UTC)
    month = day.year * 12 + day.month - 1 + (day.day > LAST_OF_PERIOD)
    month += -(month + 1) % months
    while True:
        yield midnight((date(month // 12, month % 12 + 1, LAST_OF_PERIOD) - EPOCH).days)
        month -= months


def of_year(at_ms: int) -> float:
    """How much of the reporting year (15/12 to 14/12) has passed."""
    ends = period_ends(at_ms, 12)
    end, start = next(ends) + DAY_MS, next(ends) + DAY_MS
    return (at_ms - start) / (end - start)


@cache
def working_table() -> tuple[Times, Times]:
    """For each day from FIRST_DAY: how many working days came before it; and the days that are working days."""
    working = np.array([is_working(day) for day in range(FIRST_DAY, LAST_DAY)])
    before = np.concatenate(([0], np.cumsum(working))).astype(np.int64)
    return before, np.flatnonzero(working).astype(np.int64) + FIRST_DAY


def to_office(at_ms: Times) -> Times:
    """Office time passed until each instant: a clock that stands still when the offices are closed."""
    before, _ = working_table()
    day, since = np.divmod(at_ms + OFFSET_MS, DAY_MS)
    passed = np.clip(since - int(MORNING[0] * HOUR_MS), 0, MORNING_MS)
    passed += np.clip(since - int(AFTERNOON[0] * HOUR_MS), 0, AFTERNOON_MS)
    index = day - FIRST_DAY
    open_today = before[index + 1] - before[index]
    return np.asarray(before[index] * OFFICE_MS + passed * open_today, dtype=np.int64)


def from_office(office: Times) -> Times:
    """The instant at which that much office time has passed; inverse of `to_office` in office hours."""
    _, days = working_table()
    index, rest = np.divmod(office, OFFICE_MS)
    start = np.where(rest < MORNING_MS, MORNING[0], AFTERNOON[0]) * HOUR_MS
    since = start + np.where(rest < MORNING_MS, rest, rest - MORNING_MS)
    return np.asarray(days[index] * DAY_MS - OFFSET_MS + since, dtype=np.int64)


def add_working(at_ms: Times, count: Times) -> Times:
    """The same time of day `count` working days later; what comes on a day off counts from the next working day."""
    before, days = working_table()
    day, since = np.divmod(at_ms + OFFSET_MS, DAY_MS)
    index = before[day - FIRST_DAY]
    first = days[index]
    since = np.where(first == day, since, 0)
    return np.asarray(days[index + count] * DAY_MS - OFFSET_MS + since, dtype=np.int64)


def working_days_end(day: int, count: int) -> int:
    """When the offices close on the `count`-th working day from `day` on, itself counted if it is one."""
    before, _ = working_table()
    return int(from_office(np.array([(before[day - FIRST_DAY] + count) * OFFICE_MS - 1]))[0])
