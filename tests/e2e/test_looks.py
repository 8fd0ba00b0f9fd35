"""What a page looks like: nothing moves, calm is grey, the islands stand free; pictures go to .artefacts/."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.e2e import pictures
from tests.e2e.conftest import Open, Stage, connected
from tests.e2e.rest import settled, watch
from tests.e2e.routes import LOOKS as VIEWS

pytestmark = pytest.mark.browser
SIZES = {"1920x1080": (1920, 1080), "3840x2160": (3840, 2160), "390x844": (390, 844)}
ALIKE = {"nation-dark": "/?theme=dark", "dossiers": "/p/46/dossiers"}  # its colours are variables of the same rules
STILL = 0.005  # nothing but type that takes the place of another; people begin to mind at 0.1
MOVING = {"air": 0.02, "map": 0.02}  # a chart takes its height when it is mounted; a head may take two lines
# From the moment the document is whole: a starved machine shows the file itself piece by piece.
SHIFTS = """() => { window.shift = 0; new PerformanceObserver((list) => {
  const whole = performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd;
  const after = (entry) => whole && entry.startTime > whole && !entry.hadRecentInput;
  for (const entry of list.getEntries()) if (after(entry)) shift += entry.value;
}).observe({type: 'layout-shift', buffered: true}) }"""


@pytest.fixture
def sized(browser: Browser, stage: Stage) -> Iterator[Any]:
    contexts = []

    def open_(path: str, size: str, settle: bool = True) -> Page:
        width, height = SIZES[size]
        context = watch(browser.new_context(viewport={"width": width, "height": height}))
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(f"({SHIFTS})()")
        page.goto(stage.url + path)
        connected(page)
        if settle:
            settled(page)
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.mark.parametrize("view", [*VIEWS, *(pytest.param(view, marks=pytest.mark.soak) for view in ALIKE)])
def test_nothing_moves_while_figures_arrive_and_nothing_spills_over(sized: Any, view: str) -> None:
    """Rule 27: no layout shift, whatever arrives."""
    pages = {size: sized((VIEWS | ALIKE)[view], size, settle=False) for size in SIZES}  # they settle side by side
    for size, page in pages.items():
        settled(page)
        pictures.keep(page, f"{view}-{size}")
        assert page.evaluate("shift") < MOVING.get(view, STILL), size
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, size


def test_first_screen_holds_everything_a_leader_reads(sized: Any) -> None:
    page = sized("/", "1920x1080")
    for part in ("h1", ".map", ".tiles", ".side", "[data-part=clock]"):
        box = page.locator(part).first.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 1080 + 1, part
    for tile in page.locator("[data-panel=tile]").all():
        outer = tile.bounding_box()
        for row in tile.locator(":scope > *").all():
            inner = row.bounding_box()
            assert inner["y"] + inner["height"] <= outer["y"] + outer["height"] + 1


def test_headline_is_read_at_six_metres(sized: Any) -> None:
    page = sized("/?theme=dark", "1920x1080")
    sizes = {part: page.locator(part).first.evaluate("n => parseFloat(getComputedStyle(n).fontSize)") for part in
             ("h1", "[data-part=clock]", "[data-panel=tile] .figure", "[data-part=alive]")}  # fmt: skip
    assert min(sizes.values()) >= 55, sizes


def test_archipelagos_are_complete_and_uncovered(sized: Any) -> None:
    """Rule 29: Hoàng Sa and Trường Sa stand whole on every national map, and no card covers them."""
    for size in SIZES:
        page = sized("/", size)
        expect(page.locator(".inset")).to_have_count(2)
        for inset in page.locator(".inset").all():
            inset.scroll_into_view_if_needed()
            free = inset.evaluate(
                """n => { const b = n.getBoundingClientRect();
                return [[.1,.1],[.9,.1],[.5,.5],[.1,.9],[.9,.9]].every(([x, y]) =>
                  n.contains(document.elementFromPoint(b.x + x * b.width, b.y + y * b.height))) }"""
            )
            assert free, size


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_calm_country_is_grey(browser: Browser, calm_stage: Stage, theme: str) -> None:
    """Control-room rule 6: a healthy L1 page has no red, amber or yellow pixel outside legends; at a desk and in a
    hand. The same page with one figure beyond its limit has: the look can fail."""
    context = watch(browser.new_context(viewport={"width": 1920, "height": 1080}))
    page = context.new_page()
    for name, path in (("calm-map", "/map?theme="), ("calm", "/?theme=")):
        page.goto(f"{calm_stage.url}{path}{theme}")
        connected(page)
        expect(page.locator("h1")).to_have_text("Cả nước bình thường")
        settled(page)  # history has come too
        grey(page, f"{name}-{theme}")
    page.set_viewport_size(dict(zip(("width", "height"), SIZES["390x844"], strict=True)))  # type: ignore[arg-type]
    page.reload()
    connected(page)
    settled(page)
    grey(page, f"calm-phone-{theme}", whole=True)
    tile = page.locator("[data-panel=tile]").first
    code = tile.get_attribute("data-indicator") or ""
    held = calm_stage.canned.snapshot("vn")["indicators"][code]
    calm_stage.tell(push={"scope": "vn", "indicators": {code: {**held, "severity": 2}}})
    expect(tile).to_have_attribute("data-severity", "2")
    assert coloured(page.screenshot(full_page=True)) > 50
    context.close()


def grey(page: Page, name: str, whole: bool = False) -> None:
    """The page as it stands has no colour that asks for action; its picture is kept."""
    picture = page.screenshot(full_page=whole)
    pictures.place_of(name).write_bytes(picture)
    assert coloured(picture) == 0, f"rule 6: {name} has red, amber or yellow"


def coloured(png: bytes) -> int:
    """Pixels that are red, amber or yellow beyond doubt."""
    picture = Image.open(io.BytesIO(png)).convert("HSV")
    return sum(
        n
        for n, (hue, saturation, value) in picture.getcolors(1 << 24)  # each colour once: there are some hundreds
        if (hue < 45 or hue > 245) and saturation > 110 and value > 110
    )


def test_phone_shows_the_sentence_alerts_and_figures_in_that_order(sized: Any) -> None:
    page = sized("/", "390x844")
    tops = [
        page.locator(part).first.bounding_box()["y"]
        for part in ("h1", "[data-panel=alerts]", "[data-panel=tile]", ".map")
    ]
    assert tops == sorted(tops)


def test_chart_is_loaded_only_where_it_is_seen(open_page: Open) -> None:
    page = open_page("/")
    asked = page.evaluate("performance.getEntriesByType('resource').filter(r => /dash|plotly/.test(r.name)).length")
    assert asked == 0
    page.locator("[data-panel=trend]").scroll_into_view_if_needed()
    expect(page.locator("#trend .js-plotly-plot .main-svg").first).to_be_visible(timeout=30_000)
