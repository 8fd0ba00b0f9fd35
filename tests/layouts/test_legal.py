"""Legal scales beside shared/look/legal.png: every colour with outline, number and word; gone with its figure."""

from __future__ import annotations

import pytest

from layouts import legal
from layouts.site import Site
from tests.layouts.conftest import PageOf

BANDS = {
    "vn_aqi": ["0 – 50", "51 – 100", "101 – 150", "151 – 200", "201 – 300", "301 – 500"],
    "vn_wqi": ["0 – 9", "10 – 25", "26 – 50", "51 – 75", "76 – 90", "91 – 100"],
    "flood_alert": ["0", "1", "2", "3", "4"],
    "disaster_risk": ["0", "1", "2", "3", "4", "5"],
}


@pytest.mark.parametrize("code", BANDS)
def test_bands_of_a_scale_say_what_they_hold(page_of: PageOf, site: Site, code: str) -> None:
    assert legal.ranges(page_of("/"), site.catalogue.scales[code]) == BANDS[code]


@pytest.mark.parametrize("code", BANDS)
def test_an_example_has_number_colour_and_word_or_none_of_them(page_of: PageOf, site: Site, code: str) -> None:
    scale = site.catalogue.scales[code]
    drawn = legal.scale(page_of("/"), scale)
    rows = [node for node in drawn.walk() if node.get("data-age-state")]
    assert [row.get("data-age-state") for row in rows] == ["live"] * 4 + ["stale", "missing"]
    words = {band.vi: f"background:{band.colour}" if band.colour else None for band in scale.bands}
    for row in rows:
        [swatch] = [node for node in row.walk() if node.tag == "i"]
        spans = [node.text() for node in row.children if not isinstance(node, str) and node.tag == "span"]
        if row.get("data-age-state") == "live":
            assert words[spans[2]] == swatch.get("style"), "rule 9: the colour of the word"
        else:
            assert swatch.get("style") is None, "rule 23: no colour without a live figure"
    assert scale.source in drawn.text()


def test_an_example_of_the_air_index_lies_in_the_band_it_names(page_of: PageOf, site: Site) -> None:
    scale = site.catalogue.scales["vn_aqi"]
    text = legal.scale(page_of("/"), scale).text()
    assert "400 Nguy hại" in text and "250 Rất xấu" in text
