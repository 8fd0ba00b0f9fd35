"""From the declaration in YAML to Redis and quarantine: station files and MQTT through the whole frame."""

import json
from datetime import datetime

import pytest
import yaml
from paho.mqtt import publish

from feeds.catalogue import loader
from feeds.catalogue.keys import Keys
from feeds.catalogue.scope import NATION
from feeds.catalogue.settings import ROOT
from feeds.intake.door import Door
from feeds.intake.event import decode_batch
from feeds.intake.sources import declared
from feeds.intake.sources.process import Connectors
from feeds.intake.validate import Validator
from feeds.store.quarantine import Quarantine
from tests.conftest import wait_until
from tests.intake.sources import broker as brokers
from tests.intake.sources.papers import blocks
from tests.intake.sources.station_files import leave


@pytest.fixture(scope="module")
def whole_catalogue():
    return loader.load(ROOT / "data" / "catalogue")


@pytest.fixture
def connect(whole_catalogue, places, listening, clock, source_database, book, durable, volatile, tmp_path):
    """A declaration as text into a running source of the real catalogue."""
    made = []

    def start(text):
        folder = tmp_path / "declared"
        folder.mkdir(exist_ok=True)
        (folder / f"{yaml.safe_load(text)['id']}.yaml").write_text(text)
        validator = Validator(whole_catalogue, places, clock, listening)
        door = Door(validator, Keys("sim"), durable, volatile, Quarantine(source_database))
        made.append(Connectors(declared.load(folder, whole_catalogue, places), door, book, tmp_path / "spool"))
        return made[-1].runners[0]

    yield start
    for connectors in made:
        for runner in connectors.runners:
            runner.stop()
            assert runner.join(30)


WATER = ["pH 7.21 -", "COD 38.4 mg/L", "NH4 2.15 mg/L 01", "DO 6,1 mg/L", "Flow 73 m3/h", "TSS -9999 mg/L", "La 1 mg/L"]
AIR = ["PM2,5 61,2 µg/Nm3", "CO 0,8 mg/Nm3", "Flow 900 Nm3/h"]


def lines(stamp, *readings):
    """A station's file: symbol, value, unit and status of each reading."""
    parts = [(*reading.split(), "00")[:4] for reading in readings]
    return "".join(f"{name}\t{value}\t{unit}\t{stamp}\t{status}\r\n" for name, value, unit, status in parts)


def in_stream(durable, feed, part):
    rows = durable.xrange(Keys("sim").stream(feed, part))
    return [event for _, row in rows for event in decode_batch(row[b"b"])]


def kept(database):
    return sorted((row.code, row.connector) for row in Quarantine(database).page(NATION))


def test_a_tree_of_station_files_reaches_redis_and_quarantine(connect, durable, source_database, clock, tmp_path):
    text = blocks("folder", "yaml")[0].replace("/srv/ftp/hn", str(tmp_path / "tree"))
    now = clock.now_ms()
    stamp = datetime.fromtimestamp(now / 1000 - 600).astimezone().strftime("%Y%m%d") + "000000"
    path = f"HN_ABCD_NUO001/HN_ABCD_NUO001_{stamp}.txt"
    leave(tmp_path / "tree", path, lines(stamp, *WATER).encode() + b"TP\t?", now_ms=now)
    leave(tmp_path / "tree", f"HN_ABCD_KHI001_{stamp}.txt", lines(stamp, *AIR).encode(), now_ms=now)
    runner = connect(text)
    runner.step()
    runner.step()
    assert runner.state == "well", runner.problem
    (water,), (air,) = in_stream(durable, "water", "01"), in_stream(durable, "air", "01")
    assert water.values == {"ph": 7.21, "cod": 38.4, "do": 6.1, "flow_water": 73.0} and water.bad == {"nh4_n": "01"}
    assert air.values == {"pm25": 61.2, "co": 800.0, "flow_gas": 900.0}
    assert (water.source, water.entity, air.entity) == ("hn-tram", "HN-NUO-001", "HN_ABCD_KHI001")
    assert len(in_stream(durable, "entities", "01")) == 2
    by = "folder:hn-tram"
    assert [code for code, _ in kept(source_database)] == ["line_columns", "parameter_unknown", "value_low"]
    assert (kept(source_database)[0][1]).startswith(f"{by}:{path}: line 8, byte ")


@pytest.mark.skipif(brokers.MOSQUITTO is None, reason="mosquitto is not installed")
def test_mqtt_reaches_redis_and_stops_when_told(connect, durable, source_database, tmp_path, monkeypatch, clock):
    monkeypatch.setenv("CM_MQTT_PASSWORD", brokers.PASSWORD)
    (tmp_path / "broker").mkdir()
    with brokers.running(tmp_path / "broker") as broker:
        text = blocks("mqtt", "yaml")[0].replace("mqtt.example.gov.vn", "localhost")
        text = text.replace("/etc/ioc/ca.pem", str(broker.folder / "ca.pem")).replace(
            "tls: true", f"tls: true\n  port: {broker.tls}"
        )
        runner = connect(text)
        runner.start()
        wait_until(lambda: runner.outlet.tally.heard is not None, 10, "for the broker")
        said = {"ts": clock.now_ms(), "values": {"LUULUONG": {"v": 73.2, "unit": "m3/h"}, "pH": 77}}
        row = {"topic": "ioc/96/water/CM-G30A", "payload": json.dumps(said), "qos": 1}
        auth = {"username": "ioc", "password": brokers.PASSWORD}
        publish.multiple([row, row], hostname="127.0.0.1", port=broker.plain, auth=auth)
        wait_until(lambda: runner.outlet.tally.rejected == 2, 10, "for both messages")
        runner.stop()
        assert runner.join(30)
    (event, again) = in_stream(durable, "water", "96")
    assert event.values == {"flow_water": 73.2} and (event.entity, event.at) == ("CM-G30A", again.at)
    assert runner.outlet.tally.duplicates == 1
    assert {code for code, _ in kept(source_database)} == {"value_high"}
