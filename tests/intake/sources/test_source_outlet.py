"""The outlet against real Redis: at the door, on disk while it is away, and back, in order and once."""

import threading

import pytest
from sqlalchemy.exc import OperationalError

from feeds.catalogue.keys import Keys
from feeds.catalogue.scope import NATION
from feeds.intake.door import Door
from feeds.intake.event import decode_batch
from feeds.intake.reasons import rejection
from feeds.intake.sources.outlet import DoorOutlet
from feeds.intake.sources.pace import Pace
from feeds.intake.sources.seam import BadSource
from feeds.intake.sources.spool import Spool, SpoolFull
from feeds.store import links
from feeds.store.quarantine import Quarantine
from tests.intake.feed_samples import AIR_EVENT

KEYS = Keys("sim")


def reading(seq, **changes):
    event = {key: value for key, value in AIR_EVENT.items() if key != "source"}
    return {**event, "seq": seq, **changes}


@pytest.fixture
def make_outlet(declare, validator, source_database, book, tmp_path):
    def make(durable, volatile, most_bytes=1_000_000, **changes):
        door = Door(validator, KEYS, durable, volatile, Quarantine(source_database))
        spool = Spool(tmp_path / "spool", most_bytes)
        return DoorOutlet(declare(**changes), door, book, spool, threading.Event())

    return make


def stored(durable, part="01"):
    return [event for _, entry in durable.xrange(KEYS.stream("air", part)) for event in decode_batch(entry[b"b"])]


def held(database):
    return [(row.source, row.code, row.connector, row.offset) for row in Quarantine(database).page(NATION)]


def test_events_reach_the_stream_under_the_source_s_name(make_outlet, durable, volatile, clock):
    outlet = make_outlet(durable, volatile)
    outlet.send("air", [reading(1), reading(2, source="hn-tram-7")])
    assert [(e.source, e.seq, e.connector) for e in stored(durable)] == [
        ("hn-khi", 1, "invented:hn-khi"),
        ("hn-tram-7", 2, "invented:hn-khi"),
    ]
    assert (outlet.tally.accepted, outlet.tally.sent) == (2, clock.now_ms())


def test_what_lies_outside_of_the_declaration_is_refused(make_outlet, durable, volatile, source_database):
    outlet = make_outlet(durable, volatile)
    outlet.send("air", [reading(1), reading(2, place="2025:79")])
    assert [e.seq for e in stored(durable)] == [1]
    assert held(source_database) == [("hn-khi", "place_not_yours", "invented:hn-khi", 1)]
    with pytest.raises(BadSource, match="water is not declared"):
        outlet.send("water", [reading(3)])


def test_unreadable_bytes_are_kept_with_where_they_stood(make_outlet, durable, volatile, source_database):
    outlet = make_outlet(durable, volatile)
    outlet.refuse("air", b"\xff", rejection("not_utf8"), "17")
    outlet.refuse("air", b"\xfe", rejection("not_utf8"), "a/b.txt:3")
    assert sorted(held(source_database), key=str) == [
        ("hn-khi", "not_utf8", "invented:hn-khi", 17),
        ("hn-khi", "not_utf8", "invented:hn-khi:a/b.txt:3", None),
    ]
    assert outlet.tally.rejected == 2


def test_while_redis_is_away_events_wait_on_disk_and_go_in_order_once(make_outlet, own_redis, clock):
    settings = own_redis.settings()
    with links.durable(settings) as durable, links.volatile(settings) as volatile:
        outlet = make_outlet(durable, volatile)
        outlet.send("air", [reading(1)])
        own_redis.kill(links.DURABLE)
        outlet.send("air", [reading(2), reading(3)])
        outlet.send("air", [reading(4)])
        assert (len(outlet.spool), outlet.drain()) == (2, 0)
        received = clock.now_ms()
        clock.tick(7200)
        own_redis.start(links.DURABLE)
        outlet.send("air", [reading(5)])
        assert len(outlet.spool) == 3, "what is new stands behind what waits"
        assert (outlet.drain(), len(outlet.spool)) == (3, 0)
        events = stored(durable)
        assert [e.seq for e in events] == [1, 2, 3, 4, 5]
        assert [e.received for e in events] == [received] * 4 + [clock.now_ms()]


def test_a_full_spool_is_a_fault_of_the_run_and_loses_nothing(make_outlet, own_redis):
    settings = own_redis.settings()
    with links.durable(settings) as durable, links.volatile(settings) as volatile:
        outlet = make_outlet(durable, volatile, most_bytes=400)
        own_redis.kill(links.DURABLE)
        outlet.send("air", [reading(1)])
        with pytest.raises(SpoolFull):
            for seq in range(2, 9):
                outlet.send("air", [reading(seq)])
        waiting = len(outlet.spool)
        own_redis.start(links.DURABLE)
        assert outlet.drain() == waiting
        assert [e.seq for e in stored(durable)] == list(range(1, waiting + 1))


def test_refusals_wait_while_sql_is_away(make_outlet, durable, volatile, source_database, monkeypatch):
    outlet = make_outlet(durable, volatile)

    def away(*_):
        raise OperationalError("insert", {}, Exception("away"))

    with monkeypatch.context() as patch:
        patch.setattr(Quarantine, "put", away)
        outlet.refuse("air", b"\xff", rejection("not_utf8"), "17")
        outlet.send("air", [reading(1, at="yesterday")])
    assert (len(outlet.spool), held(source_database)) == (2, [])
    assert outlet.drain() == 2
    assert {code for _, code, _, _ in held(source_database)} == {"not_utf8", "time_unreadable"}


def test_a_source_remembers_across_restarts(make_outlet, durable, volatile):
    make_outlet(durable, volatile).remember("offset", "12")
    outlet = make_outlet(durable, volatile)
    outlet.remember("offset", "13")
    assert (outlet.recall("offset"), outlet.recall("other")) == ("13", None)


def test_secrets_come_from_the_environment_and_never_our_own(make_outlet, durable, volatile, monkeypatch):
    outlet = make_outlet(durable, volatile)
    monkeypatch.setenv("HN_KHI_PASSWORD", "s3cret")
    monkeypatch.setenv("IOC_SECRET_KEY", "k" * 40)
    assert outlet.secret("HN_KHI_PASSWORD") == "s3cret"
    with pytest.raises(BadSource, match="HN_KHI_TOKEN is not set"):
        outlet.secret("HN_KHI_TOKEN")
    with pytest.raises(BadSource, match="setting of the system"):
        outlet.secret("IOC_SECRET_KEY")


def test_a_source_over_its_rate_is_held_back(make_outlet, durable, volatile, monkeypatch):
    outlet = make_outlet(durable, volatile)
    rests = []
    outlet._pace = Pace(10, lambda: 0.0)
    monkeypatch.setattr(outlet, "wait", lambda seconds: rests.append(seconds) or False)
    outlet.send("air", [reading(n) for n in range(30)])
    assert rests == [2.0]
