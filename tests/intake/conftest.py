"""A validator on a small catalogue, at a fixed hour."""

import pytest

from feeds.catalogue.places import Places
from feeds.intake.social.listening import Listening
from feeds.intake.validate import Validator
from tests.intake.feed_samples import CATALOGUE


@pytest.fixture(scope="session")
def places():
    return Places.load()


@pytest.fixture(scope="session")
def listening(places):
    return Listening.load(places)


@pytest.fixture
def catalogue():
    return CATALOGUE


@pytest.fixture
def validator(places, listening, clock):
    return Validator(CATALOGUE, places, clock, listening)
