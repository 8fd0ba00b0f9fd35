"""Charts on large screens: set in the type scale of the page."""

from __future__ import annotations

import pytest

from layouts import address, charts
from layouts.charts import Line
from layouts.enlarged import enlarged
from tests.layouts.conftest import PageOf


def test_a_chart_is_set_in_the_rem_of_its_screen(page_of: PageOf) -> None:
    """At 3840 x 2160 a rem is twice as large: words of 13 pixels beside words of 26 could not be read."""
    page = page_of("/d/air", rem="32")
    line = Line("Toàn quốc", ["2026-11-21T08:00:00+07:00", "2026-11-21T09:00:00+07:00"], [61.0, 72.0])
    drawn = charts.trend(page, page.coloured_by, [line])
    large = enlarged(drawn, page.view.rem)
    assert (drawn["layout"]["font"]["size"], large["layout"]["font"]["size"]) == (13, 26)
    assert large["layout"]["margin"]["r"] == 2 * drawn["layout"]["margin"]["r"]
    sizes = [(a["font"]["size"], b["font"]["size"]) for a, b in both(drawn, large, "annotations")]
    assert sizes and all(after == 2 * before for before, after in sizes)
    assert large["data"][0]["line"]["width"] == 2 * drawn["data"][0]["line"]["width"]
    for before, after in zip(drawn["data"], large["data"], strict=True):
        assert (after["x"], after["y"]) == (before["x"], before["y"]), "what is drawn is not enlarged"
    assert enlarged(drawn, address.REM) is drawn


def both(drawn: charts.Figure, large: charts.Figure, what: str) -> list[tuple[charts.Figure, charts.Figure]]:
    return list(zip(drawn["layout"][what], large["layout"][what], strict=True))


@pytest.mark.parametrize(
    ("told", "rem"), [("32", 32), ("16", 16), ("3", 16), ("999", 48), ("x", 16), ("²", 16), ("", 16)]
)
def test_a_browser_that_tells_nonsense_of_its_letters_is_not_believed(page_of: PageOf, told: str, rem: int) -> None:
    assert page_of("/d/air", rem=told).view.rem == rem
