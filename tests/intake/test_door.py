import gzip
import json

import pytest
import redis

from feeds.catalogue.keys import Keys
from feeds.catalogue.scope import NATION
from feeds.intake import door as door_module
from feeds.intake.body import BadBody, read_body
from feeds.intake.door import Door
from feeds.intake.event import Event, decode_batch
from feeds.intake.ranges import seen_field
from feeds.store import tables
from feeds.store.database import open_database
from feeds.store.quarantine import Quarantine
from tests.intake.feed_samples import AIR_EVENT, EVENTS, as_json
from tests.intake.test_validate import JPEG

JSON = "application/json"
KEYS = Keys("sim")


@pytest.fixture
def quarantine(settings):
    database = open_database(settings)
    yield Quarantine(database)
    database.close()


@pytest.fixture
def door(validator, durable, volatile, quarantine):
    return Door(validator, KEYS, durable, volatile, quarantine)


def batch(*events):
    return b"[" + b",".join(events) + b"]"


def stored(durable, feed, part):
    """Every event of a partition's stream."""
    entries = durable.xrange(KEYS.stream(feed, part))
    events = [decode_batch(entry[b"b"]) for _, entry in entries]
    assert [int(entry[b"n"]) for _, entry in entries] == [len(group) for group in events]
    return [event for group in events for event in group]


def answered(answer):
    return answer.status, answer.accepted, answer.duplicates, [(r.index, r.code) for r in answer.rejected]


def test_one_event_is_durable_and_known_by_its_partition(door, durable):
    answer = door.accept("air", as_json(AIR_EVENT), JSON)
    assert answered(answer) == (202, 1, 0, [])
    assert json.loads(answer.json()) == {"accepted": 1, "duplicates": 0, "rejected": []}
    (event,) = stored(durable, "air", "01")
    assert (event.entity, event.values, event.connector) == ("HN-KHI-001", {"pm25": 61.2, "co": 800.0}, "http")
    assert durable.smembers(KEYS.parts()) == {b"air:01"}


def test_events_are_grouped_by_todays_unit_in_order(door, durable):
    places = ["2025:01", "2020:10", "2025:15", "2025:01/00004", "agency:byt"]
    events = [as_json(AIR_EVENT, place=place, seq=seq) for seq, place in enumerate(places)]
    assert answered(door.accept("air", batch(*events), JSON)) == (202, 5, 0, [])
    assert {part: [e.seq for e in stored(durable, "air", part)] for part in ("01", "15", "vn")} == {
        "01": [0, 3],
        "15": [1, 2],
        "vn": [4],
    }
    assert durable.smembers(KEYS.parts()) == {b"air:01", b"air:15", b"air:vn"}


def test_a_large_request_is_several_entries_of_one_transaction(door, durable):
    lines = b"\n".join(as_json(AIR_EVENT, seq=seq) for seq in range(2500))
    answer = door.accept("air", gzip.compress(lines), "application/x-ndjson", "gzip")
    assert answered(answer) == (202, 2500, 0, [])
    assert durable.xlen(KEYS.stream("air", "01")) == 3
    assert [e.seq for e in stored(durable, "air", "01")] == list(range(2500))


def test_neighbours_of_a_bad_event_pass_and_its_bytes_are_kept(door, durable, quarantine):
    bad = as_json(AIR_EVENT, seq=2).replace(b"61.2", b"NaN")
    worse = b'{"source": "hn-donre", "place" "2025:01"}'
    late = as_json(AIR_EVENT, seq=4, at="2026-01-01T00:00:00+07:00")
    events = [as_json(AIR_EVENT, seq=1), bad, worse, late, as_json(AIR_EVENT, seq=5)]
    answer = door.accept("air", batch(*events), JSON)
    assert answered(answer) == (202, 2, 0, [(1, "not_finite"), (2, "json_broken"), (3, "time_late")])
    assert [e.seq for e in stored(durable, "air", "01")] == [1, 5]
    rows = quarantine.page(NATION)[::-1]
    assert [row.bytes for row in rows] == [bad, worse, late]
    assert [(row.offset, row.source, row.unit) for row in rows] == [(1, "", None), (2, "", None), (3, "hn-donre", "01")]
    assert [(row.stage, row.code) for row in rows] == [
        ("read", "not_finite"),
        ("read", "json_broken"),
        ("meaning", "time_late"),
    ]
    assert rows[2].at == 1_767_200_400_000
    assert "72 giờ" in rows[2].reason


