"""Of how many stations a sum in the past should be made: one of a part of them is no figure of the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from feeds.catalogue.clock import DAY_MS
from feeds.catalogue.model import Indicator
from feeds.compute.cells import AT
from feeds.compute.entity_figures import FULL_SHARE
from feeds.compute.figure import Figure
from feeds.compute.station import Station

GONE_MS = 3 * DAY_MS  # who was not heard for so long before and after is no longer, or not yet, one of the stations


class Awaited:
    """Counts, for sums of what stands at each station, who should have spoken.

    A past that is told sparsely, or a line that was cut, leaves hours in which few of them spoke: such an hour is a
    gap. As a mean needs three quarters of its hours, a sum needs three quarters of its stations.
    """

    def __init__(self) -> None:
        self._stations: Counter[tuple[str, str]] = Counter()  # place, indicator

    def note(self, codes: Iterable[str], places: Iterable[str]) -> None:
        """One station more that is awaited in `places`, where it is, for the sums of these indicators."""
        self._stations.update([(place, code) for code in codes for place in places])

    def tells(self, place: str, code: str, n: int) -> bool:
        """False for a sum of `n` stations where many more should have spoken."""
        return n >= FULL_SHARE * self._stations[place, code]


def is_sum(indicator: Indicator) -> bool:
    """Whether a station is awaited for it."""
    return indicator.rollup == "sum" and indicator.compute.fn == "latest"


def heard_until(station: Station, param: str, figure: Figure, at: int) -> tuple[bool, list[int]]:
    """Whether it spoke of `param` shortly before or after `at`, its figure then being `figure`; and the moments after
    which, and up to which, that may be otherwise as long as it has the rows around that time."""
    turns = [figure.at + GONE_MS]
    if at <= turns[0]:
        return True, turns
    cell = station.newest(param, at + GONE_MS)
    if cell is None:
        return False, turns
    turns.append(int(cell[AT]) + GONE_MS)
    return at <= turns[1], turns
