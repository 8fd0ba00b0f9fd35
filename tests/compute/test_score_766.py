"""The 766 score: full marks from the rate on, in proportion below."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.catalogue.loader import load
from feeds.compute.score_766 import explain, level, points, score_766

GROUPS = load(Path(__file__).parents[2] / "data/catalogue").indicators["adm_score_766"].compute.args["groups"]
CODES = [item["indicator"] for group in GROUPS for item in group["items"]]


def test_full_marks_from_the_rate_on():
    assert points(80, 6, 80) == 6
    assert points(100, 6, 80) == 6
    assert points(40, 6, 80) == 3
    assert points(50, 4, 50) == 4
    assert points(45, 18, 90) == 9


def test_the_groups_of_the_catalogue_make_100_points():
    assert sum(group["max"] for group in GROUPS) == 100
    best = score_766(GROUPS, dict.fromkeys(CODES, 100.0))
    assert (best.value, best.level, best.covered) == (100, "excellent", 100)


def test_a_missing_index_is_stood_for_by_its_group():
    rates = dict.fromkeys(CODES, 100.0) | {"adm_publish_ontime": None, "adm_sync_rate": 50.0}
    score = score_766(GROUPS, rates)
    assert score.groups["ckmb"] == 9
    assert score.covered == pytest.approx(96)


def test_a_group_without_figures_gives_no_total():
    score = score_766(GROUPS, dict.fromkeys(CODES, 100.0) | {"adm_ontime_rate": None})
    assert score.value is None
    assert score.groups["mdhl"] == 18


def test_classes():
    assert [level(v) for v in (90, 83.8, 79.99, 50, 49.9)] == ["excellent", "good", "fair", "average", "weak"]


@given(st.fixed_dictionaries({code: st.floats(0, 100) for code in set(CODES)}))
def test_between_0_and_100(rates):
    score = score_766(GROUPS, rates)
    assert -0.01 <= score.value <= 100.01


def test_points_of_items_make_up_their_group():
    score = score_766(GROUPS, dict.fromkeys(CODES, 60.0))
    for group in GROUPS:
        assert sum(score.items[item["indicator"]] for item in group["items"]) == pytest.approx(
            score.groups[group["code"]]
        )
    partly = score_766(GROUPS, dict.fromkeys(CODES, 60.0) | {"adm_sync_rate": None})
    assert "adm_sync_rate" not in partly.items, "what has no rate has no points to show"


def test_every_point_is_explained():
    rates = dict.fromkeys(CODES, 100.0) | {"adm_reuse_share": 40.0, "adm_sync_rate": None}
    parts = {part.indicator: part for part in explain(GROUPS, rates)}
    assert list(parts) == CODES
    assert parts["adm_reuse_share"].points == 3.5
    assert parts["adm_reuse_share"].why == "40% ÷ 80% × 7 = 3,5 điểm (số điểm: thiết kế)"
    assert parts["adm_ontime_rate"].why == "100% đạt mức 100%: trọn 20 điểm"
    assert parts["adm_sync_rate"].points is None and "chưa có số liệu" in parts["adm_sync_rate"].why
    given = score_766(GROUPS, rates)
    assert {code: part.points for code, part in parts.items() if part.points is not None} == given.items


def test_points_that_are_our_choice_say_so():
    """The decision's points of a single index are known for publishing (4) and the time kept (20) alone."""
    parts = explain(GROUPS, dict.fromkeys(CODES, 50.0))
    assert {part.indicator for part in parts if not part.own} == {"adm_publish_ontime", "adm_ontime_rate"}
    assert all(part.why.endswith("(số điểm: thiết kế)") == part.own for part in parts)


def test_the_score_carries_its_decision():
    assert "766/QĐ-TTg" in score_766(GROUPS, {}).basis
