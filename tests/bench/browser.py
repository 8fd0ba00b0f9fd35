"""What a person waits for, in Chromium, beside the plain Dash page in the same run.

    python -m tests.bench.browser [--loads 5] [--seconds 20] [--posts 40] [--rows file]

First live figure and first chart on a cold browser; main thread per second of updates; an event posted until the
figure in the page has changed, with 500 other clients connected and a CPU-bound callback running.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import statistics
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from feeds.catalogue.clock import SystemClock, iso
from tests.bench.stage import Stage, stage
from tests.bench.table import Row, table
from tests.conftest import wait_until

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
WATCHED, CHARTED = "hyd_salinity", "air_aqi_hour"
PAST_HOURS = 30
OTHERS = 500

# Notes the moment a condition first holds, looked at before each picture the browser paints.
FIRSTS = """(() => {
  const tests = {
    figure: () => [...document.querySelectorAll('[data-indicator] [data-part=figure], [id^=tile-] b')]
      .some(e => /[0-9]/.test(e.textContent)),
    chart: () => {  // of a page that people open for its chart: it lies in view
      document.getElementById('react-entry-point')?.scrollIntoView();
      return document.querySelector('.picture .line, .js-plotly-plot .main-svg path');
    },
    study: () => document.querySelector('.js-plotly-plot .main-svg path'),
    map: () => [...document.querySelectorAll('[data-place][data-class], [data-place][class*=c]')].length > 0,
  };
  window.firsts = {};
  const look = () => {
    for (const [name, holds] of Object.entries(tests))
      if (!(name in firsts) && holds()) firsts[name] = performance.now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()"""

CHANGES = """code => {
  const figure = document.querySelector(`[data-indicator=${code}] [data-part=figure]`);
  window.changes = [];
  new MutationObserver(() => changes.push([figure.textContent, Date.now()]))
    .observe(figure, {childList: true, characterData: true, subtree: true});
}"""


def cold(browser: Browser, url: str, wanted: str, loads: int) -> float:
    """Median milliseconds from the start of navigation until `wanted` is first there, with nothing cached."""
    waits = []
    for _ in range(loads):
        context = browser.new_context(viewport={"width": 1920, "height": 1080})
        page = context.new_page()
        page.add_init_script(FIRSTS)
        page.goto(url)
        until(page, f"'{wanted}' in window.firsts")
        waits.append(page.evaluate(f"firsts.{wanted}"))
        context.close()
    return statistics.median(waits)


def until(page: Page, expression: str, seconds: float = 30) -> None:
    """Ask from outside until `expression` holds: the page's policy forbids what playwright would put into it."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"waited in vain for {expression} on {page.url}"
        page.wait_for_timeout(50)


def main_thread(browser: Browser, url: str, seconds: int) -> float:
    """Milliseconds of the page's main thread spent per second, once it is warm."""
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(url)
    page.wait_for_timeout(6_000)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    before, since = _busy(devtools), time.monotonic()
    page.wait_for_timeout(seconds * 1000)
    spent = (_busy(devtools) - before) / (time.monotonic() - since)
    page.close()
    return spent * 1000


def _busy(devtools: Any) -> float:
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return float(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))


def post(stage_: Stage, feed: str, events: list[dict[str, Any]]) -> None:
    """Post through the public door."""
    request = urllib.request.Request(
        f"{stage_.url}/api/v1/events/{feed}", json.dumps(events).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 202, answer.read()


def _readings(value: float, seq: int) -> list[dict[str, Any]]:
    at = iso(SystemClock().now_ms())
    return [
        {
            "source": "bench",
            "seq": seq,
            "place": "2025:01",
            "entity": "BENCH-01",
            "at": at,
            "values": {"salinity": value},
        }
    ]


@contextlib.contextmanager
def each_second(stage_: Stage) -> Iterator[None]:
    """A second's readings of every province, once a second, so that both pages have something to draw."""
    from feeds.catalogue.places import Places
    from feeds.catalogue.settings import ROOT

    units, stop = Places.load(ROOT / "data/places").units, threading.Event()

    def run() -> None:
        seq = 0
        while not stop.wait(1.0):
            seq += 1
            at = iso(SystemClock().now_ms())
            post(stage_, "weather", [_weather(unit, seq, at) for unit in units])
            post(stage_, "air", [_air(unit, seq, at) for unit in units])

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def past(stage_: Stage) -> None:
    """A day and more of hourly readings everywhere, so that a chart has something to draw; waits until it has."""
    from feeds.catalogue.places import Places
    from feeds.catalogue.settings import ROOT

    units, now = Places.load(ROOT / "data/places").units, SystemClock().now_ms()
    for back in range(PAST_HOURS, 0, -1):
        at = iso(now - back * 3_600_000)
        post(
            stage_, "air", [_air(unit, -back, at) | {"source": f"p{unit}", "seq": PAST_HOURS - back} for unit in units]
        )
    query = f"from={now - PAST_HOURS * 3_600_000}&to={now}&step=hour"
    address = f"{stage_.url}/api/v1/series/vn/{CHARTED}?{query}"
    wait_until(lambda: sum(value is not None for value in _json(address)["v"]) > 12, 90, "for a day of history")


def _json(address: str) -> Any:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return json.load(answer)


def _weather(unit: str, seq: int, at: str) -> dict[str, Any]:
    values = {"temp": 20 + (seq + int(unit)) % 10, "humidity": 60 + seq % 30}
    return {"source": f"w{unit}", "seq": seq, "place": f"2025:{unit}", "entity": f"W{unit}", "at": at, "values": values}


def _air(unit: str, seq: int, at: str) -> dict[str, Any]:
    values = {"pm25": 20 + (seq + int(unit)) % 40, "pm10": 40 + seq % 40}
    return {"source": f"a{unit}", "seq": seq, "place": f"2025:{unit}", "entity": f"A{unit}", "at": at, "values": values}


@contextlib.contextmanager
def load(stage_: Stage) -> Iterator[None]:
    """500 other clients on the stream, and a callback that always computes."""
    stop = threading.Event()
    threads = [threading.Thread(target=asyncio.run, args=(_others(stage_, stop),), daemon=True),
               threading.Thread(target=_burn, args=(stage_, stop), daemon=True)]  # fmt: skip
    for thread in threads:
        thread.start()
    time.sleep(3)
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)


async def _others(stage_: Stage, stop: threading.Event) -> None:
    host, port = stage_.url.removeprefix("http://").split(":")
    request = f"GET /stream?scope=vn HTTP/1.1\r\nHost: {host}:{port}\r\nAccept-Encoding: gzip\r\n\r\n".encode()

    async def listen() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(request)
        while not stop.is_set() and await reader.read(65536):
            pass
        writer.close()

    await asyncio.gather(*(listen() for _ in range(OTHERS)))


def _burn(stage_: Stage, stop: threading.Event) -> None:
    while not stop.is_set():
        with urllib.request.urlopen(f"{stage_.url}/bench/burn", timeout=30) as answer:
            answer.read()


def event_to_dom(stage_: Stage, browser: Browser, posts: int) -> list[float]:
    """Milliseconds from posting a reading until the figure of its province has changed in the page, for each post."""
    page: Page = browser.new_page(viewport={"width": 1920, "height": 1080})
    post(stage_, "hydrology", _readings(1.0, 1))
    page.goto(f"{stage_.url}/p/01/hydrology")
    until(
        page,
        f"/[0-9]/.test(document.querySelector('[data-indicator={WATCHED}] [data-part=figure]')?.textContent ?? '')",
    )
    page.evaluate(CHANGES, WATCHED)
    sent = []
    for n in range(posts):
        sent.append(time.time() * 1000)
        post(stage_, "hydrology", _readings(1.1 + n / 10, n + 2))
        page.wait_for_timeout(700)
    page.wait_for_timeout(2_000)
    changes = page.evaluate("changes")
    page.close()
    return _waits(sent, [(float(text.replace(",", ".")), at) for text, at in changes])


def _waits(sent: list[float], changes: list[tuple[float, float]]) -> list[float]:
    """From each post until the page showed its value, or one posted later: newest wins. Never shown: five seconds."""
    waits = []
    for n, start in enumerate(sent):
        shown = (at for value, at in changes if value > 1.05 + n / 10)
        waits.append(next(shown, start + 5_000) - start)
    return sorted(waits)


def measure(loads: int, seconds: int, posts: int) -> list[Row]:
    """Every figure of this page, as rows."""
    with stage() as stage_, sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        past(stage_)
        with each_second(stage_):
            time.sleep(5)
            peer_chart = min(cold(browser, url, "chart", loads) for url in stage_.peers.values())
            figure = cold(browser, stage_.url, "figure", loads)
            chart = cold(browser, f"{stage_.url}/d/air", "chart", loads)
            study = cold(browser, f"{stage_.url}/d/air", "study", loads)
            ours = main_thread(browser, stage_.url, seconds)
            peer = min(main_thread(browser, url, seconds) for url in stage_.peers.values())
        browser.close()
    with (
        stage() as stage_,
        sync_playwright() as play,
    ):  # a world of its own: no history of before is still being written
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        with load(stage_):
            waits = event_to_dom(stage_, browser, posts)
        browser.close()
    return [
        Row("first live figure, cold browser", "ms", figure, peer_chart, 0.5, "peer's first chart"),
        Row("first chart, cold browser", "ms", chart, peer_chart, 0.75, "peer's first chart"),
        Row("chart to be studied (Plotly), cold browser", "ms", study, peer_chart, against="peer's first chart"),
        Row("main thread per second of updates", "ms", ours, peer, 0.3, "plain Dash"),
        Row(f"event to DOM, p50, {OTHERS} clients, busy callback", "ms", waits[len(waits) // 2]),
        Row(f"event to DOM, p95, {OTHERS} clients, busy callback", "ms", waits[int(len(waits) * 0.95)], limit=400),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loads", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--posts", type=int, default=40)
    parser.add_argument("--rows", type=Path)
    options = parser.parse_args()
    rows = measure(options.loads, options.seconds, options.posts)
    print(table(rows))
    if options.rows:
        options.rows.write_text(json.dumps([row.as_dict() for row in rows], indent=1))


if __name__ == "__main__":
    main()
