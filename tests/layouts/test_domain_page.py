"""A domain's page: panels stand where the catalogue says, and new kinds are generic."""

from __future__ import annotations

from msgspec.structs import replace

from feeds.catalogue.model import Panel
from layouts import breakdown, communes, domain, limits, page, score, stations
from layouts.node import Node
from layouts.site import Page, Site, national
from tests.layouts.conftest import PageOf

LONGEST_UNIT = 15  # letters for which the column of a figure has room


def kinds(node: Node) -> list[str | None]:
    return [child.get("data-panel") for child in node.children if isinstance(child, Node)]


def test_panels_stand_in_their_areas_in_the_order_of_the_file(page_of: PageOf) -> None:
    tree = page.content(page_of("/p/68/dossiers"))
    side, main = next(tree.find(class_="aside")), next(tree.find(class_="panels"))
    assert kinds(side) == ["breakdown", "past", "map", "alerts"]
    assert kinds(main) == ["worklist", "breakdown", "breakdown", "score"]
    nation = page.content(page_of("/d/dossiers"))
    assert kinds(next(nation.find(class_="aside"))) == ["map", "breakdown", "past", "alerts"], (
        "the nation's map comes first"
    )
    assert not list(nation.find(data_panel="worklist"))


def test_an_area_of_the_catalogue_wins_over_that_of_the_kind() -> None:
    assert domain.area_of(Panel(kind="map", vi="", en="")) == "side"
    assert domain.area_of(Panel(kind="map", vi="", en="", area="full")) == "full"
    assert domain.area_of(Panel(kind="map", vi="", en="", area="full"), nation=True) == "side"


def test_no_half_of_a_page_stays_empty(page_of: PageOf, site: Site) -> None:
    for code, declared in site.catalogue.domains.items():
        for path in (f"/d/{code}", f"/p/68/{code}"):
            tree = page.content(page_of(path))
            if national(declared) and path.startswith("/p"):
                assert "Chỉ có ở cấp quốc gia" in next(iter(tree.find(data_panel="off"))).text()
                continue
            assert kinds(next(tree.find(class_="panels"))), f"nothing stands beside the side column of {path}"


def test_a_long_ranking_has_the_short_panels_beside_it(page_of: PageOf) -> None:
    (pair,) = page.content(page_of("/d/security")).find(class_="pair wide")
    short, long = (node for node in pair.children if isinstance(node, Node))
    assert kinds(long) == ["ranking"] and kinds(short) == ["past", "past", "table", "table"]
    assert not list(page.content(page_of("/d/traffic")).find(class_="pair wide"))


def test_what_the_nation_alone_says_is_on_no_map_and_missing_at_no_unit(page_of: PageOf) -> None:
    nation = page.content(page_of("/d/national"))
    assert not list(nation.find(data_panel="map")) and not list(nation.find(data_panel="ranking"))
    told = {str(node.get("data-indicator")) for node in page.content(page_of("/p/68/economy")).find(data_panel="line")}
    assert "soc_poverty_cut" in told and "soc_indicators_supplied" not in told
    row = next(iter(page.content(page_of("/p/68/services")).find(data_domain="digital")))
    assert "dx_egdi_rank" not in str(row.get("data-codes"))


def test_a_slow_figure_says_how_often_it_comes(page_of: PageOf) -> None:
    shown = page_of("/d/economy", lang="en")
    said = {
        str(node.get("data-indicator")): [rhythm.text() for rhythm in node.find(class_="rhythm")]
        for node in page.content(shown).find(data_indicator=None)
        if node.get("data-panel") in ("line", "gauge")
    }
    assert said["soc_budget_rev_pct"] == ["daily"] and said["soc_pubinv_disburse_pct"] == ["weekly"]
    assert said["soc_cpi_yoy"] == ["monthly"] and said["soc_grdp_growth"] == ["quarterly"]
    assert said["soc_forest_cover"] == ["yearly"]
    egdi = next(n for n in page.content(page_of("/d/digital")).find(data_indicator="dx_egdi_rank"))
    assert [rhythm.text() for rhythm in egdi.find(class_="rhythm")] == ["hai năm một lần"]
    hourly = next(n for n in page.content(page_of("/d/health")).find(data_indicator="hlt_visits_day"))
    assert not list(hourly.find(class_="rhythm"))


