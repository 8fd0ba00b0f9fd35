"""Weeks of a screen in short: the nation's page beside a system at ten times its pace keeps its heap and its nodes.

Minutes after the warm-up: SOAK_MINUTES (30). The address of a system that runs already: SOAK_URL; else one is started.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import is_ready, start_system, stop_system, wait_until
from tests.e2e.test_weeks import held

MINUTES = float(os.environ.get("SOAK_MINUTES", "30"))
WARM_UP_S = 120
STEP_S = 60
GROWTH = 2 * 1024 * 1024  # bytes of heap: issue "The face", figures
FEW = 20  # pieces that are held and stand nowhere


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    if url := os.environ.get("SOAK_URL"):
        yield url
        return
    system = start_system(tmp_path, IOC_SIM_SPEED="10")
    try:
        wait_until(lambda: is_ready(system.url), 180, system.said())
        yield system.url
    finally:
        stop_system(system)


@pytest.mark.soak
@pytest.mark.browser
@pytest.mark.timeout(0)
def test_a_page_keeps_its_heap_and_its_nodes(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address)
    page.locator("body[data-connected=true]").wait_for(timeout=30_000)
    page.wait_for_timeout(WARM_UP_S * 1000)
    course = [looked(page)]
    for _ in range(max(1, round(MINUTES * 60 / STEP_S))):
        page.wait_for_timeout(STEP_S * 1000)
        course.append(looked(page))
    first, last = course[0], course[-1]
    told = "; ".join(
        f"{m['JSHeapUsedSize'] / 1e6:.2f} MB, {m['Nodes']:.0f} nodes, {m['loose']:.0f} loose" for m in course
    )
    print(told)
    page.close()
    assert last["JSHeapUsedSize"] - first["JSHeapUsedSize"] < GROWTH, told
    assert last["loose"] <= first["loose"] + FEW, told
    assert said == []


def looked(page: Page) -> dict[str, float]:
    """What the page holds, and how many pieces of it stand nowhere. `Nodes` has what signs are drawn with, too: more
    signs are more nodes, and no leak."""
    found = held(page)
    session = page.context.new_cdp_session(page)
    loose = session.send("DOM.getDetachedDomNodes")["detachedNodes"]
    session.detach()
    return found | {"loose": len(loose)}
