"""Writes the generated tables of data/places from the PyPI wheel `vietnamadminunits` 1.0.4 (MIT).

Run once by a person, never at run time:
    pip download --no-deps vietnamadminunits==1.0.4 && unzip vietnamadminunits-1.0.4-py3-none-any.whl -d unpacked
    python -m feeds.catalogue.build_places unpacked/vietnamadminunits/data/dataset.db
What the package has wrong is put right here (CORRECTED_*); what it does not say (population) is left out.
"""

from __future__ import annotations

import csv
import sqlite3
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

PLACES = Path("data/places")
CORRECTED_KIND = {"75": "thành phố"}  # Đồng Nai: centrally-run city since 30/04/2026, Resolution 30/2026/QH16
CORRECTED_POINT = {"20333": (16.568, 112.135), "22736": (9.71, 114.45)}  # seats of Hoàng Sa and Trường Sa
CORRECTED_2020 = {"46": ("Thừa Thiên Huế", "tỉnh")}  # Huế became a city only on 01/01/2025
COMMUNE_KINDS = ("xã", "phường", "đặc khu")
ENGLISH = {"79": "Ho Chi Minh City"}

UNITS = """select provinceCode, provinceShort, province, provinceLat, provinceLon, count(*)
           from admin_units group by provinceCode order by provinceCode"""
OLD = """select distinct provinceCode, provinceShort, province, provinceLat, provinceLon
         from admin_units_legacy order by provinceCode"""
COMMUNES = "select wardCode, provinceCode, ward, wardType, wardLat, wardLon from admin_units order by 2, 1"
TOWNS = """select distinct districtShort, provinceCode from admin_units_legacy
           where districtType in ('Thành phố', 'Thị xã') and districtShort <> provinceShort order by 2, 1"""

Row = Sequence[object]


def main(database: str) -> None:
    """Rewrite units_2025, provinces_2020, communes_2025 and former_towns from `database`."""
    link = sqlite3.connect(database)
    head = ("code", "vi", "en", "kind", "lat", "lon")
    write("units_2025.csv", (*head, "communes"), [unit(*row) for row in link.execute(UNITS)])
    write("provinces_2020.csv", head, [province(*row) for row in link.execute(OLD)])
    communes = [commune(*row) for row in link.execute(COMMUNES)]
    write("communes_2025.csv", ("code", "province", "vi", "kind", "lat", "lon"), communes)
    towns = [(nfc(name).split(" (")[0], code) for name, code in link.execute(TOWNS)]
    write("former_towns.csv", ("vi", "province_2020"), towns)


def unit(code: str, short: str, full: str, lat: float, lon: float, communes: int) -> Row:
    """A row of units_2025."""
    kind = CORRECTED_KIND.get(code, kind_of(full))
    return code, nfc(short), ENGLISH.get(code, unmarked(short)), kind, lat, lon, communes


def province(code: str, short: str, full: str, lat: float, lon: float) -> Row:
    """A row of provinces_2020."""
    name, kind = CORRECTED_2020.get(code, (nfc(short), kind_of(full)))
    return code, name, ENGLISH.get(code, unmarked(name)), kind, round(lat, 4), round(lon, 4)


def commune(code: str, owner: str, name: str, kind: str, lat: float, lon: float) -> Row:
    """A row of communes_2025; its kind is the one its name begins with, where the package's two columns disagree."""
    said = next((known for known in COMMUNE_KINDS if nfc(name).lower().startswith(known)), nfc(kind).lower())
    return code, owner, nfc(name), said, *CORRECTED_POINT.get(code, (round(lat, 4), round(lon, 4)))


def kind_of(full: str) -> str:
    """`tỉnh` or `thành phố`, from a full name."""
    return "thành phố" if nfc(full).startswith("Thành phố") else "tỉnh"


def nfc(text: str) -> str:
    """Composed form, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def unmarked(text: str) -> str:
    """The name as it is written abroad: no marks, `Đ` as `D`."""
    bare = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(c for c in bare if not unicodedata.combining(c))


def write(name: str, head: Sequence[str], rows: Iterable[Row]) -> None:
    """A CSV with a header and Unix line ends, so that a rebuild gives the same bytes."""
    with (PLACES / name).open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(head)
        out.writerows(rows)


if __name__ == "__main__":
    main(sys.argv[1])
