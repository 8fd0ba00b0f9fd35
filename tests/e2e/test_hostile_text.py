"""Hostile text in every place that shows what others wrote: read as clean text, nothing runs, nothing is fetched."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from feeds.catalogue.clock import iso
from feeds.intake.text import MARKS, clean_text
from feeds.store.tables import records, trail
from tests.e2e import flood
from tests.e2e.canned import now
from tests.e2e.conftest import Open, Stage
from tests.e2e.rest import settled

pytestmark = pytest.mark.browser
HOSTILE = (
    "<script>hit=1</script><img src=x onerror=hit=1><a href='javascript:hit=1'>bấm</a>"
    + unicodedata.normalize("NFD", "Trạm Đường Nước ngập ")
    + "z\u0335\u0336\u0337" * 2
    + "o"
    + "\u0301" * 500
    + "\u202egnp.exe\u2066x\u200b\ufeff\u200d\x00\x1b[31m "
)
LONG = HOSTILE + "W" * 10_000
RECORD = "H36.68-000011"
UNSEEN = r"[\u0000-\u0008\u000b-\u001f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|\p{M}{3}"


@pytest.fixture
def poisoned(stage: Stage) -> Stage:
    """The canned country, with hostile words wherever a snapshot has words."""
    for scope in ("vn", "46", "46:air", "vn:social", "46:cameras", "vn:national", "46:health"):
        state = stage.canned.states.setdefault(scope, stage.canned.snapshot(scope))
        for alert in state["alerts"]:
            alert.update(place=LONG, place_vi=LONG, entity_vi=LONG, vi=LONG, source=LONG, unit=LONG)
        for entity in state.get("entities", ()):
            entity.update(
                vi=LONG, en=LONG, code=f"{HOSTILE[:60]}{entity['code']}", fields={"state": "online", "note": LONG}
            )
        for figure in state["indicators"].values():
            figure.update(source=LONG, second={"source": LONG, "v": 1.0}, state="suspect")
        state["topics"] = [{"code": LONG, "n": 7}, {"code": HOSTILE, "n": 3}]
        state["items"] = [{"at": iso(now()), "topic": LONG, "paper": LONG, "text": LONG, "url": "javascript:hit=1"}] * 8
    return stage


AT_THE_DOOR = UNSEEN.replace("{3}", f"{{{MARKS + 1}}}")  # lists and records show what the door let in
LOOK = """([unseen]) => {
  const bad = window.hit ? ["executed"] : [];
  const wide = document.scrollingElement.scrollWidth;
  if (wide > innerWidth) bad.push(`page is ${wide} wide`);
  const pattern = new RegExp(unseen, "u");
  const clips = (node) => getComputedStyle(node).overflow !== "visible";
  for (const block of document.querySelectorAll("[data-panel], .card:not([hidden])")) {
    const tell = (...what) => bad.push([block.dataset.panel ?? "card", ...what]);
    const box = block.getBoundingClientRect();
    if (pattern.test(block.innerText)) tell("unseen");
    if (block.querySelector("script, img:not(.shot img), [onerror], a[href^='javascript']")) tell("markup");
    for (const node of block.querySelectorAll("[data-part], #found li")) {
      const own = node.getBoundingClientRect();
      if (!own.width || !(node instanceof HTMLElement)) continue;
      const scrolls = clips(block) || node.closest(".scroll"); // a table scrolls within its block
      const held = clips(node) || clips(node.parentNode) || scrolls;
      if (own.right > box.right + 4 && !held) tell(node.dataset.part, "sticks out", own.right, box.right);
      if (!held && node.clientWidth && node.scrollWidth > node.clientWidth + 2) tell(node.dataset.part, "is wide");
      if (own.height > 420 && node.matches("span, p, b, li")) tell(node.dataset.part, "is tall", own.height);
    }
  }
  return bad }"""


def wrong(page: Page, unseen: str = UNSEEN) -> list[Any]:
    """What ran, what sticks out of its block or of the page, what nobody can see."""
    found: list[Any] = page.evaluate(LOOK, [unseen])
    return found


@pytest.mark.parametrize("path", ["/", "/d/social", "/p/46/air", "/p/46", "/systems/axis", "/p/46/health"])
def test_hostile_text_is_shown_as_clean_text(open_page: Open, poisoned: Stage, path: str) -> None:
    page = open_page(path)
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    expect(page.locator("[data-part=figure], [data-part=live]").first).not_to_have_text("")
    if path == "/d/social":
        expect(page.locator(".items [data-part=text]").first).to_contain_text("<script>hit=1</script>")
        assert "Trạm Đường" in page.locator(".items [data-part=text]").first.inner_text(), "composed"
    if path == "/p/46/air":
        expect(page.locator(".stations [data-part=name]").first).to_contain_text("<script>")
    shown = page.locator("button.figure:visible")  # one that says nothing has nothing to click on
    if shown.count():
        shown.first.click()
        expect(page.locator("#card [data-part=source]")).to_contain_text("<img src=x")
    settled(page)
    assert wrong(page) == []
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 844})
    settled(page)
    assert wrong(page) == []


@pytest.fixture
def told_by_others(stage: Stage) -> Iterator[Stage]:
    """A flood at a station with a hostile name, and a record of which every word is; both as the door lets them in."""
    flood.rising(stage.canned)
    station = stage.canned.snapshot(flood.SCOPE)["entities"][-1]
    station.update(vi=LONG, en=LONG, fields={**station["fields"], "note": LONG})
    words = {"vi": LONG, "en": LONG, "source": LONG, "entity_vi": LONG, "place_vi": LONG, "unit": LONG}
    stage.canned.snapshot("vn")["alerts"].insert(0, {**flood.alert(900), **words})
    assert stage.canned.desk is not None
    database, one = stage.canned.desk.database, records.c.id == RECORD
    with database.write() as connection:
        before = connection.execute(select(records.c.fields).where(one)).scalar_one()
        kept = connection.execute(select(trail.c.seq, trail.c.fields).where(trail.c.id == RECORD)).all()
        said = dict.fromkeys(("procedure", "field", "channel", "note"), clean_text(LONG))
        connection.execute(update(records).where(one).values(fields=said))
        connection.execute(update(trail).where(trail.c.id == RECORD).values(fields=said))
    yield stage
    with database.write() as connection:
        connection.execute(update(records).where(one).values(fields=before))
        for seq, fields in kept:
            connection.execute(update(trail).where(trail.c.id == RECORD, trail.c.seq == seq).values(fields=fields))


NAMED_BESIDE = [["peers", "track", "is wide"]]  # the ends of its scale are named beyond them, whatever the words
SURFACES = {  # where else others' words are shown: the address, and what has them
    "/alerts": "[data-panel=open-alerts] .ag-row",
    f"/p/68/dossiers/r/{RECORD}": ".record dd",
    "/p/68/dossiers/r?i=adm_ontime_rate&period=all": ".ag-row",
    "/wall?scene=alerts": "[data-scene=alerts]:not(body) .alert b",
    "/wall?scene=incident": "[data-scene=incident]:not(body) [data-panel] b",
}


def test_hostile_text_of_alerts_records_and_walls(open_page: Open, told_by_others: Stage) -> None:
    """10,000 letters, 500 marks on one, what turns the line round, what nobody sees, scripts and their links."""
    pages = {path: open_page(path) for path in SURFACES}
    for path, page in pages.items():
        expect(page.locator(SURFACES[path]).filter(has_text=re.compile(r"\S")).first).to_be_visible()
        settled(page)
        unseen = AT_THE_DOOR if "/r" in path else UNSEEN
        assert [each for each in wrong(page, unseen) if each not in NAMED_BESIDE] == [], path
        if RECORD in path:
            expect(page.locator(".record")).to_contain_text("<script>hit=1</script>")
            assert "Trạm Đường" in page.locator(".record").inner_text(), "composed"
        page.set_viewport_size({"width": 390, "height": 844})
        settled(page)
        assert [each for each in wrong(page, unseen) if each not in NAMED_BESIDE] == [], f"{path} in a hand"


def test_hostile_words_in_search_and_address(open_page: Open, poisoned: Stage) -> None:
    page = open_page("/?at=%3Cscript%3Ehit%3D1%3C/script%3E&i=%22onload%3Dhit")
    page.locator(".search input").fill("tram duong")
    expect(page.locator("#found li").first).to_contain_text("<script>")
    assert wrong(page) == []
