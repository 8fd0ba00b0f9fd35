"""Boundaries for the maps, from a folder that an official file may replace (data/geo/README.md)."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from feeds.catalogue.settings import ROOT
from feeds.catalogue.svg_map import Ring, draw, insets, polygons_of


class BadBoundaries(ValueError):
    """A boundary file that cannot be used; `str()` of it is a sentence."""


@dataclass(frozen=True, slots=True)
class Boundaries:
    """GeoJSON of the units (for Plotly), the ready sheet of SVG paths (for the live map), the archipelagos' points."""

    units: Mapping[str, Any]
    sheet: Mapping[str, Any]
    islands: tuple[Mapping[str, str], ...]  # commune, vi, en, lat, lon, seat (1 for the administrative point)

    @classmethod
    def load(cls, folder: Path, codes: Iterable[str], shipped: Path = ROOT / "data" / "geo") -> Boundaries:
        """Boundaries of the units `codes`; raises BadBoundaries when the folder does not hold them all."""
        path = folder / "units_2025.geojson"
        units = _read(path)
        features = {str(f["properties"]["code"]): _labelled(f) for f in units["features"]}
        missing = sorted(set(codes) - set(features))
        if missing:
            raise BadBoundaries(f"{path} has no boundary for {', '.join(missing)}: each feature needs properties.code")
        ready = folder / "units_2025.svg.json"
        islands = _islands(folder, shipped)
        drawn = _read(ready) if ready.exists() else draw({c: features[c] for c in codes}, islands)
        sheet = {**drawn, "insets": insets(islands)}  # a sheet drawn by an older release names them in one language
        return cls(units=units, sheet=sheet, islands=tuple(islands))


def _read(path: Path) -> dict[str, Any]:
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadBoundaries(f"{path} cannot be read as JSON ({error})") from error
    return data


def _islands(folder: Path, shipped: Path) -> list[dict[str, str]]:
    own = folder / "islands.csv"
    with (own if own.exists() else shipped / "islands.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _labelled(feature: Mapping[str, Any]) -> dict[str, Any]:
    """The feature with a name and a label point: the middle of its longest exterior ring where it brings none."""
    given = feature["properties"]
    longest: Ring = max((polygon[0] for polygon in polygons_of(feature["geometry"])), key=len)
    lons, lats = [p[0] for p in longest], [p[1] for p in longest]
    middle = [(min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2]
    properties = {"vi": given.get("name", str(given["code"])), "label": middle, **given}
    return {"properties": properties, "geometry": feature["geometry"]}
