"""A page that lives for weeks: neither updates nor walks through the pages leave anything behind."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from feeds.catalogue.clock import iso
from tests.e2e.conftest import Open, Stage
from tests.e2e.rest import settled

pytestmark = pytest.mark.browser


def held(page: Page) -> dict[str, float]:
    """Heap, nodes and listeners of a page at rest, after a collection."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    for _ in range(3):
        devtools.send("HeapProfiler.collectGarbage")
    metrics: list[dict[str, Any]] = devtools.send("Performance.getMetrics")["metrics"]
    devtools.detach()
    return {m["name"]: m["value"] for m in metrics if m["name"] in ("JSHeapUsedSize", "Nodes", "JSEventListeners")}


def test_updates_leave_nothing_behind(open_page: Open, stage: Stage) -> None:
    page = open_page("/")
    settled(page)
    figures = page.locator("[data-panel=tile][data-indicator=adm_ontime_rate] [data-part=figure]")
    codes = list(stage.canned.snapshot("vn")["indicators"])
    units = stage.canned.site.places.units

    def update(times: int) -> dict[str, float]:
        for n in range(times):
            at = iso(time.time_ns() // 1_000_000)
            news = {code: {"v": n % 50 + 0.25, "at": at, "severity": n % 3 or None} for code in codes}
            columns = {code: {unit: float(n % 97) for unit in units} for code in codes[:10]}
            stage.tell(push={"scope": "vn", "indicators": news, "units": columns})
        expect(figures).to_have_text(f"{(times - 1) % 50},25")
        return held(page)

    before, after = update(40), update(160)
    assert after["Nodes"] <= before["Nodes"] + 20
    assert after["JSEventListeners"] <= before["JSEventListeners"]
    assert after["JSHeapUsedSize"] < before["JSHeapUsedSize"] + 1_500_000


def test_walking_through_pages_leaves_nothing_behind(open_page: Open) -> None:
    page = open_page("/p/38")
    page.locator("#react-entry-point").scroll_into_view_if_needed()
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=30_000)

    def walk(rounds: int) -> dict[str, float]:
        for _ in range(rounds):
            page.locator(".brand").click()
            expect(page.locator("main[data-scope=vn].overview")).to_be_visible()
            page.locator("path[data-place='38']").click()
            expect(page.locator("main[data-scope='38']")).to_be_visible()
            page.locator(".nav a").nth(2).click()
            expect(page.locator("main.domain")).to_be_visible()
        settled(page)
        return held(page)

    before, after = walk(1), walk(3)
    standing = page.evaluate("document.evaluate('count(//node())', document).numberValue")
    assert after["Nodes"] < standing * 1.5, "a page that was left is kept"
    assert after["Nodes"] < before["Nodes"] * 1.15
    assert after["JSEventListeners"] < before["JSEventListeners"] * 1.15
