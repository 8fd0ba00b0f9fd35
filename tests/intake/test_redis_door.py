import threading

import pytest
import redis

from feeds.catalogue.keys import Keys
from feeds.catalogue.scope import NATION
from feeds.catalogue.settings import BadSetting, Settings
from feeds.intake import redis_door
from feeds.intake.door import Door
from feeds.intake.event import decode_batch
from feeds.intake.redis_door import RedisDoor, allow_writers, forbid_writers, has_writers
from feeds.store import links
from feeds.store.database import open_database
from feeds.store.quarantine import Quarantine
from tests.intake.feed_samples import AIR_EVENT, CATALOGUE, EVENTS, as_json

KEYS = Keys("sim")
PASSWORD = "a-password-of-tests"


@pytest.fixture
def door(validator, durable, volatile, settings):
    database = open_database(settings)
    yield Door(validator, KEYS, durable, volatile, Quarantine(database))
    database.close()


@pytest.fixture
def moving(door, durable):
    return RedisDoor(door, durable, KEYS, list(CATALOGUE.feeds))


@pytest.fixture
def writer(durable, redis_servers):
    allow_writers(durable, KEYS, CATALOGUE, PASSWORD)
    yield redis.Redis.from_url(redis_servers.url(links.DURABLE), username="door", password=PASSWORD, retry=None)
    forbid_writers(durable)


def numbers(durable, feed, part):
    entries = durable.xrange(KEYS.stream(feed, part))
    return [event.seq for _, entry in entries for event in decode_batch(entry[b"b"])]


def test_entries_are_validated_and_moved(moving, durable, door):
    durable.xadd(KEYS.door("air"), {"b": as_json(AIR_EVENT, seq=1)})
    lines = b"\n".join([as_json(AIR_EVENT, seq=2), as_json(AIR_EVENT, seq=3, place="2025:48")])
    durable.xadd(KEYS.door("air"), {"b": lines})
    bad = as_json(AIR_EVENT, seq=5, values={"pm25": -1})
    durable.xadd(KEYS.door("air"), {"b": b"[" + as_json(AIR_EVENT, seq=4) + b"," + bad + b"]"})
    durable.xadd(KEYS.door("traffic"), {"b": as_json(EVENTS["traffic"])})
    nonsense = durable.xadd(KEYS.door("air"), {"x": b""})
    assert moving.step() == 5
    assert moving.step() == 0
    assert numbers(durable, "air", "01") == [1, 2, 4]
    assert numbers(durable, "air", "48") == [3]
    assert numbers(durable, "traffic", "01") == [1]
    assert durable.smembers(KEYS.parts()) == {b"air:01", b"air:48", b"traffic:01"}
    rows = {row.connector: row for row in door.quarantine.page(NATION)}
    assert sorted(row.code for row in rows.values()) == ["empty", "value_low"]
    assert rows[f"redis:{nonsense.decode()}"].code == "empty"
    assert bad in {row.bytes for row in rows.values()}


def test_two_movers_move_each_entry_once(moving, durable, door):
    for seq in range(20):
        durable.xadd(KEYS.door("air"), {"b": as_json(AIR_EVENT, seq=seq)})
    other = RedisDoor(door, durable, KEYS, ["air"])
    position, got = b"0-0", durable.xrange(KEYS.door("air"))
    assert moving.step() == 20
    assert other._take("air", position, got) == 0  # it read the same entries before the first had moved them
    assert numbers(durable, "air", "01") == list(range(20))
    assert int(durable.xinfo_stream(KEYS.door("air"))["length"]) <= 20


def test_a_writer_may_add_to_the_doors_and_nothing_else(writer, durable):
    assert has_writers(durable)
    writer.xadd(KEYS.door("air"), {"b": as_json(AIR_EVENT)})
    for forbidden in (
        lambda: writer.xadd(KEYS.stream("air", "01"), {"b": b""}),
        lambda: writer.xadd(KEYS.door_position("air"), {"b": b""}),
        lambda: writer.xrange(KEYS.door("air")),
        lambda: writer.get(KEYS.epoch()),
        lambda: writer.keys("*"),
        lambda: writer.eval("return 1", 0),
        lambda: writer.config_get("*"),
        lambda: writer.flushall(),
        lambda: writer.acl_whoami(),
    ):
        with pytest.raises(redis.exceptions.NoPermissionError):
            forbidden()


def test_writers_can_be_forbidden(durable, redis_servers):
    allow_writers(durable, KEYS, CATALOGUE, PASSWORD)
    forbid_writers(durable)
    assert not has_writers(durable)
    with pytest.raises(redis.exceptions.AuthenticationError):
        redis.Redis.from_url(redis_servers.url(links.DURABLE), username="door", password=PASSWORD, retry=None).ping()


def test_serving_ends_when_told_and_keeps_the_user(moving, durable):
    stop = threading.Event()
    for seq in range(3):
        durable.xadd(KEYS.door("air"), {"b": as_json(AIR_EVENT, seq=seq)})
    calls = []

    def allow():
        calls.append(1)
        if len(numbers(durable, "air", "01")) == 3:
            stop.set()

    redis_door.serve(moving, allow, stop)
    assert numbers(durable, "air", "01") == [0, 1, 2]


def test_absent_redis_is_said_once(door, tmp_path, caplog, monkeypatch):
    monkeypatch.setattr(redis_door, "PATIENCE_S", 0.0)
    gone = redis.Redis(unix_socket_path=str(tmp_path / "none.sock"), retry=None)
    stop, calls = threading.Event(), []

    def allow():
        calls.append(1)
        if len(calls) == 5:
            stop.set()

    redis_door.serve(RedisDoor(door, gone, KEYS, ["air"]), allow, stop)
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_it_is_off_unless_configured():
    with pytest.raises(BadSetting, match="IOC_REDIS_DOOR"):
        redis_door.main(Settings())
