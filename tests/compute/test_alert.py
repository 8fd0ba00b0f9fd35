"""A threshold crossed for its duration with hysteresis: active, then cleared."""

from hypothesis import given
from hypothesis import strategies as st

from feeds.compute.alert import AlertState, restored
from feeds.compute.severity import Limit

MINUTE = 60_000
WARN = Limit(0, 3, high=50, hold_ms=10 * MINUTE, hysteresis=5)
CRIT = Limit(1, 2, high=100, hysteresis=5)


def play(values, limits, state=None, start=0):
    state = state or AlertState()
    for i, value in enumerate(values):
        state = state.step(start + i * MINUTE, value, limits)
    return state


def test_it_must_last():
    assert play([60] * 10, [WARN]).level is None
    state = play([60] * 11, [WARN])
    assert (state.level, state.since, state.key) == (3, 0, 0)


def test_a_break_starts_the_wait_again():
    assert play([60] * 9 + [40] + [60] * 10, [WARN]).level is None


def test_a_missing_value_breaks_the_wait_but_keeps_an_alert():
    assert play([60] * 9 + [None] + [60] * 2, [WARN]).level is None
    assert play([60] * 11 + [None] * 5, [WARN]).level == 3


def test_it_clears_only_well_inside():
    active = play([60] * 11, [WARN])
    assert active.step(99, 46, [WARN]).level == 3
    assert active.step(99, 45, [WARN]).level is None
    assert active.step(99, 45, [WARN]).since is None


def test_a_worse_level_keeps_the_time_of_the_first():
    state = play([60] * 11 + [120], [WARN, CRIT])
    assert (state.level, state.key, state.since) == (2, 1, 0)
    state = state.step(20 * MINUTE, 60, [WARN, CRIT])
    assert (state.level, state.since) == (3, 0)


def test_an_alert_that_stands_is_as_bad_as_what_is_crossed_now():
    """The figure beside it says what is crossed: a worse threshold with a hold of its own made the two disagree."""
    slow = Limit(1, 2, high=100, hold_ms=60 * MINUTE)
    assert play([120] * 10, [WARN, slow]).level is None, "nothing begins before its time"
    state = play([60] * 11 + [120], [WARN, slow])
    assert (state.level, state.key, state.since) == (2, 1, 0)
    assert state.step(12 * MINUTE, 60, [WARN, slow]).level == 3


def test_a_limit_that_cannot_be_told_keeps_the_alert():
    active = play([60] * 11, [WARN])
    blind = WARN._replace(high=None)
    assert active.step(99, 10, [blind]).level == 3
    assert AlertState().step(99, 1000, [blind]).level is None


def test_a_new_law_takes_the_alert_over():
    old, new = Limit(0, 3, high=50), Limit(1, 3, high=45, hold_ms=MINUTE)
    active = AlertState().step(5, 60, [old])
    handed = active.step(9, 60, [new])
    assert (handed.level, handed.since, handed.key) == (3, 5, 1)
    assert active.step(9, 40, [new]).level is None


def test_restored_after_a_restart():
    state = restored([WARN, CRIT], 2, 7)
    assert (state.level, state.since) == (2, 7)
    assert state.step(9, 60, [WARN, CRIT]).level == 3
    assert restored([WARN, CRIT], 3, 7).level == 3


@given(st.lists(st.none() | st.floats(0, 200), max_size=60), st.integers(0, 5), st.floats(0, 20))
def test_an_alert_always_began_with_a_crossing_that_lasted(values, hold, hysteresis):
    limit = Limit(0, 3, high=100, hold_ms=hold * MINUTE, hysteresis=hysteresis)
    state = AlertState()
    for i, value in enumerate(values):
        before, state = state, state.step(i * MINUTE, value, [limit])
        if state.level is not None and before.level is None:
            since = state.since
            assert (i * MINUTE) - since >= hold * MINUTE
            assert all(v is not None and v > 100 for v in values[since // MINUTE : i + 1])
        if before.level is not None and state.level is None:
            assert value is not None
            assert value <= 100 - hysteresis
