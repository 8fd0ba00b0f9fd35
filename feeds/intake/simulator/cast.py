"""The declared cast of the simulated country: every station, road, camera, desk and outlet that will ever speak."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from feeds.catalogue.places import Places
from feeds.intake.simulator.chance import key

DATA = Path(__file__).resolve().parents[3] / "data"
OWN = {
    "normal",
    "tide",
    "salty",
    "source",
    "link",
    "url",
    "size",
    "down",
    "slow",
    "owed",
    "given",
    "layers",
}  # columns that are the simulator's own, not the source's


@dataclass(frozen=True, slots=True)
class Actor:
    """One who speaks: a station, a link, a camera, an outlet. `traits` are the columns of its row."""

    code: str
    place: str  # key: `01/00004`, `01` or `vn`
    vi: str
    lat: float | None
    lon: float | None
    traits: Mapping[str, str] = field(compare=False)
    key: int = 0

    @property
    def province(self) -> str:
        """Code of its unit, or `vn`."""
        return self.place[:2]

    @property
    def type(self) -> str:
        """What kind of station it is."""
        return self.traits.get("type", "")

    def number(self, name: str) -> float:
        """A trait as a number; 0 when it has none."""
        return float(self.traits.get(name) or 0)

    def declared(self) -> dict[str, Any]:
        """What its owner tells about it once: name, type, limits."""
        told: dict[str, Any] = {"vi": self.vi}
        for name, text in self.traits.items():
            if text and name not in OWN:
                told[name] = _scalar(text)
        return told


@dataclass(frozen=True, slots=True)
class Desk:
    """Habits of a unit's one-stop desks: shares between 0 and 1, and dossiers a working day."""

    code: str
    dossiers_day: int
    procedures: int
    habits: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Procedure:
    """A kind of dossier."""

    code: str
    vi: str
    field: str
    at: str  # commune | province
    legal_days: int
    fee: bool
    online: str  # full | part | no
    weight: float


@dataclass(frozen=True)
class Cast:
    """Everybody, by feed."""

    actors: Mapping[str, tuple[Actor, ...]]
    desks: tuple[Desk, ...]
    procedures: tuple[Procedure, ...]
    posts: tuple[Mapping[str, str], ...]
    places: Places

    @classmethod
    def load(cls, folder: Path = DATA / "cast", places: Places | None = None) -> Cast:
        """The cast of `folder`; the 3,321 communes are its one-stop desks."""
        return cls(
            actors={feed: tuple(map(_actor, _rows(folder / name))) for feed, name in TABLES.items()},
            desks=tuple(map(_desk, _rows(folder / "provinces.csv"))),
            procedures=tuple(map(_procedure, _rows(folder / "procedures.csv"))),
            posts=tuple(_rows(folder / "posts.csv")),
            places=places or Places.load(DATA / "places"),
        )


TABLES = {
    "air": "air.csv",
    "water": "water.csv",
    "hydrology": "hydrology.csv",
    "weather": "weather.csv",
    "traffic": "links.csv",
    "cameras": "cameras.csv",
    "social": "sources.csv",
    "systems": "systems.csv",
}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _actor(row: dict[str, str]) -> Actor:
    traits = {k: v for k, v in row.items() if k not in ("code", "place", "vi", "lat", "lon")}
    lat, lon = (float(row[k]) if row.get(k) else None for k in ("lat", "lon"))
    return Actor(row["code"], row["place"], row["vi"], lat, lon, traits, key(row["code"]))


def _desk(row: dict[str, str]) -> Desk:
    habits = {k: float(v) for k, v in row.items() if k not in ("code", "dossiers_day", "procedures")}
    return Desk(row["code"], int(row["dossiers_day"]), int(row["procedures"]), habits)


def _procedure(row: dict[str, str]) -> Procedure:
    days, fee = int(row["legal_days"]), row["fee"] == "1"
    return Procedure(row["code"], row["vi"], row["field"], row["at"], days, fee, row["online"], float(row["weight"]))


def _scalar(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text
