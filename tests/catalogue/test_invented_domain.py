"""A domain is data: one YAML file and a recorded sample give a new one, with no Python."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from feeds.catalogue.clock import TZ, TickClock
from feeds.catalogue.loader import CatalogueError, load
from feeds.catalogue.places import Places
from feeds.intake.event import Event
from feeds.intake.social.listening import Listening
from feeds.intake.validate import Validator

ROOT = Path(__file__).parents[2]
INVENTED = Path(__file__).parent / "invented"
NOW = round(datetime(2026, 11, 20, 10, 35, tzinfo=TZ).timestamp() * 1000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The real catalogue with one file more."""
    folder = tmp_path_factory.mktemp("catalogue")
    for file in (*(ROOT / "data/catalogue").glob("*.yaml"), INVENTED / "parking.yaml"):
        shutil.copy(file, folder)
    return folder


@pytest.fixture(scope="module")
def catalogue(folder):
    return load(folder)


def test_it_stands_in_its_place_among_the_real_ones(catalogue):
    codes = list(catalogue.domains)
    assert codes.index("traffic") < codes.index("parking") < codes.index("cameras")
    assert [i.code for i in catalogue.of_feed("parking")] == ["prk_free_share", "prk_full", "prk_entries_day"]
    assert catalogue.indicators["prk_free_share"].domain == "parking"


def test_its_words_join_the_one_vocabulary(catalogue):
    assert catalogue.parameter("CHO_TRONG").code == "places_free"
    assert catalogue.units["chỗ"] == "places"


def test_the_door_takes_its_sample(catalogue):
    places = Places.load()
    validator = Validator(catalogue, places, TickClock(NOW), Listening.load(places))
    rows = (INVENTED / "parking.ndjson").read_bytes().splitlines()
    found = [validator.check("parking", row) for row in rows]
    assert [isinstance(one, Event) for one in found] == [True, True, True, False, False]
    assert found[1].values == {"places_free": 0, "places_all": 50}
    assert found[2].values == {"places_free": 70, "places_all": 100, "entries": 9}


def test_a_word_that_is_taken_is_refused(folder, tmp_path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    text = (tmp_path / "parking.yaml").read_text(encoding="utf-8")
    (tmp_path / "parking.yaml").write_text(text.replace("aliases: [free,", "aliases: [pm25,"), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"parking\.yaml:\d+: `pm25` already means"):
        load(tmp_path)
    (tmp_path / "parking.yaml").write_text(text.replace("  chỗ: {en", "  hồ sơ: {en"), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"already stands in parameters\.yaml"):
        load(tmp_path)
