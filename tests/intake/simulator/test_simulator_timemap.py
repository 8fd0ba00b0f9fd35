"""The story's time and the world's: never backwards, the world's pace before the opening, the asked speed after it."""

from hypothesis import example, given
from hypothesis import strategies as st

from feeds.intake.simulator.timemap import MOST_KNOTS, PAUSE_MS, WEEK_MS, TimeMap

NOW = 1_795_143_600_000
HOUR_MS = 3_600_000
SPEEDS = st.sampled_from([0.5, 1.0, 7.0, 60.0])
PAUSES = st.integers(0, 30 * 24 * HOUR_MS)


def test_at_speed_one_the_story_is_the_world():
    times = TimeMap.opened(NOW, 1.0)
    assert [times.real(NOW + d) - NOW for d in (-HOUR_MS, 0, HOUR_MS)] == [-HOUR_MS, 0, HOUR_MS]
    assert times.story(NOW + 5) == NOW + 5


def test_a_fast_story_keeps_its_past_at_the_worlds_pace():
    times = TimeMap.opened(NOW, 60.0)
    assert times.real(NOW - HOUR_MS) == NOW - HOUR_MS
    assert times.real(NOW + HOUR_MS) == NOW + 60_000
    assert times.story(NOW + 60_000) == NOW + HOUR_MS


@given(st.lists(st.tuples(PAUSES, PAUSES, SPEEDS), max_size=5), SPEEDS)
@example([(3, 0, 7.0)], 0.5)  # told up to a moment that the clock reaches one millisecond later
def test_time_never_runs_backwards(runs, speed):
    times, real = TimeMap.opened(NOW, speed), NOW
    for lived, paused, next_speed in runs:
        real += lived
        told = times.story(real)
        real += paused
        times = times.resumed(told, real, next_speed)
        assert times.story(real) >= told
    marks = sorted({knot + step for knot, _ in times.knots for step in (-HOUR_MS, -1, 0, 1, HOUR_MS)})
    reals = [times.real(mark) for mark in marks]
    assert reals == sorted(reals)
    assert times.story(real + 5000) > times.knots[-1][0]


@given(PAUSES, PAUSES)
def test_back_at_the_worlds_pace_the_hour_and_the_weekday_are_the_worlds(lived, paused):
    times = TimeMap.opened(NOW, 60.0)
    real = NOW + lived
    told = times.story(real)
    back = times.resumed(told, real + paused, 1.0)
    assert (back.story(real + paused) - (real + paused)) % WEEK_MS == 0
    assert back.story(real + paused) >= told


def test_a_pause_lies_between_its_two_ends():
    times = TimeMap.opened(NOW, 1.0).resumed(NOW + HOUR_MS, NOW + 3 * HOUR_MS, 1.0)
    assert times.story(NOW + 3 * HOUR_MS) == NOW + 3 * HOUR_MS
    assert times.real(NOW + 2 * HOUR_MS) == NOW + 2 * HOUR_MS


def test_many_restarts_do_not_grow_for_ever():
    times, real = TimeMap.opened(NOW, 1.0), NOW
    for _ in range(500):
        told = times.story(real)
        real += HOUR_MS
        times = times.resumed(told, real, 1.0)
    assert len(times.knots) <= MOST_KNOTS


@given(st.integers(0, PAUSE_MS), SPEEDS)
def test_after_a_short_pause_the_story_goes_on_as_if_there_had_been_none(paused, speed):
    times = TimeMap.opened(NOW, speed)
    told = times.story(NOW + HOUR_MS)
    assert times.resumed(told, NOW + HOUR_MS + paused, speed) is times
