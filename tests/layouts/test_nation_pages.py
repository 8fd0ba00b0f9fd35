"""The nation's map page and what is declared for fair ranking: as trees, before any figure has come."""

from __future__ import annotations

from dataclasses import replace as std_replace
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from feeds.catalogue.functions import share_of
from feeds.compute.periods import period_of
from layouts import document, facts, page, study
from layouts.address import ABNORMAL
from layouts.moment import STEPS
from layouts.site import Site
from tests.layouts.conftest import PageOf

LONGEST_NAME = 14  # letters that stand whole beside the figure of a domain in one line, down to 1440 pixels


def test_map_page_lists_every_indicator_that_colours_it(page_of: PageOf) -> None:
    shown = page_of("/map")
    tree = page.content(shown)
    listed = [node.get("data-entry") for node in tree.find(data_entry=None)]
    wanted = [i.code for _, found in shown.selectable() for i in found]
    assert listed == [ABNORMAL, *wanted]
    assert [n.get("data-entry") for n in tree.find(aria_current="true") if n.get("data-entry")] == [
        shown.coloured_by.code
    ]


def test_only_the_group_of_the_chosen_indicator_stands_open(page_of: PageOf) -> None:
    tree = page.content(page_of("/map", i="met_rain_24h"))
    assert [node.get("data-domain") for node in tree.find(open="")] == ["hydrology"]


@pytest.mark.parametrize("path", ["/", "/map"])
def test_nations_pages_have_a_slider_over_a_day_of_hours(page_of: PageOf, path: str) -> None:
    [slider] = page.content(page_of(path)).find(data_part="slider")
    assert (slider.get("min"), slider.get("max"), slider.get("value")) == ("0", str(STEPS), str(STEPS))
    assert slider.get("aria-label")


def test_a_province_has_the_slider_and_its_domains_have_none(page_of: PageOf) -> None:
    tree = page.content(page_of("/p/01"))
    assert len(list(tree.find(data_panel="moment"))) == 1 and not list(tree.find(data_panel="indicators"))
    assert not list(page.content(page_of("/p/01/air")).find(data_panel="moment"))


def test_overview_is_coloured_by_what_is_abnormal_and_charts_its_lead(page_of: PageOf) -> None:
    shown = page_of("/")
    told = facts.page_facts(shown)
    assert (shown.coloured_by.code, told["indicator"]) == (ABNORMAL, ABNORMAL)
    assert told["indicators"][ABNORMAL]["counts"] and told["indicators"][ABNORMAL]["dir"] == "none"
    assert shown.charted.code == "adm_ontime_rate" == told["charted"]
    province = page_of("/p/01")
    assert (province.coloured_by.code, province.charted.code) == (ABNORMAL, "adm_ontime_rate")
    assert ABNORMAL in facts.page_facts(province)["indicators"]
    air = page_of("/p/01/air", i=ABNORMAL)
    assert ABNORMAL not in facts.page_facts(air)["indicators"], "a domain colours by its own"
    assert air.coloured_by.domain == "air"


def test_what_may_be_told_as_a_share_says_out_of_how_much(site: Site, page_of: PageOf) -> None:
    shares = {i.code for i in site.catalogue.indicators.values() if share_of(i.compute.fn, i.compute.args)}
    assert {"adm_ontime_rate", "cam_online_rate", "air_station_online"} <= shares
    assert not {"adm_overdue_open", "air_aqi_hour", "trf_los_ab_share", "adm_score_766", "sml_net"} & shares
    assert facts.indicator_facts(page_of("/"), site.catalogue.indicators["adm_ontime_rate"])["few"] == 30


def test_counts_are_ranked_per_what_could_have_been_hit(site: Site, page_of: PageOf) -> None:
    told = facts.indicator_facts(page_of("/"), site.catalogue.indicators["adm_overdue_open"])
    assert (told["per"], told["perTimes"]) == ("adm_open", 1000)
    assert "per" not in facts.indicator_facts(page_of("/"), site.catalogue.indicators["trf_jam_points"])


def test_figures_that_the_nation_cannot_have_are_shown_by_their_units_or_not_at_all(page_of: PageOf) -> None:
    def shown(path: str) -> set[str | None]:
        return {node.get("data-indicator") for node in page.content(page_of(path)).find(data_panel="gauge")} | {
            node.get("data-indicator") for node in page.content(page_of(path)).find(data_panel="line")
        }

    assert "trf_flow" in shown("/d/traffic"), "its middle unit stands in"
    assert "hyd_level" not in shown("/d/hydrology"), "a water level of the nation or a province means nothing"
    assert "hyd_level" in shown("/p/46/hydrology")


