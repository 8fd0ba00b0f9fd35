"""The declared cast: as many as promised, where they say they are, and rebuilt to the same bytes."""

import shutil
from collections import Counter
from pathlib import Path

from feeds.catalogue.places import Places
from feeds.intake.simulator import build_cast

CAST = Path("data/cast")


def test_as_many_as_declared(cast):
    assert {feed: len(actors) for feed, actors in cast.actors.items()} == {
        "air": 120,
        "water": 150,
        "hydrology": 240,
        "weather": 102,
        "traffic": 1200,
        "cameras": 2000,
        "systems": 285,
        "social": 60,
    }
    assert sum(desk.dossiers_day for desk in cast.desks) == 16_600
    assert len({actor.code for actors in cast.actors.values() for actor in actors}) == 4157


def test_every_unit_has_some_of_each(cast):
    for feed, least in (("air", 2), ("water", 3), ("hydrology", 6), ("weather", 3), ("traffic", 12), ("cameras", 20)):
        counts = Counter(actor.province for actor in cast.actors[feed])
        assert set(counts) == set(cast.places.units)
        assert min(counts.values()) >= least, feed


def test_everybody_stands_in_its_commune(cast):
    for feed, actors in cast.actors.items():
        for actor in actors:
            place = cast.places[actor.place]
            if feed not in ("social", "systems"):  # they stand nowhere
                assert abs(actor.lat - place.lat) < 0.02 and abs(actor.lon - place.lon) < 0.02, actor.code


def test_published_alert_levels_are_exact(cast):
    gauges = {actor.vi: actor for actor in cast.actors["hydrology"]}
    published = {
        "Hà Nội": (9.5, 10.5, 11.5),
        "Sơn Tây": (12.4, 13.4, 14.4),
        "Trung Hà": (15, 16, 17),
        "Thượng Cát": (9, 10, 11),
        "Ba Thá": (5.5, 6.5, 7.5),
        "Đồng Trăng": (8.5, 10, 11.5),
        "Diên Phú": (4.5, 5, 5.5),
        "Đức Mỹ": (15.5, 16.5, 17.5),
        "Tân Châu": (3.5, 4, 4.5),
        "Châu Đốc": (3, 3.5, 4),
    }
    for name, levels in published.items():
        assert tuple(gauges[name].number(f"bd{n}") for n in (1, 2, 3)) == levels


def test_alert_levels_rise_and_lie_above_what_is_normal(cast):
    for gauge in cast.actors["hydrology"]:
        if gauge.type != "reservoir":
            rising = [gauge.number("normal") + gauge.number("tide"), *(gauge.number(f"bd{n}") for n in (1, 2, 3))]
            assert rising == sorted(rising), gauge.code


def test_a_traffic_camera_looks_at_a_link(cast):
    links = {link.code for link in cast.actors["traffic"]}
    seen = [camera.traits["link"] for camera in cast.actors["cameras"] if camera.type == "traffic"]
    assert set(seen) == links and len(seen) == len(links)


def test_what_is_declared_is_what_the_catalogue_knows(cast):
    from feeds.catalogue.loader import load

    feeds = load(Path("data/catalogue")).feeds
    for feed, actors in cast.actors.items():
        for actor in actors:
            assert set(actor.declared()) <= {"vi", "en", *feeds[feed].entity_fields}, actor.code


def test_the_generator_gives_the_committed_bytes(tmp_path, monkeypatch):
    for name in ("rivers.csv", "names.csv"):
        shutil.copy(CAST / name, tmp_path)
    monkeypatch.setattr(build_cast, "CAST", tmp_path)
    build_cast.main()
    assert {"air.csv", "cameras.csv", "provinces.csv"} < {built.name for built in tmp_path.iterdir()}
    for built in tmp_path.iterdir():
        assert built.read_bytes() == (CAST / built.name).read_bytes(), built.name


def test_places_of_the_cast_are_keys():
    places = Places.load()
    assert all(key in places.by_key for key in ("46/19774", "46/19996", "01/00097"))
