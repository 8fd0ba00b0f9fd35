"""The shared compressed bytes are what Chromium's EventSource understands, frame by frame and at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.conftest import wait_until
from tests.serve.running import Publisher, Site

pytestmark = pytest.mark.browser

LISTEN = """scope => {
  window.got = [];
  window.source = new EventSource('/stream?scope=' + scope);
  for (const kind of ['snapshot', 'delta', 'beat'])
    source.addEventListener(kind, e => got.push([kind, e.lastEventId, JSON.parse(e.data), Date.now()]));
}"""


@pytest.fixture
def page(site: Site) -> Iterator[Page]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(site.url)
        yield page
        browser.close()


def kinds(page: Page) -> list[str]:
    return [f"{kind} {last}" for kind, last in page.evaluate("got.map(g => [g[0], g[1]])") if kind != "beat"]


def test_frames_arrive_whole_in_order_and_at_once(site: Site, page: Page, publisher: Publisher) -> None:
    publisher.pad = "Việt Nam " * 20_000
    publisher.snapshot("vn")
    publisher.snapshot("01")
    page.evaluate(LISTEN, "vn,01")
    wait_until(lambda: len(kinds(page)) == 2, 10, "for the first frames")
    for n, scope in enumerate(("01", "01", "01", "vn"), 3):
        publisher.tick(scope)
        wait_until(lambda n=n: len(kinds(page)) == n, 10, "for the delta")  # type: ignore[misc]
    assert kinds(page)[1:] == [
        "snapshot vn=1-1,01=1-1",
        *(f"delta vn=1-1,01=1-{v}" for v in (2, 3, 4)),
        "delta vn=1-2,01=1-4",
    ]
    # published to parsed, on one machine's clock
    soonest = page.evaluate("Math.min(...got.filter(g => g[0] == 'delta').map(g => g[3] / 1000 - g[2].at))")
    assert soonest < 0.5, "what were held back would be so each time"


def test_the_browser_reconnects_by_itself_and_gets_only_what_it_lacks(
    site: Site, page: Page, publisher: Publisher
) -> None:
    publisher.snapshot()
    page.evaluate(LISTEN, "vn")
    wait_until(lambda: len(kinds(page)) == 1, 10)
    [client] = [client for group in site.app.hub.groups.values() for client in group.clients]
    assert client.abort
    site.loop.call_soon_threadsafe(client.abort)
    publisher.tick()
    wait_until(lambda: kinds(page)[1:] == ["delta vn=1-2"], 15, "for the stream to come back")
