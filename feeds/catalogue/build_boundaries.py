"""Writes data/geo from the Vietnam file of the PyPI sdist `echarts-countries-pypkg` 0.1.6 (OpenStreetMap, ODbL).

Run once by a person, never at run time (needs geopandas):
    pip download --no-deps --no-binary :all: echarts-countries-pypkg==0.1.6   # then unpack Vietnam.js
    python -m feeds.catalogue.build_boundaries Vietnam.js
The 63 provinces are decoded as they are; the 34 units are dissolved from them by data/places/mergers.csv.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
from shapely import get_coordinates, maximum_inscribed_circle, set_precision
from shapely.geometry import MultiPolygon, Polygon, mapping, shape

from feeds.catalogue.names import fold
from feeds.catalogue.places import Places
from feeds.catalogue.svg_map import draw

GEO = Path("data/geo")
SOURCE = "echarts-countries-pypkg 0.1.6 (PyPI), Vietnam.js; © OpenStreetMap contributors, ODbL 1.0"
SCHEMES = {"provinces_2020": "2020:", "units_2025": ""}  # file -> prefix of its keys
KIND_WORDS = (" province", " city")


def main(source: str) -> None:
    """Rewrite provinces_2020.geojson, units_2025.geojson and units_2025.svg.json."""
    places = Places.load()
    old = provinces(decode_file(Path(source)), places)
    new = old.dissolve(by=old["code"].map(dict(places.merged)), as_index=True)
    new["code"] = new.index
    for name, frame in (("provinces_2020", old), ("units_2025", new)):
        features = [feature(row.code, row.geometry, places, SCHEMES[name]) for row in frame.itertuples()]
        write(GEO / f"{name}.geojson", {"type": "FeatureCollection", "source": SOURCE, "features": features})
    units = {f["id"]: f for f in features}
    with (GEO / "islands.csv").open(encoding="utf-8", newline="") as file:
        write(GEO / "units_2025.svg.json", draw(units, csv.DictReader(file)))


def provinces(features: Iterable[Mapping[str, Any]], places: Places) -> Any:
    """The 63 as a GeoDataFrame with code and geometry, in code order."""
    codes = {fold(places[key].en): key[5:] for key in places.by_key if key.startswith("2020:")}
    aliases = {"hanoi": "01", "ho chi minh": "79", "ba ria vung tau": "77"}
    rows = sorted((code_of(f["properties"]["name"], codes | aliases), shape(f["geometry"])) for f in features)
    if [code for code, _ in rows] != sorted(places.merged):
        raise SystemExit("the source does not hold the 63 provinces")
    return gpd.GeoDataFrame({"code": [c for c, _ in rows]}, geometry=[g for _, g in rows], crs=4326)


def code_of(name: str, codes: Mapping[str, str]) -> str:
    """Code of 2020 of a name as the source writes it (`Thua Thien–Hue province`, `Tỉnh Hải Dương`)."""
    bare = fold(name).removeprefix("tinh ")
    for word in KIND_WORDS:
        bare = bare.removesuffix(word)
    return codes[bare]


def feature(code: str, geometry: Any, places: Places, prefix: str) -> dict[str, Any]:
    """A GeoJSON feature: 4 decimals, exterior rings clockwise (SVG geo of Plotly), label point inside."""
    neat = set_precision(geometry, 0.0001)
    parts = sorted(getattr(neat, "geoms", [neat]), key=lambda part: -part.area)
    oriented = [clockwise(part) for part in parts]
    label = get_coordinates(maximum_inscribed_circle(parts[0], 0.001))[0]
    return {
        "type": "Feature",
        "id": code,
        "properties": {"code": code, "vi": places.name(prefix + code), "label": [round(float(v), 4) for v in label]},
        "geometry": rounded(mapping(oriented[0] if len(oriented) == 1 else MultiPolygon(oriented))),
    }


def clockwise(polygon: Polygon) -> Polygon:
    """The polygon with its exterior clockwise and its holes the other way."""
    outer, *holes = (list(ring.coords) for ring in (polygon.exterior, *polygon.interiors))
    outer = outer[::-1] if polygon.exterior.is_ccw else outer
    return Polygon(outer, [h if ring.is_ccw else h[::-1] for h, ring in zip(holes, polygon.interiors, strict=True)])


def rounded(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """Coordinates as lists with 4 decimals (about 11 m)."""

    def neat(node: Any) -> Any:
        return round(node, 4) if isinstance(node, float) else [neat(child) for child in node]

    return {"type": geometry["type"], "coordinates": neat(geometry["coordinates"])}


def decode_file(path: Path) -> list[dict[str, Any]]:
    """Features of an ECharts map file with plain coordinates."""
    text = path.read_text(encoding="utf-8")
    start = text.index("{", text.index("registerMap('"))
    return [decode(f) for f in json.loads(text[start : text.rindex(");}")])["features"]]


def decode(packed: Mapping[str, Any]) -> dict[str, Any]:
    """A feature whose rings were packed as UTF-8 zig-zag deltas of 1/1024 degree."""
    geometry = packed["geometry"]
    rings, offsets = geometry["coordinates"], geometry["encodeOffsets"]
    if geometry["type"] == "Polygon":
        coordinates: Any = [ring(r, o) for r, o in zip(rings, offsets, strict=True)]
    else:
        coordinates = [[ring(r, o) for r, o in zip(p, q, strict=True)] for p, q in zip(rings, offsets, strict=True)]
    return {"properties": packed["properties"], "geometry": {"type": geometry["type"], "coordinates": coordinates}}


def ring(packed: str, offset: tuple[int, int]) -> list[tuple[float, float]]:
    """One ring; a leading `@` pair is its zero step from the offset."""
    x, y = offset
    points = []
    for dx, dy in pairs(packed):
        x, y = x + dx, y + dy
        points.append((x / 1024, y / 1024))
    return points if points[0] == points[-1] else [*points, points[0]]


def pairs(packed: str) -> Iterator[tuple[int, int]]:
    """Deltas of a packed ring."""
    steps = [((n := ord(char) - 64) >> 1) ^ -(n & 1) for char in packed]
    yield from zip(steps[::2], steps[1::2], strict=True)


def write(path: Path, data: Any) -> None:
    """Compact JSON, the same bytes for the same input."""
    path.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
