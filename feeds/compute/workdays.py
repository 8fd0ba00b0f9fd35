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
    first, last = day_of(start_ms), day_of(end_ms)
    (start, before, runs), (end, until, ends) = _of_day(first), _of_day(last)
    whole = until - before if start.year == end.year else working_days(start, end)
    return whole + _part(end_ms, last, ends) - _part(start_ms, first, runs)


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
    first, until, last = day_of(start_ms), *_opening(now)
    (start, before, runs), (end, after, _) = _of_day(first), _of_day(last)
    whole = after - before if start.year == end.year else working_days(start, end)
    spoke = whole * OPEN_MS + _open(until, last) - (_open(start_ms, first) if runs else 0)
    return max(0, until - start_ms - max(0, spoke))


def next_working(day: date) -> date:
    """The first working day after `day`."""
    day += timedelta(days=1)
    while not is_working(day):
        day += timedelta(days=1)
    return day


def _opening(now: int) -> tuple[int, int]:
    """`now` while offices are open, otherwise their next opening; and its day."""
    day = day_of(now)
    found, _, working = _of_day(day)
    opens = day * DAY_MS - OFFSET_MS + OPENS_MS
    if working and now < opens + OPEN_MS:
        return max(now, opens), day
    opens = midnight_ms(next_working(found)) + OPENS_MS
    return opens, day_of(opens)


def _open(at_ms: int, day: int) -> int:
    """How long the offices have been open on its day, when that is a working day."""
    return min(max(0, at_ms - (day * DAY_MS - OFFSET_MS) - OPENS_MS), OPEN_MS)


def _part(at_ms: int, day: int, working: bool) -> float:
    """How much of its day has passed, when that is a working day."""
    return (at_ms + OFFSET_MS - day * DAY_MS) / DAY_MS if working else 0.0


@lru_cache(maxsize=4096)
def _of_day(day: int) -> tuple[date, int, bool]:
    """A day by its number: its date, how many working days of its year lie before it, whether it is one."""
    found = date_of(day * DAY_MS - OFFSET_MS)
    return found, _before(found), is_working(found)


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
