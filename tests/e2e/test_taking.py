"""A view taken away: on paper it is light and says whence and when; as a picture it is made in the browser alone."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.e2e import pictures
from tests.e2e.conftest import Open
from tests.e2e.rest import settled

pytestmark = pytest.mark.browser
MOMENT = re.compile(r"lúc \d\d:\d\d:\d\d \d\d/\d\d/\d{4}, giờ Việt Nam")
MOVED = "(slider, to) => { slider.value = to; slider.dispatchEvent(new Event('input')) }"
A4 = {"width": 1047, "height": 690}  # CSS pixels of an A4 page on its side, margins off


@pytest.mark.parametrize(
    ("path", "name"), [("/?theme=dark", "ioc-"), ("/p/46/air", "ioc-p-46-air-"), ("/map", "ioc-map-")]
)
def test_a_view_is_saved_as_a_picture_with_its_stamp(open_page: Open, path: str, name: str) -> None:
    page = open_page(path)
    expect(page.locator("[data-part=figure]").first).to_have_text(re.compile(r"\d"))
    with page.expect_download() as download:
        page.locator("[data-act=picture]").click()
    assert re.fullmatch(name + r"\d{8}-\d{6}\.png", download.value.suggested_filename)
    kept = pictures.place_of(f"saved{path.split('?')[0].replace('/', '-')}")
    download.value.save_as(kept)
    picture = Image.open(io.BytesIO(kept.read_bytes())).convert("RGB")
    assert picture.width == 2 * 1920 and picture.height > 2 * 1000
    ground = (13, 18, 23) if "dark" in path else (244, 246, 247)
    assert picture.getpixel((10, picture.height - 10)) == ground
    foot = picture.crop((0, picture.height - 120, 700, picture.height - 20))
    assert len(set(foot.get_flattened_data())) > 20, "stamp and source stand at the foot of the picture"
    frame = max((run(row, ground) for row in rows(foot)), default=0)
    assert frame > 150, "the frame of the stamp"
    assert page.locator("[data-act=picture]").is_enabled() and not page.locator("[style*='-99999px']").count()


@pytest.mark.soak
def test_a_province_of_an_hour_ago_and_a_list_are_legible_on_paper(open_page: Open) -> None:
    page = open_page("/p/46")
    page.locator("[data-part=slider]").evaluate(MOVED, "20")
    page.locator("body[data-past]").wait_for()
    settled(page)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.set_viewport_size(A4)
    page.emulate_media(media="print")
    sheet = page.locator(".first .sheet").bounding_box()
    assert sheet and sheet["height"] > 200, "the map is on paper"
    expect(page.locator(".moment [data-part=said]")).to_contain_text("Đang xem")
    expect(page.locator("[data-part=slider]")).to_be_hidden()
    assert "DỮ LIỆU MÔ PHỎNG" in page.locator(".print-foot").evaluate("n => n.textContent")
    pictures.keep(page, "paper-province", full_page=True)
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(page.url.split("/p/")[0] + "/p/68/dossiers/r?i=adm_ontime_rate&from=2026-01-01")
    row = page.locator(".ag-center-cols-container .ag-row .record-link").first
    row.wait_for()
    settled(page)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.set_viewport_size(A4)
    page.emulate_media(media="print")
    table = page.locator(".print-table")
    expect(table.locator("tbody tr")).to_have_count(min(25, page.locator(".ag-center-cols-container .ag-row").count()))
    assert row.evaluate("n => n.textContent") in table.inner_text()
    assert table.locator("th").count() == table.locator("tbody tr").first.locator("td").count() >= 6
    assert page.locator(".desk-said").inner_text().count("từ 01/01/2026") == 1
    assert page.evaluate("document.scrollingElement.scrollWidth") <= A4["width"] + 8
    pictures.keep(page, "paper-records", full_page=True)


def rows(picture: Image.Image) -> list[list[tuple[int, int, int]]]:
    """Line by line, the colours of its pixels."""
    pixels, width = list(picture.get_flattened_data()), picture.width
    return [pixels[at : at + width] for at in range(0, len(pixels), width)]  # type: ignore[misc]


def run(row: list[tuple[int, int, int]], ground: tuple[int, int, int]) -> int:
    """How many pixels of ink stand beside each other in a row at most; a hairline is no ink."""
    longest = now = 0
    for pixel in row:
        now = now + 1 if max(abs(a - b) for a, b in zip(pixel, ground, strict=True)) > 60 else 0
        longest = max(longest, now)
    return longest


def test_paper_is_light_and_says_whence_and_when(open_page: Open) -> None:
    page = open_page("/?theme=dark")
    expect(page.locator("[data-part=clock]")).to_have_text(re.compile(r"\d\d:\d\d:\d\d"))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.set_viewport_size(A4)
    page.emulate_media(media="print")
    foot = page.locator(".print-foot")
    said = page.evaluate("[...document.adoptedStyleSheets].map(s => [...s.cssRules].map(r => r.cssText).join()).join()")
    margins = page.evaluate("document.documentElement.classList.contains('margins')")
    assert foot.is_visible() != margins, "in the margin of each page, or at its foot"
    for words in (foot.evaluate("n => n.textContent"), said if margins else foot.inner_text()):
        assert "DỮ LIỆU MÔ PHỎNG" in words and "Ranh giới 34 đơn vị" in words and page.url in words
        assert MOMENT.search(words)
    for hidden in (".bar", ".zoom", ".search"):
        expect(page.locator(hidden).first).to_be_hidden()
    ink = page.locator("h1").evaluate("n => getComputedStyle(n).color")
    assert ink == "rgb(18, 24, 29)", "ink of the light theme"
    assert page.evaluate("document.scrollingElement.scrollWidth") <= A4["width"] + 8, (
        "plates reach a little over the edge"
    )
    pictures.keep(page, "paper", full_page=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(prefer_css_page_size=True, print_background=True))) <= 4
