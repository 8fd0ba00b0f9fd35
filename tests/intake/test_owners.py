"""A sender bound to its units takes no record and no station out of another's."""

import pytest

from feeds.catalogue.keys import Keys
from feeds.catalogue.scope import NATION, Scope
from feeds.intake.door import Door
from feeds.intake.sender import Sender
from feeds.store.database import open_database
from feeds.store.entities import Entities, Entity
from feeds.store.fold import Change, Rules
from feeds.store.owners import CHUNK, Owners
from feeds.store.quarantine import Quarantine
from feeds.store.records import Records
from tests.intake.feed_samples import EVENTS, as_json

JSON = "application/json"
KEYS = Keys("sim")
HANOI = Sender(name="hn", units=frozenset({"01"}))
RULES = Rules(frozenset(), lambda row: {}, lambda row: {})


@pytest.fixture
def database(settings):
    database = open_database(settings)
    yield database
    database.close()


@pytest.fixture
def door(validator, durable, volatile, database):
    return Door(validator, KEYS, durable, volatile, Quarantine(database), Owners(database))


def stands(database, number, unit):
    change = Change(
        id=number, type="dossier", state="received", source="s", seq=1, at=1, received=1, unit=unit,
        place=f"2025:{unit}",
    )  # fmt: skip
    Records(database).apply("dossiers", [change], RULES)


def said(feed, number, seq, **more):
    event = EVENTS[feed]
    return as_json(event, seq=seq, record=event["record"] | {"id": number}, place="2025:01", **more)


def codes(answer):
    return answer.accepted, [(refused.index, refused.code) for refused in answer.rejected]


def test_a_record_that_stands_elsewhere_is_not_taken_over(door, database):
    stands(database, "of-hcm", "79")
    stands(database, "of-hanoi", "01")
    body = [said("dossiers", name, seq) for seq, name in enumerate(("of-hcm", "of-hanoi", "new"), 1)]
    broken = as_json(EVENTS["dossiers"], place="2025:99")
    whole = b"[" + b",".join([*body[:1], broken, *body[1:]]) + b"]"
    assert codes(door.accept("dossiers", whole, JSON, sender=HANOI)) == (
        2, [(0, "place_not_yours"), (1, "province_unknown")],
    )  # fmt: skip
    assert [row.source for row in Quarantine(database).page(NATION, code="place_not_yours")] == ["s"]
    assert codes(door.accept("dossiers", body[0], JSON)) == (1, []), "whom nothing binds may move it"


def test_a_station_of_another_is_not_declared_anew(door, database):
    place = {"unit": "79", "place": "2025:79"}
    Entities(database).upsert([Entity(feed="air", code="HCM-1", vi="Trạm", en="Station", at=1, **place)])
    declared = said("entities", "HCM-1", 1, entity="HCM-1")
    assert codes(door.accept("entities", declared, JSON, sender=HANOI)) == (0, [(0, "place_not_yours")])
    own = said("entities", "HN-9", 2, entity="HN-9")
    assert codes(door.accept("entities", own, JSON, sender=HANOI)) == (1, [])


def test_many_numbers_are_asked_in_pieces(database):
    stands(database, "of-hcm", "79")
    numbers = [("dossiers", f"n-{n}") for n in range(CHUNK + 5)] + [("dossiers", "of-hcm")]
    assert Owners(database).elsewhere(Scope(frozenset({"01"})), numbers) == {("dossiers", "of-hcm"): "79"}
    assert Owners(database).elsewhere(NATION, numbers) == {}
