"""The province's page and its domain pages: every panel kind says something true, full, empty, forbidden and broken."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.canned_doors import Doors
from tests.e2e.conftest import Open, Stage
from tests.e2e.rest import settled


@pytest.fixture(autouse=True)
def doors() -> Iterator[type[Doors]]:
    yield Doors
    Doors.refuse, Doors.empty = 0, False


def panel(page: Page, kind: str, nth: int = 0):  # type: ignore[no-untyped-def]
    return page.locator(f'[data-panel="{kind}"]').nth(nth)


def test_dossiers_by_desk_by_due_time_and_to_the_point(open_page: Open) -> None:
    page = open_page("/p/68/dossiers")
    desks = panel(page, "breakdown")
    expect(desks.locator("li").nth(10)).to_contain_text("nơi khác")
    first, second = (int(desks.locator("li b").nth(n).inner_text()) for n in (0, 1))
    assert first >= second, "the most overdue first"
    rows = panel(page, "worklist").locator("tbody tr")
    expect(rows).to_have_count(17)
    expect(rows.first).to_contain_text("Đăng ký biến động đất đai")  # the catalogue's name for the code
    expect(panel(page, "worklist")).to_contain_text("<img src=x onerror=alert(1)>")  # hostile text stays text
    link = rows.first.locator("a")
    expect(link).to_have_attribute("href", re.compile(rf"^/p/68/dossiers/r/{link.inner_text()}\?i="))
    panel(page, "worklist").get_by_role("button", name="trang sau").click()
    expect(panel(page, "worklist").locator("[data-part=shown]")).to_contain_text("18 – 34")
    expect(panel(page, "past").locator("path.line")).to_have_count(1)
    settled(page)
    score = panel(page, "score")
    expect(score).to_contain_text("Khá")
    lost = [row.inner_text() for row in score.locator("tr[data-item] [data-part=lost]").all()]
    assert len(lost) == 11 and all(text == "0" or text.startswith("−") for text in lost)
    expect(score.locator("tr.most")).to_have_count(1)


def test_a_province_looks_back_a_day_by_how_much_is_abnormal(open_page: Open) -> None:
    """The same at its level as the nation: communes by how many indicators are beyond their limits, an hour of the
    past for map, ranking, table and tiles together."""
    page = open_page("/p/46")
    settled(page)
    assert panel(page, "map").get_attribute("data-indicator") == "abnormal"
    counted = panel(page, "ranking").locator("li.rank[data-place] [data-part=value]").first
    live = int(counted.inner_text())
    assert live > 0 and page.locator(".communes circle[class*='c4']").count()
    tile, note = panel(page, "tile"), panel(page, "tile").locator("[data-part=since]")
    expect(note).to_have_text("so hôm qua")
    now = tile.locator("[data-part=figure]").inner_text()
    page.locator("[data-part=slider]").evaluate("(s) => { s.value = 12; s.dispatchEvent(new Event('input')) }")
    expect(tile.locator("[data-part=age]")).to_have_text(re.compile(r"^\d\d:00$"))
    assert tile.locator("[data-part=figure]").inner_text() != now
    expect(panel(page, "ranking").locator("li.rank[data-place] [data-part=age]").first).to_have_text("")
    table = page.locator("section.communes")
    table.scroll_into_view_if_needed()
    expect(table.locator("tbody tr").first.locator("td.num:visible").nth(3)).not_to_have_text("")
    assert "at=20" in page.url
    expect(page.locator("h1")).not_to_contain_text("huế")
    page.get_by_role("button", name="về hiện tại").click()
    expect(tile.locator("[data-part=figure]")).to_have_text(now)
    expect(page.locator("body[data-past]")).to_have_count(0)


def test_a_desk_that_is_picked_narrows_the_list_and_marks_the_map(open_page: Open) -> None:
    page = open_page("/p/68/dossiers")
    row = panel(page, "breakdown").locator("li[data-at]").first
    row.click()
    page.wait_for_url(re.compile("pick=68%2F"))
    expect(row).to_have_class("part-row picked")
    expect(panel(page, "worklist").locator("[data-part=note]")).to_have_text(row.locator(".who").inner_text())
    row.click()
    expect(page).not_to_have_url(re.compile("pick="))


@pytest.mark.parametrize(
    ("said", "refuse", "empty"),
    [("Không có quyền xem phần này", 403, False), ("Chưa đọc được, đang thử lại", 500, False), ("Không có", 0, True)],
)
def test_records_that_may_not_be_read_cannot_or_are_none(
    open_page: Open, doors: type[Doors], said: str, refuse: int, empty: bool
) -> None:
    doors.refuse, doors.empty = refuse, empty
    page = open_page("/p/68/dossiers")
    for kind in ("breakdown", "worklist"):
        expect(panel(page, kind).locator("[data-part=none]")).to_contain_text(said)
        expect(panel(page, kind)).to_have_attribute(
            "data-age-state", {403: "forbidden", 500: "missing", 0: "empty"}[refuse]
        )


@pytest.mark.parametrize("domain", ["air", "traffic"])
def test_a_severe_station_wears_its_sign_on_the_map(open_page: Open, domain: str) -> None:
    page = open_page(f"/p/46/{domain}")
    page.locator(".points use[href^='#sev-']").first.wait_for()
    worn = page.locator(".points circle").evaluate_all(
        "dots => dots.map((dot) => [dot.dataset.severity, dot.nextElementSibling?.getAttribute('href')])"
    )
    assert any(href and href.startswith("#sev-") for _, href in worn)
    assert all(href == f"#sev-{level}" for level, href in worn if level), "colour is never alone (rule 7)"
    assert any(level for level, _ in worn) == (domain == "traffic"), "a legal scale has colours of its own"


def test_stations_show_band_number_and_word_and_their_own_levels(open_page: Open) -> None:
    page = open_page("/p/68/air")
    settled(page)
    cell = panel(page, "stations").locator("td.banded").first
    assert cell.locator("b").inner_text().isdigit() and cell.locator("span").inner_text()
    assert cell.locator("i").evaluate("node => getComputedStyle(node).borderTopWidth") == "2px"
    limits = panel(page, "limits").locator(".limit-row")
    expect(limits).to_have_count(7)
    expect(limits.first).to_contain_text("QCVN 05:2023")
    expect(limits.first.locator("[data-part=share]")).to_contain_text("% ngưỡng")
    page = open_page("/p/68/hydrology")
    level = panel(page, "stations").locator("tbody tr").first
    expect(level.locator(".rungs u")).to_have_count(3)
    expect(level).to_contain_text("BĐ")


def test_topics_by_tone_never_tell_of_few(open_page: Open) -> None:
    page = open_page("/p/68/social")
    rows = panel(page, "tone").locator(".tones > li:not([hidden])")
    expect(rows.last).to_contain_text("Các chủ đề dưới 5 tin")
    expect(rows.first.locator(".split-bar i")).to_have_count(3)
    expect(panel(page, "tone").locator("li[data-severity]")).to_have_count(2)  # those the figure of spikes names
    expect(panel(page, "mentions")).to_contain_text("<script>alert(1)</script>")


def test_cameras_by_state_in_words_and_marks(open_page: Open) -> None:
    page = open_page("/p/68/cameras")
    states = panel(page, "states")
    expect(states.locator("[data-state=frozen] use")).to_have_attribute("href", "#state-frozen")
    states.locator("[data-state=frozen] button").click()
    shown = panel(page, "cameras").locator(".camera:not([hidden])")
    expect(shown.first).to_have_attribute("data-state", "frozen")
    settled(page)
    assert {tile.get_attribute("data-state") for tile in shown.all()} == {"frozen"}


def test_every_commune_in_one_table(open_page: Open) -> None:
    page = open_page("/p/68")
    table = panel(page, "communes")
    table.scroll_into_view_if_needed()
    rows = table.locator("tbody tr")
    expect(rows).to_have_count(124)
    table.get_by_placeholder("Lọc theo tên, không cần dấu").fill("da lat")
    expect(table.locator("tbody tr:not([hidden])").first).to_contain_text("Đà Lạt")
    table.get_by_placeholder("Lọc theo tên, không cần dấu").fill("")
    table.locator("[data-sort=adm_overdue_open]").click()
    settled(page)
    found = [text for text in table.locator("td[data-column=adm_overdue_open]").all_inner_texts() if text != "—"]
    values = [int(text.replace(".", "")) for text in found]
    assert values == sorted(values, reverse=True), "the worst first"


def test_nothing_known_and_far_too_much(open_page: Open, stage: Stage) -> None:
    silent = {
        "units": {"order": [], "columns": {}},
        "indicators": {},
        "feeds": {},
        "alerts": [],
        "entities": [],
        "topics": [],
    }
    many = [
        {
            "id": f"m{n}",
            "place": "68",
            "indicator": "adm_open",
            "level": 3,
            "since": "2026-11-22T00:00:00+07:00",
            "value": 123456789012.0,
            "limit": 1.0,
        }
        for n in range(500)
    ]
    for scope in ("68", "68:social", "68:air"):
        stage.canned.states[scope] = stage.canned.snapshot(scope) | silent
    stage.canned.states["68"]["alerts"] = many
    page = open_page("/p/68/social")
    expect(panel(page, "tone").locator("[data-part=none]")).to_have_text("Không có tin nào trong 24 giờ qua")
    page = open_page("/p/68/air")
    expect(panel(page, "stations").locator("[data-part=none]")).to_be_visible()
    expect(page.locator("[data-panel=limit]").first).to_have_attribute("data-age-state", "missing")
    page = open_page("/p/68/dossiers")
    expect(panel(page, "alerts")).to_contain_text("123,5 tỷ")
    expect(panel(page, "alerts")).to_contain_text("497")
    expect(panel(page, "score").locator("[data-part=total]")).not_to_be_empty()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs over the edge"
