"""The page of an incident in a browser: it takes the wall, is told whole, and stays true whatever comes in."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from feeds.catalogue.clock import iso
from layouts.wall.legibility import LEAST, minutes_of
from tests.conftest import wait_until
from tests.e2e import flood
from tests.e2e.canned import now
from tests.e2e.conftest import Open, Stage
from tests.e2e.rest import settled
from tests.e2e.test_wall import stands, tell

pytestmark = pytest.mark.browser


# A name too long for its cell, as it then stands there; the cell is called as before afterwards.
NAMED = """async (names) => { const { fit, named } = await import('/assets/js/wall_fit.js');
  const cell = document.querySelector('.strip-cell');
  const words = cell.querySelector('[data-part=name]'), was = words.textContent;
  const size = () => parseFloat(cell.querySelector('.strip-name').style.getPropertyValue('--fit-name'));
  const told = names.map(([whole, brief]) => {
    named(cell, whole, brief); fit(cell); return [words.textContent, size() > .8] });
  named(cell, was); fit(cell);
  return told }"""


def alarmed(open_page: Open, stage: Stage, **also: str) -> Page:
    """A wall that the flood has taken; `also` are other words of its alert."""
    page = open_page("/wall?scene=atlas")
    stands(page, "atlas")
    stage.tell(push={"scope": "vn", "alerts": {"set": [flood.alert() | also]}})
    stands(page, "incident")
    return page


WHOLE = """() => {
  const own = document.querySelector(".area use.own");
  const [place, sheet] = [own, own?.ownerSVGElement].map((node) => node?.getBoundingClientRect());
  return Boolean(place?.height) && sheet.top <= place.top && place.bottom <= sheet.bottom + 1;
}"""


def test_an_alarm_takes_the_wall_and_gives_it_back(open_page: Open, stage: Stage) -> None:
    flood.rising(stage.canned)
    page = alarmed(open_page, stage)
    wait_until(lambda: page.evaluate(WHOLE), 10, "for the place to stand whole in its area")
    assert page.locator("body").get_attribute("data-alarm") == f"{flood.UNIT}|hydrology"
    expect(page.locator("h1")).to_have_text("Lũ ở Huế, trên báo động III")
    figures = page.locator("[data-panel=strip-figure]")
    expect(figures.nth(0).locator("[data-part=figure]")).to_have_text("4,12")
    expect(figures.nth(1).locator("[data-part=figure]")).to_have_text("+0,62")
    expect(figures.nth(1).locator("[data-part=note]")).to_have_text("BĐ III là 3,50\u00a0m")
    expect(figures).to_have_count(4)
    for n in range(4):
        expect(figures.nth(n).locator("[data-part=figure]")).not_to_have_text("")
    expect(page.locator("[data-panel=chart] [data-part=line]")).to_have_attribute("d", re.compile("L"))
    settled(page)
    near = [text.strip() for text in page.locator(".near-cameras [data-part=far]").all_text_contents()]
    distances = [float(text.replace("\u00a0km", "").replace(",", ".")) for text in near]
    assert len(distances) == 4 and distances == sorted(distances), "the nearest cameras, nearest first"
    expect(page.locator("[data-panel=area] text").first).to_be_visible()
    incident_is_told_whole(page)
    tell(stage, "hold", "atlas")  # any word of the desk after it gives the wall back
    stands(page, "atlas")
    stage.tell(push={"scope": "vn", "alerts": {"set": [flood.alert(ago_s=1, unit="48")]}})
    stands(page, "incident")
    stage.tell(push={"scope": "vn", "alerts": {"cleared": ["flood-46", "flood-48"]}})
    stands(page, "atlas")
    whole = flood.alert(1) | {"id": "own", "scope": "vn", "place": "vn", "indicator": "adm_open", "entity": None}
    stage.tell(push={"scope": "vn", "alerts": {"set": [whole]}})
    stands(page, "incident")
    expect(page.locator("[data-panel=area] [data-part=none]")).to_be_visible()
    expect(page.locator(".area-stage, .near-cameras .camera").filter(visible=True)).to_have_count(0)


def incident_is_told_whole(page: Page) -> None:
    """What, since when, how sure, who: no half of the page is empty, and every word rests on data."""
    cells, steps = page.locator("[data-panel=strip-figure]"), page.locator(".step:visible")
    expect(cells.nth(0).locator("[data-part=note]")).to_contain_text(flood.STATION)
    expect(cells.nth(3).locator("[data-part=name]")).to_contain_text("Mở từ")
    names = page.locator(".chart-limits text").all_text_contents()
    assert [name for name in names if name.startswith("BĐ")] == [
        "BĐ I\u00a01,00",
        "BĐ II\u00a02,00",
        "BĐ III\u00a03,50",
    ]
    expect(page.locator("[data-panel=chart] [data-part=span]")).to_have_text(re.compile("từ trên xuống, cao nhất 44"))
    expect(page.locator(".chart-hung rect")).to_have_count(17)
    expect(steps.nth(-1)).to_contain_text("+0,62\u00a0m so với BĐ III")
    expect(steps.locator("b", has_text="Vượt BĐ III")).to_have_count(1)
    names = [["Mực nước, Kim Long", "Mực nước"], ["Mưa 24 giờ, Trạm khí tượng Hương An", "Mưa 24 giờ"]]
    told = page.evaluate(NAMED, names)
    assert told == [["Mực nước, Kim Long", True], ["Mưa 24 giờ", True]], "words are cut before type is small"
    for duty in ("source", "law", "owner", "orders"):
        expect(page.locator(f"[data-duty={duty}]")).not_to_have_text("—")
    expect(page.locator(".peer-track i")).not_to_have_count(0)
    expect(page.locator("[data-panel=area] .rule")).to_have_count(1)
    sizes = page.locator("[data-panel=area] .value").evaluate_all(
        "all => all.map((n) => n.getAttribute('font-size') * n.getScreenCTM().a)"
    )
    read = [minutes_of(size, metres, 55, 1920, 1080) for size, metres in zip(sizes, (4, 3, 3, 3), strict=False)]
    assert read and min(read) >= LEAST - 0.3, "rule 1: the worst from four metres, the others from three"


def test_a_picture_older_than_its_feed_allows_is_not_shown_as_live(open_page: Open, stage: Stage) -> None:
    flood.rising(stage.canned)
    entities = stage.canned.snapshot(f"{flood.UNIT}:cameras")["entities"]
    for camera in entities:
        camera["fields"] = {**camera["fields"], "state": "online"}
        stage.canned.pictures[camera["code"]] = 3600
    try:
        page = alarmed(open_page, stage)
        expect(page.locator(".near-cameras .camera[data-age-state=stale]")).to_have_count(4)
        expect(page.locator(".near-cameras [data-part=state]").first).to_contain_text("1 giờ")
        another_cameras_picture_is_nobodys(page, stage)
    finally:
        stage.canned.pictures.clear()


def another_cameras_picture_is_nobodys(page: Page, stage: Stage) -> None:
    """The next incident has cameras of its own: nothing stands under their names until they have answered."""
    for camera in stage.canned.snapshot("48:cameras")["entities"]:
        camera["code"] = f"48-{camera['code']}"
        camera["fields"] = {**camera["fields"], "state": "online"}
    page.route("**/frames/**", lambda route: None)  # never answered
    stage.tell(push={"scope": "vn", "alerts": {"set": [flood.alert(1, unit="48")], "cleared": [f"flood-{flood.UNIT}"]}})
    expect(page.locator(".near-cameras .camera[data-camera^='48-']:visible")).to_have_count(4)
    expect(page.locator(".near-cameras .camera:visible img[src]")).to_have_count(0)


def test_nothing_known_and_far_too_much_on_a_wall(open_page: Open, stage: Stage) -> None:
    """No feeds, no figures, names missing, 500 alerts at once, 12 digits: every panel still says something true."""
    bare = {"indicators": {}, "feeds": {}, "units": {"order": [], "columns": {}}, "alerts": []}
    stage.canned.states["vn"] = stage.canned.snapshot("vn") | bare
    page = open_page("/wall?scene=overview")
    stands(page, "overview")
    expect(page.locator("[data-scene=overview]:not(body) .tile .digits").first).to_have_text("—")
    expect(page.locator("[data-scene=overview]:not(body) .ledger-line .digits").first).to_have_text("—")
    tell(stage, "hold", "overview")
    units = [*stage.canned.site.places.units, "", "99"]
    many = [{**flood.alert(n, level=2 + n % 3), "id": f"m{n}", "place": units[n % len(units)], "place_vi": None,
             "entity": None, "value": 123_456_789_012.0, "limit": 1.0} for n in range(500)]  # fmt: skip
    stage.tell(push={"scope": "vn", "alerts": {"set": many}})
    panel = page.locator("[data-scene=overview]:not(body) [data-panel=alerts]")
    expect(panel.locator(".alert:visible")).to_have_count(3)
    expect(panel).to_contain_text("123,5 tỷ")
    assert 0 < len(page.locator("h1").text_content() or "") <= 44
    assert "undefined" not in page.locator("main").inner_text() and "null" not in page.locator("main").inner_text()
    stage.tell(push={"scope": "vn", "alerts": {"set": [{**many[0], "id": "top", "place": "46", "level": 1}]}})
    stands(page, "incident")
    for part in ("strip-figure", "chart", "area", "course"):
        assert page.locator(f"[data-panel={part}]").first.inner_text().strip(), part
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs over the edge"
    expect(page.locator("h1")).to_contain_text("Huế")
    expect(page.locator(".near-cameras .camera:visible")).to_have_count(4)
    stage.tell(push={"scope": "vn", "alerts": {"cleared": ["top"]}})
    stands(page, "overview")


def test_text_of_feeds_is_text(open_page: Open, stage: Stage) -> None:
    evil = "<img src=x onerror=\"document.title='owned'\">" + "Ắ\u202e" * 3
    flood.rising(stage.canned)
    stage.canned.states[flood.SCOPE]["entities"][-1]["vi"] = evil
    page = alarmed(open_page, stage, place_vi=evil, id=evil)
    expect(page.locator("[data-panel=chart] figcaption")).to_contain_text("<img")  # its name is too long for a cell
    assert page.locator("img[src=x]").count() == 0
    assert "owned" not in page.title()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_long_unit_moves_to_the_name_and_no_figure_is_cut(open_page: Open, stage: Stage) -> None:
    flood.rising(stage.canned)
    page = alarmed(open_page, stage, since=iso(now() - 20_000_000))
    lasts = page.locator("[data-panel=strip-figure]").nth(3)
    expect(lasts.locator(".strip-figure")).to_have_text("5giờ 33 phút")  # whole minutes that have passed, never tenths
    for v in (2049, 999_999_999_999):
        station = {"code": flood.STATION, "values": {"hyd_level": v}, "at": iso(now())}
        stage.tell(push={"scope": flood.SCOPE, "entities": [station]})
        expect(page.locator("[data-panel=strip-figure] [data-part=figure]").nth(0)).to_contain_text(
            f"{v:,}".replace(",", ".")
        )
        cut = page.evaluate(
            """() => [...document.querySelectorAll('.strip-figure, .strip-name > small')]
              .filter((n) => n.scrollWidth > n.clientWidth + 1).map((n) => n.textContent)"""
        )
        assert cut == [], v
    apart = page.locator("[data-panel=strip-figure].unit-apart")
    assert apart.count(), "digits that fill their place leave the unit to the name"
    expect(apart.locator("[data-part=aside]").first).to_be_visible()
    expect(apart.locator("[data-part=unit]").first).to_be_hidden()
