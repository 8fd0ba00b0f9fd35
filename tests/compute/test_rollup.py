"""Roll-up: nothing is lost, nothing is invented, order does not matter."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.compute.rollup import Member, Rolled, roll_up, worst

VALUES = st.floats(-1e9, 1e9, allow_nan=False)
MEMBERS = st.lists(st.builds(Member, st.none() | VALUES, st.floats(0.001, 1e6)), min_size=1, max_size=40)
RULES = st.sampled_from(["sum", "mean", "worst", "count", "max", "min", "median", "harmonic", "pooled"])
DIRECTIONS = st.sampled_from(["up", "down", "band", "none"])


@given(RULES, MEMBERS, DIRECTIONS, st.randoms(use_true_random=False))
def test_order_never_changes_a_figure(rule, members, direction, shuffle: random.Random):
    before = roll_up(rule, members, direction)
    moved = list(members)
    shuffle.shuffle(moved)
    assert roll_up(rule, moved, direction) == before


def test_the_speed_of_roads_is_that_of_who_drives_on_them():
    """60 km by roads at 20, 30 and 60 km/h in equal thirds take 1 + 2/3 + 1/3 hours: 30 km/h, not their mean, 36.7."""
    roads = [Member(20.0), Member(30.0), Member(60.0)]
    assert roll_up("harmonic", roads).value == pytest.approx(30)
    assert roll_up("harmonic", [Member(60.0, 3000.0), Member(10.0, 1000.0)]).value == pytest.approx(4000 / 150)
    assert roll_up("harmonic", [Member(60.0), Member(0.0)]).value == 0
    assert roll_up("harmonic", [Member(60.0, 0.0), Member(40.0, None), Member(None)]) == (None, 1, 3)
    assert roll_up("harmonic", [Member(-1.0), Member(40.0)]).value is None, "no speed is below 0"


@given(st.lists(st.builds(Member, st.floats(0.1, 300), st.floats(0.1, 1e4)), min_size=1, max_size=20))
def test_a_harmonic_mean_never_flatters(members):
    harmonic, mean = roll_up("harmonic", members).value, roll_up("mean", members).value
    assert min(m.value for m in members) <= harmonic <= mean * (1 + 1e-9)


@given(MEMBERS, DIRECTIONS)
def test_the_worst_is_one_of_the_members(members, direction):
    rolled = roll_up("worst", members, direction)
    present = [m.value for m in members if m.value is not None]
    assert rolled.value in present if present else rolled.value is None


@given(MEMBERS, st.sampled_from(["mean", "pooled", "median", "worst", "max", "min"]))
def test_a_figure_of_the_middle_stays_between_its_members(members, rule):
    rolled = roll_up(rule, members)
    present = [m.value for m in members if m.value is not None]
    if present:
        assert min(present) <= rolled.value <= max(present)


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 1000)), min_size=1, max_size=20))
def test_pooled_is_numerators_over_denominators(pairs):
    members = [Member(n / d, d) for n, d in pairs]
    expected = sum(n for n, _ in pairs) / sum(d for _, d in pairs)
    assert roll_up("pooled", members).value == pytest.approx(expected)


@given(MEMBERS)
def test_two_steps_give_the_sum_of_one(members):
    half = len(members) // 2
    parts = [roll_up("sum", members[:half]), roll_up("sum", members[half:])]
    again = roll_up("sum", [Member(p.value) for p in parts])
    whole = roll_up("sum", members)
    assert (again.value is None) == (whole.value is None)
    if whole.value is not None:
        assert again.value == pytest.approx(whole.value, rel=1e-9, abs=1e-3)


def test_nobody_spoke_is_no_figure():
    silent = [Member(None), Member(None)]
    assert roll_up("sum", silent) == Rolled(None, 0, 2)
    assert roll_up("mean", silent).value is None
    assert roll_up("count", silent).value == 0
    assert roll_up("sum", []) == Rolled(None, 0, 0)


def test_zero_is_a_figure():
    assert roll_up("sum", [Member(0.0), Member(None)]) == Rolled(0.0, 1, 2)
    assert roll_up("count", [Member(0.0), Member(None)]).value == 1


def test_a_mean_that_weighs_nothing_is_no_figure():
    assert roll_up("mean", [Member(3.0, 0.0)]).value is None
    assert roll_up("mean", [Member(3.0, None), Member(5.0, 2.0)]) == Rolled(5.0, 1, 2)


def test_a_weighted_mean_leans_to_the_heavy():
    assert roll_up("mean", [Member(90.0, 300.0), Member(50.0, 100.0)]).value == 80.0


def test_the_worst_side_follows_the_direction():
    assert worst([3, 1, 2], "up") == 1
    assert worst([3, 1, 2], "down") == 3
    assert worst([6.5, 7.2, 9.4], "band", middle=7.25) == 9.4
    assert worst([4.0, 7.2, 8.0], "band", middle=7.25) == 4.0


def test_an_indicator_without_a_whole_has_none():
    assert roll_up("none", [Member(1.0)]).value is None
