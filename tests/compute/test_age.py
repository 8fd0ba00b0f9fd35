"""Age states, at their borders."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.catalogue.model import CrossCheck
from feeds.compute.age import age_state, disagree


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
