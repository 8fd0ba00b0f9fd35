"""How much goes on at a time, beside what is usual: office hours, school terms, holidays, seasons, the year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from feeds.catalogue.clock import DAY_MS, OFFSET_MS, day_of
from feeds.intake.simulator.days import EPOCH, hour_of_day, is_working, of_year, rush, season

Rhythm = Callable[[int], float]


def flat(at: int) -> float:
    """Always the same."""
    return 1.0


def office(at: int) -> float:
    """Many in the hours of a working day, a few at other times."""
    busy = 7 <= hour_of_day(at) < 18
    return 1.0 if busy and is_working(day_of(at)) else 0.3 if busy else 0.06


def clinic(at: int) -> float:
    """A hospital's day: mornings of working days, emergencies at any hour."""
    hour, working = hour_of_day(at), is_working(day_of(at))
    return (1.0 if 7 <= hour < 12 else 0.7 if 13 <= hour < 17 else 0.18) * (1.0 if working else 0.35)


def street(at: int) -> float:
    """People about in the streets."""
    return rush(at)


def term(at: int) -> float:
    """0 in the holidays of schools (June to August, days off, Tết), 1 on a day of school."""
    day = _date(at)
    return 0.0 if day.month in (6, 7, 8) or day.weekday() == 6 or _is_holiday(day) else 1.0


def travel(at: int) -> float:
    """Guests: weekends, holidays and the summer."""
    day = _date(at)
    away = 1.15 if day.weekday() >= 5 or _is_holiday(day) else 0.95
    return away * (1 + 0.1 * season(at))


def rains(at: int) -> float:
    """What follows the rains: highest in September and October."""
    month = _date(at).month
    return (0.45, 0.35, 0.3, 0.35, 0.5, 0.75, 1.0, 1.2, 1.4, 1.4, 1.1, 0.7)[month - 1]


def year(at: int) -> float:
    """What adds up over the reporting year (15/12 to 14/12): the share of it that has passed."""
    return of_year(at)


def workday(at: int) -> float:
    """Hardly anything on days off."""
    return 1.0 if is_working(day_of(at)) else 0.03


def growing(at: int) -> float:
    """What is only ever added to: years since 12/3/2019, when the document axis opened."""
    return ((at + OFFSET_MS) / DAY_MS - (date(2019, 3, 12) - EPOCH).days) / 365.25


RHYTHMS: Mapping[str, Rhythm] = {
    "flat": flat,
    "office": office,
    "clinic": clinic,
    "street": street,
    "term": term,
    "travel": travel,
    "rains": rains,
    "year": year,
    "workday": workday,
    "growing": growing,
}


def _date(at: int) -> date:
    return datetime.fromtimestamp((at + OFFSET_MS) / 1000, UTC).date()


@lru_cache(maxsize=1024)
def _is_holiday(day: date) -> bool:
    """A weekday on which the offices are closed: Tết and the other days of the state."""
    return day.weekday() < 5 and not is_working((day - EPOCH) // timedelta(days=1))
