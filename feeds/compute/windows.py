"""The windows a catalogue may name, as the minutes, hours and days that make them up at a given time.

Trailing windows end with the minute or hour in progress: at the end of an hour, `hour` is exactly that hour and `24h`
the 24 hours up to it, so the live figure and the one in history are the same function of the same cells.
"""

from __future__ import annotations

from feeds.catalogue.clock import HOUR_MS, day_of
from feeds.compute.counts import MINUTES, Span, day_so_far, days_so_far, hours_back, minutes_back
from feeds.compute.periods import period_at
from feeds.compute.station import day_of_hour, hour_at

MINUTE_WINDOWS = {"minute": 1, "10m": 10, "hour": MINUTES}
HOUR_WINDOWS = {"hour": 1, "24h": 24, "7d": 7 * 24}


def spans(window: str, now: int, by_minute: bool = True) -> list[Span]:
    """What `window` covers at `now`. Facts that are not known to the minute take the clock hour for `hour`."""
    if window in MINUTE_WINDOWS and by_minute and (window != "hour" or now % HOUR_MS):
        return [minutes_back(now, MINUTE_WINDOWS[window])]
    if window in HOUR_WINDOWS:
        return [hours_back(now, HOUR_WINDOWS[window])]
    if window == "day":
        return day_so_far(now)
    if window in ("month", "year"):
        start = period_at(now - 1, "month" if window == "month" else "year").start_ms
        return days_so_far(day_of(start), now)
    raise ValueError(f"{window} is not a window of facts that are known to the hour")


def hours_of_day(now: int) -> range:
    """The hours of Vietnam's calendar day up to `now`."""
    (_, hours), _ = day_so_far(now)
    return range(min(hours, default=0), hour_at(now) + 1)


def day_at(now: int) -> int:
    """Vietnam's day that ends at or holds `now`."""
    return day_of_hour(hour_at(now))
