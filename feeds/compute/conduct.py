"""How a station behaves: whether it speaks, gives what it should, repeats itself, jumps, or has changed its shape.

Nothing here refuses a value: what is odd is flagged and shown, and a person decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from feeds.catalogue.model import Feed, Parameter
from feeds.compute.age import LATE
from feeds.compute.cells import LAST, MAX, MIN, N, Row, unpack_row
from feeds.compute.station import HOURS_A_DAY, Station, hour_at

RECENT = 2  # hours that are over in which a change of shape must show in full
USUAL = 12  # of the hours before, so many make a parameter usual
LEAST_READINGS = 4  # of the same value before it is called stuck
OTHER = ("?", "=")  # how names begin that are no parameter
Parameters = Mapping[str, Parameter]


class Conduct(NamedTuple):
    """What is to be said of one station. `given` of `due` hours of the last day have data."""

    stuck: tuple[str, ...] = ()
    jumped: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    given: int = 0
    due: int = 0

    @property
    def odd(self) -> bool:
        """True when its values should be looked at."""
        return bool(self.stuck or self.jumped)


def alive(station: Station, now: int, feed: Feed) -> bool:
    """True while it was heard within the time after which a figure is stale."""
    return now - station.received <= (LATE * feed.cadence + feed.lag) * 1000


def conduct(station: Station, now: int, feed: Feed, parameters: Parameters, heard: int = 0) -> Conduct:
    """What its rows of the last day, and the longest `stuck`, say. None is due before hour `heard`: nobody listened."""
    last = hour_at(now)
    longest = max([HOURS_A_DAY, *(p.stuck // 3600 for p in parameters.values() if p.stuck)])
    rows = {hour: row for hour in range(last - longest, last + 1) if (row := _peek(station, hour))}
    given, due = _given(rows, station, last, feed, heard)
    lost, found = _shape(rows, last)
    known = [(name, parameters[name]) for name in {n for row in rows.values() for n in row} if name in parameters]
    return Conduct(
        tuple(sorted(name for name, p in known if p.stuck and _stuck(rows, name, last, p.stuck // 3600))),
        tuple(sorted(name for name, p in known if p.jump and _jumped(rows, name, last, p.jump))),
        lost,
        found,
        given,
        due,
    )


def _peek(station: Station, hour: int) -> Row | None:
    """The row of an hour, left packed where it lies packed: a sweep over all stations must not unpack them all."""
    row = station.rows.get(hour)
    return unpack_row(row) if isinstance(row, bytes) else row


def _given(rows: Mapping[int, Row], station: Station, last: int, feed: Feed, heard: int) -> tuple[int, int]:
    """Hours with data of those that are over, of the last day or since the station is known; none are due of a feed
    that speaks less than once an hour, nor before `heard`: what is told of the time before may be told in brief."""
    if feed.cadence > 3600:
        return 0, 0
    known = min(station.rows, default=last)  # a day, which is negative, lies before every hour that is kept
    hours = range(max(last - HOURS_A_DAY, known, heard), last)
    return sum(hour in rows for hour in hours), len(hours)


def _stuck(rows: Mapping[int, Row], name: str, last: int, hours: int) -> bool:
    """The same value, not zero, in every one of the last hours that are over."""
    cells = [rows.get(hour, {}).get(name) for hour in range(last - hours, last)]
    whole = [cell for cell in cells if cell is not None]
    if len(whole) < len(cells) or sum(cell[N] for cell in whole) < LEAST_READINGS:
        return False
    value = whole[0][MIN]
    return value != 0 and all(cell[MIN] == cell[MAX] == value for cell in whole)


def _jumped(rows: Mapping[int, Row], name: str, last: int, most: float) -> bool:
    """In this hour or the one before it moved by more than `most`, within the hour or from the hour before."""
    for hour in (last, last - 1):
        cell, before = rows.get(hour, {}).get(name), rows.get(hour - 1, {}).get(name)
        if cell is None:
            continue
        if cell[MAX] - cell[MIN] > most:
            return True
        if before is not None and max(cell[MAX] - before[LAST], before[LAST] - cell[MIN]) > most:
            return True
    return False


def _shape(rows: Mapping[int, Row], last: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Parameters that were usual and have gone, and those that were never there before."""
    recent = [rows.get(hour) for hour in range(last - RECENT, last)]
    before = [_names(row) for hour, row in rows.items() if hour < last - RECENT]
    if not all(recent) or len(before) < USUAL:
        return (), ()
    now = {name for row in recent if row for name in _names(row)}
    ever = set().union(*before)
    usual = {name for name in ever if sum(name in names for names in before) >= USUAL}
    return tuple(sorted(usual - now)), tuple(sorted(now - ever))


def _names(row: Row) -> set[str]:
    return {name for name in row if name[0] not in OTHER}
