"""Where the agencies stand that other systems know by codes of their own: data/places/agency_codes.csv.

`dinhdanh` are the identification codes of Decision 20/2020/QĐ-TTg, written `000.00.01.H22`: the last part is the
ministry or province, each part before it one level down. `dvcqg` are the ids of the national public service portal.
A province that wants its departments or communes apart adds their whole codes to the table.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from feeds.catalogue.names import fold
from feeds.catalogue.places import Places
from feeds.catalogue.settings import ROOT

TABLE = ROOT / "data" / "places" / "agency_codes.csv"
IDENTIFICATION, PORTAL = "dinhdanh", "dvcqg"
TOP = re.compile(
    r"(?:^|\.)([GH]\d{2})(?=$|[-.])"
)  # the first level inside an identification code or a dossier's number
SMALL = ("xa", "phuong", "dac")  # how names of communes begin, as `fold` writes them
LONGEST = 9  # words of such a name


@dataclass(frozen=True, slots=True)
class AgencyCodes:
    """Codes of agencies with the places they speak for, and the communes that a name of an office may hold."""

    places: Places
    codes: Mapping[tuple[str, str], str]  # (system, code) -> place as an event names it, in scheme 2025
    communes: Mapping[str, Mapping[str, str]]  # province -> folded name of a commune -> place

    @classmethod
    def load(cls, places: Places, table: Path = TABLE) -> AgencyCodes:
        """Reads the table; raises UnknownPlace when a row names no place."""
        with table.open(encoding="utf-8", newline="") as lines:
            codes = {(row["system"], row["code"]): _today(places, row["place"]) for row in csv.DictReader(lines)}
        return cls(places, codes, {code: _communes(places, code) for code in places.units})

    def place(self, system: str, code: str) -> str | None:
        """The place of an agency: by its whole code, otherwise by the ministry or province it belongs to."""
        code = code.strip().upper()
        found = self.codes.get((system, code))
        top = TOP.search(code) if found is None and system == IDENTIFICATION else None
        return self.codes.get((system, top[1])) if top else found

    def office(self, place: str, name: str) -> str:
        """`place`, or the commune inside it that the name of an office holds: `UBND phường Ba Đình, Hà Nội`."""
        scheme, _, province = place.partition(":")
        words = fold(name[:200]).split()
        known = self.communes.get(province, {}) if scheme == "2025" else {}
        for start in (at for at, word in enumerate(words) if known and word in SMALL):
            for end in range(min(len(words), start + LONGEST), start + 1, -1):
                found = known.get(" ".join(words[start:end]))
                if found is not None:
                    return found
        return place


def _today(places: Places, place: str) -> str:
    """A place of 2020 as the unit of 2025 that it went into."""
    ref = places.parse(place)
    unit = places.province_2025(ref)
    return f"2025:{unit}" if ref.scheme == "2020" else str(ref)


def _communes(places: Places, province: str) -> dict[str, str]:
    """Names that one commune of the province alone has; two that differ only in marks are left to the province."""
    owners: dict[str, list[str]] = {}
    for key in places.communes_of(province):
        owners.setdefault(fold(places[key].vi), []).append(f"2025:{key}")
    return {name: keys[0] for name, keys in owners.items() if len(keys) == 1}
