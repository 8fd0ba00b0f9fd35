"""From a figure to its records: in three clicks, narrowed, sorted and paged by an address that restores it, and out."""

from __future__ import annotations

import re
import urllib.request

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.canned_records import HOSTILE, PHONE, UNIT
from tests.e2e.conftest import Open, Stage
from tests.e2e.rest import settled

pytestmark = pytest.mark.browser
LIST = f"/p/{UNIT}/dossiers/r?i=adm_ontime_rate&period=all"
NOTHING = ".desk .empty"  # the sentence of a list that is empty
ROWS = ".ag-center-cols-container .ag-row"


def number(page: Page) -> int:
    words = page.locator(".desk-said .count").inner_text()
    return int(re.sub(r"\D", "", words))


def first_row(page: Page) -> str:
    return page.locator(f"{ROWS}[row-index='0'] [col-id=id]").inner_text()


def test_the_record_is_three_clicks_from_the_first_page(open_page: Open) -> None:
    """Rule 11: L1 to L4 in at most three clicks; counted as the browser hears them."""
    page = open_page("/")
    page.evaluate("window.clicks = 0; addEventListener('click', () => clicks++, {capture: true})")
    page.locator("[data-panel=tile][data-indicator=adm_ontime_rate] [data-card]").click()
    page.locator("#card [data-part=records]").click()
    page.locator(f"{ROWS} .record-link").first.click()
    expect(page.locator(".record h1")).to_have_text(re.compile(r"^H36\."))
    expect(page.locator(".trail-steps li")).not_to_have_count(0)
    assert page.evaluate("window.clicks") <= 3
    assert page.url.endswith("?i=adm_ontime_rate")
    page.go_back()
    expect(page.locator(f"{ROWS} .record-link").first).to_be_visible()


def test_every_tile_of_the_first_page_leads_to_what_it_was_made_of(open_page: Open) -> None:
    """Rule 11 for each domain: figure, card, list; the third click opens one record, where there are records."""
    page = open_page("/")
    for code in page.locator("[data-panel=tile]").evaluate_all("all => all.map((n) => n.dataset.indicator)"):
        page.locator(f"[data-panel=tile][data-indicator={code}] [data-card]").click()
        page.locator("#card [data-part=records]").click()
        rows = page.locator(f"{ROWS}, table.refused tbody tr, {NOTHING}")
        expect(rows.first, code).to_be_visible()
        link = page.locator(f"{ROWS} .record-link").first
        if link.count():
            link.click()
            expect(page.locator(".record h1"), code).to_have_text(re.compile(r"\S"))
        page.locator(".brand").click()
        expect(page.locator("[data-panel=tile]").first).to_be_visible()


def test_the_list_narrows_sorts_and_turns_and_its_address_restores_it(open_page: Open) -> None:
    page = open_page(LIST)
    expect(page.locator(f"{ROWS} .record-link").first).to_be_visible()
    settled(page)
    whole = number(page)
    part = page.locator(".desk-side section").nth(1).locator("li a").first
    field, n = part.locator("span").inner_text(), int(part.locator("b").inner_text())
    part.click()
    expect(page.locator(".desk-said .count")).to_have_text(f"{n} bản ghi")
    assert n < whole
    expect(page.locator("input[value^='" + field + "']").first).to_be_visible()
    page.locator(".ag-header-cell[col-id=due]").click()
    expect(page).to_have_url(re.compile("sort=-due"))
    page.get_by_role("button", name="Trang sau").click()
    expect(page).to_have_url(re.compile("page=2"))
    settled(page)
    expect(page.locator(f"{ROWS}[row-index='25'] .record-link")).to_be_visible()
    seen = page.locator(f"{ROWS}[row-index='25'] [col-id=id]").inner_text()
    page.reload()
    expect(page.locator(f"{ROWS}[row-index='25'] [col-id=id]")).to_have_text(seen)
    expect(page.locator(".ag-header-cell[col-id=due]")).to_have_attribute("aria-sort", "descending")
    expect(page.locator(".desk-said .count")).to_have_text(f"{n} bản ghi")


