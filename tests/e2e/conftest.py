"""Chromium and the canned country: one of each for all tests, a fresh context for each test."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import System, is_ready, start_system, stop_system, wait_until
from tests.e2e.canned import Canned, country, serving
from tests.e2e.rest import watch

BROWSERS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")  # the same engine: the shell draws no window
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Open = Callable[..., Page]


class Stage:
    """The canned country behind its address, and what tests tell it."""

    def __init__(self, url: str, canned: Canned) -> None:
        self.url = url
        self.canned = canned

    def tell(self, **words: Any) -> dict[str, Any]:
        """`push={...}` a delta, `beat=True` the next beat now, `silent=True`, `refuse=True`."""
        request = urllib.request.Request(f"{self.url}/test", json.dumps(words).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return dict(json.load(answer))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Of this folder only: while it lives its event loop runs in the main thread, where other tests start their own."""
    found = [path for path in BROWSERS if Path(path).exists()]
    if not found:
        pytest.skip(f"none of {', '.join(BROWSERS)}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found[0], args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def served() -> Iterator[Stage]:
    canned = country()
    with serving(canned) as url:
        yield Stage(url, canned)


@pytest.fixture
def stage(served: Stage) -> Iterator[Stage]:
    yield served
    served.canned.silent = served.canned.refuse = False
    served.canned.states.clear()
    served.canned.epoch += 1


@pytest.fixture(scope="package")
def calm_served() -> Iterator[Stage]:
    canned = country(calm=True)
    with serving(canned) as url:
        yield Stage(url, canned)


@pytest.fixture
def calm_stage(calm_served: Stage) -> Iterator[Stage]:
    """Figures of now: what an earlier test was shown has grown old meanwhile, and a stale country is not calm."""
    calm_served.canned.states.clear()
    calm_served.canned.epoch += 1
    yield calm_served


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = watch(browser.new_context(viewport={"width": 1920, "height": 1080}))
    context.set_default_timeout(60_000)
    yield context
    context.close()


@pytest.fixture
def open_page(context: BrowserContext, stage: Stage) -> Iterator[Open]:
    """Opens pages; at the end no page may have asked another host or said anything on its console."""
    said: list[str] = []

    def open_(path: str, wait: bool = True) -> Page:
        page = context.new_page()
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda r: r.url.startswith((stage.url, "data:", "blob:")) or said.append(f"foreign {r.url}"))
        page.goto(stage.url + path)
        if wait:
            connected(page)
        return page

    yield open_
    for page in context.pages:
        page.close()
    expected = ("/stream", "ERR_", "500", "403")  # the browser's own words on what a test broke
    assert not [line for line in unslowed(said) if not any(word in line for word in expected)]


def connected(page: Page) -> None:
    """Wait until the server has told its time: by then the figures of the page are drawn and its scripts answer."""
    page.locator("body[data-connected=true]").wait_for()


def unslowed(said: list[str]) -> list[str]:
    """What a console said, without the browser's own words on a machine that is slow."""
    return [line for line in said if "was preloaded" not in line and "[Violation]" not in line]


@pytest.fixture(scope="module")
def running_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The whole system in the simulated world, answering; of one file only, so that it burdens nobody else."""
    system = start_system(tmp_path_factory.mktemp("system"))
    try:
        wait_until(
            lambda: is_ready(system.url) or system.process.poll() is not None, 120, f"for readiness:\n{system.said()}"
        )
        assert system.process.poll() is None, system.said()
        yield system
    finally:
        stop_system(system)
