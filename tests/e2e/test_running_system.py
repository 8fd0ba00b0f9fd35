"""The real thing in a real browser: an event posted at the door changes the page, under the real guard and policy."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from feeds.catalogue.clock import iso
from tests.conftest import System

pytestmark = pytest.mark.browser
PATHS = ["/", "/p/01", "/d/air", "/d/social", "/p/79/cameras", "/p/46/hydrology?theme=dark", "/d/dossiers?lang=en"]


@pytest.fixture
def looked_at(browser: Browser, running_system: System) -> Iterator[Any]:
    """Opens pages of the running system; none may say anything or ask another host."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    said: list[str] = []

    def open_(path: str) -> Page:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda r: r.url.startswith((running_system.url, "data:", "blob:")) or said.append(r.url))
        page.goto(running_system.url + path)
        return page

    yield open_
    context.close()
    assert not [line for line in said if "/frames/" not in line and "404" not in line]  # a camera may have no picture


@pytest.mark.parametrize("path", PATHS)
def test_pages_of_the_running_system_live_and_are_silent(looked_at: Any, path: str) -> None:
    page = looked_at(path)
    page.locator("body[data-connected=true]").wait_for(timeout=20_000)
    assert page.locator("body").get_attribute("data-world") == "sim"
    expect(page.locator("[data-part=figure]").filter(has_text=re.compile(r"\d")).first).to_be_visible(timeout=20_000)
    assert page.locator(".stamp").count() >= 1


def test_a_posted_event_changes_the_figure_of_its_province(browser: Browser, quiet_system: System) -> None:
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"{quiet_system.url}/p/01/hydrology")
    page.locator("body[data-connected=true]").wait_for(timeout=20_000)
    shown = page.locator("[data-panel=line][data-indicator=met_temp] [data-part=figure]")
    for seq, degrees, mean in ((1, 11.5, "11,5"), (2, 24.5, "18,0")):  # the mean of the hour so far
        post(quiet_system, degrees, seq)
        expect(shown).to_have_text(mean, timeout=20_000)
    page.close()


def post(system: System, degrees: float, seq: int) -> None:
    event = {
        "source": "e2e", "seq": seq, "place": "2025:01", "entity": "E2E-01", "at": iso(time.time_ns() // 1_000_000),
        "values": {"temp": degrees},
    }  # fmt: skip
    request = urllib.request.Request(
        f"{system.url}/api/v1/events/weather", json.dumps(event).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 202
