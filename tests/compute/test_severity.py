"""Thresholds of every kind against values, dates and contexts."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.catalogue.model import Compute, Indicator, Threshold
from feeds.compute.severity import Baseline, Context, Limit, badness, judge, limits_of

DAY = date(2026, 11, 21)


def indicator(*thresholds: Threshold, direction="down", target=None) -> Indicator:
    return Indicator(
        code="x", vi="x", en="x", unit="%", direction=direction, cadence=60, formula_vi="x", formula_en="x",
        compute=Compute(fn="latest", args={}), rollup="worst", thresholds=list(thresholds), target=target,
    )  # fmt: skip


def level(value, *thresholds, context=None, **more):
    verdict = judge(value, limits_of(indicator(*thresholds, **more), context or Context(DAY)))
    return verdict and verdict.level


def threshold(kind="absolute", level=3, **more):
    return Threshold(kind=kind, level=level, source="thiết kế", **more)


def test_bounds_in_and_out():
    assert level(50, threshold(above=50)) is None
    assert level(50.01, threshold(above=50)) == 3
    assert level(50, threshold(at_least=50)) == 3
    assert level(50, threshold(below=50)) is None
    assert level(50, threshold(at_most=50)) == 3


def test_the_worst_crossed_level_counts():
    ladder = (threshold(above=100), threshold(above=200, level=2), threshold(above=300, level=1))
    assert [level(v, *ladder) for v in (100, 101, 201, 301)] == [None, 3, 2, 1]


def test_missing_is_not_abnormal():
    assert level(None, threshold(below=50)) is None


def test_a_band_has_two_sides():
    band = threshold("band", below=6.0, above=8.5)
    assert [level(v, band) for v in (5.9, 6.0, 8.5, 8.6)] == [3, None, None, 3]


def test_validity_dates_change_the_limit_of_pm25_at_new_year():
    old = threshold(above=50, valid_to=date(2026, 1, 1))
    new = threshold(above=45, valid_from=date(2026, 1, 1))
    assert level(47, old, new, context=Context(date(2025, 12, 31))) is None
    assert level(47, old, new, context=Context(date(2026, 1, 1))) == 3
    assert level(51, old, new, context=Context(date(2025, 12, 31))) == 3


def test_percent_of_another_indicator():
    few = threshold("percent_of", of="adm_open", above=0.5)
    context = Context(DAY, other={"adm_open": 1000.0}.get)
    assert level(5, few, context=context) is None
    assert level(6, few, context=context) == 3
    assert level(6, few) is None  # the other is not known
    assert level(6, few, context=Context(DAY, other={"adm_open": 0.0}.get)) is None


def test_times_baseline_and_deviations():
    usual = threshold("times_baseline", baseline="same_hour_4w", above=1.4, below=0.6)
    context = Context(DAY, baseline={"same_hour_4w": Baseline(100.0)}.get)
    assert [level(v, usual, context=context) for v in (59, 60, 140, 141)] == [3, None, None, 3]
    assert level(141, usual) is None
    sigma = threshold("times_baseline", baseline="sigma_4w", above=2)
    context = Context(DAY, baseline={"sigma_4w": Baseline(10.0, 2.0)}.get)
    assert [level(v, sigma, context=context) for v in (14, 14.1)] == [None, 3]
    assert level(99, sigma, context=Context(DAY, baseline={"sigma_4w": Baseline(10.0, 0.0)}.get)) is None


def test_per_station_is_a_multiple_of_the_station_s_own_limit():
    full = threshold("per_station", field="capacity", above=0.85)
    assert level(851, full, context=Context(DAY, fields={"capacity": 1000})) == 3
    assert level(850, full, context=Context(DAY, fields={"capacity": 1000})) is None
    assert level(9999, full) is None
    assert level(9999, full, context=Context(DAY, fields={"capacity": "many"})) is None


def test_behind_a_flat_plan_and_one_that_grows():
    behind = threshold("behind_plan", above=10)
    assert [level(v, behind, direction="up", target=80) for v in (70, 69.9)] == [None, 3]
    growing = threshold("behind_plan", above=5, pace="year")
    half = Context(DAY, elapsed=0.5)
    assert [level(v, growing, direction="up", target=100, context=half) for v in (45, 44.9)] == [None, 3]
    assert [level(v, behind, direction="down", target=80) for v in (90, 90.1)] == [None, 3]
    assert level(70, threshold("behind_plan", at_least=10), direction="up", target=80) == 3


def test_too_few_observations_say_nothing():
    careful = threshold(above=30, min_n=30)
    assert level(90, careful, context=Context(DAY, n=29)) is None
    assert level(90, careful, context=Context(DAY, n=30)) == 3


def test_hysteresis_of_a_share_is_in_the_share():
    few = threshold("percent_of", of="adm_open", above=5, hysteresis=1)
    (limit,) = limits_of(indicator(few), Context(DAY, other={"adm_open": 200.0}.get))
    assert (limit.high, limit.hysteresis) == (10.0, 2.0)
    assert not limit.cleared(9.0)
    assert limit.cleared(8.0)


def test_worst_puts_level_before_distance():
    limits = limits_of(indicator(threshold("band", below=6, above=8.5)), Context(DAY))
    assert max([7.0, 8.4, 5.9], key=lambda v: badness(v, limits, "band")) == 5.9
    assert max([1.0, 3.0], key=lambda v: badness(v, [], "up")) == 1.0


LIMITS = st.builds(
    Limit,
    key=st.just(0),
    level=st.integers(1, 4),
    low=st.none() | st.floats(-100, 0),
    high=st.none() | st.floats(0, 100),
    low_in=st.booleans(),
    high_in=st.booleans(),
    hysteresis=st.floats(0, 10),
)


@given(LIMITS, st.floats(-200, 200))
def test_what_is_crossed_is_not_cleared(limit, value):
    assert not (limit.crossed(value) and limit.cleared(value))
    assert limit.known or not (limit.crossed(value) or limit.cleared(value))


@pytest.mark.parametrize("value", [-1.0, 0.0, 1e9])
def test_an_unknown_limit_neither_crosses_nor_clears(value):
    limit = Limit(0, 3)
    assert not limit.crossed(value)
    assert not limit.cleared(value)


def test_a_plan_of_the_nation_does_not_judge_a_province():
    plan = threshold(below=42, only="nation")
    assert level(41, plan, context=Context(DAY, nation=True)) == 3
    assert level(41, plan) is None
