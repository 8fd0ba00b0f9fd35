"""MQTT from a real mosquitto to durable Redis, beside bare paho that only counts.

`python -m tests.bench.mqtt [--messages 20000]`. The broker holds the same QoS 1 messages for two sessions.
Bare: paho takes and acknowledges them. Ours: the connector reads, the door validates and Redis syncs them before each
is acknowledged (TLS off, one value a message, as sensors send).
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from feeds.catalogue import loader
from feeds.catalogue.clock import SystemClock
from feeds.catalogue.keys import Keys
from feeds.catalogue.places import Places
from feeds.intake.door import Door
from feeds.intake.opening import make_validator
from feeds.intake.sources import declared
from feeds.intake.sources.process import Connectors
from feeds.store import links
from feeds.store.database import open_database
from feeds.store.quarantine import Quarantine
from feeds.store.sources import SourceBook
from tests.bench.table import Row, program
from tests.conftest import RedisPair
from tests.intake.sources import broker as brokers

LEAST = 2_000
PATIENCE_S = 120.0
STATIONS = 200
FILE = """
id: bench
kind: mqtt
feeds: [water]
places: [vn]
settings:
  {{host: 127.0.0.1, port: {port}, user: ioc, password: BENCH_MQTT_PASSWORD, client_id: ours,
    feed: water, open: [water]}}
"""


def client(port: int, name: str) -> Client:
    """A client of version 5 with a lasting session."""
    made = Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=5)
    made.username_pw_set("ioc", brokers.PASSWORD)
    made.max_inflight_messages_set(1000)
    more = Properties(PacketTypes.CONNECT)
    more.SessionExpiryInterval = 3600
    more.ReceiveMaximum = 1000
    made.connect("127.0.0.1", port, 60, clean_start=False, properties=more)
    return made


def subscribe(port: int, name: str) -> None:
    """Make the broker keep messages for `name`."""
    done: list[bool] = []
    one = client(port, name)
    one.on_connect = lambda *_: one.subscribe("ioc/+/+/+", 1)
    one.on_subscribe = lambda *_: done.append(True)
    one.loop_start()
    wait(lambda: bool(done))
    one.disconnect()
    one.loop_stop()


def publish(port: int, count: int) -> None:
    """`count` messages of STATIONS stations, each of a second of its own."""
    one = client(port, "bench-publisher")
    one.loop_start()
    now = SystemClock().now_ms() // 1000
    for i in range(count):
        said = {"ts": now - i // STATIONS, "values": [{"code": "pH", "v": 7 + i % 9 / 10, "unit": "-", "status": "00"}]}
        last = one.publish(f"ioc/01/water/TRAM-{i % STATIONS}", json.dumps(said), 1)
    last.wait_for_publish(PATIENCE_S)
    wait(lambda: not one.want_write())
    one.disconnect()
    one.loop_stop()


def bare(port: int, count: int) -> float:
    """Messages a second that paho takes, acknowledges and counts."""
    got = [0]

    def take(*_: Any) -> None:
        got[0] += 1

    one = client(port, "bare")
    one.on_message = take
    began = time.perf_counter()
    one.loop_start()
    wait(lambda: got[0] >= count)
    took = time.perf_counter() - began
    one.disconnect()
    one.loop_stop()
    return count / took


def ours(pair: RedisPair, port: int, count: int) -> float:
    """Messages a second from the broker to synced Redis."""
    settings = pair.settings(world="sim")
    (pair.var / "sources").mkdir()
    (pair.var / "sources" / "bench.yaml").write_text(FILE.format(port=port))
    catalogue = loader.load(settings.catalogue)
    with (
        closing(open_database(settings)) as database,
        links.durable(settings) as durable,
        links.volatile(settings) as vol,
    ):
        door = Door(make_validator(settings, SystemClock()), Keys("sim"), durable, vol, Quarantine(database))
        sources = declared.load(pair.var / "sources", catalogue, Places.load())
        (runner,) = Connectors(sources, door, SourceBook(database), pair.var / "spool").runners
        began = time.perf_counter()
        runner.start()
        wait(lambda: runner.outlet.tally.accepted >= count)
        took = time.perf_counter() - began
        runner.stop()
        runner.join(10)
        assert (runner.outlet.tally.accepted, runner.outlet.tally.rejected) == (count, 0)
    return count / took


def wait(until: Any) -> None:
    """Until it holds."""
    end = time.monotonic() + PATIENCE_S
    while not until():
        assert time.monotonic() < end
        time.sleep(0.005)


def measure(count: int) -> list[Row]:
    """One run of both."""
    os.environ["BENCH_MQTT_PASSWORD"] = brokers.PASSWORD
    with tempfile.TemporaryDirectory(prefix="ioc-") as folder:
        (Path(folder) / "broker").mkdir()
        pair = RedisPair(Path(folder) / "var")
        try:
            pair.start("durable")
            pair.start("volatile")
            with brokers.running(Path(folder) / "broker") as broker:
                for name in ("bare", "ours"):
                    subscribe(broker.plain, name)
                publish(broker.plain, count)
                peer = bare(broker.plain, count)
                rate = ours(pair, broker.plain, count)
        finally:
            pair.stop()
    against = "bare paho that counts"
    return [Row("MQTT to durable Redis, QoS 1", "messages/s", rate, peer, None, against, least=LEAST)]


if __name__ == "__main__":
    sys.exit(program(__doc__, measure, messages=20_000))
