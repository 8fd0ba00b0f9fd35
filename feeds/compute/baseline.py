"""What is usual at a time: the declared baselines of the catalogue, from a figure's own history.

Names and meaning stand in catalogue.functions.BASELINES. Too few values say nothing: None.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable

from feeds.catalogue.clock import DAY_MS, HOUR_MS
from feeds.compute.periods import date_of, period_at
from feeds.compute.severity import Baseline
from feeds.compute.workdays import is_working

FOUR_WEEKS = 28
LEAST = {"same_hour_4w": 3, "same_weekday_4w": 2, "sigma_4w": 7}
Point = tuple[int, float]  # ms, value


def since(name: str, at: int) -> int:
    """From when on history is needed for the baseline at `at`."""
    if name == "last_year":
        return period_at(at, "month").last_year().start_ms
    return at - FOUR_WEEKS * DAY_MS


def baseline(name: str, history: Iterable[Point], at: int) -> Baseline | None:
    """The baseline `name` at `at`.

    `same_hour_4w` and `same_weekday_4w` take hourly values, `sigma_4w` the days' last values, `last_year` the values
    of the same reporting month a year ago, whose last one counts.
    """
    past = [(ms, value) for ms, value in history if since(name, at) <= ms < at]
    match name:
        case "same_hour_4w":
            kind = is_working(date_of(at))
            return _middle(name, [v for ms, v in past if _same_hour(ms, at) and is_working(date_of(ms)) == kind])
        case "same_weekday_4w":
            weekday = date_of(at).weekday()
            return _middle(name, [v for ms, v in past if _same_hour(ms, at) and date_of(ms).weekday() == weekday])
        case "sigma_4w":
            return _spread([value for day in _days(past).items() if day[0] != date_of(at) for value in (day[1],)])
        case "last_year":
            month = period_at(at, "month").last_year()
            inside = [value for ms, value in sorted(past) if month.start_ms <= ms < month.end_ms]
            return Baseline(inside[-1]) if inside else None
    raise ValueError(f"no baseline is called {name}")


def _same_hour(ms: int, at: int) -> bool:
    return (at - ms) % DAY_MS // HOUR_MS == 0 and at - ms >= HOUR_MS


def _middle(name: str, values: list[float]) -> Baseline | None:
    return Baseline(statistics.median(values)) if len(values) >= LEAST[name] else None


def _spread(values: list[float]) -> Baseline | None:
    if len(values) < LEAST["sigma_4w"]:
        return None
    return Baseline(statistics.fmean(values), statistics.stdev(values))


def _days(past: list[Point]) -> dict[object, float]:
    """The last value of each day."""
    return {date_of(ms): value for ms, value in sorted(past)}
