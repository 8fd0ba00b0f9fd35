"""The nation's map at a desk, its four looks and its filters, beside shared/look/desk_nation.png."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import pictures
from tests.e2e.conftest import Open, Stage
from tests.e2e.rest import settled

pytestmark = pytest.mark.browser
DELTA = ["82", "86", "91", "92", "96"]


def sheet(page: Page, name: str) -> str:
    """The look that stands must be this one alone."""
    expect(page.locator(f"[data-sheet={name}]")).to_be_visible()
    shown = page.locator("[data-sheet]:visible")
    expect(shown).to_have_count(1)
    settled(page)
    pictures.keep(page, f"map-{name}")
    return f"[data-sheet={name}]"


def test_the_address_restores_look_region_and_comparison(open_page: Open) -> None:
    page = open_page("/map?i=adm_ontime_rate&tab=table&region=6")
    rows = page.locator(f"{sheet(page, 'table')} tbody tr:visible")
    expect(rows).to_have_count(len(DELTA))
    assert sorted(row.get_attribute("data-place") or "" for row in rows.all()) == DELTA
    expect(page.locator("[data-filter=region]")).to_have_value("6")
    expect(page.locator(".unit[data-off]")).to_have_count(34 - len(DELTA))
    page.locator("[data-tab=compare]").click()
    expect(page).to_have_url(re.compile("tab=compare"))
    sheet(page, "compare")
    expect(page.locator(".compare-chart path.line").first).to_be_visible()
    page.locator("[data-panel=compare] select").select_option("46")
    expect(page).to_have_url(re.compile(r"vs=[0-9%C,]*46"))
    settled(page)
    address = page.url
    again = open_page(address[address.index("/map") :])
    sheet(again, "compare")
    expect(again.locator(".chosen li")).to_have_count(page.locator(".chosen li").count())
    expect(again.locator(".compare-chart path.line")).to_have_count(again.locator(".chosen li").count())
    texts = again.locator(".compare-chart text").evaluate_all(
        "nodes => nodes.map(n => n.getBoundingClientRect()).map(b => [b.left, b.top, b.right, b.bottom])"
    )
    assert all(not over(a, b) for i, a in enumerate(texts) for b in texts[i + 1 :]), "no name covers another"
    again.locator(".chosen button").first.click()
    expect(again.locator(".compare-chart path.line")).to_have_count(again.locator(".chosen li").count())


def over(a: list[float], b: list[float]) -> bool:
    return a[0] < b[2] - 1 and b[0] < a[2] - 1 and a[1] < b[3] - 4 and b[1] < a[3] - 4


def test_a_region_is_ranked_among_itself_and_let_go_again(open_page: Open) -> None:
    page = open_page("/map?i=adm_ontime_rate")
    page.locator("[data-filter=region]").select_option("6")
    expect(page.locator(".rank:visible")).to_have_count(len(DELTA))
    places = page.locator(".rank:visible .pos").all_inner_texts()
    assert sorted(p for p in places if p)[:1] == ["1"]
    expect(page.locator("[data-panel=filters] [data-part=left]")).to_have_text("Đang xem 5 / 34 đơn vị")
    page.locator("[data-panel=filters] [data-part=clear]").click()
    expect(page.locator(".rank:visible")).to_have_count(34)
    expect(page).not_to_have_url(re.compile("region"))


def test_only_what_is_wrong_or_what_cannot_be_ranked(open_page: Open) -> None:
    page = open_page("/map?i=adm_ontime_rate&only=doubtful")
    settled(page)
    states = {row.get_attribute("data-age-state") for row in page.locator(".rank:visible").all()}
    assert states and states <= {"stale", "missing", "suspect"}
    page.locator("[data-filter=only]").select_option("abnormal")
    expect(page).to_have_url(re.compile("only=abnormal"))
    settled(page)
    marked = page.locator(".rank:visible")
    assert marked.count() and all(row.get_attribute("data-severity") for row in marked.all())


def test_a_month_is_compared_with_the_close_before_it_and_the_address_keeps_it(open_page: Open) -> None:
    page = open_page("/map?i=adm_ontime_rate&pick=46")
    expect(page.locator("[data-panel=head] [data-part=since]")).to_have_text("so hôm qua")
    page.locator("[data-by=month]").click()
    expect(page).to_have_url(re.compile("by=month"))
    again = open_page(page.url[page.url.index("/map") :])
    for shown in (page, again):
        expect(shown.locator("[data-by=month]")).to_have_attribute("aria-pressed", "true")
        expect(shown.locator("[data-panel=head] [data-part=since]")).to_have_text("so kỳ trước")
        expect(shown.locator("[data-panel=place] [data-part=change]")).to_contain_text("so kỳ trước")
        expect(shown.locator("[data-part=period]")).to_have_text(re.compile(r"kỳ 15/\d\d.* – 14/\d\d.*hết ngày 14/"))
        assert shown.locator("[data-filter=at] optgroup:not([hidden])").get_attribute("data-closes") == "month"
    page.locator("[data-by=day]").click()
    expect(page).not_to_have_url(re.compile("by="))


def test_the_table_hatches_what_is_stale_and_sorts_what_is_missing_last(open_page: Open, stage: Stage) -> None:
    page = open_page("/map?i=adm_ontime_rate&tab=table")
    rows = f"{sheet(page, 'table')} tbody tr"
    expect(page.locator(rows)).to_have_count(34)
    hatched = page.locator(f"{rows}[data-age-state=stale]").first
    assert "repeating-linear-gradient" in hatched.evaluate("n => getComputedStyle(n).backgroundImage"), "rule 23"
    page.locator("[data-panel=units] [data-sort=value]").click()
    settled(page)
    told = page.locator(f"{rows} td:nth-child(2)").all_inner_texts()
    known = [float(t.replace(".", "").replace(",", ".")) for t in told if t != "—"]
    assert known == sorted(known, reverse=True) and told[-1] == "—"
    page.locator("[data-tab=trend]").click()
    expect(page.locator("#trend .js-plotly-plot .main-svg").first).to_be_visible(timeout=30_000)
