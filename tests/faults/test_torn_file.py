"""The durable Redis' file is cut off at any byte: it starts, and what it still holds is counted exactly once."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
import redis

from feeds.catalogue.clock import TickClock
from feeds.catalogue.keys import Keys
from feeds.catalogue.places import Places
from feeds.engine.where import Where
from feeds.intake.event import decode_batch, encode
from feeds.store import links
from tests.conftest import RedisPair
from tests.engine.conftest import Core, reading, small_catalogue

pytestmark = pytest.mark.faults
CUTS = 12
EVENTS, BATCH = 900, 30
KEYS = Keys("sim")
NO_PART_OF_IT = shutil.ignore_patterns("*.sock", "*lock*")
UNITS = ("01", "48", "79")


def test_a_torn_file_starts_and_counts_what_it_holds(own_redis: RedisPair, tmp_path: Path, clock: TickClock) -> None:
    where, dice = Where(Places.load()), random.Random(6)
    with links.durable(own_redis.settings()) as durable:
        live_a_while(durable, where, clock.ms)
    own_redis.kill("durable")
    folder = links.embedded_folder(own_redis.var, "durable")
    size = journal(folder).stat().st_size
    held = []
    for cut in sorted(dice.randrange(size // 20, size) for _ in range(CUTS)):
        torn = RedisPair(tmp_path / str(cut))
        shutil.copytree(folder, links.embedded_folder(torn.var, "durable"), ignore=NO_PART_OF_IT)
        with journal(links.embedded_folder(torn.var, "durable")).open("r+b") as file:
            file.truncate(cut)
        try:
            torn.start("durable")
            with links.durable(torn.settings()) as durable:
                held.append(holds_together(durable, where, clock.ms))
        finally:
            torn.stop()
    assert held == sorted(held) and held[0] < held[-1] <= EVENTS


def live_a_while(durable: redis.Redis, where: Where, now: int) -> None:
    """Events arrive, checkpoints follow at their own pace."""
    core = Core(durable, small_catalogue(), where, now, epoch=1)
    for start in range(0, EVENTS, BATCH):
        pipe = durable.pipeline(transaction=True)
        for unit in UNITS:
            numbers = [n for n in range(start, start + BATCH) if UNITS[n % 3] == unit]
            some = [reading(now, 1, n, f"2025:{unit}", entity=None) for n in numbers]
            pipe.sadd(KEYS.parts(), f"air:{unit}")
            pipe.xadd(KEYS.stream("air", unit), {"b": encode(some), "n": len(some)})
        pipe.execute()
        core.read()
        if start % (3 * BATCH) == 0:
            core.save()


def holds_together(durable: redis.Redis, where: Where, now: int) -> int:
    """Figures of the checkpoint and of what follows it equal the events that are there; returns how many."""
    events = 0
    for unit in UNITS:
        entries = durable.xrange(KEYS.stream("air", unit))
        events += sum(len(decode_batch(fields[b"b"])) for _, fields in entries)
    again = Core(durable, small_catalogue(), where, now, epoch=2)
    again.drain()
    counts = again.feeds["air"].counts
    counted = counts.total("vn", ["valid"], [("hours", list(counts.hours)), ("days", list(counts.days))]) or 0
    accepted = sum(part.accepted for part in again.feeds["air"].partitions.values())
    assert counted == accepted == events
    assert sum(part.duplicates for part in again.feeds["air"].partitions.values()) == 0
    return events


def journal(folder: Path) -> Path:
    """The append-only file that is being written."""
    (found,) = folder.rglob("*.incr.aof")
    return found
