"""Age states, at their borders."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.catalogue.clock import TZ
from feeds.catalogue.model import CrossCheck, Feed
from feeds.compute.age import age_state, disagree, granted_lag


@pytest.mark.parametrize(
    ("age", "state"), [(None, "missing"), (0, "live"), (150, "live"), (151, "late"), (300, "late"), (301, "stale")]
)
def test_borders_without_lag(age, state):
    assert age_state(age, 100) == state


def test_the_declared_lag_is_granted():
    assert age_state(160, 100, lag=10) == "live"
    assert age_state(310, 100, lag=10) == "late"
    assert age_state(311, 100, lag=10) == "stale"


def test_suspect_needs_a_fresh_figure():
    assert age_state(10, 100, suspect=True) == "suspect"
    assert age_state(200, 100, suspect=True) == "suspect"
    assert age_state(301, 100, suspect=True) == "stale"
    assert age_state(None, 100, suspect=True) == "missing"


@given(st.floats(0, 1e7), st.floats(0, 1e7), st.integers(1, 86400), st.integers(0, 86400))
def test_a_figure_never_gets_fresher_by_waiting(a, b, cadence, lag):
    order = ["live", "late", "stale"]
    young, old = sorted((a, b))
    assert order.index(age_state(young, cadence, lag)) <= order.index(age_state(old, cadence, lag))


def test_two_sources_disagree_beyond_the_tolerance_only():
    check = CrossCheck(indicator="x", tolerance=2)
    assert not disagree(check, 97.0, 95.0)
    assert disagree(check, 97.0, 94.9)
    assert not disagree(check, None, 10.0)
    assert not disagree(check, 10.0, None)


def test_relative_tolerance_is_of_the_larger():
    check = CrossCheck(indicator="x", tolerance=0.1, relative=True)
    assert not disagree(check, 100.0, 90.0)
    assert disagree(check, 100.0, 89.9)
    assert not disagree(check, 0.0, 0.0)


def test_a_desk_that_is_closed_is_not_late():
    desks = Feed(code="d", vi="d", en="d", kind="records", owner="o", cadence=300, schedule="office")
    friday, saturday, monday = (
        round(datetime(2026, 11, day, hour, tzinfo=TZ).timestamp() * 1000)
        for day, hour in ((20, 17), (21, 22), (23, 9))
    )

    def state(now, feed):
        return age_state((now - friday) / 1000, 300, granted_lag(feed, 300, friday, now))

    assert state(saturday, desks) == "live"
    assert state(saturday, None) == "stale"
    assert state(monday, desks) == "stale"  # two hours open and nothing said
    assert granted_lag(desks, 300, 0, monday) == 300
