"""Names in the order of the Vietnamese dictionary, whatever their Unicode form."""

from __future__ import annotations

import unicodedata

import pytest

from feeds.catalogue.names import collation

ORDERED = [
    "An Giang",
    "Bắc Ninh",
    "Cà Mau",
    "Cao Bằng",
    "Đà Nẵng",
    "Đắk Lắk",
    "Điện Biên",
    "Hà Tĩnh",
    "Hải Phòng",
    "Huế",
]
TONES = ["ma", "mà", "mả", "mã", "má", "mạ", "mác", "măng", "mâu", "mẹ"]


@pytest.mark.parametrize("names", [ORDERED, TONES, ["Dương", "Đương", "e", "ê", "o", "ô", "ơ", "u", "ư", "y"]])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_stand_in_the_order_of_the_dictionary(names: list[str], form: str) -> None:
    mixed = [unicodedata.normalize(form, name) for name in reversed(names)]  # type: ignore[arg-type]
    assert [unicodedata.normalize("NFC", name) for name in sorted(mixed, key=collation)] == names


def test_any_text_has_a_place() -> None:
    hostile = ["", "\u0301", "1.000", "<b>", "中文", "e\u0301" * 500, "\u202e"]
    assert len(sorted(hostile, key=collation)) == len(hostile)
