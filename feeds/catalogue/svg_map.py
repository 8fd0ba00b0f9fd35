"""The live map as light SVG paths: boundaries projected once, so that a page only colours shapes.

Projection: equirectangular about 16°N. `x = (lon - lon0) * k * scale`, `y = (lat1 - lat) * scale`, with `k`,
`scale`, `lon0`, `lat1` in the result, so that a page can put stations on the same sheet. Hoàng Sa and Trường Sa
stand as two framed insets in the sea with their own scale; every point of theirs is given ready.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

SCALE = 100.0  # units of the sheet to a degree of latitude
LON0, LAT1 = 102.0, 23.5
LAT0 = 8.3
WIDTH = 1120.0
K = math.cos(math.radians(16))
ATTRIBUTION = "© OpenStreetMap contributors, ODbL"
FRAMES = {  # commune: x, y, west, east, south, north of the points shown
    "48/20333": (840.0, 560.0, 111.0, 113.0, 15.6, 17.0),
    "56/22736": (840.0, 1170.0, 111.5, 115.0, 7.6, 11.7),
}
NAMES = {  # of each frame, in two lines
    "48/20333": {
        "vi": ("Quần đảo Hoàng Sa", "(TP. Đà Nẵng)"),
        "en": ("Hoang Sa archipelago", "(Da Nang city)"),
    },
    "56/22736": {
        "vi": ("Quần đảo Trường Sa", "(tỉnh Khánh Hòa)"),
        "en": ("Truong Sa archipelago", "(Khanh Hoa province)"),
    },
}
FRAME_W, FRAME_H, FRAME_TITLE, FRAME_PAD = 270.0, 240.0, 78.0, 22.0

Ring = Sequence[Sequence[float]]
Point = tuple[float, float]


def draw(units: Mapping[str, Mapping[str, Any]], islands: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """The whole sheet from the GeoJSON features of the units (by code) and the rows of islands.csv."""
    height = round((LAT1 - LAT0) * SCALE)
    return {
        "attribution": ATTRIBUTION,
        "viewBox": f"0 0 {WIDTH:g} {height}",
        "projection": {"name": "equirectangular", "k": round(K, 6), "scale": SCALE, "lon0": LON0, "lat1": LAT1},
        "units": {code: shape(feature) for code, feature in units.items()},
        "insets": insets(list(islands)),
    }


def shape(feature: Mapping[str, Any]) -> dict[str, Any]:
    """One unit: path, label point, bounding box (for a page that shows this unit alone)."""
    polygons = polygons_of(feature["geometry"])
    rings = [[project(lon, lat) for lon, lat in ring] for polygon in polygons for ring in polygon]
    lon, lat = feature["properties"]["label"]
    x, y = project(lon, lat)
    return {
        "vi": feature["properties"]["vi"],
        "d": "".join(map(path, rings)),
        "label": [round(x, 1), round(y, 1)],
        "box": box([point for ring in rings for point in ring]),
    }


def polygons_of(geometry: Mapping[str, Any]) -> list[Sequence[Ring]]:
    """Polygons of a Polygon or MultiPolygon geometry."""
    return [geometry["coordinates"]] if geometry["type"] == "Polygon" else list(geometry["coordinates"])


def project(lon: float, lat: float) -> Point:
    """A point on the sheet."""
    return (lon - LON0) * K * SCALE, (LAT1 - lat) * SCALE


def path(ring: Sequence[Point]) -> str:
    """A closed ring as relative steps of a tenth of a unit; repeated points are left out."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in ring]
    (x0, y0), steps = tenths[0], []
    for (ax, ay), (bx, by) in pairwise(tenths[:-1]):
        if (ax, ay) != (bx, by):
            steps.append(f"{number(bx - ax)},{number(by - ay)}")
    return f"M{number(x0)},{number(y0)}l{' '.join(steps)}z" if len(steps) > 1 else ""


def number(tenths: int) -> str:
    """A tenth of a unit in the fewest characters."""
    return f"{tenths / 10:g}"


def box(points: Sequence[Point]) -> list[float]:
    """x, y, width, height around the points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return [round(v, 1) for v in (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))]


def insets(islands: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """The frames of the two archipelagos with their points; a click leads to `unit`."""
    return [
        {
            "place": commune,
            "unit": commune[:2],
            "named": {lang: {"title": " ".join(lines), "lines": list(lines)} for lang, lines in NAMES[commune].items()},
            "frame": [x, y, FRAME_W, FRAME_H],
            "points": [island_point(row, commune) for row in islands if row["commune"] == commune],
        }
        for commune, (x, y, *_) in FRAMES.items()
    ]


def island_point(row: Mapping[str, str], commune: str) -> dict[str, Any]:
    """An island in its frame, as x and y of the sheet."""
    x, y, west, east, south, north = FRAMES[commune]
    across = (float(row["lon"]) - west) / (east - west)
    down = (north - float(row["lat"])) / (north - south)
    return {
        "vi": row["vi"],
        "en": row.get("en") or row["vi"],
        "seat": row["seat"] == "1",
        "x": round(x + FRAME_PAD + across * (FRAME_W - 2 * FRAME_PAD), 1),
        "y": round(y + FRAME_TITLE + down * (FRAME_H - FRAME_TITLE - FRAME_PAD), 1),
    }