def test_all_refused_is_422_and_unreadable_is_400(door, quarantine, durable):
    assert door.accept("air", as_json(AIR_EVENT, place="2025:02"), JSON).status == 422
    assert door.accept("air", b"{", JSON).status == 400
    assert door.accept("air", b"[1, 2]", JSON).status == 422
    assert door.accept("air", b"", JSON).status == 400
    assert len(quarantine.page(NATION)) == 4
    assert durable.keys("*") == []


def test_unknown_feed_is_404_with_the_nearest(door):
    answer = door.accept("airr", as_json(AIR_EVENT), JSON)
    assert answer.status == 404
    assert "air" in json.loads(answer.json())["reason"]


@pytest.mark.parametrize(
    ("body", "kind", "encoding", "status"),
    [
        (b"x" * 10_000_000, JSON, None, 413),
        (b"{}", "text/plain", None, 415),
        (b"{}", None, None, 415),
        (b"{}", JSON, "deflate", 415),
        (b"{}", JSON, "gzip", 400),
        (b"\xff\xfe{\x00}\x00", JSON, None, 400),
        (b"[" * 10_000, JSON, None, 400),
        (b'{"a":' * 10_000, JSON, None, 422),
    ],
)
def test_bodies_that_cannot_be_taken(door, body, kind, encoding, status):
    answer = door.accept("air", body, kind, encoding)
    assert answer.status == status
    said = json.loads(answer.json())
    assert said.get("reason") or said["rejected"][0]["reason"]


def test_duplicates_of_the_batch_and_of_lately(door, durable):
    one, two = as_json(AIR_EVENT, seq=1), as_json(AIR_EVENT, seq=2)
    assert answered(door.accept("air", batch(one, two, one), JSON)) == (202, 2, 1, [])
    assert answered(door.accept("air", batch(two), JSON)) == (202, 0, 1, [])
    assert answered(door.accept("air", as_json(AIR_EVENT, seq=1, source="other"), JSON)) == (202, 1, 0, [])
    assert len(stored(durable, "air", "01")) == 5  # the aggregator decides


def test_a_source_numbers_its_events_over_all_places(door):
    here, there = as_json(AIR_EVENT, seq=7), as_json(AIR_EVENT, seq=7, place="2025:04")
    assert answered(door.accept("air", batch(here, there, here), JSON)) == (202, 1, 2, [])
    assert answered(door.accept("air", batch(there, there), JSON)) == (202, 0, 2, [])


def test_duplicates_of_what_the_aggregator_has_counted(door, durable):
    durable.hset(KEYS.state("air", "01"), seen_field("hn-donre"), "1-10,12-15")
    events = [as_json(AIR_EVENT, seq=seq) for seq in (10, 11, 12, 16)]
    assert answered(door.accept("air", batch(*events), JSON)) == (202, 2, 2, [])


def test_events_without_a_number_are_known_by_what_they_say(door):
    event = as_json(AIR_EVENT, seq=...)
    assert answered(door.accept("air", batch(event, event), JSON)) == (202, 1, 1, [])
    other = as_json(AIR_EVENT, seq=..., values={"pm25": 60})
    assert answered(door.accept("air", batch(event, other), JSON)) == (202, 1, 1, [])


