"""A leader on the road: the first look of 390 x 844 beside shared/look/phone.png."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import PICTURES, Stage

pytestmark = pytest.mark.browser


def test_the_first_look_of_a_phone(browser: Browser, stage: Stage) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page = context.new_page()
    PICTURES.mkdir(exist_ok=True)
    for path in ("/?theme=dark", "/p/46", "/d/air", "/gallery"):
        page.goto(stage.url + path)
        page.wait_for_timeout(700)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 390, f"{path} goes over the edge"
        page.screenshot(path=PICTURES / f"phone{re.sub(r'[^a-z0-9]+', '-', path)}.png")
    page.goto(stage.url + "/?theme=dark")
    expect(page.locator("[data-part=figure]").first).to_have_text(re.compile(r"\d"))
    worst = page.locator(".alert").first.bounding_box()
    assert worst and worst["y"] + worst["height"] < 844 / 2, "the worst is read without a finger"
    ages = page.locator(".tile .age")
    assert all(ages.nth(i).is_visible() for i in range(ages.count())), "rule 23: every value carries its age"
    first = page.locator(".tile").first.bounding_box()
    assert first and first["y"] < 844, "a figure stands on the first look"
    context.close()
