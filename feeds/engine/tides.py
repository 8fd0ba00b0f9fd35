"""How much came and how much was refused in the last hour and the last day, by feed and place.

Counters only grow, so a window is a difference of two samples. What was before this aggregator's first sample is not
in a window: after a start the windows are young, never wrong.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import NamedTuple

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.places import NATION_KEY
from feeds.store.quarantine_trail import Refusals

STEP_MS = 10 * 60_000
SAMPLES = 24 * HOUR_MS // STEP_MS + 1
HOUR, DAY = HOUR_MS // STEP_MS, 24 * HOUR_MS // STEP_MS
STILL_OPEN = 2  # hours whose count may still grow
Key = tuple[str, str]  # feed, place


class Tide(NamedTuple):
    """What came in a window."""

    accepted: int = 0
    rejected: int = 0


class Refused:
    """How much of each feed was ever refused at each place, kept up by reading the last hours again."""

    def __init__(self) -> None:
        self.totals: dict[Key, int] = defaultdict(int)
        self.loaded = False
        self._open: dict[tuple[str, str, int], int] = {}
        self._since = 0

    @property
    def since(self) -> int:
        """From which hour on it must be read again."""
        return self._since

    def take(self, found: Iterable[Refusals], hour: int) -> None:
        """Add what is new in the hours from `since` on; `hour` is the present one."""
        for row in found:
            known = (row.feed, row.unit, row.hour)
            more = row.n - self._open.get(known, 0)
            self.totals[row.feed, NATION_KEY] += more
            if row.unit and row.unit != NATION_KEY:
                self.totals[row.feed, row.unit] += more
            self._open[known] = row.n
        self._since = max(0, hour - STILL_OPEN)
        self._open = {known: n for known, n in self._open.items() if known[2] >= self._since}
        self.loaded = True


class Tides:
    """Samples of the counters every ten minutes, for a day."""

    def __init__(self) -> None:
        self._samples: dict[Key, deque[tuple[int, int, int]]] = {}

    def note(self, key: Key, now: int, accepted: int, rejected: int) -> None:
        """What stands on the counters now; kept once in each step."""
        samples = self._samples.setdefault(key, deque(maxlen=SAMPLES))
        step = now // STEP_MS
        if not samples or samples[-1][0] < step:
            samples.append((step, accepted, rejected))

    def window(self, key: Key, now: int, accepted: int, rejected: int, steps: int) -> Tide:
        """What came since the sample `steps` steps ago, or since the first one."""
        first = now // STEP_MS - steps
        base = next((sample for sample in self._samples.get(key, ()) if sample[0] >= first), None)
        if base is None:
            return Tide()
        return Tide(max(0, accepted - base[1]), max(0, rejected - base[2]))
