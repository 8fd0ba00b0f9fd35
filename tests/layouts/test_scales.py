"""Against what a figure is drawn: the pace of a plan, one-sided bands, and whose limit it is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from feeds.catalogue.model import Indicator, Threshold
from feeds.serve.calendar import alike, due
from layouts import facts, figure, past, scales
from layouts.node import to_html
from layouts.scales import Case, Limits
from layouts.site import Page, Site
from tests.layouts.conftest import TODAY, PageOf

AUTUMN = Case(date(2026, 11, 22), due=due)  # 342.5 of the 365 days of the reporting year are over


@pytest.fixture
def known(site: Site) -> dict[str, Indicator]:
    return site.catalogue.indicators


def threshold(kind: str = "absolute", level: int = 3, **more: Any) -> Threshold:
    return Threshold(kind=kind, level=level, source="thiết kế", **more)  # type: ignore[arg-type]  # kinds are checked where they are read


def test_a_growing_plan_is_held_against_what_is_due_today(known: dict[str, Indicator]) -> None:
    revenue = known["soc_budget_rev_pct"]
    assert scales.due(revenue, AUTUMN) == 93.8
    assert scales.limits(revenue, AUTUMN) == Limits(low=88.8)
    assert scales.breaks(revenue, AUTUMN) == (78.8, pytest.approx(83.8), 88.8, 93.8)
    assert scales.zones(revenue, AUTUMN) == [
        {"level": 3, "from": None, "to": 88.8},
        {"level": 2, "from": None, "to": 78.8},
    ]
    early = scales.limits(revenue, Case(date(2026, 2, 1), due=due)).low
    assert early is not None and early < 10


def test_behind_lies_above_where_less_is_better_and_a_flat_plan_is_due_at_once(known: dict[str, Indicator]) -> None:
    less = replace(known["soc_budget_rev_pct"], direction="down")
    assert scales.limits(less, AUTUMN) == Limits(high=98.8)
    flat = replace(known["soc_budget_rev_pct"], thresholds=[threshold("behind_plan", above=5.0)])
    assert scales.due(flat, AUTUMN) is None
    assert scales.limits(flat, AUTUMN) == Limits(low=95.0)


def test_a_plan_that_grows_by_what_nobody_tells_has_only_its_target(known: dict[str, Indicator]) -> None:
    assert scales.limits(known["soc_budget_rev_pct"], Case(TODAY)) == Limits(low=100)


def test_a_gauge_has_room_for_the_pace(page_of: PageOf, known: dict[str, Indicator]) -> None:
    page = page_of("/d/economy")
    drawn = to_html(figure.gauge(page, known["soc_budget_rev_pct"]))
    assert 'data-part="note"' in drawn and ">88,6</text>" in drawn
    assert 'class="gauge-note"></p>' in drawn, "the live client says what is due"
    assert ">mục tiêu ≥" in to_html(figure.gauge(page, known["soc_iz_wastewater"]))
    assert facts.indicator_facts(page, known["soc_budget_rev_pct"])["due"] == 93.6


@pytest.mark.parametrize(
    ("code", "way", "breaks"),
    [("hlt_bed_occupancy", "down", (65, 90, 100, 110)), ("soc_invest_gdp", "up", (30, 31.5, 33, 46.5))],
)
def test_a_band_with_one_bound_is_told_by_that_side(
    page_of: PageOf, known: dict[str, Indicator], code: str, way: str, breaks: tuple[float, ...]
) -> None:
    assert scales.direction(known[code], AUTUMN) == way
    assert scales.breaks(known[code], AUTUMN) == breaks
    assert facts.indicator_facts(page_of("/d/health"), known[code])["dir"] == way


def test_no_class_is_empty_where_the_limit_is_the_best_there_is(known: dict[str, Indicator]) -> None:
    assert scales.breaks(known["edoc_signed_share"], AUTUMN) == (95, 96.7, 98.3, 100)
    for indicator in known.values():
        found = scales.breaks(indicator, AUTUMN)
        assert len(set(found)) == 4, (indicator.code, found)


def test_a_band_with_two_bounds_stays_one(known: dict[str, Indicator]) -> None:
    assert scales.direction(known["met_temp"], AUTUMN) == "band"
    assert scales.direction(replace(known["met_temp"], thresholds=[]), AUTUMN) == "band"


def test_a_limit_of_the_units_is_none_of_the_nations(page_of: PageOf, known: dict[str, Indicator]) -> None:
    complaints = known["tou_complaints"]
    nation, unit = page_of("/d/tourism"), page_of("/p/68/tourism")
    assert scales.limits(complaints, nation.case(complaints)) == Limits()
    assert scales.limits(complaints, unit.case(complaints)) == Limits(high=10)
    assert (figure.target(nation, complaints), figure.target(unit, complaints)) == ("", "ngưỡng 10")
    told = facts.indicator_facts(nation, complaints)
    assert "high" not in told and told["units"] == {"dir": "down", "high": 10}
    assert told["breaks"] == (5, 10, 25, 40)
    assert "units" not in facts.indicator_facts(unit, complaints)


@pytest.mark.parametrize("code", ["soc_forest_cover", "soc_gdp_per_capita"])
def test_a_target_of_the_nation_is_no_provinces(page_of: PageOf, known: dict[str, Indicator], code: str) -> None:
    nation, unit = page_of("/d/economy"), page_of("/p/68/economy")
    assert figure.target(nation, known[code]).startswith("mục tiêu ≥")
    assert figure.target(unit, known[code]) == ""
    assert "target" not in facts.indicator_facts(unit, known[code])
    assert scales.in_words(known[code], unit.case(known[code]), unit.words, {}) == []


def test_a_card_of_both_says_whom_each_limit_concerns(page_of: PageOf, known: dict[str, Indicator]) -> None:
    defined = facts.definition(page_of("/"), known["soc_forest_cover"])
    assert {row["only"] for row in (*defined["limits"], *defined["zones"], *defined["bounds"])} == {"nation"}
    assert defined["extent"] == {"nation": (41.8, 42.1), "units": (0, 74)}
    plain = facts.definition(page_of("/"), known["soc_iz_wastewater"])
    assert plain["limits"] and not any("only" in row for row in plain["limits"])


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2026, 11, 23), "7 3 14"),  # a Monday: Friday is alike, Sunday and Saturday are not
        (date(2026, 11, 22), "7 1 14"),  # a Sunday: Saturday
        (date(2026, 9, 2), "1 2 3"),  # National Day, and the days off before it
    ],
)
def test_a_day_is_compared_with_days_of_its_kind(site: Site, page_of: PageOf, day: date, before: str) -> None:
    page = Page(site, page_of("/systems/portal").view, day)
    panel = next(panel for panel in site.systems["portal"].panels if panel.kind == "past")
    drawn = to_html(past.panel(page, panel))
    assert f'data-before="{before}"' in drawn and f'data-day="{day}"' in drawn
    plain = to_html(past.panel(page, replace(panel, args={"days": 1, "before": 1})))
    assert 'data-before="1"' in plain and 'data-day="' not in plain


def test_working_days_are_like_working_days() -> None:
    friday = date(2026, 11, 20)
    assert [back for back in range(1, 8) if alike(friday, back)] == [1, 2, 3, 4, 7]
