"""Every page, opened once: it asks no other host, its console is silent, it fits each screen and leaves a picture."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import wait_until
from tests.e2e import pictures, targets
from tests.e2e.conftest import Open
from tests.e2e.rest import settled
from tests.e2e.routes import ALIKE, LIGHT, PAGES

pytestmark = pytest.mark.browser
FILLED = "[data-part=figure], [data-part=value], [data-part=points], tbody td, h2"
WHOLE = ".milestone li a, .system-body .stations [data-part=name]"  # words there is room for


@pytest.mark.parametrize("path", [*PAGES, *(pytest.param(path, marks=pytest.mark.soak) for path in ALIKE)])
def test_a_page_is_silent_fits_every_screen_and_is_kept_as_a_picture(open_page: Open, path: str) -> None:
    """Rule 29: no request leaves for another host; nothing is wider than its screen."""
    page = open_page(path)
    expect(page.locator(FILLED).filter(has_text=re.compile(r"\S")).first).to_be_visible()
    page.mouse.wheel(0, 20_000)
    page.wait_for_timeout(400)
    page.evaluate("scrollTo(0, 0)")
    cut = f"[...document.querySelectorAll('{WHOLE}')].filter((n) => n.scrollWidth > n.clientWidth + 1).length"
    assert not page.evaluate(cut)
    fits(page, path)


def test_pages_that_no_stream_fills_are_silent_and_fit_too(open_page: Open) -> None:
    """One after the other: signing in, one's account, people, the audit log, typed figures, the desk of a wall."""
    pages = {path: open_page(path, wait=False) for path in LIGHT}
    for path, page in pages.items():
        settled(page)
        expect(page.locator("h1, h2").filter(has_text=re.compile(r"\S")).first).to_be_visible()
        fits(page, path)


def fits(page: Page, path: str) -> None:
    """At every size nothing is wider than the screen; a picture of each is kept."""
    name = re.sub(r"[^a-z0-9]+", "-", path.split("&period")[0]).strip("-") or "overview"
    for size in pictures.at_every_size(page, f"page-{name}"):
        wait_until(lambda: page.evaluate("document.documentElement.scrollWidth <= innerWidth"), 5, f"{path} at {size}")
        assert not targets.small(page), f"WCAG 2.2, 2.5.8: {path} at {size}"
