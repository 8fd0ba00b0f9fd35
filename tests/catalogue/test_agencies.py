"""Codes that other systems know agencies by, and the communes in names of offices."""

from __future__ import annotations

import pytest

from feeds.catalogue.agencies import IDENTIFICATION, PORTAL, AgencyCodes
from feeds.catalogue.places import Places

AGENCIES = AgencyCodes.load(Places.load())


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("000.00.00.H26", "2025:01"),
        ("h26", "2025:01"),
        ("000.00.04.H22", "2025:08"),  # Hà Giang, today Tuyên Quang
        ("000.00.04.H26-261116-0007", "2025:01"),
        ("000.00.00.G18", "agency:byt"),
        ("H99", None),
        ("", None),
        ("XH26", None),
    ],
)
def test_an_identification_code_names_the_unit_of_today(code: str, place: str | None) -> None:
    assert AGENCIES.place(IDENTIFICATION, code) == place


def test_every_province_of_2020_has_a_code_and_ids_of_the_portal_are_apart() -> None:
    units = {place for (system, _), place in AGENCIES.codes.items() if system == IDENTIFICATION}
    assert {f"2025:{code}" for code in AGENCIES.places.units} <= units
    assert AGENCIES.place(PORTAL, "398126") == "2025:91"
    assert AGENCIES.place(PORTAL, "H26") is None


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("UBND phường Ba Đình", "2025:01/00004"),
        ("Bộ phận một cửa UBND Phường Ba Đình, thành phố Hà Nội", "2025:01/00004"),
        ("ubnd phuong ba dinh", "2025:01/00004"),
        ("Sở Tư pháp", "2025:01"),
        ("UBND xã Không Có Đâu", "2025:01"),
        ("xã", "2025:01"),
        ("", "2025:01"),
    ],
)
def test_an_office_stands_in_the_commune_of_its_name(name: str, place: str) -> None:
    assert AGENCIES.office("2025:01", name) == place


def test_an_office_of_an_agency_or_a_commune_stays_there() -> None:
    assert AGENCIES.office("agency:byt", "phường Ba Đình") == "agency:byt"
    assert AGENCIES.office("2025:01/00008", "phường Ba Đình") == "2025:01/00008"
