"""A leader on the road: the first look of 390 x 844 beside shared/look/phone.png."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, FloatRect, Page, expect

from tests.conftest import wait_until
from tests.e2e import flood, pictures
from tests.e2e.conftest import Stage, connected
from tests.e2e.rest import settled, watch

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = watch(browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True))
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def test_the_first_look_of_a_phone(phone: Page, stage: Stage) -> None:
    page = phone
    for path in ("/?theme=dark", "/p/46", "/d/air", "/gallery"):
        page.goto(stage.url + path)
        settled(page)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 390, f"{path} goes over the edge"
        pictures.keep(page, f"phone{re.sub(r'[^a-z0-9]+', '-', path)}")
    page.goto(stage.url + "/?theme=dark")
    expect(page.locator("[data-part=figure]").first).to_have_text(re.compile(r"\d"))
    settled(page)
    worst = page.locator(".worst-of-all .worst-figure").bounding_box()
    assert worst and worst["y"] + worst["height"] < 844 / 2, "the worst is read without a finger"
    ages = page.locator(".tile .age")
    assert all(ages.nth(i).is_visible() for i in range(ages.count())), "rule 23: every value carries its age"
    first = page.locator(".tile").first.bounding_box()
    assert first and first["y"] < 844 - 64, "a figure stands on the first look, above the tabs"
    reason = page.locator(".tile[data-indicator=trf_jam_points] [data-part=note]")
    expect(reason).to_be_visible()  # nobody hovers over it on the road
    expect(reason).to_have_text(re.compile("^mất từ .*, nhịp 5 phút$"))
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320, "the smallest phone"
    assert reason.evaluate("n => n.scrollWidth <= n.clientWidth"), "whole"


CUT = """(card) => [...card.querySelectorAll('.worst-head *, .worst-told *')]
  .filter((n) => n.scrollWidth > n.clientWidth + 1 && getComputedStyle(n).display !== 'inline')
  .map((n) => n.textContent)"""


def test_the_worst_incident_stands_first_with_its_course(phone: Page, stage: Stage) -> None:
    flood.rising(stage.canned)
    snapshot = stage.canned.snapshot("vn")
    stage.canned.states["vn"] = snapshot | {"alerts": [flood.alert(50), *snapshot["alerts"][:1]]}
    phone.goto(stage.url + "/")
    card = phone.locator(".worst-of-all")
    expect(card.locator("[data-part=reading]")).to_have_text("4,12")
    expect(card.locator("[data-part=against]")).to_have_text("+0,62\u00a0m trên BĐ III")
    expect(card.locator("[data-part=hot]")).to_have_attribute("d", re.compile("L"))
    expect(card.locator("[data-part=title]")).to_have_text("Lũ")
    expect(card.locator("[data-part=where]")).to_have_text(re.compile("^Huế, mở .* · Kim Long$"))
    assert card.evaluate(CUT) == [], "nothing of it is cut"
    assert [name[:4] for name in card.locator(".chart-limits text").all_text_contents()] == ["BĐ I", "BĐ I", "BĐ I"]
    assert flood.STATION in (card.locator("[data-part=behind]").get_attribute("href") or "")
    assert phone.locator(".alert:visible").count() == 1, "the list goes on with the next"
    for button in card.locator("a").all():
        box = button.bounding_box()
        assert box and box["height"] >= 44
    stage.tell(
        push={"scope": flood.SCOPE, "entities": [{"code": flood.STATION, "values": {"hyd_level": 123_456_789_012}}]}
    )
    expect(card.locator("[data-part=reading]")).to_have_text("123.456.789.012,00")
    assert phone.evaluate("document.scrollingElement.scrollWidth") <= 390
    many = [flood.alert(level=3, unit="01") | {"id": f"m{n}", "entity": None, "place_vi": None} for n in range(500)]
    stage.tell(push={"scope": "vn", "alerts": {"set": many}})
    expect(phone.locator("[data-panel=alerts] [data-part=more]")).to_contain_text("cảnh báo khác")
    assert phone.locator(".alert:visible").count() == 1
    assert phone.evaluate("document.scrollingElement.scrollWidth") <= 390
    gone = [alert["id"] for alert in many]
    stage.tell(push={"scope": "vn", "alerts": {"cleared": [f"flood-{flood.UNIT}", "a0", *gone]}})
    expect(card).to_be_hidden()


def test_a_thumb_reaches_every_page_from_the_tabs(phone: Page, stage: Stage) -> None:
    phone.goto(stage.url + "/")
    connected(phone)
    tabs = phone.locator(".tabs > *")
    assert tabs.all_inner_texts() == ["Tình hình", "Bản đồ", "Lĩnh vực", "Tìm kiếm"]
    for tab in tabs.all():
        box = tab.bounding_box()
        assert box and box["height"] >= 48 and box["width"] >= 48 and box["y"] > 844 * 2 / 3, "a thumb's breadth"
    expect(tabs.nth(0)).to_have_attribute("aria-current", "page")
    tabs.nth(1).tap()
    expect(phone).to_have_url(stage.url + "/map")
    expect(tabs.nth(1)).to_have_attribute("aria-current", "page")
    head = phone.locator("[data-panel=head]").bounding_box()
    assert head and head["y"] < 422, "the map's page begins with the map"
    tabs.nth(2).tap()
    expect(phone.locator(".nav")).to_be_visible()
    assert all(box and box["height"] >= 44 for box in (a.bounding_box() for a in phone.locator(".nav a:visible").all()))
    phone.locator(".nav a", has_text="Không khí").tap()
    expect(phone).to_have_url(stage.url + "/d/air")
    expect(phone.locator(".nav")).to_be_hidden()
    tabs.nth(1).tap()
    expect(phone.locator("#map")).to_be_in_viewport()
    tabs.nth(3).tap()
    expect(phone.locator("[data-panel=search] input")).to_be_focused()
    phone.locator(".switches a", has_text="EN").tap()
    expect(tabs.nth(0)).to_have_text("Situation")


def test_nothing_is_hidden_under_the_tabs_and_desks_have_none(
    phone: Page, context: BrowserContext, stage: Stage
) -> None:
    for path in ("/", "/p/46", "/d/air"):
        phone.goto(stage.url + path)
        wait_until(lambda: at_the_end(phone), 10, f"for the foot of {path} above the tabs")
    desk = context.new_page()
    desk.goto(stage.url + "/")
    expect(desk.locator(".tabs")).to_be_hidden()
    expect(desk.locator(".nav")).to_be_visible()


def at_the_end(phone: Page) -> bool:
    """Scroll to the end (what is laid out on the way makes the page longer): is its last line above the tabs?"""
    phone.evaluate("scrollTo(0, document.body.scrollHeight)")
    foot, bar = (phone.locator(part).bounding_box() for part in (".foot", ".tabs"))
    return bool(foot and bar and foot["y"] + foot["height"] <= bar["y"] + 1)


def test_the_bar_of_a_phone_has_two_lines_that_never_meet(phone: Page, stage: Stage) -> None:
    parts = (".brand", ".bar .stamp", ".bar .link", ".now .alive", ".now time")
    for path in ("/", "/p/79", "/d/air", "/p/79/air", "/map", "/d/dossiers/r"):
        phone.goto(stage.url + path)
        connected(phone)
        shown = [box for part in parts if (box := phone.locator(part).bounding_box())]
        assert len(shown) == len(parts), path
        for i, one in enumerate(shown):
            for other in shown[i + 1 :]:
                assert apart(one, other), (path, one, other)


def apart(one: FloatRect, other: FloatRect) -> bool:
    across = one["x"] + one["width"] <= other["x"] + 1 or other["x"] + other["width"] <= one["x"] + 1
    down = one["y"] + one["height"] <= other["y"] + 1 or other["y"] + other["height"] <= one["y"] + 1
    return across or down
