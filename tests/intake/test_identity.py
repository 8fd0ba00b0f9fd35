import msgspec

from feeds.intake.event import Event, Record
from feeds.intake.identity import event_hash

READING = Event("air", "s", None, "2025:01", "E1", 1_000, 2_000, {"pm25": 61.2, "co": 800.0})


def test_hash_is_the_same_for_ever():
    assert event_hash(READING) == 14827474827932923953


def test_hash_ignores_how_and_when_it_came():
    assert event_hash(msgspec.structs.replace(READING, received=9, connector="redis")) == event_hash(READING)
    turned = msgspec.structs.replace(READING, values={"co": 800.0, "pm25": 61.2})
    assert event_hash(turned) == event_hash(READING)


def test_hash_sees_every_fact():
    others = [
        msgspec.structs.replace(READING, **change)
        for change in (
            {"feed": "water"},
            {"source": "t"},
            {"place": "2025:04"},
            {"entity": "E2"},
            {"at": 1_001},
            {"values": {"pm25": 61.3, "co": 800.0}},
            {"bad": {"pm10": "01"}},
            {"fields": {"state": "online"}},
            {"record": Record("1", "d", "received")},
            {"lat": 21.0},
        )
    ]
    assert len({event_hash(event) for event in [READING, *others]}) == len(others) + 1


def test_new_lexicon_does_not_make_a_new_post():
    post = Event("social", "p", None, "2025:01", None, 1, 2, fields={"text": "a", "url": "", "topic": "health"})
    again = msgspec.structs.replace(post, place="vn", fields={"text": "a", "url": "", "topic": "traffic", "tone": "x"})
    assert event_hash(post) == event_hash(again)


def test_numbers_with_the_same_value_hash_the_same_after_a_round_trip():
    packed = msgspec.msgpack.decode(msgspec.msgpack.encode(READING), type=Event)
    assert event_hash(packed) == event_hash(READING)