def test_full_redis_is_503_and_nothing_is_remembered(door, durable):
    durable.config_set("maxmemory", 1)
    try:
        answer = door.accept("air", as_json(AIR_EVENT), JSON)
    finally:
        durable.config_set("maxmemory", 0)
    assert (answer.status, answer.headers()) == (503, {"retry-after": "5"})
    assert json.loads(answer.json())["reason"]
    assert answered(door.accept("air", as_json(AIR_EVENT), JSON)) == (202, 1, 0, [])


def test_absent_redis_is_503(validator, volatile, quarantine, tmp_path, caplog):
    gone = redis.Redis(unix_socket_path=str(tmp_path / "none.sock"), retry=None)
    door = Door(validator, KEYS, gone, volatile, quarantine)
    assert [door.accept("air", as_json(AIR_EVENT), JSON).status for _ in range(3)] == [503] * 3
    assert len(caplog.records) == 1  # the change is news, each failure is not


def test_lost_quarantine_is_503(door, quarantine):
    tables.quarantine.drop(quarantine._database.engine)
    assert door.accept("air", as_json(AIR_EVENT, seq=-1), JSON).status == 503


def test_a_fault_of_ours_costs_no_neighbour(door, durable, quarantine, monkeypatch):
    check = door.validator.check

    def stumble(feed, raw, connector, now):
        if b'"seq": 2' in raw:
            raise ZeroDivisionError
        return check(feed, raw, connector, now)

    monkeypatch.setattr(door.validator, "check", stumble)
    events = [as_json(AIR_EVENT, seq=seq) for seq in (1, 2, 3)]
    assert answered(door.accept("air", batch(*events), JSON)) == (202, 2, 0, [(1, "not_judged")])
    assert quarantine.page(NATION)[0].bytes == events[1]


def test_still_of_a_camera_is_kept_unless_a_newer_one_stands(door, volatile):
    camera = EVENTS["cameras"]
    event = as_json(camera, camera={"state": "online", "jpeg": JPEG})
    assert door.accept("cameras", event, JSON).status == 202
    kept = volatile.hgetall(KEYS.frame("C1"))
    assert kept[b"jpeg"].startswith(b"\xff\xd8\xff")
    older = as_json(camera, seq=2, at="2026-11-21T10:00:00+07:00", camera={"state": "dark", "jpeg": JPEG})
    door.accept("cameras", older, JSON)
    assert volatile.hgetall(KEYS.frame("C1")) == kept
    assert volatile.ttl(KEYS.frame("C1")) > 0


def test_a_still_is_not_replaced_from_another_province(door, volatile):
    camera = EVENTS["cameras"] | {"camera": {"state": "online", "jpeg": JPEG}}
    door.accept("cameras", as_json(camera), JSON)
    kept = volatile.hgetall(KEYS.frame("C1"))
    elsewhere = as_json(camera, seq=2, source="another", place="2025:79", at="2026-11-21T10:30:30+07:00")
    assert door.accept("cameras", elsewhere, JSON).status == 202
    assert volatile.hgetall(KEYS.frame("C1")) == kept
    assert door.accept("cameras", as_json(camera, seq=3, at="2026-11-21T10:30:30+07:00"), JSON).status == 202
    assert volatile.hgetall(KEYS.frame("C1"))[b"at"] > kept[b"at"]


@pytest.mark.parametrize("feed", EVENTS)
def test_every_kind_of_event_is_taken(door, feed):
    assert answered(door.accept(feed, as_json(EVENTS[feed]), JSON)) == (202, 1, 0, [])


def test_entries_hold_what_events_say():
    event = Event("air", "s", 1, "2025:01", None, 1, 2, {"pm25": 1.0})
    ((part, payload, n),) = door_module.entries({"01": [event]})
    assert (part, decode_batch(payload), n) == ("01", [event], 1)


def test_bad_body_is_a_sentence():
    with pytest.raises(BadBody, match="UTF-8"):
        read_body(b"{}", "application/json; charset=latin-1", None)
