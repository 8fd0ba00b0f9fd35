"""The nation's pages in a browser: fair ranking, the list, the card of a unit, the slider over the last day."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from feeds.catalogue.clock import HOUR_MS, iso
from tests.e2e.conftest import Open, Stage

pytestmark = pytest.mark.browser
LEAD = "adm_ontime_rate"
RANK = "[data-panel=ranking] .rank"
SMALL = "08"  # the unit that has a dozen cases in the canned past
LIVE = {"age": 0, "severity": None, "state": "live"}


def push_units(stage: Stage, code: str, **values: float) -> None:
    units = {place.removeprefix("u"): {"v": value, **LIVE} for place, value in values.items()}
    stage.tell(push={"scope": "vn", "units": {code: units}})


def slide(page: Page, step: int) -> None:
    page.locator("[data-part=slider]").evaluate(
        "(n, step) => { n.value = step; n.dispatchEvent(new Event('input', {bubbles: true})) }", step
    )


def alert(place: str, code: str, level: int = 2, **more: Any) -> dict[str, Any]:
    told = {"id": f"{place}.{code}", "place": place, "place_vi": "x", "indicator": code, "level": level, "value": 9}
    return {**told, "since": iso(int(time.time() * 1000) - 60_000), "limit": 1, "unit": "", "source": "", **more}


def test_ranking_tells_how_sure_it_is_and_ranks_nothing_it_cannot_trust(open_page: Open, stage: Stage) -> None:
    page = open_page(f"/map?i={LEAD}")
    push_units(stage, LEAD, u08=97.5, u22=99.9, u24=99.9)
    row = page.locator(f"{RANK}[data-place='{SMALL}']")
    expect(row.locator(".few")).to_have_text("n nhỏ")
    expect(row.locator(".dot")).to_have_class(re.compile("hollow"))
    expect(row.locator("[data-part=age]")).to_have_text("12")
    spans = page.locator(f"{RANK} .sure:not([hidden])").evaluate_all("all => all.map((n) => n.offsetWidth)")
    assert len(spans) >= 25 and all(width > 0 for width in spans)
    same = [page.locator(f"{RANK}[data-place='{unit}'] [data-part=pos]").inner_text() for unit in ("22", "24")]
    assert same == ["1", "1"], "equal figures share a rank"
    for state in ("stale", "missing", "suspect"):
        for below in page.locator(f"{RANK}[data-age-state={state}]").all():
            assert below.locator("[data-part=pos]").inner_text() == ""
            assert below.locator(".sure").is_hidden()


def unfolded(page: Page, code: str) -> Locator:
    """The entry of an indicator, with every group open in which it is folded away."""
    closed = page.locator(f"details:not([open]):has([data-entry={code}]) > summary")
    while closed.count():
        closed.first.click()
    return page.locator(f"[data-entry={code}]")


def test_counts_are_told_per_what_could_have_been_hit(open_page: Open, stage: Stage) -> None:
    page = open_page("/map?i=adm_overdue_open")
    push_units(stage, "adm_open", u22=20_000, u24=1_000)
    push_units(stage, "adm_overdue_open", u22=400, u24=50)
    expect(page.locator(f"{RANK}[data-place='22'] [data-part=value]")).to_have_text("20,0")
    expect(page.locator(f"{RANK}[data-place='24'] [data-part=value]")).to_have_text("50,0")
    expect(page.locator("[data-panel=ranking] [data-part=note]")).to_contain_text("trên 1.000 hồ sơ đang xử lý")
    unfolded(page, "trf_jam_points").click()
    expect(page.locator("[data-panel=ranking] [data-part=note]")).to_have_text("số đếm thô, chưa chia theo quy mô")


@pytest.mark.parametrize(
    ("path", "kind", "where"),
    [
        ("/", ".tile", "xấu nhất: Huế"),
        ("/wall?scene=overview", ".tile", "xấu nhất: Huế"),
        ("/wall?scene=far-1", ".far-tile", "· Huế"),
    ],
)
def test_a_figure_that_is_one_units_says_whose(open_page: Open, stage: Stage, path: str, kind: str, where: str) -> None:
    page = open_page(path)
    tile = page.locator(f"{kind}[data-indicator=air_aqi_hour]").first
    worst = {"v": 321, **LIVE, "at": iso(int(time.time() * 1000)), "n": 9}
    news = {"scope": "vn", "indicators": {"air_aqi_hour": worst}, "units": {"air_aqi_hour": {"46": {"v": 321, **LIVE}}}}
    stage.tell(push=news)
    expect(tile.locator("[data-part=note], [data-part=where]").first).to_have_text(where)


def test_legal_colours_stay_on_the_map_and_out_of_the_ranking(open_page: Open, stage: Stage) -> None:
    page = open_page("/map?i=air_aqi_hour")
    push_units(stage, "air_aqi_hour", u22=220)
    expect(page.locator("path[data-place='22'].unit")).to_have_class(re.compile("legal"))
    assert page.locator(".swatch.legal:visible").count() == 6
    colours = page.locator(f"{RANK} .dot").evaluate_all(
        "all => [...new Set(all.map((n) => getComputedStyle(n).backgroundColor))]"
    )
    grey = [max(rgb) - min(rgb) < 40 for rgb in ([int(n) for n in re.findall(r"\d+", c)[:3]] for c in colours)]
    assert all(grey), colours


def test_list_is_walked_by_keyboard_and_carries_live_values(open_page: Open, stage: Stage) -> None:
    page = open_page("/map")
    entry = page.locator("[data-entry=adm_score_766]")
    stage.tell(push={"scope": "vn", "indicators": {"adm_score_766": {"v": 81.25, "at": iso(int(time.time() * 1000))}}})
    expect(entry.locator("[data-part=value]")).to_have_text("81,25")
    unfolded(page, "adm_score_766").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/map\?i=adm_score_766$"))
    expect(page.locator("[data-panel=head] [data-part=title]")).to_have_text("Điểm Bộ chỉ số 766")
    expect(entry).to_have_attribute("aria-current", "true")
    assert page.locator("[data-panel=ranking]").get_attribute("data-indicator") == "adm_score_766"


def test_selected_unit_has_a_card_with_its_range_of_ranks(open_page: Open) -> None:
    page = open_page("/map")
    page.locator("path[data-place='52'].unit").click()
    expect(page).to_have_url(re.compile(r"pick=52"))
    card = page.locator("[data-panel=place]")
    expect(card.locator("[data-part=name]")).to_have_text("Gia Lai")
    expect(card.locator("[data-part=communes]")).to_have_text("135 xã, phường")
    expect(card.locator("[data-part=rank]")).to_have_text(re.compile(r"^hạng \d+( – \d+)? / \d+$"))
    expect(card.locator("[data-part=cases]")).to_have_text(re.compile(r"n\s=\s[\d.]+"))
    expect(card.locator("[data-part=change]")).to_have_text(re.compile("điểm so hôm qua$"))
    expect(page.locator(f"{RANK}.picked")).to_have_attribute("data-place", "52")
    page.locator(f"{RANK}[data-place='40']").click()
    expect(card.locator("[data-part=name]")).to_have_text("Nghệ An")
    for inset in page.locator(".inset").all():
        frame, box = inset.bounding_box(), card.bounding_box()
        assert frame and box
        assert frame["y"] + frame["height"] <= box["y"] or frame["y"] >= box["y"] + box["height"], (
            "the islands stand free"
        )
    card.locator("[data-part=open]").click()
    expect(page.locator("main[data-scope='40']")).to_be_visible()


def test_abnormal_figures_of_a_unit_are_counted_from_its_alerts(open_page: Open, stage: Stage) -> None:
    stage.canned.snapshot("vn")
    stage.canned.states["vn"]["alerts"] = []
    page = open_page("/")
    expect(page.locator("h1")).to_have_text("Cả nước bình thường")
    shape = page.locator("path[data-place='38'].unit")
    expect(shape).to_have_class("unit c0")
    told = [alert("38", code) for code in ("air_aqi_hour", "met_rain_24h", "adm_overdue_open")]
    stage.tell(push={"scope": "vn", "alerts": {"set": [*told, alert("vn", "air_aqi_hour")], "cleared": []}})
    expect(shape).to_have_class("unit c2")
    assert shape.get_attribute("data-severity") == "2"
    expect(page.locator("[data-callout].on .callout-name")).to_have_text("Thanh Hóa")
    expect(page.locator("[data-panel=alerts] [data-part=count]")).to_have_text(
        "3"
    )  # the nation's own repeats its worst unit
    assert len(page.locator("h1").inner_text()) <= 44
    stage.tell(push={"scope": "vn", "alerts": {"set": [], "cleared": [a["id"] for a in told]}})
    expect(shape).to_have_class("unit c0")
    expect(page.locator("[data-panel=alerts] [data-part=count]")).to_have_text("1")


def test_slider_shows_a_past_hour_that_nothing_live_overwrites(open_page: Open, stage: Stage) -> None:
    stage.canned.past_alerts = [alert("46", "hyd_alert", 1, **{"from": 0, "to": 2**53})]
    page = open_page("/")
    tile = page.locator(f"[data-panel=tile][data-indicator={LEAD}]")
    figure = tile.locator("[data-part=figure]")
    expect(figure).to_have_text(re.compile(r"\d"))
    live = figure.inner_text()
    slide(page, 10)
    expect(page.locator("[data-panel=moment] [data-part=said]")).to_have_text(
        re.compile(r"^Đang xem (\d\d:00 hôm (nay|qua)|hết ngày [\d/]{10})$")
    )
    expect(page).to_have_url(re.compile(r"\?at=20\d\d-\d\d-\d\dT\d\d%3A00$"))
    expect(page.locator("h1")).to_have_text(
        re.compile(r"^(\d\d:00 hôm (nay|qua)|Hết ngày [\d/]{10}): lũ nghiêm trọng ở Huế")
    )
    expect(page.locator("body")).to_have_attribute("data-past", "")
    expect(tile.locator("[data-part=age]")).to_have_text(re.compile(r"^\d\d:00$"))
    past = figure.inner_text()
    assert past != live
    stage.tell(push={"scope": "vn", "indicators": {LEAD: {"v": 11.25, "at": iso(int(time.time() * 1000))}}})
    page.wait_for_timeout(600)
    assert figure.inner_text() == past
    page.reload()
    expect(tile.locator("[data-part=age]")).to_have_text(re.compile(r"^\d\d:00$"))
    assert figure.inner_text() != "11,25"
    page.locator("[data-panel=moment] button").click()
    expect(figure).to_have_text("11,25")
    assert not re.search("at=", page.url) and page.locator("body").get_attribute("data-past") is None


def test_an_hour_before_anybody_watched_is_not_called_calm(open_page: Open, stage: Stage) -> None:
    """No alert is known of it: the headline says so, figures are judged by their limits, nothing is counted as zero."""
    stage.canned.watched_since = 2**53
    at = int(time.time() * 1000) // HOUR_MS * HOUR_MS - 5 * HOUR_MS
    page = open_page(f"/map?i=air_aqi_hour&at={iso(at)[:16]}")
    expect(page.locator("h1")).to_have_text(re.compile(r": chưa theo dõi cảnh báo$"))
    expect(unfolded(page, "abnormal").locator("[data-part=value]")).to_have_text("—")
    rows = page.locator(RANK)
    expect(rows.first.locator("[data-part=value]")).to_have_text(re.compile(r"\d"))
    told = rows.evaluate_all(
        "all => all.map((n) => [n.querySelector('[data-part=value]').innerText, n.dataset.severity ?? '',"
        " n.querySelector('[data-part=age]').innerText])"
    )
    high = [level for value, level, _ in told if re.fullmatch(r"\d+", value) and int(value) > 100]
    assert high and set(high) == {"3"}
    assert {level for value, level, _ in told if re.fullmatch(r"\d+", value) and int(value) <= 100} == {""}
    assert {age for value, _, age in told if re.fullmatch(r"\d+", value)} == {""}, "no age beside an hour of the past"


def test_a_link_to_an_older_hour_shows_that_hour(open_page: Open) -> None:
    at = int(time.time() * 1000) // HOUR_MS * HOUR_MS - 30 * HOUR_MS
    page = open_page(f"/map?at={iso(at)[:16]}")
    expect(page.locator("[data-panel=head] [data-part=figure]")).to_have_text(re.compile(r"\d"))
    expect(page.locator("[data-panel=moment] [data-part=said]")).to_contain_text(
        "Đang xem hết ngày" if iso(at)[11:13] == "00" else f"Đang xem {iso(at)[11:16]}"
    )
    assert page.locator("[data-part=slider]").input_value() == "23"


def test_a_day_is_chosen_by_its_name_and_the_card_is_of_then(open_page: Open, stage: Stage) -> None:
    """A closed day, its figure, and where that figure came from: nothing of the present is told as if it were then."""
    page = open_page(f"/map?i={LEAD}")
    expect(page.locator("[data-panel=head] [data-part=figure]")).to_have_text(re.compile(r"\d"))
    days = page.locator("[data-filter=at]")
    days.select_option(index=2)  # after the present and the hour that has no name
    end = days.input_value()
    expect(page.locator("[data-panel=moment] [data-part=said]")).to_have_text(re.compile("^Đang xem hết ngày "))
    assert end.endswith("T00:00") and end.replace(":", "%3A") in page.url
    with page.expect_request("**/origin/**") as asked:
        page.locator("[data-panel=head] [data-part=origin]").click()
    expect(page.locator("#card [data-part=place]")).to_have_text(re.compile("lúc hết ngày "))
    expect(page.locator("#card dt[data-row=quality]")).to_be_hidden()
    assert f"at={end.replace(':', '%3A')}" in asked.value.url
    page.keyboard.press("Escape")
    page.locator("[data-part=clear]").click()
    expect(page.locator("body")).not_to_have_attribute("data-past", "")
    assert days.input_value() == ""


def test_what_is_wrong_with_data_is_not_the_state_of_the_country(open_page: Open, stage: Stage) -> None:
    """Rule 22: an alarm of the data looks different, stands after those of the country, colours no unit."""
    stage.canned.snapshot("vn")["alerts"].clear()
    page = open_page("/")
    told = [alert("38", "dq_reject", 2), alert("46", "hyd_alert", 2), alert("48", "hyd_alert", 3)]
    stage.tell(push={"scope": "vn", "alerts": {"set": told}})
    expect(page.locator("h1")).to_have_text(re.compile("^Lũ ở Huế"))
    rows = page.locator("[data-panel=alerts] .alert:visible")
    expect(rows).to_have_count(3)
    assert [row.get_attribute("data-system") is not None for row in rows.all()] == [False, True, False]
    assert rows.nth(1).get_attribute("data-severity") is None
    expect(rows.nth(1).locator(".sign use")).to_have_attribute("href", "#sev-system")
    assert page.locator(".units [data-place='38']").get_attribute("data-severity") is None
    links = [row.locator("[data-part=behind]").get_attribute("href") or "" for row in rows.all()]
    since = r"from=20\d\d-\d\d-\d\dT\d\d%3A00"
    assert re.fullmatch(rf"/p/46/hydrology/r\?i=hyd_alert&{since}", links[0]), "rule 22: the records that raised it"
    assert links[1] == "/p/38/quality"


def test_a_figure_the_nation_cannot_have_is_that_of_its_middle_or_worst_unit(open_page: Open, stage: Stage) -> None:
    snapshot = stage.canned.snapshot("vn")
    for code in ("trf_flow", "trf_speed"):
        snapshot["indicators"].pop(code, None)
    page = open_page("/d/traffic")
    for code, said in (("trf_flow", r"^trung vị \d+ đơn vị$"), ("trf_speed", "^xấu nhất: ")):
        shown = page.locator(
            f"[data-indicator={code}][data-panel=gauge], [data-indicator={code}][data-panel=line]"
        ).first
        expect(shown.locator("[data-part=note]")).to_have_text(re.compile(said))
        expect(shown.locator("[data-part=figure]")).to_have_text(re.compile(r"\d"))


def test_tiles_tell_the_change_since_yesterday(open_page: Open) -> None:
    page = open_page("/")
    tile = page.locator(f"[data-panel=tile][data-indicator={LEAD}]")
    expect(tile.locator("[data-part=change]")).to_have_text(re.compile(r"^[+−][\d,]+ điểm$"))
    expect(tile.locator("[data-part=since]")).to_have_text("so hôm qua")


def test_twelve_digits_stand_whole_in_their_tile(open_page: Open, stage: Stage) -> None:
    page = open_page("/")
    stage.tell(push={"scope": "vn", "indicators": {LEAD: {"v": 123456789012.5}}})
    tile = page.locator(f"[data-panel=tile][data-indicator={LEAD}]")
    expect(tile.locator("[data-part=figure]")).to_have_text(re.compile(r"^123\.456\.789\.012,"))
    edges = tile.evaluate(
        "n => [n.querySelector('.digits'), n.querySelector('.sign'), n].map((m) => m.getBoundingClientRect().right)"
    )
    assert edges[0] <= edges[2] and edges[1] <= edges[2] + 1, "the figure is whole, the mark beside it too"


def test_the_sentence_fits_a_wall_whatever_is_wrong(open_page: Open) -> None:
    """Every indicator at the longest names, alone, in twos and in hundreds."""
    said = open_page("/").evaluate(
        """async () => { const { Headline } = await import('/assets/js/headline.js');
        const page = JSON.parse(document.getElementById('page-facts').textContent);
        const { speak } = await import('/assets/js/format.js'); speak(page.words, page.lang);
        const teller = new Headline(document.querySelector('[data-panel=headline]'), page);
        const since = '2026-11-22T00:00:00+07:00';
        const cases = Object.keys(page.indicators).flatMap((indicator) => ['79', '75', '08', 'vn'].flatMap((place) =>
          [1, 2, 3, 4].flatMap((level) => [1, 2, 500].map((count) => ({ indicator, place, level, count })))));
        return cases.map(({ count, ...told }) => teller.present({
          alerts: Array.from({ length: count }, (_, n) => ({ id: String(n), since, ...told })) }, true, 9, 9)) }"""
    )
    assert len(said) > 2000
    assert max(map(len, said)) <= 44, max(said, key=len)
    assert all(said) and not any("undefined" in sentence or "{" in sentence for sentence in said)
