"""Where things happen: the nation, its 34 units and 3,321 communes of 2025, the 63 provinces of 2020, agencies.

Codes are reused between the two schemes (15 was Yên Bái and is now Lào Cai), so a code is known only together
with its scheme. A place has a short *key* in scopes, cells and addresses, where a bare code means 2025:
`vn`, `01`, `01/00004`, `2020:15`, `agency:byt`. Events write the long form `2025:01/00004`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, get_args

from feeds.catalogue.names import unmarked
from feeds.catalogue.search import Found, Index
from feeds.catalogue.settings import ROOT

NATION_KEY = "vn"
Scheme = Literal["2025", "2020"]
TODAY: Scheme = "2025"  # what a bare code means
Lang = Literal["vi", "en"]
KIND_EN = {"tỉnh": "province", "thành phố": "city", "phường": "ward", "xã": "commune", "đặc khu": "special zone"}
PLACE = re.compile(r"(?P<scheme>\d{4}):(?P<province>\d{2})(?:/(?P<commune>\d{5}))?")


class UnknownPlace(ValueError):
    """A place that does not exist; `str()` of it is a sentence for the sender."""


@dataclass(frozen=True, slots=True)
class PlaceRef:
    """A place known to exist. Nothing but `Places.parse` makes one."""

    scheme: str  # 2025 | 2020 | agency | vn
    province: str | None = None
    commune: str | None = None
    agency: str | None = None

    def __str__(self) -> str:
        """The long form, as events write it."""
        if self.scheme == "agency":
            return f"agency:{self.agency}"
        if self.province is None:
            return NATION_KEY
        return f"{self.scheme}:{self.province}" + (f"/{self.commune}" if self.commune else "")

    @property
    def key(self) -> str:
        """The short form: scopes, cells and addresses, where a bare code means 2025."""
        return str(self).removeprefix("2025:")


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of a place. Agencies and the nation have no point."""

    key: str
    vi: str
    en: str
    kind: str
    lat: float | None = None
    lon: float | None = None
    communes: int = 0

    @property
    def full_vi(self) -> str:
        """With its kind in front: `Thành phố Huế`; communes carry it in their name already."""
        return f"{self.kind.capitalize()} {self.vi}" if self.kind in ("tỉnh", "thành phố") else self.vi


@dataclass(frozen=True, slots=True)
class Region:
    """Units of 2025 that are looked at together."""

    code: str
    vi: str
    en: str
    units: tuple[str, ...]


