"""The wall in a browser: pages take turns by the server's clock, an alarm takes the wall and gives it back, the last
picture stays on trouble. Pictures go to .artefacts/."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from layouts.wall.legibility import LEAST, minutes_of
from tests.e2e import flood, pictures
from tests.e2e.canned import now
from tests.e2e.conftest import Open, Stage, connected, unslowed
from tests.e2e.rest import settled, watch
from tests.e2e.routes import SCENES as SHOWN
from tests.e2e.test_live_page import LATER, STANDS
from tests.e2e.test_looks import SHIFTS, coloured

pytestmark = pytest.mark.browser
GROUND = (13, 18, 23)  # --bg of the dark theme


SCENES = ("overview", "far-1", "atlas", "domains-hydrology", "domains-dossiers", "alerts", "incident")
# The whole of a video wall in one window, so that all its panels are looked at together: only its size is the panels'.
WHOLE = """() => { const whole = document.querySelector('.whole');
  whole.style.setProperty('--pw', '960px'); whole.style.setProperty('--ph', '540px'); }"""
CUT = """() => {
  const edges = [[960, 1920], [540]];
  const across = (low, high, at) => at.some((edge) => low < edge - 1 && high > edge + 1);
  const words = `.digits, small, b, time, h2, .tile-name span, .age, .alert span, .worst span, .strip-note,
    .camera span, .step span, text, .far-name`;
  const all = `.wall-top .now :is(${words}), .org > *, .scene:not([hidden]) :is(${words})`;
  return [...document.querySelectorAll(all)].filter((n) => {
    if (!n.textContent.trim() || n.children.length || !n.checkVisibility({ visibilityProperty: true })) return false;
    const range = document.createRange();
    range.selectNodeContents(n);
    const box = range.getBoundingClientRect();
    return box.width && (across(box.left, box.right, edges[0]) || across(box.top, box.bottom, edges[1]));
  }).map((n) => `${n.className?.baseVal ?? n.className}:${n.textContent}`).concat(
    [...document.querySelectorAll('.wall-top .stamp, .scene:not([hidden]) .inset')].filter((n) => {
      const box = n.getBoundingClientRect();
      return box.width && (across(box.left, box.right, edges[0]) || across(box.top, box.bottom, edges[1]));
    }).map((n) => `whole:${n.textContent}`));
}"""
# Labels of a legend that run into each other, and dots of a ranking that stand outside their scale.
TOUCHING = """() => [
  ...[...document.querySelectorAll('.scene:not([hidden]) .swatch b')].filter((n) => {
    const words = document.createRange();
    words.selectNodeContents(n);
    const { width } = words.getBoundingClientRect();
    return width && width > n.clientWidth - 4;
  }),
  ...[...document.querySelectorAll('.scene:not([hidden]) .worst .dot')].filter((n) => {
    const [dot, track] = [n, n.parentElement].map((each) => each.getBoundingClientRect());
    return dot.width && (dot.left < track.left || dot.right > track.right);
  })].map((n) => n.textContent || n.className)"""


def tell(stage: Stage, mode: str, scene: str | None) -> None:
    """What a desk says to the group `main` of the nation."""
    stage.tell(push={"scope": "vn:wall_main", "wall": {"mode": mode, "scene": scene, "at": now()}})


def stands(page: Page, scene: str) -> None:
    page.locator(f"body[data-scene={scene}]").wait_for(timeout=30_000)
    expect(page.locator(f"[data-scene={scene}]:not(body)")).to_be_visible()


@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160)], ids=["1080p", "4k"])
def test_every_scene_stands_still_and_complete(browser: Browser, stage: Stage, size: tuple[int, int]) -> None:
    flood.rising(stage.canned)
    stage.canned.snapshot("vn")["alerts"].append(flood.alert(20_000))
    context = watch(browser.new_context(viewport={"width": size[0], "height": size[1]}))
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.add_init_script(f"({SHIFTS})()")
    page.goto(f"{stage.url}/wall?scene=overview")
    connected(page)
    stands(page, "overview")
    settled(page)
    moved = {}
    for scene in SHOWN:
        tell(stage, "hold", scene)
        stands(page, scene)
        settled(page)
        moved[scene] = page.evaluate("shift") - sum(moved.values())
        pictures.keep(page, f"wall-{scene}-{size[1]}")
        inside = page.evaluate(
            """() => [...document.querySelectorAll('.scene:not([hidden]) .zone')].every((n) => {
              const box = n.getBoundingClientRect();
              return box.right <= innerWidth + 1 && box.bottom <= innerHeight + 1 && box.top >= 0;
            }) && document.documentElement.scrollWidth <= innerWidth"""
        )
        assert inside, scene
        assert page.evaluate(TOUCHING) == [], scene
        assert 0 < len(page.locator("h1").text_content() or "") <= 44, "a headline is at most 44 characters"
    if size == (1920, 1080):
        in_a_hand(page, stage)
    moved.pop("incident")  # it changes the page on purpose: its mark stands where the headline began
    assert max(moved.values()) < 0.01, moved
    assert unslowed(said) == []
    context.close()


def in_a_hand(page: Page, stage: Stage) -> None:
    """Every scene once more at the width of a phone: the whole sheet, smaller."""
    page.set_viewport_size({"width": 390, "height": 844})
    for scene in SHOWN:
        tell(stage, "hold", scene)
        stands(page, scene)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), scene
        pictures.keep(page, f"wall-{scene}-390x844")


def test_name_and_age_of_a_far_tile_reach_16_minutes_at_six_metres(open_page: Open) -> None:
    page = open_page("/wall?scene=far-1")
    stands(page, "far-1")
    for part in (".far-name", ".far-age", ".digits"):
        size = page.locator(f"[data-scene=far-1]:not(body) {part}").first.evaluate(
            "n => parseFloat(getComputedStyle(n).fontSize)"
        )
        assert minutes_of(size, 6, 55, 1920, 1080) >= LEAST - 0.05, f"rule 1: {part} has {size} px"
    clipped = page.evaluate(
        """() => [...document.querySelectorAll('.scene:not([hidden]) .far-name')]
          .filter((n) => n.scrollWidth > n.clientWidth + 1).map((n) => n.textContent)"""
    )
    assert clipped == [], "a figure whose name cannot be read does not count as shown"


def test_signs_on_a_provinces_map_are_seen_from_the_seats(open_page: Open) -> None:
    """Rule 1: the worst place from six metres, the others from four, and what is said of it from four."""
    page = open_page("/wall?place=46&scene=domains-hydrology")
    stands(page, "domains-hydrology")
    told = page.locator("[data-scene=domains-hydrology]:not(body) .told-places")
    expect(told.locator("text").first).to_be_visible()
    high = "all => all.map((n) => n.getAttribute('height') * n.getScreenCTM().a)"
    signs = sorted(told.locator("use").evaluate_all(high))
    words = told.locator(".value").first.evaluate("n => n.getAttribute('font-size') * n.getScreenCTM().a")
    for size, metres in ((signs[-1], 6), (signs[0], 4), (words, 4)):
        assert minutes_of(size, metres, 55, 1920, 1080) >= LEAST - 0.3, (size, metres)


def test_a_calm_wall_is_grey_and_at_least_half_empty(browser: Browser, calm_stage: Stage) -> None:
    """Rules 5 and 6: the overview, and its version for far seats."""
    context = watch(browser.new_context(viewport={"width": 1920, "height": 1080}))
    page = context.new_page()
    page.goto(f"{calm_stage.url}/wall?scene=overview")
    connected(page)
    stands(page, "overview")
    expect(page.locator("h1")).to_have_text("Cả nước bình thường")
    settled(page)
    picture = page.screenshot()
    pictures.place_of("wall-calm").write_bytes(picture)
    assert coloured(picture) == 0, "rule 6"
    pixels = Image.open(io.BytesIO(picture)).convert("RGB")
    ground = sum(n for n, colour in pixels.getcolors(1 << 24) or [] if colour == GROUND)
    assert ground / (1920 * 1080) >= 0.5, "rule 5: at least half of the page is empty ground"
    tell(calm_stage, "hold", "far-1")
    stands(page, "far-1")
    settled(page)
    far = page.screenshot()
    pictures.place_of("wall-calm-far").write_bytes(far)
    assert coloured(far) == 0, "rule 6 for far seats"
    stage_says_so(page, calm_stage)
    context.close()


def stage_says_so(page: Page, stage: Stage) -> None:
    """The same page with one figure beyond its limit has colour: the look above can fail."""
    shown = page.locator("[data-scene=far-1]:not(body) [data-panel=tile]").first
    code = shown.get_attribute("data-indicator") or ""
    held = stage.canned.snapshot("vn")["indicators"][code]
    stage.tell(push={"scope": "vn", "indicators": {code: {**held, "severity": 1}}})
    expect(shown).to_have_attribute("data-severity", "1")
    assert coloured(page.screenshot()) > 500


def test_the_load_of_a_desk_at_two_ten_and_eleven_rules_15_16(open_page: Open, stage: Stage) -> None:
    """What was opened in the last ten minutes, on a scale whose marks are two and ten: eleven are a flood. In the list
    they are one row: what belongs together is one incident."""
    stage.canned.snapshot("vn")["alerts"].clear()
    page = open_page("/wall?scene=alerts")
    stands(page, "alerts")
    scene = page.locator("[data-scene=alerts]:not(body)")
    load, needle = scene.locator("[data-panel=load]"), scene.locator("[data-panel=load] [data-part=needle]")
    old = [flood.alert(605 + n, level=2) | {"id": f"old-{n}", "entity": f"S{n}"} for n in range(5)]
    told = [flood.alert(20 + n, level=2) | {"id": f"new-{n}", "entity": f"T{n}"} for n in range(11)]
    for n, flooded in ((2, None), (10, None), (11, "flood")):
        stage.tell(push={"scope": "vn", "alerts": {"set": [*old, *told[:n]]}})
        expect(load.locator("[data-part=n]")).to_have_text(str(n))
        assert float(needle.evaluate("n => n.style.getPropertyValue('--x')")) == pytest.approx(n / 12, abs=0.001)
        assert needle.get_attribute("data-state") == flooded, f"{n} in ten minutes"
    expect(scene.locator(".alert:visible")).to_have_count(1)
    stage.tell(push={"scope": "vn", "alerts": {"set": [], "cleared": [each["id"] for each in told]}})
    expect(load.locator("[data-part=n]")).to_have_text("0")


def test_an_alert_of_the_nation_itself_is_told_too(open_page: Open, stage: Stage) -> None:
    page = open_page("/wall?scene=overview")
    stands(page, "overview")
    own = flood.alert(60, level=2) | {"id": "own", "scope": "vn", "place": "vn", "place_vi": "Việt Nam", "entity": None}
    stage.tell(push={"scope": "vn", "alerts": {"set": [own | {"indicator": "adm_open"}]}})
    expect(page.locator("[data-scene=overview]:not(body) .alert:visible", has_text="Đang xử lý")).to_have_count(1)


def test_the_last_picture_stays_with_its_age(open_page: Open, stage: Stage) -> None:
    page = open_page("/wall?scene=overview")
    stands(page, "overview")
    digits = page.locator("[data-scene=overview]:not(body) .digits").first
    expect(digits).not_to_have_text("")
    before = digits.text_content()
    stage.canned.silent = stage.canned.refuse = True
    page.evaluate(LATER)
    page.locator("body[data-connected=false]").wait_for(timeout=30_000)
    expect(page.locator("h1")).to_contain_text("Mất kết nối từ")
    expect(page.locator("[data-part=date]")).to_contain_text("hình cũ")
    page.wait_for_function(STANDS)  # rule 25: a clock that stands is seen
    assert digits.text_content() == before


def test_a_desk_drives_every_wall_of_its_group(open_page: Open, stage: Stage) -> None:
    first, second, desk = open_page("/wall?name=TV+1"), open_page("/wall?name=TV+2"), open_page("/wall/desk")
    desk.locator("[data-go=atlas]").click()
    for wall in (first, second):
        stands(wall, "atlas")
    expect(desk.locator("[data-part=state]")).to_have_text("Tạm dừng ở: Bản đồ")
    desk.locator("[data-act=previous]").click()
    for wall in (first, second):
        stands(wall, "far-2")
    desk.locator("[data-act=play]").click()
    expect(desk.locator("[data-part=state]")).to_have_text("Đang xoay vòng")
    expect(desk.locator("[data-screen='TV 1']")).to_be_visible(timeout=30_000)
    expect(desk.locator("[data-screen='TV 2'] td").nth(1)).not_to_have_text("—")
    used = desk.locator(".desk-columns").evaluate("n => n.getBoundingClientRect().right / innerWidth")
    assert used > 0.95, "a wide screen is used to its edge"
    pictures.keep(desk, "wall-desk")


def test_no_frame_of_a_video_wall_cuts_a_word_or_a_figure_of_any_scene(browser: Browser, stage: Stage) -> None:
    flood.rising(stage.canned)
    stage.canned.snapshot("vn")["alerts"].append(flood.alert(20_000))
    context = watch(browser.new_context(viewport={"width": 960 * 3, "height": 540 * 2}))
    page = context.new_page()
    page.goto(f"{stage.url}/wall?cols=3&rows=2&col=0&row=0&scene=overview")
    connected(page)
    stands(page, "overview")
    page.evaluate(WHOLE)
    cut = {}
    for scene in SCENES:
        tell(stage, "hold", scene)
        stands(page, scene)
        settled(page)
        pictures.keep(page, f"wall-3x2-{scene}")
        cut[scene] = page.evaluate(CUT)
    context.close()
    assert {scene: found for scene, found in cut.items() if found} == {}


def test_panels_of_a_video_wall_are_parts_of_one_picture(browser: Browser, stage: Stage) -> None:
    context = browser.new_context(viewport={"width": 960, "height": 540})
    tell(stage, "hold", "overview")
    corners = []
    for row, col in ((0, 0), (1, 2)):
        page = context.new_page()
        page.goto(f"{stage.url}/wall?cols=3&rows=2&col={col}&row={row}")
        connected(page)
        stands(page, "overview")
        corners.append(page.locator(".whole").bounding_box())
    assert corners == [
        {"x": 0, "y": 0, "width": 2880, "height": 1080},
        {"x": -1920, "y": -540, "width": 2880, "height": 1080},
    ]
    context.close()


def test_a_new_release_is_taken_between_two_pages(open_page: Open, stage: Stage) -> None:
    page = open_page("/wall")
    tell(stage, "hold", "atlas")
    stands(page, "atlas")
    stage.canned.release = "newer"
    try:
        with page.expect_response("**/api/v1/walls/beat", timeout=60_000):
            pass
        settled(page)  # it has read the answer
        with page.expect_event("load", timeout=30_000):
            tell(stage, "hold", "alerts")
        stands(page, "alerts")
        assert page.evaluate("sessionStorage.getItem('ioc-wall-reloaded')"), "and not again for five minutes"
    finally:
        stage.canned.release = ""


def test_a_wall_reloads_itself_only_when_it_is_broken(open_page: Open) -> None:
    page = open_page("/wall?scene=atlas")
    stands(page, "atlas")
    fault = """n => { for (let i = 0; i < n; i++) setTimeout(() => dispatchEvent(new ErrorEvent('error')));
      globalThis.same = true; }"""  # after this call has been answered: a page on its way answers none
    page.evaluate(fault, 2)
    page.wait_for_timeout(400)
    assert page.evaluate("globalThis.same === true"), "one fault is no broken wall"
    with page.expect_event("load", timeout=30_000):
        page.evaluate(fault, 1)
    stands(page, "atlas")
    page.evaluate(fault, 9)
    page.wait_for_timeout(400)
    assert page.evaluate("globalThis.same === true"), "and not again for five minutes, however broken"


def decided(page: Page, *cases: Any) -> list[Any]:
    """wall_turns.decide for each case, in the browser that runs it."""
    return list(
        page.evaluate(
            """async (cases) => { const { decide } = await import('/assets/js/wall_turns.js');
            return cases.map(([turns, control, alarms, t]) => decide(turns, control, alarms, t)) }""",
            list(cases),
        )
    )


def test_whose_turn_it_is(open_page: Open) -> None:
    turns = [
        {"code": "a", "layout": "board", "dwell": 10},
        {"code": "b", "layout": "atlas", "dwell": 20},
        {"code": "n", "layout": "board", "dwell": 10, "start": 22 * 60, "end": 6 * 60},
        {"code": "i", "layout": "incident", "dwell": 10},
    ]
    noon = 1_795_237_200_000  # 12:00 in Vietnam, and a whole number of turns of 40 s
    auto, alarm = {"mode": "auto", "at": noon}, {"key": "46|x", "seen": noon - 1_000_000}
    night = noon + 11 * 3_600_000
    shown = decided(
        open_page("/wall"),
        [turns, auto, [], noon + 5_000],
        [turns, auto, [], noon + 15_000],
        [turns, auto, [], noon + 35_000],
        [turns, auto, [alarm], noon + 35_000],
        [turns, auto, [], noon + 41_000],
        [turns, {"mode": "auto", "scene": "b", "at": noon}, [], noon + 1_000],
        [turns, {"mode": "hold", "scene": "b", "at": noon}, [], noon + 900_000],
        [turns, {"mode": "hold", "scene": "b", "at": noon}, [{**alarm, "seen": noon + 5_000}], noon + 6_000],
        [turns, {"mode": "hold", "scene": "b", "at": noon}, [{**alarm, "seen": noon + 5_000}], noon + 26_000],
        [turns, {"mode": "hold", "scene": "gone", "at": noon}, [], noon + 5_000],
        [turns, {"mode": "auto", "scene": "n", "at": night}, [], night + 5_000],
        [[turns[0], turns[1], turns[0], turns[3]], auto, [], noon + 35_000],
    )
    assert [(each["code"], each["why"]) for each in shown] == [
        ("a", "turn"),
        ("b", "turn"),
        ("b", "turn"),  # with nothing open the time of incidents goes to the page before
        ("i", "turn"),
        ("a", "turn"),
        ("b", "turn"),
        ("b", "hold"),
        ("i", "alarm"),  # a new alarm takes even a wall that is held
        ("b", "hold"),  # and gives it back after twice its page's time
        ("a", "turn"),
        ("n", "turn"),  # a page of the night stands at night alone
        ("a", "turn"),  # what is named twice stands twice in a round
    ]


def test_nothing_moves_when_a_state_changes(open_page: Open, stage: Stage) -> None:
    """Rule 13. A calm and an abnormal page overlap: weight and colour change, places do not."""
    stage.canned.snapshot("vn")["alerts"].clear()
    page = open_page("/wall?scene=overview")
    stands(page, "overview")
    expect(page.locator("[data-scene=overview]:not(body) .none")).to_be_visible()
    places = """() => [...document.querySelectorAll('.scene:not([hidden]) :is(.tile, .map, .section, .figure)')]
      .map((n) => { const b = n.getBoundingClientRect(); return [n.className, Math.round(b.x), Math.round(b.y)]; })"""
    calm = page.evaluate(places)
    told = [flood.alert(9000 - n, level=2, unit=code) for n, code in enumerate(("46", "01", "48", "56", "79"))]
    stage.tell(push={"scope": "vn", "alerts": {"set": told}})
    expect(page.locator("[data-scene=overview]:not(body) .alert:visible")).to_have_count(3)
    expect(page.locator("[data-callout].on >> visible=true")).to_have_count(5)
    moved = [(was, now_) for was, now_ in zip(calm, page.evaluate(places), strict=True)
             if abs(was[1] - now_[1]) + abs(was[2] - now_[2]) > 1]  # fmt: skip
    assert moved == []
