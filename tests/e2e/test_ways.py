"""Ways through the pages: a click opens a province, addresses restore what was seen, search needs no marks."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from feeds.catalogue.names import collation, fold
from tests.e2e.conftest import Open, Stage
from tests.e2e.rest import settled

pytestmark = pytest.mark.browser
DIGIT = re.compile(r"\d")


def test_click_on_a_province_opens_its_page_and_back_restores(open_page: Open) -> None:
    page = open_page("/?i=air_aqi_hour")
    page.evaluate("window.same = true")
    page.locator("path[data-place='38']").click()
    expect(page.locator("main[data-scope='38']")).to_be_visible()
    expect(page.locator("[data-part=figure]").first).to_have_text(DIGIT)
    expect(page).to_have_url(re.compile("/p/38$"))
    assert page.evaluate("window.same"), "the stream goes on: the browser did not load a page"
    page.go_back()
    expect(page.locator("main[data-scope='vn']")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/\?i=air_aqi_hour$"))
    expect(page.locator("[data-part=chooser]")).to_have_value("air_aqi_hour")


def test_figures_of_a_province_follow_the_click_at_once(open_page: Open) -> None:
    page = open_page("/")
    page.locator("path[data-place='38']").hover()
    page.wait_for_timeout(600)
    page.evaluate(
        """() => { addEventListener('click', () => (window.clicked = performance.now()), {capture: true, once: true});
        const look = () => { const f = document.querySelector("main[data-scope='38'] [data-part=figure]");
          if (f && /\\d/.test(f.textContent)) window.there = performance.now(); else requestAnimationFrame(look) };
        requestAnimationFrame(look) }"""
    )
    page.locator("path[data-place='38']").click()
    expect(page.locator("main[data-scope='38']")).to_be_visible()
    expect(page.locator("[data-part=figure]").first).to_have_text(DIGIT)
    page.wait_for_function("window.there")
    assert page.evaluate("there - clicked") < 15_000  # of a machine that does nothing else the bench asks 300 ms


def test_chosen_indicator_colours_map_and_ranking_and_stands_in_the_address(open_page: Open) -> None:
    page = open_page("/")
    page.locator("[data-part=chooser]").select_option("air_aqi_hour")
    expect(page).to_have_url(re.compile(r"\?i=air_aqi_hour$"))
    expect(page.locator("[data-panel=ranking]")).to_have_attribute("data-indicator", "air_aqi_hour")
    shape = page.locator("path[data-place='22'].unit")
    expect(shape).to_have_class(re.compile("legal"))
    assert float(shape.evaluate("n => getComputedStyle(n).strokeWidth").rstrip("px")) >= 2
    page.reload()
    expect(page.locator("path[data-place='22'].unit")).to_have_class(re.compile("legal"))


def test_selected_place_is_outlined_and_ranked_row_marked(open_page: Open) -> None:
    page = open_page("/?pick=52")
    expect(page.locator(".rank.picked")).to_have_attribute("data-place", "52")
    expect(page.locator("[data-part=picked]")).to_have_attribute("d", re.compile("M"))


def test_zoom_and_choice_survive_updates(open_page: Open, stage: object) -> None:
    page = open_page("/")
    page.locator("[data-zoom=in]").click()
    page.locator("[data-zoom=in]").click()
    box = page.locator(".sheet").get_attribute("viewBox")
    stage.tell(push={"scope": "vn", "units": {"adm_ontime_rate": {"01": 80.0, "79": 99.0}}})  # type: ignore[attr-defined]
    page.wait_for_timeout(500)
    assert page.locator(".sheet").get_attribute("viewBox") == box


def test_stale_doubtful_and_missing_stand_below_the_rule_unranked(open_page: Open) -> None:
    page = open_page("/?i=adm_ontime_rate")
    rule = page.locator(".rule").evaluate("n => parseFloat(n.style.getPropertyValue('--at'))")
    rows = page.locator(".rank").evaluate_all(
        """rows => rows.map(r => [r.dataset.ageState, parseFloat(r.style.getPropertyValue('--at')),
        r.querySelector('.pos').textContent])"""
    )
    assert {state for state, _, _ in rows} >= {"live", "stale", "missing", "suspect"}
    for state, at, position in rows:
        assert (at > rule) == (state not in ("live", "late"))
        assert bool(position) == (state in ("live", "late"))


def test_search_needs_no_marks(open_page: Open) -> None:
    page = open_page("/")
    page.keyboard.press("/")
    page.keyboard.type("hue")
    expect(page.locator("#found li").first).to_be_visible()
    expect(page.locator("#found")).to_contain_text("Huế")
    page.locator("#found a", has_text="Huế").first.click()
    expect(page).to_have_url(re.compile(r"/p/46$"))


def test_search_finds_indicators(open_page: Open) -> None:
    page = open_page("/")
    page.locator(".search input").fill("dung han")
    expect(page.locator("#found")).to_contain_text("Tỷ lệ xử lý trước hạn, đúng hạn")


def test_search_finds_stations_and_leads_to_them(open_page: Open, stage: Stage) -> None:
    page = open_page("/?lang=en")
    [_, second, *_] = stage.canned.snapshot("46:air")["entities"]
    page.locator(".search input").fill(fold(second["vi"]))
    page.locator("#found a", has_text=second["en"]).first.click()
    expect(page).to_have_url(re.compile(r"/p/46/air\?lang=en&pick=air-\d+$"))
    shown = page.locator("[data-part=rows] [data-part=name]").get_by_text(second["en"], exact=True)
    expect(shown.first).to_be_visible()


def test_names_stand_in_the_same_order_in_browser_and_server(open_page: Open, stage: Stage) -> None:
    places = stage.canned.site.places
    names = [places.name(code) for unit in ("vn", "01", "46") for code in places.children(unit)]
    page = open_page("/")
    there = page.evaluate("names => names.sort(new Intl.Collator('vi').compare)", names)
    assert there == sorted(names, key=collation)


def test_unknown_address_is_404_with_a_way_home(context: object, stage: object) -> None:
    page = context.new_page()  # type: ignore[attr-defined]
    answer = page.goto(stage.url + "/p/99")  # type: ignore[attr-defined]
    assert answer.status == 404
    expect(page.locator("h1")).to_have_text("Không có trang này")
    page.locator("a.button").click()
    expect(page.locator("main[data-scope=vn]")).to_be_visible()


def test_chart_keeps_its_zoom_while_the_page_lives(open_page: Open, stage: object) -> None:
    page = open_page("/d/air")
    page.locator("[data-panel=trend]").scroll_into_view_if_needed()
    plot = page.locator("#trend .js-plotly-plot")
    expect(plot.locator(".main-svg").first).to_be_visible(timeout=30_000)
    settled(page)
    chosen = page.evaluate(
        """async () => { const g = document.querySelector('#trend .js-plotly-plot');
        const t = g.data[0].x; await Plotly.relayout(g, {'xaxis.range': [t[10], t[40]]});
        return g.layout.xaxis.range }"""
    )
    stage.tell(push={"scope": "vn", "indicators": {"air_aqi_hour": {"v": 99}}})  # type: ignore[attr-defined]
    page.wait_for_timeout(800)
    assert page.evaluate("document.querySelector('#trend .js-plotly-plot').layout.xaxis.range") == chosen


def test_english_is_one_click_away_and_stays(open_page: Open) -> None:
    page = open_page("/")
    page.locator(".switches a", has_text="EN").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).not_to_contain_text("đang")
    page.locator(".unfold").click()  # the longer words of English leave no room for all domains in the bar
    page.locator(".nav a", has_text="Air").click()
    expect(page).to_have_url(re.compile(r"/d/air\?lang=en$"))


def test_language_keeps_the_look_the_filters_and_the_time(open_page: Open) -> None:
    page = open_page("/map?i=adm_ontime_rate&tab=table")
    page.locator("[data-filter=region]").select_option("6")
    page.locator("[data-by=month]").click()
    page.locator(".switches a", has_text="EN").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    for kept in ("tab=table", "region=6", "by=month", "lang=en"):
        expect(page).to_have_url(re.compile(rf"[?&]{kept}(&|$)"))
    expect(page.locator("[data-panel=units] tbody tr:visible")).to_have_count(5)


def test_camera_stills_come_when_they_are_seen_at_most_twelve(open_page: Open) -> None:
    page = open_page("/d/cameras")
    tiles = page.locator(".camera")
    tiles.first.scroll_into_view_if_needed()
    expect(page.locator(".camera img.on").first).to_be_visible()
    assert tiles.count() == 12
    expect(page.locator(".camera[data-age-state=stale]").first).to_be_attached()
    expect(tiles.first.locator("[data-part=time]")).to_have_text(re.compile(r"\d\d:\d\d:\d\d"))


def test_data_health_tells_of_every_feed(open_page: Open, stage: Stage) -> None:
    page = open_page("/d/data")
    rows = page.locator("[data-panel=health] tbody tr")
    expect(rows.first.locator("[data-part=accepted]")).to_have_text(DIGIT)
    assert rows.count() == len(stage.canned.site.catalogue.feeds)


def test_the_bar_is_one_row_at_a_desk_and_lays_its_domains_out_when_asked(open_page: Open) -> None:
    page = open_page("/d/water")
    bar, unfold, domains = page.locator(".bar"), page.locator(".unfold"), page.locator(".domains")
    high = bar.bounding_box()["height"]  # type: ignore[index]
    expect(unfold).to_be_hidden()
    expect(domains.locator("a").first).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 900})
    assert bar.bounding_box()["height"] == high  # type: ignore[index]
    for words in ("Trực tiếp", "Mất kết nối từ 21:37:44"):
        page.locator("[data-part=link]").evaluate("(n, words) => (n.textContent = words)", words)
        assert bar.evaluate("n => n.scrollWidth <= n.clientWidth"), "nothing of it is cut"
    expect(domains.locator("a").first).to_be_hidden()
    expect(unfold).to_have_text("Nước")
    unfold.click()
    domains.locator("a", has_text="Không khí").click()
    expect(page).to_have_url(re.compile(r"/d/air$"))
    expect(page.locator(".domains")).to_be_hidden()
    expect(page.locator(".unfold")).to_have_text("Không khí")


def test_a_card_says_nothing_of_what_it_has_not_been_told(open_page: Open) -> None:
    page = open_page("/p/01", wait=False)
    page.route("**/definitions/**", lambda route: None)  # never answered
    page.locator("body[data-connected=true]").wait_for()
    page.locator("[data-panel=tile] [data-card]").first.click()
    card = page.locator("#card")
    expect(card.locator("[data-part=observed]")).to_have_text(DIGIT)
    for part in ("limits", "formula", "sender"):
        expect(card.locator(f"[data-part={part}]")).to_have_text("—")


def test_the_map_of_a_desk_says_by_what_law_it_ranks(open_page: Open) -> None:
    page = open_page("/map?i=air_aqi_hour")
    basis = page.locator("[data-panel=ranking] [data-part=basis]")
    expect(basis).to_have_text(re.compile("Quyết định 1459/QĐ-TCMT"))
    page.locator("[data-entry=adm_overdue_open]").dispatch_event("click")
    expect(basis).to_have_text(re.compile("61/2018/NĐ-CP.* · ngưỡng: thiết kế"))


def test_figures_of_the_card_and_the_table_of_units_say_where_they_come_from(open_page: Open) -> None:
    page = open_page("/map?i=air_aqi_hour&pick=52&tab=table")
    for figure in (page.locator(".place-card [data-card]"), page.locator(".units-table [data-place='52'] [data-card]")):
        expect(figure).to_have_text(DIGIT)
        figure.click()
        card = page.locator("#card")
        expect(card.locator("[data-part=place]")).to_have_text("Gia Lai")
        expect(card).to_have_attribute("data-indicator", "air_aqi_hour")
        assert page.url.endswith("tab=table"), "nobody left the map"
        card.locator("[data-close]").click()
