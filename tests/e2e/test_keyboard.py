"""Pages without a mouse, without colour, without motion: names and roles, tab order, focus seen, system colours."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Open
from tests.e2e.rest import settled

pytestmark = pytest.mark.browser
NAMELESS = """() => {
  const bad = [];
  const all = (what) => [...document.querySelectorAll(what)];
  const tell = (what, n) => bad.push([what, n.outerHTML.slice(0, 120)]);
  const seen = (n) => n.checkVisibility({ visibilityProperty: true });
  const named = (n) => [n.getAttribute("aria-label"), n.labels?.[0]?.innerText, n.textContent, n.title].join("").trim();
  const hushed = "[aria-hidden=true], [role=img], .js-plotly-plot, #js-plotly-tester";
  const said = (n) => n.closest(hushed) || n.querySelector("a, [tabindex]");
  for (const n of all("a[href], button, input, select, [role=option]")) if (seen(n) && !named(n)) tell("no name", n);
  for (const n of all("img:not([alt])")) tell("no alt", n);
  for (const n of all("svg")) if (seen(n) && !said(n)) tell("svg unsaid", n);
  for (const n of all("[tabindex]")) if (n.tabIndex > 0) tell("tab order", n);
  const ids = all("[id]").map((n) => n.id);
  for (const id of new Set(ids)) if (ids.filter((other) => other === id).length > 1) bad.push(["twice", id]);
  for (const what of ["main", "html[lang]", "head > title", "main > h1, main .top h1, main > div > h1"])
    if (all(what).length !== 1) bad.push(["not one", what, all(what).length]);
  for (const n of all("th")) if (seen(n) && !n.textContent.trim()) tell("empty head", n);
  for (const n of all("button, select, input")) {
    const { height } = n.getBoundingClientRect();
    if (seen(n) && height && height < 18) tell(`small ${height}`, n);
  }
  return bad }"""
FOCUSED = """() => {
  const n = document.activeElement, own = getComputedStyle(n);
  const ring = own.outlineStyle !== "none" && parseFloat(own.outlineWidth) >= 2;
  return { tag: n.tagName, ring, at: [...document.querySelectorAll("*")].indexOf(n) } }"""


@pytest.mark.parametrize("path", ["/", "/p/46/air?lang=en", "/gallery"])
def test_everything_has_a_name_and_a_place(open_page: Open, path: str) -> None:
    page = open_page(path, wait=path != "/gallery")
    if path == "/gallery":
        expect(page.locator("body[data-shown]")).to_be_attached()
    settled(page)
    assert page.evaluate(NAMELESS) == []


def test_the_tab_key_goes_through_the_page_and_is_seen(open_page: Open) -> None:
    page = open_page("/")
    settled(page)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    steps: list[dict[str, Any]] = []
    for _ in range(16):
        page.keyboard.press("Tab")
        steps.append(page.evaluate(FOCUSED))
    places = [step["at"] for step in steps]
    assert places == sorted(places), "the order of the document is the order of the keys"
    for step in steps:
        assert step["ring"] or step["tag"] == "INPUT", step
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "page"


def test_a_figure_is_opened_and_closed_by_keys(open_page: Open) -> None:
    page = open_page("/")
    page.locator("button.figure").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#card")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#card")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator(".search input")).to_be_focused()


def test_what_is_chosen_in_the_search_is_told(open_page: Open) -> None:
    page = open_page("/")
    box = page.locator(".search input")
    box.fill("ha")
    page.locator("#found [role=option]").nth(1).wait_for()
    box.press("ArrowDown")
    told = box.get_attribute("aria-activedescendant")
    assert told
    expect(page.locator(f"#{told}")).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    assert box.get_attribute("aria-activedescendant") is None


def test_arrows_go_from_look_to_look(open_page: Open) -> None:
    page = open_page("/map")
    tabs = page.locator(".looks-tabs [role=tab]")
    tabs.first.focus()
    page.keyboard.press("ArrowRight")
    expect(tabs.nth(1)).to_be_focused()
    expect(tabs.nth(1)).to_have_attribute("aria-selected", "true")
    shown = tabs.nth(1).get_attribute("aria-controls")
    expect(page.locator(f"#{shown}")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(tabs.last).to_be_focused()


def test_ranked_rows_stand_in_the_document_as_they_are_seen(open_page: Open) -> None:
    page = open_page("/")
    expect(page.locator("[data-panel=ranking] .rank [data-part=pos]").first).to_have_text("1")
    tops = page.locator("[data-panel=ranking] .rank:visible").evaluate_all(
        "rows => rows.map((r) => r.getBoundingClientRect().top)"
    )
    assert len(tops) > 20 and tops == sorted(tops)


def test_system_colours_and_stillness_are_honoured(open_page: Open) -> None:
    page = open_page("/?theme=system")
    page.emulate_media(forced_colors="active", reduced_motion="reduce", color_scheme="dark")
    sign = page.locator(".sign.on").first
    expect(sign).to_be_visible()
    shape, ground = page.evaluate(
        """() => [getComputedStyle(document.querySelector('#sev-2 .sev-shape')).fill,
                  getComputedStyle(document.body).backgroundColor]"""
    )
    assert shape != ground, "shape and letter stay when colours go"
    page.wait_for_function("document.getAnimations().length === 0")


def test_the_theme_follows_the_browser_and_is_kept(open_page: Open) -> None:
    page = open_page("/?theme=system")
    page.emulate_media(color_scheme="dark")
    expect(page.locator("body")).to_have_css("background-color", "rgb(13, 18, 23)")
    page.emulate_media(color_scheme="light")
    expect(page.locator("body")).to_have_css("background-color", "rgb(244, 246, 247)")
    page.locator("[data-reload='theme=dark']").click()
    page.locator("html[data-theme=dark]").wait_for()
    page.goto(page.url.split("?")[0])
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
