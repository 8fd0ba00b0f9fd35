"""MQTT against a real mosquitto: nothing is lost, what comes twice is told alike, hostile messages stand alone."""

import json
import time

import msgspec
import pytest
from paho.mqtt import publish

from feeds.intake.sources.kinds import mqtt
from feeds.intake.sources.kinds.mqtt import KIND, MqttSettings
from feeds.intake.sources.seam import BadSource
from tests.conftest import PATIENCE
from tests.intake.sources import broker as brokers
from tests.intake.sources.broker import MOSQUITTO, PASSWD, PASSWORD
from tests.intake.sources.station_files import outlet_at

pytestmark = pytest.mark.skipif(MOSQUITTO is None or PASSWD is None, reason="mosquitto is not installed")

AT = "2026-11-21T10:30:00+07:00"
STATION = {"feed": "water", "place": "01/00004"}
SAID = {"ts": AT, "values": [{"code": "LUULUONG", "v": 73.2, "unit": "m3/h", "status": "00"}]}
EVENT = {
    "place": "2025:01/00004",
    "entity": "CM-G30A",
    "at": AT,
    "values": {"LUULUONG": {"v": 73.2, "unit": "m3/h"}},
}


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    with brokers.running(tmp_path_factory.mktemp("mosquitto")) as running:
        yield running


@pytest.fixture
def source(broker, request):
    """A source of one test's topics: what it declares, what it was given, and how it listens."""
    return Source(broker, request.node.name)


class Source:
    def __init__(self, broker, name):
        self.broker, self.name = broker, name
        self.topic = f"ioc/01/water/{name[:40]}"
        self.outlet = outlet_at()
        self.outlet.secrets["MQTT_PASSWORD"] = PASSWORD

    def tell(self, *messages, topic="", retain=False, qos=1):
        payloads = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in messages]
        auth = {"username": "ioc", "password": PASSWORD}
        rows = [{"topic": topic or self.topic, "payload": one, "qos": qos, "retain": retain} for one in payloads]
        publish.multiple(rows, hostname="127.0.0.1", port=self.broker.plain, auth=auth)

    def settings(self, **more):
        said = {
            "host": "127.0.0.1", "port": self.broker.plain, "user": "ioc", "password": "MQTT_PASSWORD",
            "feed": "water", "topics": [f"{self.topic}/#"], "client_id": self.name[:60],
            "stations": {"CM-G30A": STATION},
        }  # fmt: skip
        return msgspec.convert(said | more, MqttSettings)

    def listen(self, until, **more):
        """Run until `until` holds, or for half a minute; what was given since."""
        sent, refused = len(self.outlet.sent), len(self.outlet.refused)
        end = time.monotonic() + 10 * PATIENCE
        self.outlet.rest = lambda _s: until(self.outlet) or time.monotonic() > end
        KIND.run(self.settings(**more), self.outlet)
        return self.outlet.sent[sent:], [why.code for _, _, why, _ in self.outlet.refused[refused:]]

    def subscribe(self, **more):
        """Be known to the broker, so that it keeps what comes from now on."""
        before = self.outlet.answers
        self.listen(lambda outlet: outlet.answers > before, **more)


def some(n):
    return lambda outlet: len(outlet.sent) + len(outlet.refused) >= n


@pytest.mark.parametrize("version", [5, 4])
def test_what_came_while_we_were_away_is_kept_and_told_once(source, version):
    source.subscribe(version=version)
    source.tell(SAID | {"station": "CM-G30A"})
    assert source.listen(some(1), version=version) == ([("water", EVENT)], [])
    source.tell(SAID | {"station": "CM-G30A", "ts": "2026-11-21T10:35:00+07:00"})
    told, _ = source.listen(some(2), version=version)
    assert [event["at"][14:16] for _, event in told] == ["35"]


def test_what_could_not_be_stored_comes_again_and_is_told_alike(source):
    source.subscribe()
    source.tell(SAID | {"station": "CM-G30A"})
    given, send = [], source.outlet.send

    def broken(feed, events):
        given.append((feed, events[0]))
        raise OSError("no room")

    source.outlet.send = broken
    with pytest.raises(OSError, match="no room"):
        source.listen(some(1))
    source.outlet.send = send
    assert source.listen(some(1))[0] == given == [("water", EVENT)]


def test_a_broker_that_dies_and_returns_has_lost_nothing(tmp_path, request):
    with brokers.running(tmp_path) as own:
        source = Source(own, request.node.name)
        source.subscribe()
        source.tell(*({"station": "CM-G30A"} | SAID | {"ts": f"2026-11-21T10:{m:02}:00+07:00"} for m in range(20)))
        own.stop()
        with pytest.raises(BadSource, match="cannot be reached"):
            source.listen(some(1))
        own.start()
        told, _ = source.listen(some(20))
        assert [int(event["at"][14:16]) for _, event in told] == list(range(20))


