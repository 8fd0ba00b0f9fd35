"""What stands out: by the median and its deviation, which yesterday's storm does not move."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.compute.place_figures import robust_z

CALM = [10, 12, 9, 11, 10, 13, 8, 10, 11] * 8


def test_vector():
    assert robust_z(20, [1, 2, 3, 4, 5]) == pytest.approx((20 - 3) / max(1.4826, 3**0.5))
    assert robust_z(30, [0, 10, 20]) == pytest.approx(20 / 14.826)


def test_a_storm_of_yesterday_hides_no_storm_of_today():
    stormy = CALM[:60] + [400.0] * 12
    mean = sum(stormy) / len(stormy)
    spread = (sum((n - mean) ** 2 for n in stormy) / len(stormy)) ** 0.5
    assert (60 - mean) / spread < 3, "mean and standard deviation would have been blind"
    assert robust_z(60, stormy) > 3


def test_silence_is_no_spread():
    assert robust_z(2, [0] * 72) == 2
    assert robust_z(5, [0] * 72) > 3


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=72), st.integers(0, 10_000))
def test_the_usual_never_stands_out_and_more_stands_out_more(past, now):
    usual = sorted(past)[len(past) // 2]
    assert robust_z(min(usual, sorted(past)[(len(past) - 1) // 2]), past) <= 0
    assert robust_z(now + 1, past) > robust_z(now, past)
