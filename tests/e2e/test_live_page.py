"""The live client in a real browser: figures arrive, change in place, grow old; the page says when it is cut off."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, CDPSession, expect

from feeds.catalogue.clock import iso
from tests.conftest import wait_until
from tests.e2e.conftest import Open, Stage
from tests.e2e.rest import settled

pytestmark = pytest.mark.browser
LEAD = "adm_ontime_rate"
TILE = f"[data-panel=tile][data-indicator={LEAD}]"


def now(seconds: float = 0) -> str:
    return iso(int((time.time() + seconds) * 1000))


def figure(**changes: Any) -> dict[str, Any]:
    return {"v": 91.25, "at": now(), "received": now(), "state": "live", "severity": None, **changes}


def push(stage: Stage, scope: str = "vn", **changes: Any) -> None:
    stage.tell(push={"scope": scope, "indicators": {LEAD: figure(**changes)}})


def test_first_paint_needs_no_script(stage: Stage, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(stage.url + "/")
    assert page.locator("path[data-place]").count() == 34
    assert "Hành chính công" in page.locator(".tiles").inner_text()
    context.close()


def test_an_event_changes_the_figure_where_it_stands(open_page: Open, stage: Stage) -> None:
    """Rule 27: the old value stays until the new one is there, and nothing around it moves."""
    page = open_page("/")
    page.evaluate(
        f"document.querySelector('{TILE}').mark = document.querySelector('{TILE} [data-part=figure]').mark = 1"
    )
    before = page.locator(TILE).get_attribute("data-version")
    push(stage)
    expect(page.locator(f"{TILE} [data-part=figure]")).to_have_text("91,25")
    assert page.locator(TILE).get_attribute("data-version") != before
    assert (
        page.evaluate(
            f"document.querySelector('{TILE}').mark + document.querySelector('{TILE} [data-part=figure]').mark"
        )
        == 2
    )


def test_updates_make_no_nodes(open_page: Open, stage: Stage) -> None:
    page = open_page("/")
    push(stage)
    expect(page.locator(f"{TILE} [data-part=figure]")).to_have_text("91,25")
    settled(page)
    nodes = page.evaluate("document.querySelectorAll('*').length")
    for n in range(40):
        stage.tell(
            push={"scope": "vn", "indicators": {LEAD: figure(v=90 + n / 10)}, "units": {LEAD: {"01": 90 + n / 10}}}
        )
    expect(page.locator(f"{TILE} [data-part=figure]")).to_have_text("93,90")
    assert page.evaluate("document.querySelectorAll('*').length") == nodes


PACED = """async ([step, n]) => {
  const { Pace } = await import('/assets/js/pace.js');
  const pace = new Pace(), written = [];
  for (let t = 9000, k = 0; t <= 9000 + step * n + 2000; t += 20) {
    if ((t - 9000) % step === 0 && k < n) { const own = k++; pace.hear(() => written.push([t, own]), t); }
    if (t % 1000 === 500) pace.flush(t);
  }
  return written; }"""


def test_a_panel_changes_about_once_a_second_rule_27(open_page: Open, stage: Stage) -> None:
    """Its second half: the newest of what comes faster waits for its second. A change of level waits for nothing."""
    page = open_page("/")
    hurried, calm = page.evaluate(PACED, [200, 50]), page.evaluate(PACED, [700, 14])
    assert 8 <= len(hurried) <= 17, "of fifty in ten seconds"
    assert hurried[-1][1] == 49, "the last is never lost"
    assert [own for _, own in calm] == list(range(14)), "what comes about each second is written as it comes"
    page.evaluate(
        """tile => { window.written = []; const node = document.querySelector(`${tile} [data-part=figure]`);
        new MutationObserver(() => written.push(node.textContent)).observe(node, {childList: true, subtree: true,
        characterData: true}); }""",
        TILE,
    )
    for n in range(12):
        push(stage, v=80 + n / 10)
    expect(page.locator(f"{TILE} [data-part=figure]")).to_have_text("81,10")
    assert len(page.evaluate("written")) < 10, "twelve came as fast as they could"
    push(stage, v=70.0, severity=1)
    expect(page.locator(TILE)).to_have_attribute("data-severity", "1", timeout=900)


def test_a_missed_version_is_repaired_by_a_full_snapshot(open_page: Open, stage: Stage) -> None:
    page = open_page("/")
    stage.canned.versions["vn"] = stage.canned.versions.get("vn", 1) + 5  # five deltas nobody told
    push(stage, v=88.5)
    expect(page.locator(f"{TILE} [data-part=figure]")).to_have_text("88,50")


def test_map_shape_changes_class_only_when_its_class_changes(open_page: Open, stage: Stage) -> None:
    page = open_page(f"/?i={LEAD}")
    shape = "path[data-place='40'].unit"
    stage.tell(push={"scope": "vn", "units": {LEAD: {"40": {"v": 99.9, "age": 0, "severity": None, "state": "live"}}}})
    expect(page.locator(shape)).to_have_class("unit c0")
    page.evaluate(
        f"""() => {{ window.writes = 0;
        const watched = document.querySelector("{shape}");
        new MutationObserver((all) => (writes += all.length)).observe(watched, {{attributes: true}}) }}"""
    )
    stage.tell(push={"scope": "vn", "units": {LEAD: {"40": 99.8}}})
    push(stage, v=77.25)
    expect(page.locator(f"{TILE} [data-part=figure]")).to_have_text("77,25")
    assert page.evaluate("writes") == 0
    stage.tell(push={"scope": "vn", "units": {LEAD: {"40": 10}}})
    expect(page.locator(shape)).to_have_class("unit c4")


def test_stale_loses_its_severity_and_says_since_when(open_page: Open, stage: Stage) -> None:
    page = open_page("/d/air")
    gauge = page.locator("[data-panel=gauge][data-indicator=air_aqi_hour]")
    stage.tell(push={"scope": "vn", "indicators": {"air_aqi_hour": figure(v=310, severity=1)}})
    expect(gauge).to_have_attribute("data-severity", "1")
    stage.tell(push={"scope": "vn", "indicators": {"air_aqi_hour": figure(v=310, severity=1, at=now(-9 * 3600))}})
    expect(gauge).to_have_attribute("data-age-state", "stale")
    assert gauge.get_attribute("data-severity") is None
    expect(gauge.locator("[data-part=age]")).to_have_text("cũ 9 giờ")
    line_through = gauge.locator("[data-part=figure]").evaluate("n => getComputedStyle(n, '::after').borderTopStyle")
    assert line_through == "solid"
    expect(gauge.locator("[data-part=note]")).to_have_text(re.compile(r"^mất từ \d\d:\d\d.*, nhịp 1 giờ$"))


def test_a_gauge_says_why_it_cannot_be_taken_as_it_stands(open_page: Open, stage: Stage) -> None:
    """Missing names who owes it, doubtful the second source, beyond its scale the end: none is only drawn."""
    page = open_page("/d/air")
    gauge = page.locator("[data-panel=gauge][data-indicator=air_aqi_hour]")
    note, beyond = gauge.locator("[data-part=note]"), gauge.locator("[data-part=beyond]")

    def tell(**told: Any) -> None:
        stage.tell(push={"scope": "vn", "indicators": {"air_aqi_hour": figure(**told)}})

    tell(v=310, state="suspect", second={"source": "Trạm tay", "v": 120})
    expect(note).to_have_text("Trạm tay 120")
    tell(v=310, state="suspect")
    expect(note).to_have_text("hai nguồn không khớp")
    tell(v=640)
    expect(gauge.locator("[data-part=needle]")).to_have_attribute("data-beyond", "over")
    expect(beyond).to_have_text("ngoài thang đo, trên 500")
    expect(gauge.locator(".needle .over")).to_be_visible()
    tell(v=None, at=None, state="missing")
    expect(note).to_have_text(re.compile("^chưa tính được: .* gửi chưa đủ$"))
    expect(beyond).to_have_text("")
    expect(gauge.locator(".needle .at")).to_be_hidden()
    row = page.locator("[data-panel=limit][data-indicator=air_pm25_24h] [data-part=note]")
    for told, said in (({"v": 99, "severity": 2, "limit": 45}, "QCVN"), ({"v": None, "at": None}, "gửi chưa đủ$")):
        stage.tell(push={"scope": "vn", "indicators": {"air_pm25_24h": figure(**told)}})
        expect(row).to_have_text(re.compile(said))


def test_missing_is_a_dash_with_its_reason_and_never_zero(open_page: Open, stage: Stage) -> None:
    """Rule 24: missing is not zero."""
    page = open_page("/")
    push(stage, v=None, at=None, state="missing")
    expect(page.locator(TILE)).to_have_attribute("data-age-state", "missing")
    expect(page.locator(f"{TILE} [data-part=figure]")).to_have_text("—")
    expect(page.locator(f"{TILE} [data-part=note]")).to_have_text(re.compile("^chưa tính được: Hồ sơ"))


def test_suspect_names_the_second_source(open_page: Open, stage: Stage) -> None:
    page = open_page("/")
    push(stage, state="suspect", second={"source": "DVCQG", "v": 90.8})
    expect(page.locator(TILE)).to_have_attribute("data-age-state", "suspect")
    expect(page.locator(f"{TILE} [data-part=note]")).to_have_text("DVCQG 90,80")
    expect(page.locator(f"{TILE} .sign use")).to_have_attribute("href", "#doubt")


# A page's own clock is put on: four seconds after it was heard, and five, with the quarter it takes to be shown.
SILENCE = """async () => {
  const { hear, connected } = await import('/assets/js/watch.js');
  const own = performance.now;
  hear(null);
  const at = own.call(performance);
  try { return [4000, 4750].map((ms) => { performance.now = () => at + ms; return connected(); }); }
  finally { delete performance.now; }
}"""
# Silence of five seconds has its own test above: elsewhere a page's clock is put on instead of waiting for it.
LATER = """() => { const own = performance.now.bind(performance); performance.now = () => own() + 5000; }"""
STANDS = """() => {
  const shown = document.body.dataset.connected + document.querySelector('[data-part=clock]').textContent;
  if (shown !== window.shown) [window.shown, window.since] = [shown, performance.now()];
  return shown.startsWith('false') && performance.now() - window.since > 1500;
}"""


def test_silence_shows_within_five_seconds_and_heals(open_page: Open, stage: Stage) -> None:
    page = open_page("/")
    assert page.evaluate(SILENCE) == [True, False], "from the fifth second on"
    stage.tell(silent=True)
    page.evaluate(LATER)
    page.locator("body[data-connected=false]").wait_for(timeout=30_000)
    expect(page.locator("h1")).to_contain_text("Mất kết nối từ")
    expect(page.locator("[data-part=link]")).to_contain_text("Mất kết nối từ")
    page.wait_for_function(STANDS)  # a clock nobody sets stands still; what was under way may still come
    stage.tell(silent=False, beat=True)
    page.locator("body[data-connected=true]").wait_for(timeout=30_000)
    expect(page.locator("h1")).not_to_contain_text("Mất kết nối")


def test_a_stream_that_eventsource_gave_up_is_revived(open_page: Open, stage: Stage) -> None:
    page = open_page("/", wait=False)
    page.locator("body[data-connected=true]").wait_for()
    stage.tell(refuse=True, silent=True)
    page.locator("body[data-connected=false]").wait_for(timeout=30_000)
    before = stage.canned.refused
    wait_until(lambda: stage.canned.refused > before, what="for the refusal on which EventSource stops for good")
    stage.tell(refuse=False, silent=False)
    page.locator("body[data-connected=true]").wait_for(timeout=30_000)
    push(stage, v=66.25)
    expect(page.locator(f"{TILE} [data-part=figure]")).to_have_text("66,25")


def alone(stage: Stage) -> None:
    """One stream is open. That of a page that was left ends with the next thing it would have been told."""
    wait_until(lambda: len(stage.canned.queues) == 1, what="for one stream")


def test_tabs_of_one_browser_share_one_stream(open_page: Open, stage: Stage) -> None:
    pages = [open_page("/"), open_page("/"), open_page("/")]
    alone(stage)
    push(stage, v=55.5)
    for page in pages:
        expect(page.locator(f"{TILE} [data-part=figure]")).to_have_text("55,50")


def test_without_a_shared_worker_one_tab_leads(context: BrowserContext, open_page: Open, stage: Stage) -> None:
    context.add_init_script("delete window.SharedWorker")
    pages = [open_page("/"), open_page("/")]
    push(stage, v=44.5)
    for page in pages:
        expect(page.locator(f"{TILE} [data-part=figure]")).to_have_text("44,50")
    alone(stage)
    before = set(stage.canned.queues)
    pages[0].close()
    wait_until(lambda: bool(stage.canned.queues - before), what="for the stream of the tab that leads now")
    push(stage, v=33.5)
    expect(pages[1].locator(f"{TILE} [data-part=figure]")).to_have_text("33,50", timeout=30_000)


def test_hostile_names_stay_text(open_page: Open) -> None:
    page = open_page("/d/air")
    row = page.locator("[data-panel=stations] [data-entity='air-000'] [data-part=name]")
    expect(row).to_have_text("<b onmouseover=alert(1)>Trạm</b>")
    assert row.locator("b").count() == 0


def test_card_says_where_a_figure_comes_from(open_page: Open, stage: Stage) -> None:
    page = open_page("/")
    page.locator(f"{TILE} [data-card]").click()
    card = page.locator("#card")
    expect(card.locator("[data-part=name]")).to_have_text("Tỷ lệ xử lý trước hạn, đúng hạn")
    expect(card.locator("[data-part=formula-more]")).to_contain_text("Quyết định 766/QĐ-TTg")
    expect(card.locator("[data-part=source]")).to_contain_text("Hệ thống dossiers")
    expect(card.locator("[data-part=limits]")).to_contain_text("Cao: dưới 95")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_alert_rows_come_and_go_in_place(open_page: Open, stage: Stage) -> None:
    page = open_page("/p/01")
    alert = {
        "id": "01.x.1", "scope": "01:air", "place": "01", "place_vi": "Hà Nội", "indicator": "air_aqi_hour", "level": 1,
        "since": now(-60), "value": 320, "limit": 300, "unit": "", "source": "QĐ 1459", "vi": "x", "en": "x",
    }  # fmt: skip
    stage.tell(push={"scope": "01", "alerts": {"set": [alert], "cleared": []}})
    row = page.locator("[data-alert='01.x.1']")
    expect(row.locator("[data-part=title]")).to_have_text("VN_AQI giờ")
    expect(page.locator("h1")).to_contain_text("Ô nhiễm không khí")
    assert row.get_attribute("data-severity") == "1"
    stage.tell(push={"scope": "01", "alerts": {"set": [], "cleared": ["01.x.1"]}})
    expect(row).to_have_count(0)


def spent(devtools: CDPSession) -> float:
    """Seconds of processor time of the page's main thread: what other programs take meanwhile is not in it."""
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == "ThreadTime"))


