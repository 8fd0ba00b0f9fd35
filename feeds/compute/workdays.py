"""Vietnam's working days: Monday to Friday, less public holidays (Tết and days off in lieu included), plus the
Saturdays worked in exchange, as the `holidays` library lists them.

Time in working days runs through the whole of each working day, so a dossier received on Friday at 09:00 with one
working day is due on Monday at 09:00.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate

import holidays

from feeds.catalogue.clock import DAY_MS, HOUR_MS, OFFSET_MS, day_of
from feeds.compute.periods import date_of, midnight_ms

OPENS_MS = 7 * HOUR_MS  # counters and the clerks behind them, early and late ones included
OPEN_MS = 17 * HOUR_MS + HOUR_MS // 2 - OPENS_MS


def is_working(day: date) -> bool:
    """True on a day on which the state's offices are open."""
    index = day.timetuple().tm_yday
    counts = _counts(day.year)
    return counts[index] > counts[index - 1]


def working_days(start: date, end: date) -> int:
    """Working days from `start` up to, not including, `end`; negative when `end` is earlier."""
    if end < start:
        return -working_days(end, start)
    total = _before(end) - _before(start)
    return total + sum(_counts(year)[-1] for year in range(start.year, end.year))


def elapsed(start_ms: int, end_ms: int) -> float:
    """Working days between two instants, parts of days included; negative when the end is earlier."""
    whole = working_days(date_of(start_ms), date_of(end_ms))
    return whole + _part(end_ms) - _part(start_ms)


def add(start_ms: int, days: float) -> int:
    """The instant `days` (0 or more) working days after `start_ms`: the due time of what is received then.

    Received on a day off, the time runs from the next working day.
    """
    day = date_of(start_ms)
    left = days * DAY_MS
    at = start_ms
    if not is_working(day):
        day = next_working(day)
        at = midnight_ms(day)
    rest = midnight_ms(day + timedelta(days=1)) - at
    while left > rest:
        left -= rest
        day = next_working(day)
        at, rest = midnight_ms(day), DAY_MS
    return at + round(left)


def silence(start_ms: int, now: int) -> int:
    """Milliseconds since `start_ms` in which offices that then spoke had no reason to: nights and days off.

    While they are closed it reaches to their next opening, so it moves only when they open or close.
    """
    day = date_of(now)
    opens = midnight_ms(day) + OPENS_MS
    if not is_working(day) or now >= opens + OPEN_MS:
        now = midnight_ms(next_working(day)) + OPENS_MS
    elif now < opens:
        now = opens
    return max(0, now - start_ms - max(0, _open(now) - _open(start_ms) + OPEN_MS * _between(start_ms, now)))


def next_working(day: date) -> date:
    """The first working day after `day`."""
    day += timedelta(days=1)
    while not is_working(day):
        day += timedelta(days=1)
    return day


def _between(start_ms: int, end_ms: int) -> int:
    return working_days(date_of(start_ms), date_of(end_ms))


def _open(at_ms: int) -> int:
    """How long the offices have been open on its day."""
    day = date_of(at_ms)
    since = at_ms - midnight_ms(day) - OPENS_MS
    return min(max(0, since), OPEN_MS) if is_working(day) else 0


def _part(at_ms: int) -> float:
    """How much of its day has passed, when that is a working day."""
    if not is_working(date_of(at_ms)):
        return 0.0
    return (at_ms + OFFSET_MS - day_of(at_ms) * DAY_MS) / DAY_MS


def _before(day: date) -> int:
    """Working days of its year before `day`."""
    return _counts(day.year)[day.timetuple().tm_yday - 1]


@lru_cache(maxsize=64)
def _counts(year: int) -> tuple[int, ...]:
    """Working days of `year` up to and including each of its days, 0 first."""
    calendar = holidays.country_holidays("VN", years=year)
    first = date(year, 1, 1)
    length = (date(year + 1, 1, 1) - first).days
    return (0, *accumulate(int(calendar.is_working_day(first + timedelta(days=i))) for i in range(length)))