@dataclass(frozen=True)
class Places:
    """All places by key. Built by `load`, never changed."""

    by_key: Mapping[str, Place]
    units: tuple[str, ...]  # codes of 2025, in official order
    merged: Mapping[str, str]  # code of 2020 -> code of 2025
    communes: Mapping[str, tuple[str, ...]]  # code of 2025 -> keys of its communes
    aliases: tuple[tuple[str, str], ...]  # other name -> key
    population: Mapping[str, int] = field(default_factory=dict)  # people of each unit, where the folder tells them
    regions: tuple[Region, ...] = ()  # where the folder tells them: every unit is in one

    @classmethod
    def load(cls, folder: Path = ROOT / "data" / "places") -> Places:
        """Reads the tables of `folder`; raises UnknownPlace when they contradict each other."""
        merged = {row["code_2020"]: row["code_2025"] for row in _rows(folder / "mergers.csv")}
        units = {row["code"]: _unit(row) for row in _rows(folder / "units_2025.csv")}
        old = {f"2020:{row['code']}": _province(row) for row in _rows(folder / "provinces_2020.csv")}
        communes = {place.key: place for place in map(_commune, _rows(folder / "communes_2025.csv"))}
        agencies = {place.key: place for place in map(_agency, _rows(folder / "agencies.csv"))}
        nation = {NATION_KEY: Place(NATION_KEY, "Cả nước", "Viet Nam", "quốc gia", communes=len(communes))}
        owned: dict[str, list[str]] = {code: [] for code in units}
        for key in communes:
            owned[key[:2]].append(key)
        places = cls(
            by_key=nation | units | old | communes | agencies,
            units=tuple(units),
            merged=merged,
            communes={code: tuple(keys) for code, keys in owned.items()},
            aliases=tuple(_aliases(folder, merged)),
            population=_population(folder / "population.csv", units),
            regions=tuple(_regions(folder / "regions.csv")),
        )
        places._check()
        return places

    def parse(self, text: str) -> PlaceRef:
        """The place an event names; raises UnknownPlace with a sentence that says what would have been right."""
        if text == NATION_KEY:
            return PlaceRef(NATION_KEY)
        if text.startswith("agency:"):
            return self._known(PlaceRef("agency", agency=text.removeprefix("agency:")), text)
        found = PLACE.fullmatch(text)
        if found is None:
            raise UnknownPlace(f"{text!r} is not a place: write 2025:01, 2025:01/00004, 2020:15, agency:byt or vn")
        ref = PlaceRef(found["scheme"], found["province"], found["commune"])
        if ref.scheme not in get_args(Scheme):
            raise UnknownPlace(
                f"{text!r}: there is no scheme {ref.scheme}, only 2020 (63 provinces) and 2025 (34 units)"
            )
        return self._known(ref, text)

    def province_2025(self, ref: PlaceRef) -> str | None:
        """Code of today's unit the place lies in; None for the nation and for agencies."""
        if ref.province is None:
            return None
        return self.merged[ref.province] if ref.scheme == "2020" else ref.province

    def chain(self, ref: PlaceRef) -> tuple[str, ...]:
        """Keys a figure of this place rolls up through, itself first: commune, today's unit, nation."""
        if ref.scheme == "agency":
            return ref.key, NATION_KEY
        unit = self.province_2025(ref)
        if unit is None:
            return (NATION_KEY,)
        return (ref.key, unit, NATION_KEY) if ref.commune else (unit, NATION_KEY)

    def communes_of(self, code: str) -> tuple[str, ...]:
        """Keys of the communes of a unit of 2025, in code order."""
        return self.communes[code]

    def children(self, key: str) -> tuple[str, ...]:
        """What a figure of `key` is rolled up from: units of the nation, communes of a unit, else nothing."""
        return self.units if key == NATION_KEY else self.communes.get(key, ())

    def parent(self, key: str) -> str | None:
        """Key one step up; None for the nation."""
        chain = self.chain(self.ref(key))
        return next((step for step in chain if step != key), None)

    def ref(self, key: str) -> PlaceRef:
        """The place behind a short key."""
        return self.parse(f"2025:{key}" if key[:2].isdigit() and ":" not in key else key)

    def __getitem__(self, key: str) -> Place:
        """The place of a short or long key; raises UnknownPlace."""
        try:
            return self.by_key[key.removeprefix(f"{TODAY}:")]
        except KeyError:
            raise UnknownPlace(f"{key!r} is not a place") from None

    def name(self, key: str, lang: Lang = "vi") -> str:
        """Name on screen, without its kind: `Huế`, `Hue`."""
        place = self[key]
        return place.vi if lang == "vi" else place.en

    def search(self, text: str, limit: int = 20) -> list[Found]:
        """Places whose name or former name begins with the words typed, best first; marks may be left out."""
        return self._index.search(text, limit)

    @cached_property
    def _index(self) -> Index:
        return Index(self._names())

    def _names(self) -> Iterator[tuple[str, str, str, int]]:
        for place in self.by_key.values():
            if place.key.startswith("2020:"):
                today = self.merged[place.key[5:]]
                if self.by_key[today].vi != place.vi:
                    yield today, place.vi, place.full_vi, 1
            else:
                yield place.key, place.vi, place.full_vi, 2 if "/" in place.key else 0
        for alias, key in self.aliases:
            yield key, alias, alias, 1

    def _known(self, ref: PlaceRef, text: str) -> PlaceRef:
        if ref.key in self.by_key:
            return ref
        if ref.scheme == "agency":
            raise UnknownPlace(f"{text!r}: no such agency")
        province = f"2020:{ref.province}" if ref.scheme == "2020" else str(ref.province)
        if province not in self.by_key:
            raise UnknownPlace(f"{text!r}: scheme {ref.scheme} has no province {ref.province}")
        if ref.scheme == "2020":
            raise UnknownPlace(f"{text!r}: of scheme 2020 only provinces are known; give the commune in scheme 2025")
        raise UnknownPlace(f"{text!r}: {self.by_key[province].vi} has no commune {ref.commune}")

    def _check(self) -> None:
        if set(self.merged.values()) != set(self.units):
            raise UnknownPlace("mergers.csv and units_2025.csv name different units")
        if {key[5:] for key in self.by_key if key.startswith("2020:")} != set(self.merged):
            raise UnknownPlace("mergers.csv and provinces_2020.csv name different provinces")
        for code in self.units:
            if len(self.communes[code]) != self.by_key[code].communes:
                raise UnknownPlace(f"units_2025.csv and communes_2025.csv count the communes of {code} differently")
        for alias, key in self.aliases:
            if key not in self.by_key:
                raise UnknownPlace(f"alias {alias!r} points to {key!r}, which is not a place")


