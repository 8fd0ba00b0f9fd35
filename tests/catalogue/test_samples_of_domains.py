"""What sources of each new domain send, recorded from the simulated country: every feed has some, the door takes it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from feeds.catalogue.clock import TZ, TickClock
from feeds.catalogue.loader import load
from feeds.catalogue.places import Places
from feeds.intake.event import Event
from feeds.intake.social.listening import Listening
from feeds.intake.validate import Validator

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.ndjson"))
CATALOGUE = load(Path(__file__).parents[2] / "data/catalogue")
NOW = round(datetime(2026, 11, 20, 10, 0, tzinfo=TZ).timestamp() * 1000)


@pytest.fixture(scope="module")
def validator():
    places = Places.load()
    return Validator(CATALOGUE, places, TickClock(NOW), Listening.load(places))


@pytest.mark.parametrize("sample", SAMPLES, ids=[path.stem for path in SAMPLES])
def test_the_door_takes_the_sample_of_a_domain(validator, sample):
    rows = [json.loads(line) for line in sample.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        found = validator.check(row["feed"], json.dumps(row["event"]).encode())
        assert isinstance(found, Event), (row, found)
    told = {row["feed"] for row in rows}
    mine = {feed.code for feed in CATALOGUE.domains[sample.stem].feeds}
    assert told == mine - {"documents", "axis"}  # their samples are messages: tests/intake/formats


def test_every_new_domain_has_a_sample():
    named = {path.stem for path in SAMPLES}
    assert named == {
        "documents", "petitions", "economy", "health", "education", "tourism", "land", "tasks", "digital", "security",
        "national",
    }  # fmt: skip
