"""The indicators of information security: from messages of devices and reports of anti-virus to the figures shown."""

from __future__ import annotations

import os
import socket
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from feeds.catalogue.agencies import AgencyCodes
from feeds.catalogue.clock import HOUR_MS, TZ
from feeds.catalogue.loader import load
from feeds.compute.incident import derive
from feeds.host import spawn
from feeds.intake.event import Event, decode_batch
from feeds.intake.formats.avreport import read
from feeds.intake.formats.networks import Networks
from feeds.intake.social.listening import Listening
from feeds.intake.sources.soc import Collector, Stamps, Where, events
from feeds.intake.validate import Validator
from feeds.store import links
from tests.conftest import ROOT, RedisPair, find_free_port, wait_until
from tests.engine.rig import KEYS, Rig, settle
from tests.intake.formats.soc_samples import report
from tests.intake.sources.collector import datagrams, modern, now_cef

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=TZ)
COMMUNE = "46/19774"
SOURCE = """
id: soc-hue
kind: syslog
feeds: [security, security_alerts]
places: ["46"]
settings:
  name: soc-hue
  place: "46"
  udp: 127.0.0.1:{port}
  tcp: 127.0.0.1:{port}
  networks: {{10.46.12.0/24: 46/19774}}
  every: 0.5
"""


def test_detection_and_handling_are_timed() -> None:
    known = derive({"started": 0, "detected": 90_000, "closed": 90_000 + 2 * HOUR_MS})
    assert known == {"detect_min": 1.5, "handle_h": 2.0, "timed": True}
    assert derive({"detected": 1, "closed": 0}) == {"detect_min": None, "handle_h": None, "timed": False}


def message(n: int, severity: int, hours: float = 1, **said: str) -> bytes:
    """One event of a SIEM: alert `n`, detected `hours` ago, ten minutes after it began."""
    ms = round(NOW.timestamp() * 1000 - hours * HOUR_MS)
    more = "".join(f" {name}={value}" for name, value in said.items())
    text = f"CEF:0|V|SIEM|1|7|Mã độc|{severity}|dst=10.46.12.7 externalId={n} rt={ms} start={ms - 600_000}{more}"
    return f"<134>1 - siem fw - - - {text}".encode()


@pytest.fixture
def shown(rig: Rig) -> Rig:
    """The whole catalogue on a Friday afternoon."""
    rig.catalogue = load(Path(__file__).parents[2] / "data" / "catalogue")
    rig.clock.ms = round(NOW.timestamp() * 1000)
    return rig


def accept(rig: Rig, told: list[tuple[str, dict[str, object]]]) -> None:
    validator = Validator(rig.catalogue, rig.places, rig.clock, Listening.load(rig.places))
    for feed, event in told:
        checked = validator.check(feed, msgspec.json.encode({"source": "soc-hue", **event}), "syslog")
        assert isinstance(checked, Event), checked
        rig.post(checked)


def test_the_indicators_of_security_follow_from_messages_and_reports(shown: Rig) -> None:
    networks = Networks({"10.46.12.0/24": COMMUNE})
    collector = Collector(Where("soc-hue", "46", networks, {}), frozenset(["closed"]), "")
    engine, stamps, told = shown.engine(), Stamps(), []
    for raw in (
        *(message(n, 5, 3) for n in range(4)), *(message(n, 5, 1, act="closed") for n in range(2)),
        message(10, 7), message(11, 9), message(12, 2), b"<134>1 - fw - - - - x",
    ):  # fmt: skip
        collector.hear(raw, "127.0.0.1", shown.clock.ms)
        batch = collector.take()
        told += [("security", event) for event in events(batch, "soc-hue", shown.clock.ms, stamps)]
        told += [("security_alerts", event) for event in batch.alerts]
        assert not batch.unread
    at = f"{round((NOW - timedelta(hours=2)).timestamp())}"
    told += read(report(code="H57", at=at), AgencyCodes.load(shown.places), None)
    accept(shown, told)
    settle(shown, engine)
    said = shown.snapshot("vn")["indicators"]
    figures = {code: figure["v"] for code, figure in said.items() if code.startswith("sec_")}
    assert figures == {
        "sec_events_day": 8, "sec_lost_day": 0, "sec_alerts_open": 4, "sec_alerts_high": 1, "sec_alerts_critical": 1,
        "sec_mttd_min": 10, "sec_mttr_h": 2, "sec_hosts": 3, "sec_malware_hosts": 2,
        "sec_av_coverage": 66.667, "sec_av_stale_15d": 1, "sec_ncsc_link": 100,
        "sec_ncsc_link_72h": 100,
    }  # fmt: skip
    units = shown.snapshot("46")["units"]
    column = dict(zip(units["order"], units["columns"]["sec_events_day"], strict=True))
    assert column[COMMUNE] == 7 and shown.figure("sec_events_day", "46")["v"] == 8


def listens(port: int) -> bool:
    """True once somebody takes connections there."""
    with socket.socket() as out:
        return out.connect_ex(("127.0.0.1", port)) == 0


def test_a_datagram_reaches_the_frame_through_the_connectors(
    shown: Rig, redis_servers: RedisPair, tmp_path: Path
) -> None:
    port, folder = find_free_port(), tmp_path / "sources"
    folder.mkdir()
    (folder / "soc-hue.yaml").write_text(SOURCE.format(port=port))
    env = {name: value for name, value in os.environ.items() if not name.startswith("IOC_")}
    env |= {"IOC_VAR": str(tmp_path / "own"), "IOC_SOURCES": str(folder), "IOC_SIM_SPEED": "0"}
    env |= {"IOC_REDIS_URL": redis_servers.url(links.DURABLE), "IOC_CACHE_REDIS_URL": redis_servers.url(links.VOLATILE)}

    def told(feed: str) -> list[Event]:
        entries = shown.durable.xrange(KEYS.stream(feed, "46"))
        return [event for _, entry in entries for event in decode_batch(entry[b"b"])]

    process = spawn.spawn([sys.executable, "-m", "feeds", "connect"], cwd=ROOT, env=env)
    try:
        wait_until(lambda: listens(port), 90, what="for the collector to listen")
        datagrams(("127.0.0.1", port), *(modern(now_cef(externalId=f"{n}")) for n in range(20)), modern())
        wait_until(lambda: sum(e.values["sec_events"] for e in told("security")) == 21, what="for the events")
        wait_until(lambda: len(told("security_alerts")) == 20, what="for the alerts")
    finally:
        spawn.kill(process)
        process.wait()
    shown.clock.ms = time.time_ns() // 1_000_000
    settle(shown, shown.engine())
    figures = shown.snapshot("46")["indicators"]
    assert (figures["sec_events_day"]["v"], figures["sec_alerts_high"]["v"]) == (21, 20)
    rows = shown.snapshot("46")["units"]
    assert dict(zip(rows["order"], rows["columns"]["sec_events_day"], strict=True))[COMMUNE] == 20
