"""Nguồn gốc: one card for every figure, by mouse and by keyboard, with what the records know."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.canned_records import UNIT
from tests.e2e.conftest import Open, connected
from tests.e2e.rest import settled

pytestmark = pytest.mark.browser


def said(page: Page, row: str) -> str:
    return page.locator(f"#card [data-part='{row}']").inner_text()


def test_the_card_tells_origin_age_parts_limits_check_and_revisions(open_page: Open) -> None:
    page = open_page(f"/p/{UNIT}")
    page.locator("[data-panel=tile][data-indicator=adm_ontime_rate] [data-card]").click()
    expect(page.locator("#card [data-part=records]")).to_have_text(re.compile(r"^Mở [\d.]+ bản ghi$"))
    settled(page)
    assert re.match(r"\d\d:\d\d:\d\d \d\d/\d\d/\d{4}", said(page, "observed"))
    assert re.match(r"nhận .*, trễ \d+ giây", said(page, "observed-more"))
    assert "nhịp 1 giờ" in said(page, "age")
    assert re.search(r"\d+ / \d+", said(page, "formula-more"))
    assert "Vừa: dưới 98 · Chỉ tiêu 98%" in said(page, "limits")
    assert re.search(r"lệch .*(khớp trong|vượt) 2", said(page, "check"))
    revised = said(page, "revisions").splitlines()
    assert "từ 97,50 thành 97,30" in revised[0] and "từ 96,90 thành 97,50" in revised[1]
    for row, least in (("age", 6), ("limits", 5), ("check", 7)):
        assert page.locator(f"#card [data-part={row}-drawing] > *").count() >= least


def test_the_keyboard_opens_stays_inside_and_comes_back(open_page: Open) -> None:
    page = open_page(f"/p/{UNIT}")
    figure = page.locator("[data-panel=tile] [data-card]").first
    figure.focus()
    page.keyboard.press("Enter")
    card = page.locator("#card")
    expect(card).to_be_visible()
    expect(card.locator("[data-part=records]")).to_have_text(re.compile(r"\d"))
    for _ in range(7):
        page.keyboard.press("Tab")
        assert page.evaluate("document.getElementById('card').contains(document.activeElement)")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.getElementById('card').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    assert figure.evaluate("n => document.activeElement === n")


def test_figures_of_ranking_map_communes_and_stations_have_their_card(open_page: Open) -> None:
    page = open_page("/?i=adm_ontime_rate")
    place = page.locator("#card [data-part=place]")
    page.locator(f".rank[data-place='{UNIT}'] [data-card]").click()
    expect(place).to_have_text("Lâm Đồng")
    expect(page.locator("#card [data-part=records]")).to_have_attribute(
        "href", f"/p/{UNIT}/dossiers/r?i=adm_ontime_rate"
    )
    page.keyboard.press("Escape")
    page.locator("path[data-place='38'].unit").hover()
    page.keyboard.press("i")
    expect(place).to_have_text("Thanh Hóa")
    assert page.url.endswith("/?i=adm_ontime_rate")
    page.goto(page.url.split("?")[0] + f"p/{UNIT}/air")
    connected(page)
    row = page.locator("[data-panel=stations] tr[data-entity]").nth(1)
    name = row.locator("[data-part=name]").inner_text()
    row.locator("[data-card]").click()
    expect(place).to_have_text(name)
    expect(page.locator("#card [data-part=records]")).to_have_attribute("href", re.compile(r"in=air-\d+"))
    page.goto(page.url.split("/p/")[0] + f"/p/{UNIT}")
    connected(page)
    page.locator(".communes [data-place]").nth(3).click(force=True)
    expect(page.locator("#card")).to_be_visible()
    expect(page.locator("#card [data-part=records]")).to_have_attribute("href", re.compile(rf"in={UNIT}%2F"))
