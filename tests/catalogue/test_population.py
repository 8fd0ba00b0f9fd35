"""Figures per head: only by a table of all units with source and licence; without it the ranking says so."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from feeds.catalogue.places import Places, UnknownPlace
from feeds.catalogue.settings import ROOT

UNITS = Places.load().units


@pytest.fixture
def own_places(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "data" / "places", tmp_path / "places"))


def write(folder: Path, rows: list[dict[str, object]]) -> None:
    with (folder / "population.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, ["code", "people", "at", "source", "licence"])
        table.writeheader()
        table.writerows(rows)


def told(code: str, **other: object) -> dict[str, object]:
    return {"code": code, "people": 1_000_000, "at": "2025-07-01", "source": "test", "licence": "CC0"} | other


def test_without_a_table_nobody_is_counted(own_places: Path) -> None:
    (own_places / "population.csv").unlink(missing_ok=True)
    assert Places.load(own_places).population == {}


def test_a_whole_table_with_source_and_licence_is_taken(own_places: Path) -> None:
    write(own_places, [told(code, people=1000 + n) for n, code in enumerate(UNITS)])
    assert Places.load(own_places).population == {code: 1000 + n for n, code in enumerate(UNITS)}


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([told("03")], "'03' is no unit of 2025"),
        ([told("01", people="8,5 triệu")], "write a whole number"),
        ([told("01", people=0)], "write a whole number"),
        ([told("01", source=" ")], "source is empty"),
        ([told("01", licence="")], "licence is empty"),
        ([told(code) for code in UNITS[1:]], "units 01 are missing"),
    ],
)
def test_a_table_that_cannot_be_trusted_stops_the_start(
    own_places: Path, rows: list[dict[str, object]], sentence: str
) -> None:
    write(own_places, rows)
    with pytest.raises(UnknownPlace, match=sentence):
        Places.load(own_places)
