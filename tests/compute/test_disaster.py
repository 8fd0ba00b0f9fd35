"""Disaster-risk level: what a bulletin says while it holds, and nothing made up."""

import pytest

from feeds.compute.disaster import BASIS, COLOURS, HOUR_MS, in_force, level
from feeds.compute.entity_figures import ENTITY
from tests.compute.test_figures import NOW, station

BULLETIN = {"param": "risk_level", "hours": 24}


@pytest.mark.parametrize(("hours", "found"), [(0, 3), (24, 3), (24.01, None)])
def test_a_bulletin_holds_for_its_hours(hours, found):
    assert in_force(3.0, 0, round(hours * HOUR_MS), 24) == found


@pytest.mark.parametrize("risk", [-1, 6, 2.5])
def test_what_is_no_level_is_none(risk):
    assert in_force(risk, 0, 0, 24) is None


def test_the_five_levels_have_the_colours_of_the_decision():
    assert [level(n) for n in (0, 1, 5)] == ["", "Cấp 1 (xanh dương nhạt)", "Cấp 5 (tím)"]
    assert len(COLOURS) == 5 and "18/2021/QĐ-TTg" in BASIS


def test_an_old_bulletin_is_over_while_its_station_speaks():
    fresh = ENTITY["bulletin"](station((2, "risk_level", 4), (0, "rain", 1)), NOW, BULLETIN)
    assert (fresh.v, fresh.extra) == (4, {"level": "Cấp 4 (đỏ)"})
    over = ENTITY["bulletin"](station((30, "risk_level", 4), (0, "rain", 1)), NOW, BULLETIN)
    assert over.v == 0 and NOW - over.at < HOUR_MS
    assert ENTITY["bulletin"](station((0, "rain", 1)), NOW, BULLETIN).v is None
