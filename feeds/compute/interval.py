"""How sure a share is, and which rank a place may therefore claim.

A share of n counted cases carries the score interval of E. B. Wilson, "Probable inference, the law of succession, and
statistical inference", Journal of the American Statistical Association 22 (1927), 209-212: it stays between 0 and 1
and keeps its promise where n is small or nobody failed. Ranks are told as ranges, after H. Goldstein and D. J.
Spiegelhalter, "League tables and their limitations", Journal of the Royal Statistical Society A 159 (1996), 385-443:
two places whose intervals overlap cannot be told apart. The browser draws by the same rules (assets/js/fair.js).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

Z95 = 1.959963984540054  # a normal deviate lies within it 95 times of 100


class Interval(NamedTuple):
    """Where the true value lies, 95 times of 100."""

    low: float
    high: float


class Ranks(NamedTuple):
    """The best and the worst rank a place may have; equal where it can be told apart from all others."""

    first: int
    last: int


def wilson(share: float, n: float, z: float = Z95) -> Interval:
    """The score interval of a `share` (0 to 1) of `n` cases; without cases nothing is known: 0 to 1.

    Raises ValueError for a share outside 0 to 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"{share} is no share: it must lie between 0 and 1")
    if n <= 0:
        return Interval(0.0, 1.0)
    spread = z * z / n
    centre = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / n + spread / (4 * n))
    return Interval(max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half)))


def rank_ranges(intervals: Sequence[Interval], more_is_better: bool = True) -> list[Ranks]:
    """For each place: how many are surely better, and how many surely worse. Equal points share their ranks."""
    count = len(intervals)
    above = [sum(other.low > own.high for other in intervals) for own in intervals]
    below = [sum(other.high < own.low for other in intervals) for own in intervals]
    better, worse = (above, below) if more_is_better else (below, above)
    return [Ranks(1 + ahead, count - behind) for ahead, behind in zip(better, worse, strict=True)]