def test_an_update_costs_the_main_thread_little(open_page: Open, stage: Stage) -> None:
    page = open_page("/")
    settled(page)
    codes = [i for i in stage.canned.snapshot("vn")["indicators"]][:24]
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")  # once: each that is enabled anew counts from nothing
    before = spent(devtools)
    for n in range(20):
        news = {code: figure(v=n + 0.5) for code in codes}
        units = {code: {f"{u}": float(n) for u in stage.canned.site.places.units} for code in codes}
        stage.tell(push={"scope": "vn", "indicators": news, "units": units})
        page.wait_for_timeout(100)
    cost = (spent(devtools) - before) / 20
    assert 0 < cost < 0.030, "seconds of main thread for one update of 24 figures x 34 units"


def test_a_process_that_restarts_is_named(open_page: Open, stage: Stage) -> None:
    page = open_page("/")
    stage.canned.processes["aggregator"] = "restarting"
    try:
        stage.tell(beat=True)
        expect(page.locator("[data-part=link]")).to_have_text("Bộ tổng hợp đang khởi động lại", timeout=30_000)
    finally:
        stage.canned.processes["aggregator"] = "running"
    stage.tell(beat=True)
    expect(page.locator("[data-part=link]")).to_have_text("Trực tiếp", timeout=30_000)
