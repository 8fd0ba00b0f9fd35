"""The door's word holds: what it acknowledged is there, whatever happens to Redis or to the threads beside it."""

import threading

import pytest

from feeds.catalogue.keys import Keys
from feeds.intake.door import Door
from feeds.intake.event import decode_batch
from feeds.store import links
from feeds.store.database import open_database
from feeds.store.quarantine import Quarantine
from tests.intake.feed_samples import AIR_EVENT, as_json

KEYS = Keys("sim")
JSON = "application/json"


@pytest.fixture
def quarantine(tmp_path, make_settings):
    database = open_database(make_settings())
    yield Quarantine(database)
    database.close()


def numbers(durable, source):
    entries = durable.xrange(KEYS.stream("air", "01"))
    return [event.seq for _, entry in entries for event in decode_batch(entry[b"b"]) if event.source == source]


@pytest.mark.faults
def test_acknowledged_events_survive_a_killed_redis(validator, own_redis, quarantine):
    durable, volatile = links.durable(own_redis.settings()), links.volatile(own_redis.settings())
    door = Door(validator, KEYS, durable, volatile, quarantine)
    acknowledged, refused = set(), 0
    killer = threading.Event()

    def kill():
        own_redis.kill(links.DURABLE)
        killer.set()

    for seq in range(300):
        if seq == 100:
            threading.Thread(target=kill, daemon=True).start()
        if seq == 150:
            assert killer.wait(60)  # from here on it is away, whatever happened before
        if seq == 200:
            own_redis.start(links.DURABLE)
        body = b"[" + b",".join(as_json(AIR_EVENT, seq=seq * 10 + i) for i in range(10)) + b"]"
        answer = door.accept("air", body, JSON)
        assert answer.status in (202, 503)
        if answer.status == 202:
            acknowledged |= set(range(seq * 10, seq * 10 + 10))
        else:
            refused += 1
    stored = numbers(durable, "hn-donre")
    assert acknowledged <= set(stored)
    assert refused > 0
    assert len(stored) == len(set(stored))  # nothing was sent twice behind the sender's back
    durable.close()


def test_threads_share_a_door(validator, durable, volatile, quarantine):
    door = Door(validator, KEYS, durable, volatile, quarantine)
    answers = []

    def post(source):
        for start in range(0, 200, 20):
            events = [as_json(AIR_EVENT, source=source, seq=seq) for seq in range(start, start + 20)]
            bad = as_json(AIR_EVENT, source=source, seq=-1)
            answers.append(door.accept("air", b"[" + b",".join([*events, bad]) + b"]", JSON))

    threads = [threading.Thread(target=post, args=(f"s{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    assert {(answer.accepted, answer.duplicates, len(answer.rejected)) for answer in answers} == {(20, 0, 1)}
    for n in range(4):
        assert numbers(durable, f"s{n}") == list(range(200))
