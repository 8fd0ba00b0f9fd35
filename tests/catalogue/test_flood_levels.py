"""The editable table of flood alert levels."""

from datetime import date

import pytest

from feeds.catalogue.flood_levels import BadLevels, FloodLevels
from feeds.catalogue.places import Places

HEAD = "commune,vi,river,bd1,bd2,bd3,basis,valid_from,valid_to,station\n"
TODAY = date(2026, 11, 21)


@pytest.fixture
def table(tmp_path):
    def make(*rows):
        path = tmp_path / "flood_levels.csv"
        path.write_text(HEAD + "\n".join(rows), encoding="utf-8")
        return FloodLevels.load(path)

    return make


def test_the_table_of_the_product():
    found = FloodLevels.load().of("any", "01", "Hà Nội", "Hồng", TODAY)
    assert found == {"bd1": 9.5, "bd2": 10.5, "bd3": 11.5, "basis": "Quyết định 05/2020/QĐ-TTg"}
    assert FloodLevels.load().of("any", "01", "Nơi khác", "Hồng", TODAY) is None


def test_names_are_compared_without_marks_and_case(table):
    levels = table("01/00097,Hà Nội,Hồng,1,2,3,QĐ 1,,,")
    assert levels.of("", "01", "HA NOI", "sông Hồng".removeprefix("sông "), TODAY)["bd2"] == 2
    assert levels.of("", "79", "Hà Nội", "Hồng", TODAY) is None


def test_a_code_names_its_gauge_alone(table):
    levels = table(",,,1,2,3,QĐ 1,,,GAUGE-7")
    assert levels.of("GAUGE-7", "79", "Bất kỳ", "", TODAY)["basis"] == "QĐ 1"


def test_the_later_decision_holds_from_its_day(table):
    levels = table("01/00097,A,B,5,6,7,QĐ 2,2026-01-01,,", "01/00097,A,B,1,2,3,QĐ 1,2020-01-01,2027-01-01,")
    held = [levels.of("", "01", "A", "B", date(year, 6, 1)) for year in (2019, 2025, 2026, 2028)]
    assert [found and found["basis"] for found in held] == [None, "QĐ 1", "QĐ 2", "QĐ 2"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("01/00097,A,B,3,2,1,QĐ,,,", "do not rise"),
        ("01/00097,A,B,1,x,3,QĐ,,,", "could not convert"),
        ("01/00097,A,B,1,2,3,,,,", "basis"),
        (",,,1,2,3,QĐ,,,", "station"),
        ("01/00097,A,B,1,2,3,QĐ,hôm nay,,", "isoformat"),
    ],
)
def test_a_bad_row_is_named_with_its_line(table, row, said):
    with pytest.raises(BadLevels, match=f"line 3.*{said}"):
        table("01/00097,Z,B,1,2,3,QĐ,,,", row)


def test_every_gauge_of_the_table_stands_in_a_commune():
    places = Places.load()
    with (Places.load.__globals__["ROOT"] / "data/thresholds/flood_levels.csv").open(encoding="utf-8") as file:
        communes = [line.split(",")[0] for line in file][1:]
    assert communes and all(commune in places.by_key for commune in communes if commune)