def test_a_broker_that_hangs_up_ends_the_listening(tmp_path, request):
    with brokers.running(tmp_path) as own:
        source = Source(own, request.node.name)

        def pulled(outlet):
            if outlet.answers == 1:
                own.stop()
            return False

        with pytest.raises(BadSource, match="hung up"):
            source.listen(pulled)


def test_a_stop_in_the_middle_of_a_flood_ends_at_once_and_loses_nothing(source, monkeypatch):
    monkeypatch.setattr(mqtt, "UNDER_WAY", 10)
    monkeypatch.setattr(mqtt, "AT_ONCE", 5)
    source.subscribe()
    minutes = [f"2026-11-21T09:{m:02}:{s:02}+07:00" for m in range(20) for s in range(10)]
    source.tell(*(SAID | {"station": "CM-G30A", "ts": at} for at in minutes))
    began = time.monotonic()
    source.listen(some(5))
    assert time.monotonic() - began < 5 * PATIENCE and len(source.outlet.sent) < len(minutes)
    source.listen(lambda outlet: len({event["at"] for _, event in outlet.sent}) == len(minutes))
    assert {event["at"] for _, event in source.outlet.sent} == set(minutes)


def test_retained_messages_count_when_they_say_their_time(source):
    source.tell(SAID | {"station": "CM-G30A"}, retain=True)
    assert source.listen(some(1)) == ([("water", EVENT)], [])
    source.tell(b"", retain=True)
    tags = {"G30A": {"station": "CM-G30A", "name": "LUULUONG", "unit": "m3/h"}}
    source.tell({"G30A": 73.2}, topic=f"{source.topic}/flat", retain=True)
    told, refused = source.listen(some(2), tags=tags, arrival=60, client_id="another")
    assert told == [] and refused == ["retained_no_time"]
    source.tell(b"", topic=f"{source.topic}/flat", retain=True)


def test_flat_tags_of_a_vendor_are_of_the_minute_they_arrive(source):
    tags = {"G30A_LUULUONG": {"station": "CM-G30A", "name": "flow_water", "unit": "m3/h"}}
    source.subscribe()
    source.outlet.clock.tick(7)
    source.tell({"G30A_LUULUONG": 73.2, "RSSI": -70})
    told, refused = source.listen(some(1), tags=tags, arrival=60, skip=["RSSI"])
    values = {"flow_water": {"v": 73.2, "unit": "m3/h"}}
    assert told == [("water", EVENT | {"at": "2026-11-21T10:32:00+07:00", "values": values})] and not refused


def test_open_feeds_take_place_and_station_from_the_topic(source):
    topics, open_ = ["ioc/+/+/+"], ["air"]
    source.subscribe(topics=topics, open=open_)
    said = {"ts": AT, "values": {"pm25": 61.2}}
    source.tell(said, topic="ioc/04/air/CB-KHI-9")
    source.tell(said, topic="ioc/04/secrets/CB-KHI-9")
    told, refused = source.listen(some(2), topics=topics, open=open_)
    values = {"pm25": {"v": 61.2}}
    assert told == [("air", {"place": "2025:04", "entity": "CB-KHI-9", "at": AT, "values": values})]
    assert refused == ["station_unknown"]


def test_hostile_messages_are_kept_with_a_reason_and_their_neighbours_pass(source):
    source.subscribe()
    source.tell(
        b"\xff\xfe", b"[" * 9000, {"values": [{"code": "pH", "v": 7}], "ts": AT, "station": "?"}, b"x" * 300_000
    )
    source.tell(SAID | {"station": "CM-G30A"})
    told, refused = source.listen(some(5))
    source.tell(b"")
    answers = source.outlet.answers + 2
    assert source.listen(lambda _: source.outlet.answers > answers) == ([], [])
    assert told == [("water", EVENT)] and sorted(refused) == ["payload_shape"] * 3 + ["station_unknown"]
    assert max(len(raw) for _, raw, _, _ in source.outlet.refused) <= 64 * 1024


def test_tls_with_the_declared_authority(source):
    ca = str(source.broker.folder / "ca.pem")
    tls = {"host": "localhost", "port": source.broker.tls, "tls": True, "ca": ca}
    source.subscribe(**tls)
    source.tell(SAID | {"station": "CM-G30A"})
    assert source.listen(some(1), **tls) == ([("water", EVENT)], [])


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"port": 1}, "cannot be reached"),
        ({"password": "WRONG"}, "does not let us in"),
        ({"user": ""}, "does not let us in"),
        ({"password": "NOT_SET"}, "NOT_SET is not set"),
        ({"tls": True, "host": "localhost", "port": "tls"}, "certificate is not trusted"),
        ({"tls": True, "ca": "/khong-co.pem"}, "certificate file cannot be used"),
    ],
)
def test_what_is_wrong_with_a_broker_is_said_without_secrets(source, more, words):
    source.outlet.secrets["WRONG"] = "sai"
    more = more | ({"port": source.broker.tls} if more.get("port") == "tls" else {})
    with pytest.raises(BadSource, match=words) as told:
        source.listen(lambda _: False, **more)
    assert PASSWORD not in str(told.value)
