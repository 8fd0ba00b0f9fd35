"""From the nation to a province: milliseconds from the click until figures and map stand, and what a page weighs.

    python -m tests.bench.click [--clicks 5] [--rows file]

With two updates a second for every province, as `tests.bench.browser`; what is weighed is what went over the wire to a
cold browser, compressed as it came, and how much of it a second visit fetched again.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from feeds.catalogue.places import Places
from feeds.catalogue.settings import ROOT
from tests.bench.browser import FLAGS, each_second, until
from tests.bench.stage import stage
from tests.bench.table import Row, table

SIZE = {"width": 1920, "height": 1080}
SETTLED_MS = 4_000
WATCH = """place => {
  window.there = {};
  addEventListener('click', () => (window.clicked = performance.now()), {capture: true, once: true});
  const figure = () => [...document.querySelectorAll(`main[data-scope='${place}'] [data-part=figure]`)]
    .some((node) => /[0-9]/.test(node.textContent));
  const map = () => document.querySelector(`main[data-scope='${place}'] .sheet [data-place^='${place}/']`);
  const look = () => {
    if (!there.figures && figure()) there.figures = performance.now();
    if (!there.map && map()) there.map = performance.now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


def clicked(browser: Browser, url: str, places: list[str]) -> dict[str, float]:
    """Median milliseconds from the click on a province until its figures and its map are there."""
    waits: dict[str, list[float]] = {"figures": [], "map": []}
    for place in places:
        page = browser.new_page(viewport=SIZE)
        page.goto(url)
        page.wait_for_timeout(SETTLED_MS)
        shape = page.locator(f"path[data-place='{place}']").first
        shape.hover()
        page.wait_for_timeout(600)
        page.evaluate(WATCH, place)
        shape.click()
        until(page, "window.there?.figures && window.there?.map")
        for what, found in page.evaluate(
            "Object.fromEntries(Object.entries(there).map(([k, v]) => [k, v - clicked]))"
        ).items():
            waits[what].append(found)
        page.close()
    return {what: statistics.median(found) for what, found in waits.items()}


def weighed(browser: Browser, url: str) -> tuple[float, float]:
    """KB over the wire for the nation's page with nothing cached, and for a second visit; the stream is not counted."""
    context = browser.new_context(viewport=SIZE)
    page = context.new_page()
    found = (_visit(page, url), _visit(page, url))
    context.close()
    return found


def _visit(page: Page, url: str) -> float:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    streams: set[str] = set()
    sizes: dict[str, float] = {}

    def answered(told: dict[str, Any]) -> None:
        if "/stream" in told["response"]["url"]:
            streams.add(told["requestId"])

    def finished(told: dict[str, Any]) -> None:
        sizes[told["requestId"]] = told["encodedDataLength"]

    devtools.on("Network.responseReceived", answered)
    devtools.on("Network.loadingFinished", finished)
    page.goto(url)
    page.wait_for_timeout(SETTLED_MS)
    devtools.detach()
    return sum(size for request, size in sizes.items() if request not in streams) / 1000


def measure(clicks: int) -> list[Row]:
    """Both, as rows."""
    units = Places.load(ROOT / "data/places").units[:: max(1, 34 // clicks)][:clicks]
    with stage() as stage_, sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        with each_second(stage_):
            time.sleep(5)
            waits = clicked(browser, stage_.url, list(units))
            first, again = weighed(browser, stage_.url)
            peer = min(weighed(browser, url)[0] for url in stage_.peers.values())
        browser.close()
    return [
        Row("a province's figures after the click", "ms", waits["figures"], limit=300),
        Row("a province's map after the click", "ms", waits["map"], limit=1000),
        Row("weight of the nation's page, cold browser", "KB", first, peer, against="plain Dash"),
        Row("weight of the nation's page, second visit", "KB", again),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clicks", type=int, default=5)
    parser.add_argument("--rows", type=Path)
    options = parser.parse_args()
    rows = measure(options.clicks)
    print(table(rows))
    if options.rows:
        options.rows.write_text(json.dumps([row.as_dict() for row in rows], indent=1))


if __name__ == "__main__":
    main()
