"""Boards of the national systems and the list of services, as the browser writes them: lights, who calls whom, sums."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from feeds.catalogue.clock import DAY_MS, HOUR_MS, OFFSET_MS, TZ, iso
from feeds.serve.calendar import alike
from tests.e2e import pictures
from tests.e2e.canned import now
from tests.e2e.conftest import Open, Stage

pytestmark = pytest.mark.browser
SCOPE = "vn:national"


def thing(code: str, kind: str, name: str, **values: float) -> dict[str, Any]:
    """One of what the systems feed speaks of, as a snapshot has it."""
    wrong = values.get("nat_pair_errors", 0) > 5
    return {
        "code": code, "feed": "systems", "vi": name, "en": name, "place": "vn", "at": iso(now() - 20_000),
        "state": "live", "severity": 2 if wrong else 0, "values": {"nat_up": 1} | values, "fields": {"type": kind},
    }  # fmt: skip


def things() -> list[dict[str, Any]]:
    """Connections, one of them with hostile words and one without an arrow, and the parts of the portal, one down."""
    return [
        thing("IN-1", "integration", "Một cửa → Cổng", nat_pair_requests=1200, nat_pair_errors=0.4),
        thing("IN-2", "integration", "Một cửa → Trục", nat_pair_requests=31, nat_pair_errors=9.0),
        thing(
            "IN-3", "integration", "<b onmouseover=alert(1)>Báo cáo</b> → Trục", nat_pair_requests=5, nat_pair_errors=0
        ),
        thing("IN-4", "integration", "không có mũi tên", nat_pair_requests=5, nat_pair_errors=0),
        *(thing(f"NP-{n}", "component", f"Thành phần {n}", nat_up=float(n != 4)) for n in range(1, 7)),
    ]


@pytest.fixture
def boards(stage: Stage) -> Iterator[Stage]:
    """The canned country with things of the systems feed instead of made-up stations."""
    stage.canned.states[SCOPE] = {**stage.canned.snapshot(SCOPE), "entities": things()}
    yield stage
    del stage.canned.states[SCOPE]


def test_who_calls_whom_stands_where_row_and_column_meet(boards: Stage, open_page: Open) -> None:
    page = open_page("/systems/integration?lang=en")
    matrix = page.locator("[data-panel=matrix]")
    expect(matrix.locator("thead th")).to_have_text(["Calls ↓ · is called →", "Cổng", "Trục"])
    expect(matrix.locator("tbody th")).to_have_text(["<b onmouseover=alert(1)>Báo cáo</b>", "Một cửa"])
    cell = matrix.locator("td[data-entity=IN-1]")
    expect(cell).to_have_text("1,2000.4%")
    assert cell.evaluate("td => td.cellIndex") == 1 and cell.evaluate("td => td.parentNode.rowIndex") == 2
    expect(matrix.locator("td[data-entity=IN-2] .sign.on use")).to_have_attribute("href", "#sev-2")
    expect(matrix.locator("td:empty")).to_have_count(1)
    expect(matrix.locator("[data-part=count]")).to_have_text("3 connections")
    pictures.keep(page, "systems-integration")


def test_few_lights_have_their_names_and_who_is_down_is_told(boards: Stage, open_page: Open) -> None:
    page = open_page("/systems/portal")
    lights = page.locator("[data-panel=lights]").first
    expect(lights.locator("li")).to_have_count(6)
    expect(lights.locator("[data-light=up]").first).to_have_text("Thành phần 1")
    expect(lights.locator("[data-light=down]")).to_have_count(1)
    expect(lights.locator("[data-part=wrong]")).to_contain_text("Thành phần 4")
    expect(lights.locator("[data-part=count]")).to_contain_text("5/6")
    page.locator(".plot").first.scroll_into_view_if_needed()
    expect(page.locator(".plot .last").first).to_be_visible()
    assert not page.evaluate(
        """[...document.querySelectorAll('.plot text')].filter((word) => {
        const [own, room] = [word, word.ownerSVGElement].map((node) => node.getBoundingClientRect());
        return own.left < room.left - 1 || own.right > room.right + 1 }).map((word) => word.textContent)"""
    ), "a word of a small chart sticks out"


def test_a_counter_of_the_day_is_held_against_the_same_hour_of_a_day_before(stage: Stage, open_page: Open) -> None:
    page = open_page("/systems/portal?lang=en")
    course = page.locator("[data-panel=past][data-indicator=nat_portal_calls_day]")
    said = course.locator("[data-part=none]")
    shown = datetime.now(TZ).date()
    like = shown - timedelta(days=next(back for back in (7, 1, 2, 3, 14) if alike(shown, back)))
    expect(said).to_contain_text(f"{like:%A %d/%m}: ")  # a day of the same kind, named
    hours = (now() + OFFSET_MS) % DAY_MS / HOUR_MS  # the canned history counts a hundred an hour from midnight
    then = int(re.search(r"/\d\d: ([\d,]+)", said.inner_text())[1].replace(",", ""))  # type: ignore[index]
    assert then == pytest.approx(hours * 100, abs=5)
    pictures.keep(page, "systems-portal")
    ends = course.locator(".plot text").all_text_contents()
    assert ends[-2:] == ["00:00", "24:00"]
    before, today = (
        path.evaluate("path => { const box = path.getBBox(); return [box.x, box.width] }")
        for path in course.locator(".plot path.line").all()
    )
    assert before[0] == today[0], "both begin at midnight"
    assert (hours - 1.1) / 24 <= today[1] / before[1] <= hours / 24 + 0.01, "what was of this day"


def test_a_light_that_works_but_answers_slowly_is_late_and_all_silent_is_no_life(
    boards: Stage, open_page: Open
) -> None:
    held = boards.canned.states[SCOPE]["entities"]
    held += [thing("LK-1", "link", "Bộ A", nat_link_delay=2.1), thing("LK-2", "link", "Bộ B", nat_link_delay=14.2)]
    held += [thing("LK-3", "link", "Bộ C", nat_link_delay=14.2, nat_up=0)]
    page = open_page("/systems/reporting")
    lights = page.locator("[data-panel=lights]")
    expect(lights.locator("[data-light=late]")).to_have_text("Bộ B: chậm (14,2\u00a0giây)")
    expect(lights.locator("[data-light=up]")).to_have_text("Bộ A")
    expect(lights.locator("[data-light=down]")).to_have_text("Bộ C: mất kết nối")
    expect(lights).to_have_attribute("data-age-state", "live")
    pictures.keep(page, "systems-lights")
    held[:] = [each | {"at": iso(now() - 86_400_000)} for each in held]
    page.reload()
    expect(lights.locator("[data-light=silent]")).to_have_count(3)
    expect(lights).to_have_attribute("data-age-state", "stale")
    expect(lights.locator(".of-doubt")).to_be_hidden()  # old is not doubtful
    page.goto(f"{boards.url}/systems/integration")
    expect(page.locator("[data-panel=matrix]")).to_have_attribute("data-age-state", "stale")


def test_all_services_are_summed_up_in_one_sentence(stage: Stage, open_page: Open) -> None:
    page = open_page("/services?lang=en")
    said = page.locator("[data-panel=services] [data-part=sum]")
    expect(said).to_contain_text("services:")  # from here on the counts stand
    sums = {
        kind: sum(int(cell.inner_text()) for cell in page.locator(f"td[data-part={kind}]").all())
        for kind in ("live", "late", "stale", "missing")
    }
    n = page.locator("tr[data-domain]").count()
    expect(said).to_contain_text(f"{n} services: {sums['live']} figures live, {sums['late']} late")
    traffic = page.locator("tr[data-domain=traffic]")
    expect(traffic.locator("[data-part=stale]")).not_to_have_text("0")
    expect(traffic.locator("[data-part=note]")).to_have_text("Nothing new is heard")  # which is not "Normal"
    assert page.locator("td[data-part=age]").first.inner_text().strip() not in ("", "—")
