"""The page of milestones: every figure with its day and article, contradictions with both figures."""

from __future__ import annotations

import pytest

from feeds.catalogue.milestones import Point
from layouts import milestones
from layouts.page import content
from layouts.words import LANGS
from tests.layouts.conftest import PageOf


@pytest.mark.parametrize("lang", LANGS)
def test_every_printed_figure_stands_on_the_page_with_its_article(page_of: PageOf, lang: str) -> None:
    page = page_of("/milestones", lang=lang)
    drawn = {node.get("data-series"): node.text() for node in content(page).find(data_series=None)}
    assert set(drawn) == set(page.site.history.series)
    for code, series in page.site.history.series.items():
        for point in series.points:
            article = page.site.history.articles[point.source]
            assert milestones.figure(page, series, point) in drawn[code] and page.words.of(article) in drawn[code]


def test_a_contradiction_shows_both_figures_in_doubt(page_of: PageOf) -> None:
    drawn = {node.get("data-check"): node for node in content(page_of("/milestones")).find(data_check=None)}
    share = drawn["share_of_procedures"]
    assert share.get("data-age-state") == "suspect"
    assert "39%" in share.text() and "40,3%" in share.text() and "2.700" in share.text() and "6.700" in share.text()
    assert drawn["savings_sum"].get("data-age-state") is None and "2.000" in drawn["savings_sum"].text()


def test_a_province_of_then_is_named_as_one_of_2020(page_of: PageOf) -> None:
    page = page_of("/milestones")
    drawn = {node.get("data-series"): node for node in content(page).find(data_series=None)}
    assert drawn["hg_services"].get("data-place") == "2020:02"
    assert "Hà Giang (tỉnh của năm 2020)" in drawn["hg_services"].text()


def test_days_are_told_as_far_as_they_are_known(page_of: PageOf) -> None:
    series = page_of("/milestones").site.history.series
    told: dict[str, Point] = {code: each.points[0] for code, each in series.items()}
    assert milestones.day(told["npsp_services"]) == "09/12/2019" and milestones.day(told["un_rank"]) == "2018"
    assert milestones.day(told["level4_nation"]) == "09/2020"


def test_the_file_has_every_figure(page_of: PageOf) -> None:
    page = page_of("/milestones", lang="en")
    rows = milestones.rows(page)
    assert len(rows) == sum(len(series.points) for series in page.site.history.series.values())
    assert all(set(row) == set(milestones.HEADS) for row in rows)


def test_growth_between_two_dated_figures_is_reckoned_and_says_so(page_of: PageOf) -> None:
    drawn = {node.get("data-series"): node for node in content(page_of("/milestones")).find(data_series=None)}
    told = {code: [each.text() for each in node.find(data_part="growth")] for code, node in drawn.items()}
    assert told["npsp_accounts"] == ["tính ra: +81% sau 134 ngày"]
    assert told["npsp_visits"] == ["tính ra: khoảng +71% sau 134 ngày"], "two bounds: over 58 and over 99 million"
    assert told["npsp_savings"] == ["tính ra: khoảng 0% sau 68 ngày"]
    assert told["un_rank"] == told["npsp_procedures"] == []