def test_map_page_is_small_enough_to_come_at_once(page_of: PageOf) -> None:
    import gzip

    assert len(gzip.compress(document.index(page_of("/map")).encode())) < 70_000


def test_extreme_roll_ups_are_told_as_such(site: Site, page_of: PageOf) -> None:
    worst = site.catalogue.indicators["air_aqi_hour"]
    assert facts.indicator_facts(page_of("/"), worst)["one"]
    assert "one" not in facts.indicator_facts(page_of("/"), replace(worst, rollup="median"))


def test_figures_per_head_need_people(site: Site, page_of: PageOf) -> None:
    shown = page_of("/map")
    received = site.catalogue.indicators["adm_received_day"]
    assert received.per == "population"
    without = facts.indicator_facts(shown, received)
    assert "per" not in without and without["unpeopled"], "the ranking says that there is no sourced population"
    people = {code: 1_000_000 for code in site.places.units}
    counted = std_replace(shown, site=std_replace(site, places=std_replace(site.places, population=people)))
    per_head = facts.indicator_facts(counted, received)
    assert (per_head["per"], per_head["perTimes"]) == ("population", 10_000) and "unpeopled" not in per_head
    assert facts.page_facts(counted)["population"] == people


def test_a_closed_day_or_reporting_month_is_chosen_by_its_name(page_of: PageOf) -> None:
    [chooser] = page.content(page_of("/map")).find(data_filter="at")
    options = (node for node in chooser.walk() if node.tag == "option" and node.get("value") is not None)
    told = [(node.text(), node.get("value")) for node in options]
    assert told[0] == ("Thời điểm: hiện tại", "")
    assert told[1] == ("Hết 20/11/2026, Thứ Sáu", "2026-11-21T00:00")
    assert ("Hết kỳ tháng 11/2026 (14/11)", "2026-11-15T00:00") in told


@pytest.mark.parametrize("today", [date(2026, 11, 14), date(2026, 11, 15), date(2027, 1, 3), date(2026, 3, 31)])
def test_reporting_months_close_where_figures_of_the_month_begin_anew(today: date) -> None:
    last = period_of(today, "month").start
    assert study.closes(today)[0] == last
    assert study.closes(today)[1] == period_of(last - timedelta(days=1), "month").start


@pytest.mark.parametrize("today", [date(2026, 11, 14), date(2026, 12, 15), date(2027, 1, 3)])
def test_a_reporting_year_closes_where_its_figures_begin_anew(today: date) -> None:
    years = [close for close in study.closes(today) if close.month == study.LAST]
    assert years[0] == period_of(today, "year").start and len(years) == study.YEARS


def test_days_months_and_years_stand_in_the_list_one_at_a_time(page_of: PageOf) -> None:
    tree = page.content(page_of("/map"))
    groups = list(tree.find(data_closes=None))
    assert [group.get("data-closes") for group in groups] == list(study.SPANS)
    assert [group.get("hidden") is None for group in groups] == [True, False, False]
    assert [node.get("aria-pressed") for node in tree.find(data_by=None)] == ["true", "false", "false"]


@pytest.mark.parametrize("path", ["/", "/p/46"])
def test_directives_stand_in_one_line_beside_the_alerts(site: Site, page_of: PageOf, path: str) -> None:
    [block] = page.content(page_of(path)).find(data_panel="brief")
    named = [code for domain in site.catalogue.domains.values() for code in domain.brief]
    assert [node.get("data-indicator") for node in block.find(data_panel="line")] == named and named
    assert len(list(block.find(data_part="age"))) == len(named), "rule 23: every value carries its age"
    assert len(list(block.find(data_card=None))) == len(named), "and says where it comes from"


def test_a_long_group_folds_and_opens_where_the_chosen_one_is_inside(page_of: PageOf) -> None:
    def folded(code: str) -> bool:
        rest = [node for node in page.content(page_of("/map", i=code)).find(data_more=None)]
        return not any(node.get("open") is not None for node in rest)

    assert folded("adm_ontime_rate")
    shown = page_of("/map", i="adm_ontime_rate")
    [(_, found)] = [group for group in shown.selectable() if group[0].code == "dossiers"]
    assert not folded(found[-1].code)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_names_of_the_other_domains_have_room_on_their_lines(page_of: PageOf, lang: str) -> None:
    tree = page.content(page_of("/", lang=lang))
    names = [link.text() for link in next(tree.find(class_="others")).find(class_="domain-name")]
    assert names and max(map(len, names)) <= LONGEST_NAME, max(names, key=len)
