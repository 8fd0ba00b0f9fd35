"""Figures joined step by step are those of all members at once, for every rule stations roll up by."""

from __future__ import annotations

import math
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.catalogue.model import Compute, Indicator, RollUp
from feeds.catalogue.rollup_checks import ROLLUPS
from feeds.compute.figure import Figure
from feeds.compute.pool import Pooling
from feeds.compute.rollup import Member, roll_up

RULES = [rule for rule in ROLLUPS["entity"] if rule not in ("own", "none")]
VALUES = st.lists(st.tuples(st.floats(0, 200), st.floats(0.5, 9000)), min_size=1, max_size=12)


def pooling(rule: RollUp) -> Pooling:
    return Pooling(Indicator(
        code="x", vi="x", en="x", unit="km/h", direction="down", cadence=300, formula_vi="x", formula_en="x",
        compute=Compute(fn="latest", args={"param": "speed"}), rollup=rule,
    ))  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=40, derandomize=True)
@given(values=VALUES, cut=st.integers(0, 12))
def test_joined_by_steps_it_is_the_figure_of_all(rule: RollUp, values: list[tuple[float, float]], cut: int) -> None:
    assert rule in get_args(RollUp)
    join = pooling(rule)
    pools = [join.of_figure(Figure(v, 1, 1000, 1000, "s", w), f"S{i}") for i, (v, w) in enumerate(values)]
    told = join.figure(join.join([join.join(pools[:cut]), join.join(pools[cut:])]), "owner").v
    expected = roll_up(rule, [Member(v, w) for v, w in values]).value
    assert told is not None and expected is not None and math.isclose(told, expected, rel_tol=1e-9, abs_tol=1e-12)


def test_no_speed_is_below_nothing() -> None:
    join = pooling("harmonic")
    assert join.figure(join.of_figure(Figure(-1.0, 1, 1000, 1000, "s", 1.0), "S"), "owner").v is None
