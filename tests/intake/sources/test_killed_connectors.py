"""The real process, killed while Redis is away: what stations wrote reaches the streams all the same."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from feeds.catalogue.clock import OFFSET_MS
from feeds.catalogue.keys import Keys
from feeds.host import spawn
from feeds.intake.event import decode_batch
from feeds.intake.identity import event_hash
from feeds.store import links
from tests.conftest import ROOT, RedisPair, wait_until

pytestmark = pytest.mark.faults
SOURCE = """
id: hn-khi
kind: folder
feeds: [air]
places: ["01"]
cadence: 1s
settings:
  path: {path}
  feed: air
  settle: 0
  stations:
    HN_ABCD_KHI001: {feed: air, place: 01/00004, code: HN-KHI-001}
"""


@contextmanager
def connectors(env: dict[str, str]) -> Iterator[None]:
    """`python -m feeds connect`, ended as a crash ends it."""
    process = spawn.spawn([sys.executable, "-m", "feeds", "connect"], cwd=ROOT, env=env)
    try:
        yield
    finally:
        spawn.kill(process)
        process.wait()


def write_files(folder: Path, first: int, n: int) -> set[int]:
    """One file for each of `n` minutes, `first` minutes ago and earlier; returns their observed times in ms."""
    folder.mkdir(exist_ok=True)
    observed = set()
    for ago in range(first, first + n):
        at = (int(time.time()) // 60 - ago) * 60
        stamp = time.strftime("%Y%m%d%H%M%S", time.gmtime(at + OFFSET_MS // 1000))
        path = folder / f"HN_ABCD_KHI001_{stamp}.txt"
        path.write_text(f"PM2,5\t{ago % 50 + 5}\tug/Nm3\t{stamp}\t00\n")
        os.utime(path, (at, at))
        observed.add(at * 1000)
    return observed


def test_nothing_is_lost_when_redis_and_then_the_process_are_killed(own_redis: RedisPair, tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    files, var = tmp_path / "files", tmp_path / "own"
    (tmp_path / "sources" / "hn-khi.yaml").write_text(SOURCE.replace("{path}", str(files)))
    env = {name: value for name, value in os.environ.items() if not name.startswith("IOC_")}
    env |= {"IOC_VAR": str(var), "IOC_SOURCES": str(tmp_path / "sources"), "IOC_SIM_SPEED": "0"}
    env |= {"IOC_REDIS_URL": own_redis.url(links.DURABLE), "IOC_CACHE_REDIS_URL": own_redis.url(links.VOLATILE)}
    with links.durable(own_redis.settings()) as durable:

        def arrived() -> dict[int, int]:
            """Who each reading in the stream is, and when it was observed."""
            entries = durable.xrange(Keys("sim").stream("air", "01"))
            events = [event for _, entry in entries for event in decode_batch(entry[b"b"])]
            return {event_hash(event): event.at for event in events}

        def waiting() -> int:
            return len(list((var / "spool" / "hn-khi").glob("*.entry")))

        expected = write_files(files, 10, 20)
        with connectors(env):
            wait_until(lambda: set(arrived().values()) == expected, what="for the first files")
            own_redis.kill(links.DURABLE)
            expected |= write_files(files, 30, 20)
            wait_until(lambda: waiting() > 0, what="for the spool")
        before = waiting()
        expected |= write_files(files, 50, 20)
        with connectors(env):
            wait_until(lambda: waiting() > before, what="for the spool of the second process")
            own_redis.start(links.DURABLE)
            wait_until(lambda: set(arrived().values()) == expected, what="for what waited")
            wait_until(lambda: waiting() == 0, what="for an empty spool")
        assert sorted(arrived().values()) == sorted(expected), (
            "a file read twice gives the same reading, which counts once"
        )
