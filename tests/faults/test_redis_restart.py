"""Both Redis are killed under 200 open streams of the whole system: told at once, all back within 15 seconds."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.conftest import PATIENCE, System
from tests.faults.producers import posting
from tests.faults.system import kill, running
from tests.serve.running import Reader

pytestmark = [pytest.mark.faults, pytest.mark.alone]
STREAMS = 200
TOLD = 5.0 * PATIENCE  # seconds until a screen knows
BACK = 15.0 * PATIENCE  # seconds until all show new figures


@pytest.mark.timeout(360)
def test_streams_are_back_soon_after_redis_is(quiet_system: System, tmp_path: Path) -> None:
    with posting(quiet_system.env["IOC_PORT"], tmp_path / "ledger", 200):
        survive(quiet_system, restarts=1)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_streams_come_back_every_time(tmp_path: Path) -> None:
    with running(tmp_path) as system, posting(system.env["IOC_PORT"], tmp_path / "ledger", 200):
        survive(system, restarts=30)


def survive(system: System, restarts: int) -> None:
    """The same streams, told and back, each time both Redis die."""
    streams = [Reader(int(system.env["IOC_PORT"]), "scope=vn,01") for _ in range(STREAMS)]
    reached = [stream.next()["data"]["epoch"] for stream in streams]
    for _ in range(restarts):
        began = time.monotonic()
        kill(system, "durable")
        kill(system, "volatile")
        for stream in streams:
            hears_of_the_loss(stream)
        assert time.monotonic() - began < TOLD
        reached = [shows_new_figures(stream, epoch, began) for stream, epoch in zip(streams, reached, strict=True)]
        assert time.monotonic() - began < BACK
    for stream in streams:
        stream.close()


def hears_of_the_loss(stream: Reader) -> None:
    """Read until a beat says that the link is lost."""
    while stream.next("beat", timeout=TOLD)["data"]["link"]:
        pass


def shows_new_figures(stream: Reader, epoch: int, since: float) -> int:
    """Read until a frame comes after a beat that says the link stands again; the epoch it is from."""
    while not stream.next("beat", timeout=BACK)["data"]["link"]:
        pass
    now = int(stream.next(timeout=BACK)["data"]["epoch"])
    assert now >= epoch and time.monotonic() - since < BACK
    return now
