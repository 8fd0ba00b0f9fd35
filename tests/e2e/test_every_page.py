"""Every page, opened once: it asks no other host, its console is silent, it fits each screen and leaves a picture."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.conftest import wait_until
from tests.e2e import pictures, targets
from tests.e2e.conftest import Open

pytestmark = pytest.mark.browser
FILLED = "[data-part=figure], [data-part=value], [data-part=points], tbody td, h2"
WHOLE = ".milestone li a, .system-body .stations [data-part=name]"  # words there is room for
PAGES = (
    "/", "/?theme=dark&lang=en", "/p/48", "/services", "/systems/axis", "/milestones", "/catalogue", "/modules",
    "/alerts",
    "/d/social", "/d/data", "/d/economy", "/p/46/dossiers", "/p/01/hydrology", "/p/79/traffic", "/p/46/tasks",
    "/p/68/dossiers/r?i=adm_ontime_rate&period=all",
)  # fmt: skip
ALIKE = (  # pages of the same making: looked at where there is time
    "/map", "/d/air", "/d/dossiers", "/d/hydrology", "/d/tasks", "/p/01/air", "/p/01/water", "/p/79/cameras",
    "/p/46/social", "/p/46/health", "/p/46/petitions", "/p/46/services", "/systems", "/d/documents", "/d/education",
    "/d/tourism", "/d/security", "/d/land", "/d/digital", "/d/national", "/d/health", "/d/petitions", "/p/68/economy",
)  # fmt: skip


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
    name = re.sub(r"[^a-z0-9]+", "-", path.split("&period")[0]).strip("-") or "overview"
    for size in pictures.at_every_size(page, f"page-{name}"):
        wait_until(lambda: page.evaluate("document.documentElement.scrollWidth <= innerWidth"), 5, f"at {size}")
        assert not targets.small(page), f"WCAG 2.2, 2.5.8 at {size}"
