"""Camera pictures: the latest frame with its own time, six kept fresh, nothing old shown as live (rule 30)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Open, Stage

pytestmark = pytest.mark.browser
OLD, NONE, DARK = "cameras-001", "cameras-002", "cameras-003"  # the canned country's fourth camera is offline


@pytest.fixture
def grid(open_page: Open, stage: Stage) -> Iterator[Page]:
    stage.canned.pictures.update({OLD: 20 * 60, NONE: None})
    stage.canned.frames_asked.clear()
    page = open_page("/d/cameras")
    page.locator("[data-panel=cameras]").scroll_into_view_if_needed()
    expect(page.locator(".camera img.on").first).to_be_visible()
    yield page
    stage.canned.pictures.clear()


def test_a_picture_stands_with_its_own_time_and_only_a_young_one_is_live(grid: Page) -> None:
    first = grid.locator(".camera[data-camera='cameras-000']")
    expect(first).to_have_attribute("data-age-state", "live")
    expect(first.locator("[data-part=time]")).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))
    old = grid.locator(f".camera[data-camera='{OLD}']")
    expect(old).to_have_attribute("data-age-state", "stale")
    expect(old.locator("[data-part=state]")).to_have_text(re.compile(r"^ảnh cũ 2[01] phút$"))
    assert "grayscale" in old.locator("img").evaluate("n => getComputedStyle(n).filter")


def test_a_camera_that_is_away_or_has_no_picture_shows_words_instead(grid: Page, stage: Stage) -> None:
    dark = grid.locator(f".camera[data-camera='{DARK}']")
    expect(dark.locator("[data-part=none]")).to_have_text("mất kết nối")
    expect(dark.locator("img")).not_to_be_visible()
    none = grid.locator(f".camera[data-camera='{NONE}']")
    expect(none.locator("[data-part=none]")).to_have_text("chưa có ảnh")
    expect(none).to_have_attribute("data-age-state", "missing")
    assert DARK not in stage.canned.frames_asked, "nobody asks a camera that is away"


def test_at_most_six_are_kept_fresh_and_only_what_is_seen_is_asked_for(grid: Page, stage: Stage) -> None:
    expect(grid.locator(".camera[data-live]")).to_have_count(6)
    times = 1 + grid.evaluate("performance.now()") // 10_000  # a live one is asked again after ten seconds
    asked = Counter(stage.canned.frames_asked)
    assert len(asked) <= 11 and max(asked.values()) <= times
    grid.evaluate("scrollTo(0, 0)")
    grid.set_viewport_size({"width": 1920, "height": 200})
    expect(grid.locator(".camera[data-live]")).to_have_count(0)