@cache
def unit_codes(folder: Path = ROOT / "data" / "places") -> frozenset[str]:
    """Codes of the 34 units of 2025, for who needs to know no more of them."""
    return frozenset(row["code"] for row in _rows(folder / "units_2025.csv"))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _population(path: Path, units: Mapping[str, Place]) -> dict[str, int]:
    """People of every unit; nobody's where there is no table. A count without source and licence is not taken."""
    if not path.exists():
        return {}
    found: dict[str, int] = {}
    for line, row in enumerate(_rows(path), 2):
        where, people = f"{path.name}:{line}", (row.get("people") or "").strip()
        if row.get("code") not in units:
            raise UnknownPlace(f"{where}: {row.get('code')!r} is no unit of 2025: write 01, 04 ... 96")
        if not people.isdigit() or int(people) == 0:
            raise UnknownPlace(f"{where}: `people` is {people!r}: write a whole number above 0")
        if missing := [name for name in ("at", "source", "licence") if not (row.get(name) or "").strip()]:
            raise UnknownPlace(f"{where}: {', '.join(missing)} is empty: a population without them is not used")
        found[row["code"]] = int(people)
    if left := [code for code in units if code not in found]:
        raise UnknownPlace(f"{path.name}: units {', '.join(left)} are missing: all are told, or none")
    return found


def _regions(path: Path) -> Iterator[Region]:
    rows = list(_rows(path)) if path.exists() else []
    for code in dict.fromkeys(row["region"] for row in rows):
        own = [row for row in rows if row["region"] == code]
        yield Region(code, own[0]["vi"], own[0]["en"], tuple(row["code"] for row in own))


def _unit(row: dict[str, str]) -> Place:
    return Place(row["code"], row["vi"], row["en"], row["kind"], *_point(row), int(row["communes"]))


def _province(row: dict[str, str]) -> Place:
    return Place(f"2020:{row['code']}", row["vi"], row["en"], row["kind"], *_point(row))


def _commune(row: dict[str, str]) -> Place:
    bare = unmarked(row["vi"][len(row["kind"]) :].strip())
    return Place(
        f"{row['province']}/{row['code']}", row["vi"], f"{bare} {KIND_EN[row['kind']]}", row["kind"], *_point(row)
    )


def _agency(row: dict[str, str]) -> Place:
    return Place(f"agency:{row['code']}", row["vi"], row["en"], row["kind"])


def _point(row: dict[str, str]) -> tuple[float, float]:
    return float(row["lat"]), float(row["lon"])


def _aliases(folder: Path, merged: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for row in _rows(folder / "aliases.csv"):
        yield row["alias"], row["key"]
    for row in _rows(folder / "former_towns.csv"):
        yield row["vi"], merged[row["province_2020"]]
