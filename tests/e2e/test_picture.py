"""The trend is drawn at once, before the libraries of the chart that is studied, and makes way for it."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from layouts.document import CHART_FILES
from tests.e2e import pictures
from tests.e2e.conftest import Open

pytestmark = pytest.mark.browser


def test_a_picture_stands_until_the_chart_does(context: BrowserContext, open_page: Open) -> None:
    held: list[Route] = []
    context.route(f"**{CHART_FILES[0]}*", lambda route: held.append(route))  # no chart until the picture was looked at
    page = open_page("/d/air")
    page.locator("#react-entry-point").scroll_into_view_if_needed()
    picture = page.locator(".picture")
    picture.locator(".line").wait_for(state="attached")
    assert "M" in (picture.locator(".line").get_attribute("d") or "")[1:]  # a gap lifts the pen
    assert picture.locator("text").count() > 5
    pictures.keep(page, "trend_picture")
    for route in held:
        route.continue_()
    context.unroute_all()
    page.locator(".js-plotly-plot .main-svg path").first.wait_for(state="attached")
    expect(picture).to_have_count(0)


def test_no_chart_is_drawn_over_a_list_of_records(open_page: Open) -> None:
    page = open_page("/p/68/dossiers/r?i=adm_ontime_rate&period=all")
    page.locator(".ag-center-cols-container .ag-row").first.wait_for()
    expect(page.locator(".picture")).to_have_count(0)
