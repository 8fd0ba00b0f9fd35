"""Every indicator of the plan (indicators.csv: section, code, unit, direction, cadence) stands in the catalogue so."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from feeds.catalogue.loader import load

CATALOGUE = load(Path(__file__).parents[2] / "data/catalogue")
with (Path(__file__).parent / "indicators.csv").open(encoding="utf-8", newline="") as file:
    PLAN = list(csv.DictReader(file))

# how the plan names a unit -> how the screen does; what is counted has the name of what it is
UNITS = {
    "working days": "ngày làm việc", "days": "ngày", "hours": "giờ", "h": "giờ", "min": "phút", "minutes": "phút",
    "s": "giây", "ms": "mili giây", "index": "–", "class": "mức", "level": "cấp", "persons": "người", "pp": "điểm %",
    "beds": "giường", "cases": "ca", "ratio": "giáo viên/lớp", "rank": "bậc", "per 100": "/100 dân",
    "billion VND": "tỷ đồng", "0–1 (2020–23)": "chỉ số", "× cadence": "× chu kỳ", "−100..100": "điểm",
    "up/down": "%",  # of many bodies: the share of those whose link is up
}  # fmt: skip
SCORES = {"wat_wqi": "–", "adm_score_766": "điểm", "dx_par_index": "điểm"}  # 0–100
# looked at more often than the feed speaks: who was heard within days, what of the alerts is still open
LOOKED_AT = (
    "edoc_agencies_connected", "sec_ncsc_link", "sec_alerts_open", "sec_mttd_min", "sec_mttr_h",
)  # fmt: skip
D = 86_400
CADENCES = {
    "RT": 900,
    "H": 3600,
    "D": D,
    "W": 7 * D,
    "M": 31 * D,
    "Q": 92 * D,
    "Y": 366 * D,
    "2Y": 731 * D,
}  # s, at most
DIRECTIONS = {"wat_class_0823": "down"}  # shown as 1 (A, the best) to 4 (D)
NEW = ("2.2", "2.3", "2.4", "2.11", "2.12", "2.13", "2.14", "2.15", "2.16", "2.17")


def planned(*sections: str):
    rows = [row for row in PLAN if not sections or row["section"] in sections]
    return pytest.mark.parametrize("row", rows, ids=[row["code"] for row in rows])


@planned()
def test_every_indicator_of_the_plan_is_there(row):
    indicator = CATALOGUE.indicators[row["code"]]
    assert indicator.direction == DIRECTIONS.get(row["code"], row["direction"])
    if row["unit"].startswith("count"):
        assert indicator.unit not in ("%", *UNITS.values())
    else:
        unit = SCORES.get(row["code"]) if row["unit"] == "0–100" else UNITS.get(row["unit"], row["unit"])
        assert indicator.unit == unit


@planned()
def test_every_indicator_is_made_as_often_as_planned(row):
    """Not more rarely; and what is planned by the week or a longer period not more often than its source speaks."""
    made, planned_at = CATALOGUE.indicators[row["code"]].cadence, CADENCES[row["cadence"]]
    assert made <= planned_at
    assert made == planned_at or planned_at < 7 * D or row["section"] not in NEW


@planned(*NEW)
def test_every_new_indicator_can_be_judged_and_read(row):
    indicator = CATALOGUE.indicators[row["code"]]
    assert indicator.vi != indicator.en
    assert len(indicator.formula_vi) > 20
    assert len(indicator.formula_en) > 20
    assert all(threshold.source for threshold in indicator.thresholds)
    feed = CATALOGUE.feeds[indicator.feed]
    assert feed.cadence <= indicator.cadence or row["code"] in LOOKED_AT


@pytest.mark.parametrize("code", ["petitions", "economy", "health", "education", "tourism", "land", "tasks", "digital"])
def test_every_figure_of_a_new_domain_stands_on_its_page(code):
    domain = CATALOGUE.domains[code]
    named = {one for panel in domain.panels for one in panel.indicators}
    assert {i.code for i in domain.indicators if not i.second} <= named
    assert {"gauges", "map", "ranking", "trend", "alerts"} <= {panel.kind for panel in domain.panels}
    assert domain.overview == "brief" or domain.brief, "one line on the first page"


def test_a_law_that_has_a_year_has_it_as_data():
    growth = CATALOGUE.indicators["soc_grdp_growth"].thresholds
    plans = {(t.source, t.valid_from, t.valid_to): t.below for t in growth if "Nghị quyết" in t.source}
    assert plans == {
        ("Nghị quyết 85/2019/QH14", date(2020, 1, 1), date(2021, 1, 1)): 6.8,
        ("Nghị quyết 124/2020/QH14", date(2021, 1, 1), date(2022, 1, 1)): 6,
    }


@planned(*NEW)
def test_a_limit_that_a_law_sets_says_from_when(row):
    """What is ours (`thiết kế`) holds as long as the catalogue says so."""
    laws = [t for t in CATALOGUE.indicators[row["code"]].thresholds if "thiết kế" not in t.source]
    assert all(threshold.valid_from for threshold in laws), laws


def test_the_targets_of_2025_name_their_decision():
    told = {i.code: (i.target, i.basis) for i in CATALOGUE.domains["digital"].indicators if i.target is not None}
    assert told["dx_digital_economy"][0] == 20 and "749/QĐ-TTg" in told["dx_digital_economy"][1]
    assert told["dx_egdi_rank"][0] == 70
    assert CATALOGUE.indicators["adm_fullprocess_share"].target == 80
    assert "942/QĐ-TTg" in CATALOGUE.indicators["adm_fullprocess_share"].basis