def test_every_item_of_a_score_has_a_row_with_its_points(page_of: PageOf, site: Site) -> None:
    shown = page_of("/p/68/dossiers")
    panel = next(p for p in site.catalogue.domains["dossiers"].panels if p.kind == "score")
    tree = score.panel(shown, panel)
    groups = site.catalogue.indicators["adm_score_766"].compute.args["groups"]
    assert [row.get("data-item") for row in tree.find(data_item=None)] == [
        item["indicator"] for group in groups for item in group["items"]
    ]
    assert sum(float(row.get("data-max") or 0) for row in tree.find(data_group=None)) == 100
    assert "Tiến độ giải quyết" in tree.text() and "/ 20" in tree.text()


def test_a_page_charts_its_own_figure_over_a_span_in_which_it_comes(page_of: PageOf) -> None:
    """Also where no unit has it, so that it colours no map; what comes once a day is drawn over a week."""
    shown = page_of("/d/national")
    assert shown.charted.domain == "national" and shown.hours == 24
    assert page_of("/d/tourism").hours == 168
    assert page_of("/d/tourism", hours="24").hours == 24, "the address says otherwise"


def test_no_table_stands_without_a_line(page_of: PageOf, site: Site) -> None:
    for code in site.catalogue.domains:
        for table in page.content(page_of(f"/d/{code}")).find(data_panel="table"):
            assert list(table.find(data_panel="line")), f"/d/{code}: {table.text()}"


def test_columns_of_parts_follow_the_room_there_is(page_of: PageOf) -> None:
    wide = Panel(kind="breakdown", vi="", en="", feed="dossiers", args={"by": "field"})
    assert breakdown.shown(page_of("/p/68/dossiers"), wide) == breakdown.FULL
    assert breakdown.shown(page_of("/d/dossiers"), wide) == ("overdue", "open")
    assert breakdown.shown(page_of("/p/68/dossiers"), replace(wide, area="side")) == breakdown.BRIEF


def test_limits_name_their_source_and_stand_in_the_middle(page_of: PageOf, site: Site) -> None:
    shown = page_of("/p/01/air")
    pm = site.catalogue.indicators["air_pm25_24h"]
    assert limits.ends(pm, shown) == (0.0, 90.0)
    assert limits.source(shown, pm) == "trên 45 · QCVN 05:2023/BTNMT"
    ph = site.catalogue.indicators["wat_ph"]
    assert limits.ends(ph, shown) == (3.5, 11.0), "a band has as much room on both sides as it is wide"


def test_a_table_of_stations_carries_what_it_lists(page_of: PageOf, site: Site) -> None:
    shown = page_of("/p/46/hydrology")
    panel = next(p for p in site.catalogue.domains["hydrology"].panels if p.kind == "stations")
    tree = stations.panel(shown, panel)
    assert tree.get("data-where") == "type=river,tide,"
    assert len(next(tree.find(data_value="hyd_level")).children[1].children) == 4  # three levels and the value
    assert [node for node in tree.find(class_="legal-key")], "a legal band has a key with an outline"


def test_the_table_of_communes_has_what_each_domain_leads_with(page_of: PageOf, site: Site) -> None:
    shown: Page = page_of("/p/68")
    codes = [indicator.code for indicator in communes.columns(shown)]
    assert len(codes) == len(set(codes))
    assert {"adm_overdue_open", "air_aqi_hour", "cam_online_rate"} <= set(codes)
    assert not list(page.content(page_of("/")).find(data_panel="communes"))


def test_communes_are_not_ranked_by_what_never_reaches_them(page_of: PageOf) -> None:
    ranked = {
        path: bool(list(page.content(page_of(path)).find(data_panel="ranking")))
        for path in ("/d/economy", "/p/68/economy", "/p/68/digital", "/p/68/air")
    }
    assert ranked == {"/d/economy": True, "/p/68/economy": False, "/p/68/digital": False, "/p/68/air": True}


def test_units_are_short_enough_to_stand_beside_their_figures(page_of: PageOf, site: Site) -> None:
    for lang in ("vi", "en"):
        page = page_of("/", lang=lang)
        long = {page.unit(i) for i in site.catalogue.indicators.values() if len(page.unit(i)) > LONGEST_UNIT}
        assert not long, f"cut in a list of figures: {long}"
