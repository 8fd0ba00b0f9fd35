"""Flood alert levels, on levels read from Decision 05/2020 for Hà Nội (Hồng)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.compute.flood import alert, beaufort, limits, to_next

HANOI = (9.5, 10.5, 11.5)


@pytest.mark.parametrize(
    ("level", "expected", "gap"),
    [(9.0, 0, 50), (9.49, 0, 1), (9.5, 1, 100), (10.5, 2, 100), (11.49, 2, 1), (11.5, 3, None), (11.51, 4, None)],
)
def test_levels_and_gaps(level, expected, gap):
    assert alert(level, HANOI) == expected
    assert to_next(level, HANOI) == gap


def test_limits_of_a_station():
    assert limits({"bd1": 9.5, "bd2": 10.5, "bd3": 11.5}) == HANOI
    assert limits({"bd1": 9.5, "bd2": 10.5}) is None
    assert limits({"bd1": 12, "bd2": 10.5, "bd3": 11.5}) is None
    assert limits({"bd1": "9.5", "bd2": 10.5, "bd3": 11.5}) is None


def test_beaufort_begins_where_the_scale_says():
    assert [beaufort(v) for v in (0, 10.7, 10.8, 17.2, 32.7, 60)] == [0, 5, 6, 8, 12, 17]


@given(st.floats(-10, 30), st.floats(0, 10))
def test_more_water_never_lowers_the_alert(level, more):
    assert alert(level, HANOI) <= alert(level + more, HANOI)
