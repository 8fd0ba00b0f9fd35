"""A figure that a law computes names that law: in the catalogue, hence on the card of origin and in every answer."""

import re

import pytest

from feeds.catalogue.loader import load
from feeds.compute import score_766, vn_aqi, vn_wqi
from tests.conftest import ROOT

CATALOGUE = load(ROOT / "data" / "catalogue")
LEGAL = ("vn_aqi_hour", "vn_aqi_day", "vn_wqi", "class_0823", "flood_alert", "to_next_alert", "bulletin", "score_766")
NUMBERED = re.compile(r"\d+/(?:\d{4}/)?QĐ-\w+|QCVN \d+:\d{4}")
OF = {"vn_aqi_hour": vn_aqi.BASIS, "vn_aqi_day": vn_aqi.BASIS, "vn_wqi": vn_wqi.BASIS, "score_766": score_766.BASIS}


@pytest.mark.parametrize("code", [code for code, i in CATALOGUE.indicators.items() if i.compute.fn in LEGAL])
def test_a_legal_index_carries_the_number_of_its_decision(code: str) -> None:
    indicator = CATALOGUE.indicators[code]
    number = NUMBERED.search(indicator.basis)
    assert number, f"{code}: {indicator.basis!r}"
    assert number[0] in OF.get(indicator.compute.fn, number[0])


def test_every_legal_calculation_is_used() -> None:
    assert {i.compute.fn for i in CATALOGUE.indicators.values()} >= set(LEGAL)
