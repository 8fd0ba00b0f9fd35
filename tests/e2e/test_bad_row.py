"""What no feed should ever say, all at once: provinces without a figure, names that are missing, numbers of twelve
digits, 500 alerts in one minute; and no feed at all. Every panel still says something true and keeps its place."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from feeds.catalogue.clock import iso
from tests.e2e import pictures
from tests.e2e.canned import now
from tests.e2e.conftest import Open, Stage
from tests.e2e.rest import settled
from tests.e2e.test_hostile_text import wrong

pytestmark = [pytest.mark.browser, pytest.mark.soak]  # two dozen whole pages
HUGE = 123_456_789_012.0
SCOPES = ("vn", "46", "46:air", "vn:air", "46:cameras")
PAGES = ("/", "/p/46", "/map", "/p/46/air")
UNTRUE = re.compile(r"undefined|NaN|\bnull\b|\bNone\b|\[object|Infinity|Invalid")
CUT = """() => [...document.querySelectorAll('.digits, .rank .val')].filter((node) => node.checkVisibility()
  && node.scrollWidth > node.clientWidth + 2 && getComputedStyle(node).display !== 'inline')
  .map((node) => `${node.closest('[data-panel]')?.dataset.panel} ${node.textContent}`)"""


def crowd(stage: Stage, scope: str) -> list[dict[str, Any]]:
    """500 alerts at once, of every level, some of them without any name."""
    places = stage.canned.site.places.units if scope.startswith("vn") else (scope[:2],)
    known = [i.code for i in stage.canned.site.catalogue.indicators.values() if i.thresholds and not i.second]
    return [
        {"id": f"x{n}", "scope": places[n % len(places)], "place": places[n % len(places)], "place_vi": None,
         "indicator": known[n % len(known)], "level": 1 + n % 4, "since": iso(now() - 1000 * n), "value": HUGE,
         "limit": None if n % 3 else HUGE, "unit": "", "source": "", "vi": None, "en": None, "entity": None}
        for n in range(500)
    ]  # fmt: skip


@pytest.fixture
def bad(stage: Stage) -> Stage:
    for scope in SCOPES:
        state = stage.canned.states.setdefault(scope, stage.canned.snapshot(scope))
        state["alerts"] = crowd(stage, scope)
        for n, figure in enumerate(state["indicators"].values()):
            figure.update(v=HUGE if n % 2 else None, source=None, spark=[None, HUGE] if n % 2 else [], n=None)
        for code, column in state["units"]["columns"].items():
            state["units"]["columns"][code] = [None if n % 3 == 0 else HUGE for n in range(len(column))]
            state["units"]["age"][code] = [None if n % 3 == 0 else 5 for n in range(len(column))]
        for entity in state.get("entities", ()):
            entity.update(vi=None, en=None, values=dict.fromkeys(entity["values"], HUGE), lat=None, lon=None)
    return stage


@pytest.fixture
def silent(stage: Stage) -> Stage:
    for scope in SCOPES:
        state = stage.canned.states.setdefault(scope, stage.canned.snapshot(scope))
        order = state["units"]["order"]
        state.update(alerts=[], feeds={}, indicators={}, units={"order": order, "columns": {}, "age": {}})
        state.update({"entities": []} if "entities" in state else {})
    return stage


def looked_at(page: Page, name: str) -> None:
    """True words, whole figures, nothing beside the page, at a desk and in a hand."""
    for width, height in ((390, 844), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(300)
        settled(page)
        pictures.keep(page, f"{name}-{width}", full_page=True)
        said = page.locator("main").inner_text()
        assert not UNTRUE.search(said), UNTRUE.findall(said)
        assert wrong(page) == [], width
        assert page.evaluate(CUT) == [], width


def test_a_flood_of_what_is_wrong_is_told_whole(open_page: Open, bad: Stage) -> None:
    page = open_page(PAGES[0])
    for path in PAGES:
        page.goto(bad.url + path)
        expect(page.locator("body[data-connected=true]")).to_have_count(1)
        expect(page.locator("[data-part=figure]").filter(has_text=re.compile(r"\S")).first).to_be_visible()
        looked_at(page, f"bad-{path.strip('/').replace('/', '-') or 'nation'}")
    page.goto(f"{bad.url}/alerts")
    expect(page.locator(".desk-said .count")).to_contain_text("500")
    expect(page.locator(".ag-center-cols-container .ag-row").first).to_be_visible()
    assert page.locator(".ag-center-cols-container .ag-row").count() <= 50, "a flood is turned page by page"
    looked_at(page, "bad-alerts")


def test_without_any_feed_nothing_claims_to_be_calm(open_page: Open, silent: Stage) -> None:
    page = open_page(PAGES[0])
    for path in PAGES:
        page.goto(silent.url + path)
        expect(page.locator("body[data-connected=true]")).to_have_count(1)
        if path != "/p/46/air":
            expect(page.locator("[data-part=headline]")).not_to_contain_text("bình thường")
            expect(page.locator("[data-part=headline]")).to_contain_text(re.compile("nguồn|số liệu"))
            expect(page.locator("[data-part=alive]").first).to_have_text(re.compile(r"^0/[1-9]"))
        if page.locator("[data-panel=alerts] [data-part=none]").count():
            expect(page.locator("[data-panel=alerts] [data-part=none]")).to_contain_text("không biết")
        shown = page.locator("main [data-part=figure]:visible").all_inner_texts()
        assert set(shown) <= {"", "—"}, "missing is not zero"
        looked_at(page, f"silent-{path.strip('/').replace('/', '-') or 'nation'}")
