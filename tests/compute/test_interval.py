"""Intervals of shares and the ranks they allow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.compute.interval import Interval, Ranks, rank_ranges, wilson

SHARES = st.floats(0, 1)
COUNTS = st.integers(1, 10_000_000)


@pytest.mark.parametrize(
    ("good", "n", "low", "high"),
    [  # R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I: score method without continuity correction
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_known_intervals(good: int, n: int, low: float, high: float) -> None:
    found = wilson(good / n, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(SHARES, COUNTS)
def test_interval_holds_the_share_and_stays_a_share(share: float, n: int) -> None:
    low, high = wilson(share, n)
    assert 0 <= low <= share <= high <= 1


@given(SHARES, COUNTS)
def test_more_cases_are_never_less_sure(share: float, n: int) -> None:
    few, many = wilson(share, n), wilson(share, n * 4)
    assert many.high - many.low <= few.high - few.low + 1e-12


def test_nobody_asked_means_nothing_known() -> None:
    assert wilson(0.5, 0) == Interval(0, 1)


@pytest.mark.parametrize("share", [-0.1, 1.1, 98.2])
def test_percent_is_no_share(share: float) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(share, 10)


def test_overlapping_places_share_their_ranks() -> None:
    sure, near, same, far = Interval(9, 10), Interval(5, 7), Interval(6, 8), Interval(1, 2)
    assert rank_ranges([sure, near, same, far]) == [Ranks(1, 1), Ranks(2, 3), Ranks(2, 3), Ranks(4, 4)]


def test_less_may_be_better() -> None:
    assert rank_ranges([Interval(1, 1), Interval(3, 3), Interval(3, 3)], more_is_better=False) == [
        (1, 1),
        (2, 3),
        (2, 3),
    ]


@given(st.lists(st.tuples(st.floats(0, 1), COUNTS), min_size=1, max_size=34))
def test_every_place_may_have_the_rank_of_its_value(places: list[tuple[float, int]]) -> None:
    ranges = rank_ranges([wilson(share, n) for share, n in places])
    for (share, _), ranks in zip(places, ranges, strict=True):
        better = sum(other > share for other, _ in places)
        worse = sum(other < share for other, _ in places)
        assert ranks.first <= 1 + better and ranks.last >= len(places) - worse