def test_days_narrow_the_list_and_a_slow_click_says_so(open_page: Open) -> None:
    page = open_page("/p/68")
    held: list[Route] = []
    page.route("**/dossiers/r?*", lambda route: held.append(route))
    page.evaluate(f"document.querySelector('.brand').href = {LIST!r}")
    page.locator(".brand").click()
    expect(page.locator("main")).to_have_attribute("data-opening", "Đang mở trang")
    for route in held:
        route.continue_()
    page.unroute("**/dossiers/r?*")
    expect(page.locator(".room > .waits")).to_have_css("visibility", "visible")
    expect(page.locator(f"{ROWS} .record-link").first).to_be_visible()
    expect(page.locator(".room > .waits")).to_have_css("visibility", "hidden")
    page.get_by_label("Từ ngày", exact=True).click()
    page.locator("button.mantine-DatePickerInput-day").nth(15).click()
    expect(page).to_have_url(re.compile(r"from=20\d\d-\d\d-\d\d"))
    expect(page.locator(".desk-said b")).to_have_text(re.compile(r"^từ \d\d/\d\d/20\d\d$"))
    assert "period=" not in page.url, "days and a period say the same thing: the one touched last stands"
    page.get_by_role("link", name="bỏ ngày").click()
    expect(page).not_to_have_url(re.compile("from="))


def test_controls_write_the_address_and_hostile_words_stay_words(open_page: Open) -> None:
    page = open_page(LIST)
    page.get_by_label("Tìm", exact=True).fill("000007")
    expect(page).to_have_url(re.compile("q=000007"))
    expect(page.locator(".desk-said .count")).to_have_text("1 bản ghi")
    expect(page.locator(f"{ROWS} [col-id='fields.procedure']")).to_have_text(HOSTILE)
    assert PHONE not in page.content()
    page.locator(".record-link").click()
    expect(page.locator(".record dl")).to_contain_text(HOSTILE)
    settled(page)
    assert PHONE not in page.content() and page.locator(".record img").count() == 0
    page.goto(page.url.replace("000007", "999999"))
    expect(page.locator(".drill")).to_contain_text("Không có bản ghi này")


def test_readings_stand_behind_the_figure_of_stations(open_page: Open) -> None:
    page = open_page(f"/p/{UNIT}/air/r?i=air_pm25_24h")
    expect(page.locator(".desk-said .count")).to_have_text("144 bản ghi")
    expect(page.locator(f"{ROWS}[row-index='0'] [col-id='values.pm25']")).to_have_text(re.compile(r"^\d+(,\d+)?$"))
    expect(page.locator(f"{ROWS}[row-index='0'] [col-id=at]")).to_have_text(
        re.compile(r"^\d\d:\d\d:\d\d \d\d/\d\d/\d{4}$")
    )
    page.locator(".ag-header-cell[col-id='values.pm25']").click()
    expect(page).to_have_url(re.compile("sort=-values.pm25"))
    settled(page)
    expect(page.locator(f"{ROWS}[row-index='4'] [col-id='values.pm25']")).to_have_text(re.compile(r"^\d"))
    values = page.locator(f"{ROWS} [col-id='values.pm25']").all_inner_texts()[:5]
    assert [float(v.replace(",", ".")) for v in values] == sorted(
        (float(v.replace(",", ".")) for v in values), reverse=True
    )


def test_the_grid_and_its_controls_are_loaded_only_where_records_are_listed(open_page: Open) -> None:
    page = open_page("/d/air")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("[data-panel=trend]").scroll_into_view_if_needed()
    expect(page.locator("#trend .js-plotly-plot .main-svg").first).to_be_visible(timeout=30_000)
    heavy = re.compile("dash_ag_grid|dash_mantine")
    assert not [url for url in asked if heavy.search(url)]
    page.locator("[data-panel=gauges] [data-card]").first.click()
    page.locator("#card [data-part=records]").click()  # Dash runs already: the libraries come before it draws
    expect(page.locator(".desk-said .count, .desk .empty").first).to_be_visible(timeout=30_000)
    assert [url for url in asked if heavy.search(url)]


def test_a_file_is_the_list_as_it_is_seen(open_page: Open, stage: Stage) -> None:
    page = open_page(LIST + "&q=00000")
    expect(page.locator(f"{ROWS} .record-link").first).to_be_visible()
    page.locator(".ag-header-cell[col-id='times.received']").click()
    expect(page).to_have_url(re.compile("sort=-times.received"))
    settled(page)
    with page.expect_download() as loading:
        page.get_by_text("Xuất CSV").click()
    text = loading.value.path().read_bytes().decode("utf-8-sig")
    lines = text.split("\r\n")
    assert lines[0] == "DỮ LIỆU MÔ PHỎNG"
    assert lines[1].startswith("Tỷ lệ xử lý trước hạn, đúng hạn · ")
    rows = [line for line in lines if line.startswith("H36.")]
    assert rows[0].split(";")[0] == first_row(page)
    assert len(rows) == number(page)
    assert "'=HYPERLINK" in text and PHONE not in text
    with urllib.request.urlopen(f"{stage.url}/api/v1/export/{UNIT}.xlsx?i=adm_ontime_rate", timeout=30) as answer:
        assert answer.read(2) == b"PK"
