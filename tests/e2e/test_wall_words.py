"""The words of a wall: whole, one number under one name, and as old as what was observed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from feeds.catalogue.clock import iso
from tests.e2e import flood, pictures
from tests.e2e.canned import now
from tests.e2e.conftest import Open, Stage
from tests.e2e.test_wall import stands

pytestmark = pytest.mark.browser
BOARD = "[data-scene=overview]:not(body)"
TOLD = ("tsk_total_open", "tsk_overdue", "tsk_due_7d")
LONG = (
    ("24", "air_pm25_24h", 95.2),
    ("79", "met_rain_24h", 1230.9),
    ("46", "met_rain_24h", 230.9),
    ("01", "air_pm25_24h", 95.2),
    ("66", "pet_publish_late", 30),
)
# What of the callouts runs out of the map or over the frames and each other; marks and words, not their lines.
OUT = """(stage) => {
  const box = (n) => ({ name: n.textContent, ...n.getBoundingClientRect().toJSON() });
  const met = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const edge = box(stage);
  const told = [...stage.querySelectorAll('.callout.on')].map((n) => [...n.querySelectorAll('use, text')]
    .filter((part) => part.checkVisibility({ visibilityProperty: true })).map(box));
  const frames = [...stage.querySelectorAll('rect.frame, .legend')].map(box);
  return told.flatMap((own, i) => own.filter((word) => word.left < edge.left || word.right > edge.right - 1
    || frames.some((frame) => met(frame, word))
    || told.some((other, j) => j !== i && other.some((each) => met(each, word))))
    .map((word) => word.name));
}"""

# What a station beside others is told by; and what words of signs cover of their neighbours' marks.
ABOUT = """async () => { const { Area } = await import('/assets/js/wall_area.js');
  const { speak } = await import('/assets/js/format.js'); speak({}, 'vi');
  const mm = { domain: 'd', unit: 'mm', digits: 1 };
  const page = { indicators: { rain: mm, hour: mm, level: { domain: 'd', unit: 'm', digits: 2 } } };
  const tell = (station) => Area.prototype.tell.call({ page, at: () => [0, 0] }, station, 'd', 'rain');
  const told = (values) => tell({ vi: 'A', values }).value;
  return [told({ hour: 8, rain: 237.3 }), told({ level: 3.48 })] }"""
COVERED = """async () => { const { signs } = await import('/assets/js/wall_signs.js');
  const told = [[300, 200], [260, 170], [345, 170], [258, 238], [348, 238], [300, 262], [300, 130]]
    .map(([x, y], i) => ({ x, y, level: 2, name: i ? 'B' : 'Kim Long', value: i ? '1' : '4,12 m' }));
  const drawn = signs(told, { px: 1, box: { x: 0, y: 0, width: 700, height: 420 } });
  const words = drawn.find((n) => n.textContent === '4,12 m');
  const [x, y, size] = ['x', 'y', 'font-size'].map((name) => Number(words.getAttribute(name)));
  const wide = 0.55 * size * 6, left = words.getAttribute('text-anchor') === 'end' ? x - wide : x;
  const met = (m) => m.x + 20 > left && m.x - 20 < left + wide && m.y + 20 > y - size * 0.75 && m.y - 20 < y;
  return told.slice(1).filter(met).length }"""
OVER = """(block) => [block, ...block.querySelectorAll('*')]
  .filter((n) => n.scrollWidth > n.clientWidth + 1 && getComputedStyle(n).display !== 'inline')
  .map((n) => n.textContent)"""


def on_the_wall(open_page: Open) -> Page:
    page = open_page("/wall?scene=overview")
    stands(page, "overview")
    return page


def test_signs_of_an_area_tell_of_its_incident_and_cover_no_other(open_page: Open) -> None:
    """A value stands clear of its neighbours' signs, with a line where it must go further; of a station it is the one
    that the incident is about."""
    page = on_the_wall(open_page)
    assert page.evaluate(ABOUT) == ["237,3\u00a0mm", "3,48\u00a0m"]
    assert page.evaluate(COVERED) == 0


def count(panel: Locator) -> int:
    """The number that stands beside the name of a list of alerts."""
    expect(panel.locator("[data-part=count]")).not_to_have_text("")
    return int((panel.locator("[data-part=count]").text_content() or "").replace(".", ""))


@pytest.mark.parametrize("scene", ["overview", "far-1"])
def test_callouts_of_the_map_are_whole_and_cover_nothing(open_page: Open, stage: Stage, scene: str) -> None:
    told = [flood.alert(9000 - n, level=2, unit=unit) | {"indicator": code, "value": value, "entity": None}
            for n, (unit, code, value) in enumerate(LONG)]  # fmt: skip
    stage.canned.snapshot("vn")["alerts"][:] = told
    page = open_page(f"/wall?scene={scene}")
    stands(page, scene)
    map_ = page.locator(f"[data-scene={scene}]:not(body) .map-stage")
    expect(map_.locator(".callout.on")).to_have_count(5)
    page.wait_for_timeout(300)
    pictures.keep(page, f"wall-callouts-{scene}")
    assert map_.evaluate(OUT) == []
    rows = page.locator(".scene:not([hidden]) .alert-list")
    assert not rows.count() or rows.first.evaluate(OVER) == [], "nor is a row of the list cut"


def test_figures_of_a_ledger_are_as_old_as_what_was_observed(open_page: Open, stage: Stage) -> None:
    state = stage.canned.snapshot("vn")
    for code in TOLD:
        state["indicators"][code] |= {"at": iso(now() - 2 * 86_400_000 - 60_000), "state": "live", "v": 1419}
    state["feeds"]["tasks"]["age"] = 12
    page = on_the_wall(open_page)
    wall = page.locator(f"{BOARD} [data-panel=ledgers]")
    expect(wall.locator("[data-part=standing-age]")).to_have_text("2\u00a0ngày")
    expect(wall.locator(".ledger-line")).to_have_count(len(TOLD))
    over = wall.evaluate(OVER)
    assert over == [], "nothing runs over its block"
    feeds, foot = (page.locator(part).bounding_box() for part in (f"{BOARD} .wall-feeds", ".wall-foot"))
    assert feeds and foot and feeds["y"] + feeds["height"] <= foot["y"], "the column ends above the foot"
    desk = open_page("/").locator(".brief-figure").filter(has_text="1.419")
    expect(desk.first.locator("[data-part=age]")).to_have_text("2\u00a0ngày")


def test_open_alerts_are_one_number_on_walls_desks_and_phones(open_page: Open, stage: Stage) -> None:
    units = ["46", "01", "48", "56", "46", "46", "79", "01", "01", "01", "66"] * 3
    many = [flood.alert(9000 - n, 1 + n % 4, unit) | {"id": f"m{n}", "entity": None} for n, unit in enumerate(units)]
    stage.canned.snapshot("vn")["alerts"][:] = many
    page = on_the_wall(open_page)
    panel = page.locator(f"{BOARD} [data-panel=alerts]")
    rows = panel.locator(".alert:visible [data-part=since]").all_text_contents()
    shown = sum(int(row.split("gộp ")[1].split()[0]) if "gộp" in row else 1 for row in rows)
    assert count(panel) == len(many)
    expect(panel.locator("[data-part=more]")).to_have_text(f"và {len(many) - shown} cảnh báo khác")
    desk = open_page("/")
    assert count(desk.locator("[data-panel=alerts]")) == len(many)
    one_sentence(page, desk, stage)


def one_sentence(wall: Page, desk: Page, stage: Stage) -> None:
    """The same words from the same definition: of equals in the order of their names, however often told again;
    what the nation does not ask for is no headline, and the whole country has one name."""

    def told(level: int, *news: str) -> list[dict[str, object]]:
        same = flood.alert(600, level) | {"entity": None, "since": iso(now() // 60_000 * 60_000 - 600_000)}
        return [same | {"id": unit, "place": unit, "value": 9} for unit in news]

    stage.tell(
        push={"scope": "vn", "alerts": {"cleared": [f"m{n}" for n in range(33)], "set": told(2, "79", "46", "01")}}
    )
    stage.tell(push={"scope": "vn", "alerts": {"set": told(2, "01")}})
    for page in (wall, desk):
        expect(page.locator("h1")).to_have_text("Lũ ở Hà Nội, lũ ở Huế")
    stage.tell(push={"scope": "vn", "alerts": {"set": told(3, "79", "46", "01")}})
    for page in (wall, desk):
        expect(page.locator("h1")).to_have_text("Cả nước bình thường, 3 cảnh báo nhẹ")
    stage.tell(push={"scope": "vn", "alerts": {"cleared": ["79", "46", "01"], "set": told(2, "vn")}})
    for page in (wall, desk):
        expect(page.locator("h1")).to_have_text("Lũ")
    expect(wall.locator(f"{BOARD} .alert:visible [data-part=what]")).to_contain_text("Cả nước")


SENTENCES = """async (cases) => {
  const page = JSON.parse(document.getElementById('page-facts').textContent);
  const { speak } = await import('/assets/js/format.js');
  speak(page.words, page.lang);
  const { incidents, sentence } = await import('/assets/js/wall_incidents.js');
  const since = '2026-11-22T00:00:00+07:00';
  const told = (alerts) => {
    const found = incidents(alerts.map((each, n) => ({ id: n, since, ...each })), page);
    return sentence(found, page, 'Cả nước');
  };
  const pair = (indicator, place, level) =>
    ['24', place].map((at) => ({ indicator, level, value: 4, limit: 3, place: at }));
  const pairs = Object.keys(page.indicators).flatMap((code) => ['79', '46'].flatMap((place) =>
    [1, 2, 3].map((level) => pair(code, place, level))));
  return [cases.map(told), pairs.map(told)];
}"""


def test_the_sentence_of_a_wall_says_what_is_wrong_and_where(open_page: Open) -> None:
    def alert(place: str, indicator: str, level: int, value: float, limit: float) -> dict[str, object]:
        return {"place": place, "indicator": indicator, "level": level, "value": value, "limit": limit}

    flooded = alert("46", "hyd_alert", 1, 4, 4)
    dusty = alert("01", "air_pm25_24h", 2, 96, 90)
    late = alert("52", "adm_ontime_rate", 2, 71.2, 90)
    said, every = on_the_wall(open_page).evaluate(SENTENCES, [[flooded], [flooded, dusty], [late], [dusty, late]])
    assert said == [
        "Lũ ở Huế, trên báo động III",
        "Lũ nghiêm trọng ở Huế, bụi mịn cao ở Hà Nội",
        "Hồ sơ đúng hạn thấp ở Gia Lai",
        "Bụi mịn cao ở Hà Nội, và 1 việc khác",
    ]
    assert len(every) > 1000 and max(map(len, every)) <= 44, max(every, key=len)
    assert not [sentence for sentence in every if "undefined" in sentence or "{" in sentence]


BRIDGED = """async (cases) => { const { bridged } = await import('/assets/js/wall_chart.js');
  return cases.map((values) => bridged(values.map((v, t) => ({ t, v }))).map(({ v }) => v)); }"""


PAST = """async ([t, v, now, at]) => {
  const [{ beat }, { Course }, { bridged }] = await Promise.all(
    ['clock', 'wall_subject', 'wall_chart'].map((name) => import(`/assets/js/${name}.js`)));
  const asked = globalThis.fetch;
  globalThis.fetch = async () => ({ ok: true, json: async () => ({ step: 'hour', t, v }) });
  const subject = { code: 'S', feed: 'hydrology', indicator: 'hyd_level', v: 3, atMs: Date.parse(at) };
  const points = () => { beat(Date.parse(now)); return course.points(subject, { unit: '46' }, null); };
  let course;
  await new Promise((told) => { course = new Course(told); points(); });
  globalThis.fetch = asked;
  return bridged(points()).map(({ t, v }) => [new Date(t + 7 * 3600e3).toISOString().slice(11, 16), v]);
}"""


def test_an_hour_of_a_stations_past_stands_at_its_end_and_the_present_follows_it(open_page: Open) -> None:
    hours = [f"2026-11-22T{hour}:00:00+07:00" for hour in (19, 20, 21, 22)]
    told = [hours, [0.5, 1, 2, None], "2026-11-22T22:50:00+07:00", "2026-11-22T22:48:00+07:00"]
    drawn = open_page("/wall").evaluate(PAST, told)
    assert drawn == [["20:00", 0.5], ["21:00", 1], ["22:00", 2], ["22:48", 3]], "no hole before the last dot"


def test_a_past_told_every_third_hour_is_a_line_and_silence_is_a_gap(open_page: Open) -> None:
    third = [1, None, None, 2, None, None, 3, None, None, 4]
    hourly = [None, 1, 2, 3, None, 4, 5, None]
    silent = [*third, None, None, None, None, None, 5, None, None, 6]
    drawn = open_page("/wall").evaluate(BRIDGED, [third, hourly, silent, [None, 1, None], []])
    assert drawn == [[1, 2, 3, 4], hourly, [1, 2, 3, 4, None, None, None, None, None, 5, 6], [None, 1, None], []]
