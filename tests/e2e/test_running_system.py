"""The real thing in a real browser: an event posted at the door changes the page, under the real guard and policy."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from feeds.catalogue.clock import iso
from feeds.catalogue.keys import Keys
from feeds.store import links
from tests.conftest import System, clear_of_the_hour, wait_until
from tests.security.capture import CLOSED, PAGE, Ears

pytestmark = pytest.mark.browser
PATHS = ["/", "/p/01", "/d/air", "/d/social", "/p/79/cameras", "/p/46/hydrology?theme=dark", "/d/dossiers?lang=en"]


@pytest.fixture(scope="module")
def person(browser: Browser) -> Iterator[BrowserContext]:
    """Somebody who goes from page to page, and keeps what may be kept."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    context.set_default_timeout(90_000)
    yield context
    context.close()


@pytest.fixture
def looked_at(person: BrowserContext, running_system: System) -> Iterator[Any]:
    """Opens pages of the running system; none may say anything or ask another host."""
    said: list[str] = []

    def open_(path: str) -> Page:
        page = person.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda r: r.url.startswith((running_system.url, "data:", "blob:")) or said.append(r.url))
        page.goto(running_system.url + path)
        return page

    yield open_
    for page in person.pages:
        page.close()
    excused = ("/frames/", "404", "was preloaded")  # a camera may have no picture, a machine may be slow
    assert not [line for line in said if not any(word in line for word in excused)]


def test_one_command_shows_a_stamped_simulated_country(running_system: System) -> None:
    with urllib.request.urlopen(f"{running_system.url}/api/v1/snapshot/vn", timeout=60) as answer:
        snapshot = json.load(answer)
    assert (snapshot["world"], snapshot["stamp"]) == ("sim", "DỮ LIỆU MÔ PHỎNG")
    assert len(snapshot["units"]["order"]) == 34


def test_every_process_is_seen_to_run(running_system: System) -> None:
    with links.volatile(running_system.settings()) as volatile:
        for name in ("aggregator", "web", "simulator", "redis-durable", "redis-volatile"):
            key = Keys("sim").process(name)
            wait_until(lambda key=key: volatile.hget(key, "state") == b"running", 30, name)  # type: ignore[misc]


@pytest.mark.parametrize("path", PATHS)
def test_pages_of_the_running_system_live_and_are_silent(looked_at: Any, path: str) -> None:
    page = looked_at(path)
    page.locator("body[data-connected=true]").wait_for(timeout=90_000)
    assert page.locator("body").get_attribute("data-world") == "sim"
    expect(page.locator("[data-part=figure]").filter(has_text=re.compile(r"\d")).first).to_be_visible(timeout=90_000)
    assert page.locator(".stamp").count() >= 1


@pytest.mark.alone  # with the other tests of the quiet system
def test_a_posted_event_changes_the_figure_of_its_province(browser: Browser, quiet_system: System) -> None:
    clear_of_the_hour(30)
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"{quiet_system.url}/p/01/hydrology")
    page.locator("body[data-connected=true]").wait_for(timeout=90_000)
    shown = page.locator("[data-panel=line][data-indicator=met_temp] [data-part=figure]")
    for seq, degrees, mean in ((1, 11.5, "11,5"), (2, 24.5, "18,0")):  # the mean of the hour so far
        post(quiet_system, degrees, seq)
        expect(shown).to_have_text(mean, timeout=90_000)
    page.close()


def test_a_provinces_staff_hear_of_no_other_province(running_system: System) -> None:
    listened(running_system, 4)


@pytest.mark.soak
def test_a_provinces_staff_hear_of_no_other_province_for_ten_minutes(running_system: System) -> None:
    listened(running_system, 600)


def listened(system: System, seconds: float) -> None:
    """Stream, doors and refusals of one province's staff while the country lives: nothing is another's."""
    ears = Ears(system.url)
    heard, wrong = dict.fromkeys(ears.scopes(), 0), set()
    totals = 0
    for frame in ears.listen(seconds):
        heard[frame["scope"]] += 1
        wrong |= {(frame["scope"], word) for word in ears.found(frame)}
        if frame["scope"] == "vn":
            totals = max(totals, sum(each.get("v") is not None for each in frame["indicators"].values()))
    assert wrong == set()
    assert heard["vn"] and heard[ears.own] and totals > 20, (heard, totals)
    for path in PAGE:
        status, body = ears.ask(path.format(ears.own))
        told = json.loads(body) if body[:1] in b"[{" else body.decode().replace(";", ",").split(",")
        assert status == 200, (path, status, body[:200])
        assert not list(ears.found(told)), path
    for path in CLOSED:
        status, body = ears.ask(path.format(ears.own, ears.other))
        assert status == 403 or (status == 200 and not json.loads(body)["rows"]), (path, status)
        assert not list(ears.found(json.loads(body))), path


def post(system: System, degrees: float, seq: int) -> None:
    event = {
        "source": "e2e", "seq": seq, "place": "2025:01", "entity": "E2E-01", "at": iso(time.time_ns() // 1_000_000),
        "values": {"temp": degrees},
    }  # fmt: skip
    request = urllib.request.Request(
        f"{system.url}/api/v1/events/weather", json.dumps(event).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 202
