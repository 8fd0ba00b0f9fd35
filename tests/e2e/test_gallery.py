"""Every kind of panel in every state, beside shared/look: each state is told apart, none is told by colour alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import combinations

import pytest
from playwright.sync_api import Browser, Page, expect

from layouts import gallery
from layouts.wall.panels import RENDERERS
from tests.e2e import pictures
from tests.e2e.conftest import Stage, unslowed

pytestmark = pytest.mark.browser
# What an eye has of a panel: its words, and how it says that it stands.
LOOKS = """(node) => JSON.stringify([node.innerText, [...node.querySelectorAll('[data-age-state], [data-standing]')]
  .map((n) => [n.dataset.ageState, n.dataset.standing, n.dataset.severity])])"""
# Each cell of the page: its kind, its state, and what its first panel says of itself.
CELLS = "(all) => all.map((c) => [c.dataset.kind, c.dataset.state, { ...c.querySelector('[data-panel]')?.dataset }])"
AS = {"simulated": "live", "empty": "live"}  # what the figure itself is, in these cells
UNBOUND = ("trend", "headline")  # a chart and a sentence carry no state of their own


def case(kind: str, state: str) -> str:
    return f".case[data-kind={kind}][data-state={state}]"


@pytest.fixture(scope="module")
def shown(browser: Browser, served: Stage) -> Iterator[Page]:
    """One visit for both tests: they only look."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(60_000)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda r: r.url.startswith((served.url, "data:", "blob:")) or said.append(f"foreign {r.url}"))
    page.goto(served.url + "/gallery")
    expect(page.locator("body[data-shown]")).to_be_attached(timeout=60_000)
    yield page
    page.close()
    assert unslowed(said) == []


def test_every_kind_stands_in_every_state(shown: Page) -> None:
    cells = shown.locator(".case").evaluate_all(CELLS)
    told = {(kind, state): panel for kind, state, panel in cells}
    assert len(told) == len(cells)
    for kind in gallery.kinds():
        for state in gallery.STATES:
            own = told[kind, state]
            if kind in UNBOUND:
                continue
            name = "ageState" if kind in (*gallery.FIGURES, "map", "head", "place") else "standing"
            if kind == "map" and state in ("loading", "forbidden", "missing"):
                continue  # ground without ink: the legend says what it means
            assert own.get(name) == AS.get(state, state), f"{kind} {state}"
    for theme in ("dark", "light"):
        shown.evaluate("theme => (document.documentElement.dataset.theme = theme)", theme)
        pictures.keep(shown, f"gallery-{theme}", full_page=True)


def test_no_two_states_look_or_read_the_same_rules_23_24_27(shown: Page) -> None:
    for kind in ("tile", "stations", "alerts", "place"):
        looks = {}
        for state in gallery.STATES:
            panel = shown.locator(f"{case(kind, state)} [data-panel]").first
            if state == "simulated":
                panel = shown.locator(case(kind, state))  # as live, with its stamp
            looks[hashlib.blake2b(panel.screenshot()).hexdigest()] = state
        assert len(looks) == len(gallery.STATES), (kind, sorted(looks.values()))
    for kind in gallery.FIGURES:
        tells_the_truth(shown, kind)
    struck = shown.locator(f"{case('tile', 'stale')} .digits")
    assert struck.evaluate("n => getComputedStyle(n, '::after').borderTopStyle") == "solid"
    assert "Không có quyền xem" in shown.locator(case("tile", "forbidden")).inner_text()
    assert "Xin quyền tại" in shown.locator(case("stations", "forbidden")).inner_text()


def tells_the_truth(shown: Page, kind: str) -> None:
    """A stale value has no severity, a late one its clock; missing is not zero; no state moves its neighbours."""
    assert shown.locator(f"{case(kind, 'live')} [data-severity]").count() == 1
    for state in ("stale", "missing", "forbidden", "loading"):
        assert shown.locator(f"{case(kind, state)} [data-severity]").count() == 0
    figures = {s: shown.locator(f"{case(kind, s)} [data-part=figure]").inner_text() for s in ("missing", "empty")}
    assert figures["missing"] == "—" and figures["empty"].startswith("0")
    age = shown.locator(f"{case(kind, 'simulated')} .age").inner_text()
    assert age.strip().startswith("mô phỏng · "), "rule 28: a made-up figure among real ones says so itself"
    late = shown.locator(f"{case(kind, 'late')} .age svg")
    assert late.evaluate("n => getComputedStyle(n).display") == "block"
    heights = shown.locator(f".case[data-kind={kind}] > [data-panel]").evaluate_all(
        "nodes => nodes.map(n => Math.round(n.getBoundingClientRect().height))"
    )
    assert max(heights) - min(heights) <= 4, (kind, heights)


@pytest.fixture(scope="module")
def on_wall(browser: Browser, served: Stage) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(60_000)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda r: "/api/" in r.url and said.append(r.url))
    page.goto(served.url + "/gallery/wall")
    expect(page.locator("body[data-shown]")).to_be_attached(timeout=60_000)
    pictures.keep(page, "gallery-wall", full_page=True)
    yield page
    page.close()
    assert unslowed(said) == []


def test_every_panel_of_a_wall_stands_in_every_state(on_wall: Page) -> None:
    for kind in RENDERERS:
        words = {}
        for state in gallery.STATES:
            cell = on_wall.locator(case(kind, state))
            assert cell.count() == 1, (kind, state)
            words[state] = cell.locator(".stage").evaluate(LOOKS)
        words.pop("simulated")  # as live, with its stamp
        alike = {one: other for one, other in combinations(words, 2) if words[one] == words[other]}
        assert not alike, (kind, alike)
        assert "Không có quyền xem" in on_wall.locator(case(kind, "forbidden")).inner_text(), kind
        assert "undefined" not in on_wall.locator(f".of-{kind}").inner_text()
    for kind in ("map", "strip"):
        pixels = {state: on_wall.locator(f"{case(kind, state)} .stage").screenshot() for state in gallery.STATES}
        pixels.pop("simulated")
        assert len({hashlib.blake2b(each).hexdigest() for each in pixels.values()}) == len(pixels), kind
