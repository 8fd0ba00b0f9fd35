"""What was refused, at the desk: narrowed by its address, one message read, tried, corrected and dropped."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import pictures
from tests.e2e.canned_quality import PERSON
from tests.e2e.conftest import Open
from tests.e2e.routes import REFUSED

pytestmark = pytest.mark.browser
ROWS = "table.refused tbody tr"


def part(page: Page, section: int, words: str) -> None:
    page.locator(".desk-side section").nth(section).locator("li a", has_text=words).click()


def fill(page: Page, name: str, words: str) -> None:
    page.get_by_label(name, exact=True).fill(words)


def test_the_list_narrows_and_its_address_restores_it(open_page: Open) -> None:
    page = open_page("/quality")
    expect(page.locator(ROWS)).to_have_count(50)
    assert page.locator(".refused-hours .bars i").count() == 72
    part(page, 1, "Hồ sơ")
    expect(page.locator(".desk-said .count")).to_have_text("37 tin")
    expect(page.locator(ROWS)).to_have_count(37)
    assert PERSON not in page.content() and "0912345678" not in page.content()
    page.reload()
    expect(page.locator(ROWS)).to_have_count(37)
    page.locator(".desk-side a", has_text="tất cả").first.click()
    page.locator(".pages a", has_text="cũ hơn").click()
    expect(page.locator(".pages a", has_text="mới nhất")).to_be_visible()


def test_one_message_is_tried_corrected_and_dropped(open_page: Open) -> None:
    page = open_page("/quality?code=parameter_unknown")
    page.locator(f"{ROWS} .record-link").first.click()
    text = page.locator("textarea.bytes")
    expect(text).to_be_visible()
    page.get_by_role("button", name="Kiểm tra thử").click()
    expect(page.locator(".said-of")).to_contain_text("PM_MIN")
    whole = json.loads(text.input_value())
    text.fill(json.dumps(whole | {"values": {"pm25": 41.5}}))
    page.get_by_role("button", name="Kiểm tra thử").click()
    expect(page.locator(".said-of")).to_have_text("Sẽ được nhận.")
    page.get_by_role("button", name="Bỏ tin này").click()
    expect(page.locator(".said-of")).to_contain_text("Ghi rõ người thực hiện")
    fill(page, "Người thực hiện", "Phạm Thu Hà")
    fill(page, "Lý do", "nguồn gửi nhầm thông số")
    page.get_by_role("button", name="Bỏ tin này").click()
    expect(page.locator(".record-state")).to_have_text("Đã bỏ")
    expect(page.locator(".trail-steps")).to_contain_text("Phạm Thu Hà")


def test_sources_say_what_is_to_be_looked_at_and_scores_put_the_lowest_first(open_page: Open) -> None:
    page = open_page("/quality/sources")
    expect(page.locator("table.sources tbody tr")).to_have_count(102)
    flags = page.locator("table.sources td:last-child")
    expect(flags.filter(has_text="Im lặng")).not_to_have_count(0)
    expect(flags.first).to_contain_text("Khuyết số")
    expect(flags.filter(has_text="Đứng số").first).to_contain_text("pm25, so2")
    expect(flags.filter(has_text="Đổi cấu trúc").first).to_contain_text("−nh4_n (2); +PM_MIN (2)")
    page.locator(".quality-tabs a").nth(2).click()
    rows = page.locator("table.scores tbody tr")
    expect(rows).to_have_count(35)
    lowest = [
        float(cell.replace(".", "").replace(",", "."))
        for cell in page.locator("table.scores td:last-child").all_inner_texts()
        if cell
    ]
    assert lowest[1:] == sorted(lowest[1:])
    rows.nth(1).locator("a").first.click()
    expect(page.locator("table.scores tbody tr")).to_have_count(1)


@pytest.mark.parametrize(
    "sizes", [((1920, 1080), (390, 844)), pytest.param(((3840, 2160),), marks=pytest.mark.soak)], ids=["desk", "wall"]
)
def test_pictures_of_quality(open_page: Open, sizes: tuple[tuple[int, int], ...]) -> None:
    """Each page is opened once and stands at every size."""
    for name, path in REFUSED.items():
        page = open_page(path)
        expect(page.locator(ROWS).first).to_be_visible()
        if name == "quality-case":
            page.locator(f"{ROWS} .record-link").first.click()
            expect(page.locator("textarea.bytes")).to_be_visible()
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")
            pictures.keep(page, f"{name}-{width}")
        page.close()
