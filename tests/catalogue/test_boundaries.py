"""Boundaries: complete, placed where the units are, replaceable."""

import json
import re
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from feeds.catalogue.boundaries import BadBoundaries, Boundaries
from feeds.catalogue.places import Places
from feeds.catalogue.svg_map import draw, path, project

GEO = Path("data/geo")
PLACES = Places.load()


def area(ring):
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(ring)) / 2


def features(name):
    return {f["id"]: f for f in json.loads((GEO / name).read_text(encoding="utf-8"))["features"]}


@pytest.mark.parametrize(("name", "codes"), [("units_2025", set(PLACES.units)), ("provinces_2020", set(PLACES.merged))])
def test_every_unit_has_a_shape_with_a_clockwise_exterior(name, codes):
    shapes = features(f"{name}.geojson")
    assert set(shapes) == codes
    for feature in shapes.values():
        geometry = feature["geometry"]
        polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        assert all(area(polygon[0]) < 0 for polygon in polygons), feature["id"]


def test_the_34_cover_what_the_63_cover():
    def total(name):
        return sum(
            -area(ring)
            for f in features(name).values()
            for polygon in (
                [f["geometry"]["coordinates"]] if f["geometry"]["type"] == "Polygon" else f["geometry"]["coordinates"]
            )
            for ring in polygon
        )

    assert total("units_2025.geojson") == pytest.approx(total("provinces_2020.geojson"), rel=1e-6)


def test_the_sheet_is_light_and_complete():
    boundaries = Boundaries.load(GEO, PLACES.units)
    sheet = boundaries.sheet
    assert set(sheet["units"]) == set(PLACES.units)
    assert (GEO / "units_2025.svg.json").stat().st_size < 90_000
    assert "OpenStreetMap" in sheet["attribution"]
    assert all(re.fullmatch(r"(M-?[\d.]+,-?[\d.]+l[-\d., ]+z)+", unit["d"]) for unit in sheet["units"].values())


def test_both_archipelagos_are_whole_inside_their_frames_and_lead_to_their_units():
    sheet = Boundaries.load(GEO, PLACES.units).sheet
    assert [[inset["named"][lang]["title"] for inset in sheet["insets"]] for lang in ("vi", "en")] == [
        ["Quần đảo Hoàng Sa (TP. Đà Nẵng)", "Quần đảo Trường Sa (tỉnh Khánh Hòa)"],
        ["Hoang Sa archipelago (Da Nang city)", "Truong Sa archipelago (Khanh Hoa province)"],
    ]
    assert [inset["unit"] for inset in sheet["insets"]] == ["48", "56"]
    width, height = (float(v) for v in sheet["viewBox"].split()[2:])
    for inset in sheet["insets"]:
        x, y, w, h = inset["frame"]
        assert min(x, y) >= 0 and x + w <= width and y + h <= height
        assert all(x < p["x"] < x + w and y < p["y"] < y + h for p in inset["points"])
        assert sum(p["seat"] for p in inset["points"]) == 1


def test_frames_stand_in_the_sea_clear_of_every_shape():
    sheet = Boundaries.load(GEO, PLACES.units).sheet
    assert len(sheet["insets"]) == 2
    for inset in sheet["insets"]:
        assert all(unit["box"][0] + unit["box"][2] < inset["frame"][0] for unit in sheet["units"].values())


def test_a_point_of_a_station_falls_into_its_unit_on_the_sheet():
    x, y = project(105.834, 21.028)
    left, top, width, height = Boundaries.load(GEO, PLACES.units).sheet["units"]["01"]["box"]
    assert left < x < left + width and top < y < top + height


def test_paths_leave_out_repeated_points_and_vanished_rings():
    assert path([(0, 0), (1, 0), (1.01, 0), (1, 1), (0, 0)]) == "M0,0l1,0 0,1z"
    assert path([(0, 0), (0.01, 0), (0, 0)]) == ""


def test_an_official_file_takes_the_place_of_ours(tmp_path):
    shutil.copy(GEO / "units_2025.geojson", tmp_path)
    boundaries = Boundaries.load(tmp_path, PLACES.units)
    assert boundaries.sheet["units"]["46"]["d"] == Boundaries.load(GEO, PLACES.units).sheet["units"]["46"]["d"]
    assert len(boundaries.sheet["insets"]) == 2


def test_a_file_without_labels_gets_the_middle_of_the_biggest_part(tmp_path):
    data = json.loads((GEO / "units_2025.geojson").read_text(encoding="utf-8"))
    for feature in data["features"]:
        feature["properties"] = {"code": feature["id"]}
    (tmp_path / "units_2025.geojson").write_text(json.dumps(data), encoding="utf-8")
    x, y = Boundaries.load(tmp_path, PLACES.units).sheet["units"]["01"]["label"]
    assert 300 < x < 420 and 180 < y < 320


@pytest.mark.parametrize("content", ["{", '{"features": []}'])
def test_a_bad_file_stops_with_a_sentence(tmp_path, content):
    (tmp_path / "units_2025.geojson").write_text(content, encoding="utf-8")
    with pytest.raises(BadBoundaries, match="units_2025"):
        Boundaries.load(tmp_path, PLACES.units)


def test_the_committed_sheet_is_what_the_committed_boundaries_give():
    import csv

    with (GEO / "islands.csv").open(encoding="utf-8", newline="") as file:
        drawn = draw(features("units_2025.geojson"), csv.DictReader(file))
    assert drawn == json.loads((GEO / "units_2025.svg.json").read_text(encoding="utf-8"))
