"""The page of typed figures in a real browser: one types, another approves; hostile words stay words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

import callbacks
from feeds.catalogue.settings import ROOT, Settings
from feeds.serve.paper import Paper
from feeds.serve.parts import Parts
from tests.serve.running import Site, serve

pytestmark = pytest.mark.browser
PICTURES = ROOT / ".artefacts"
HOSTILE = '<img src=x onerror="window.hit=1">'


@pytest.fixture
def entry_site(parts: Parts, durable: object, volatile: object, tmp_path: Path) -> Iterator[Site]:
    page = callbacks.entry(callbacks.site(Settings(), parts.catalogue, parts.places))
    yield from serve(parts, ROOT / "assets", paper=Paper("1", b"", page))


@pytest.fixture
def page(entry_site: Site) -> Iterator[Page]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(f"{entry_site.url}/entry")
        yield page
        browser.close()


def test_one_types_another_approves(entry_site: Site, page: Page) -> None:
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    expect(page.locator("[name=param] option").first).to_be_attached()
    page.fill("[name=by]", "Nguyễn An")
    page.select_option("[name=feed]", "traffic")
    page.select_option("[name=param]", "accidents")
    page.select_option("[name=place]", "2025:46")
    assert "feed=traffic&place=46" in (page.get_attribute("[data-part=template]", "href") or "")
    page.fill("[name=value]", "1,5")
    page.fill("[name=note]", HOSTILE)
    page.click("form button[type=submit]")
    expect(page.locator("[data-part=said]")).to_contain_text("số nguyên")
    page.fill("[name=value]", "1.234")
    page.click("form button[type=submit]")
    expect(page.locator("[data-part=said]")).to_contain_text("1234 lớn hơn")
    page.fill("[name=value]", "7")
    page.click("form button[type=submit]")
    row = page.locator("[data-figure]").first
    expect(row).to_contain_text("Vụ tai nạn")
    expect(row).to_contain_text(HOSTILE)
    row.locator("[data-act=approve]").click()
    expect(page.locator("[data-part=said]")).to_contain_text("Người duyệt phải là người khác")
    page.fill("[name=by]", "Trần Chi")
    row.locator("[data-act=approve]").click()
    expect(row).to_have_attribute("data-state", "approved")
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / "entry.png")
    page.goto(f"{entry_site.url}/entry?lang=en")
    expect(page.locator("[data-figure]").first).to_contain_text("Approved")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.screenshot(path=PICTURES / "entry-phone.png")
    assert page.evaluate("window.hit") is None
    assert [said for said in noise if "422" not in said] == []
