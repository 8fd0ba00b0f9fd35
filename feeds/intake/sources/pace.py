"""How fast a source may speak, and how long one that failed is left alone."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

FIRST_REST_S = 1.0
SLOWED_REST_S = 30.0
LONGEST_REST_S = 300.0
BURST_S = 1.0  # how much of its rate a silent source may save up


class Pace:
    """A bound on events a second; what was not used is saved up for a moment only."""

    def __init__(self, rate: float | None, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._now = now
        self._room = (rate or 0.0) * BURST_S
        self._at = now()

    def spend(self, n: int) -> float:
        """Count `n` events; returns how many seconds to rest before the next ones."""
        if self._rate is None:
            return 0.0
        now = self._now()
        self._room = min(self._rate * BURST_S, self._room + (now - self._at) * self._rate) - n
        self._at = now
        return max(0.0, -self._room / self._rate)


def rest_after(failures: int, cadence: float, jitter: Callable[[float, float], float] = random.uniform) -> float:
    """Seconds to leave a source alone that failed `failures` times in a row: growing, never in step with others.

    It grows to the cadence, but a quick source waits up to half a minute and a slow one never more than five.
    """
    longest = min(LONGEST_REST_S, max(SLOWED_REST_S, cadence))
    return min(longest, FIRST_REST_S * 2.0 ** min(failures - 1, 20)) * jitter(0.75, 1.25)


def until_next(cadence: float, took: float, jitter: Callable[[float, float], float] = random.uniform) -> float:
    """Seconds from the end of a good run to the next: the cadence, a little apart from everybody else's."""
    return max(0.0, cadence * jitter(0.97, 1.03) - took)
