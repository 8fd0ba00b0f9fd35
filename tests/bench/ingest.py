"""Ingest through one aggregator on one core, beside the bare read and a lean aggregation of the same events.

`python -m tests.bench.ingest [--events 300000]`. A real redis-server (appendfsync always) on a unix socket
holds the contract's events as the door leaves them: batches by feed and province. Three programs read them to the
end: bare (XREAD and decode), lean (a dict of sums by province, parameter and minute, nothing kept), and ours (the
whole aggregator: exactly once, commune, province and nation, every window, figures, severities, snapshots, archive).
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import redis

from feeds.catalogue import loader
from feeds.catalogue.clock import SystemClock
from feeds.catalogue.keys import Keys
from feeds.catalogue.model import Catalogue
from feeds.catalogue.places import Places
from feeds.engine.engine import Engine
from feeds.engine.stores import Stores
from feeds.intake.event import Event, decode_batch, encode
from feeds.store import links
from feeds.store.database import open_database
from tests.bench.table import Row, program
from tests.conftest import RedisPair

KEYS = Keys("sim")
POST = 500  # events of one POST
LIMIT = 20_000
# feed: how many things report, what each sends, share of all events
MIX: dict[str, tuple[int, dict[str, tuple[float, float]], float]] = {
    "air": (120, {"pm25": (5, 90), "pm10": (10, 150), "no2": (2, 90), "co": (200, 3000)}, 0.2),
    "hydrology": (240, {"level": (0, 9), "rain": (0, 2)}, 0.1),
    "traffic": (1200, {"flow": (50, 2000), "speed": (5, 80), "queue_min": (0, 40)}, 0.35),
    "cameras": (2000, {"online": (1, 1), "degraded": (0, 0), "vehicles": (0, 60)}, 0.35),
}
Result = dict[str, float]


def events(places: Places, count: int, now: int) -> Iterator[list[Event]]:
    """`count` events as POSTs of many sources: each a station's reading, numbered by its province's source."""
    rng = random.Random(766)
    communes = [key for unit in places.units for key in places.communes_of(unit)]
    cast = {feed: [(f"{feed}-{i}", rng.choice(communes)) for i in range(size)] for feed, (size, _, _) in MIX.items()}
    feeds, shares = list(MIX), [share for _, _, share in MIX.values()]
    numbers: dict[str, int] = defaultdict(int)
    for start in range(0, count, POST):
        batch = []
        for _ in range(min(POST, count - start)):
            feed = rng.choices(feeds, shares)[0]
            entity, commune = rng.choice(cast[feed])
            source = f"{feed}-{commune[:2]}"
            numbers[source] += 1
            values = {name: round(rng.uniform(*span), 1) for name, span in MIX[feed][1].items()}
            at = now - rng.randrange(120_000)
            batch.append(Event(feed, source, numbers[source], f"2025:{commune}", entity, at, at + 500, values))
        yield batch


def fill(durable: redis.Redis, places: Places, count: int) -> int:
    """Put the events into the streams as the door does; returns the bytes of all batches."""
    size = 0
    for batch in events(places, count, SystemClock().now_ms()):
        groups: dict[tuple[str, str], list[Event]] = defaultdict(list)
        for event in batch:
            groups[event.feed, event.place[5:7]].append(event)
        pipe = durable.pipeline()
        for (feed, part), group in groups.items():
            packed = encode(group)
            size += len(packed)
            pipe.xadd(KEYS.stream(feed, part), {"b": packed, "n": len(group)})
            pipe.sadd(KEYS.parts(), f"{feed}:{part}")
        pipe.execute()
    return size


def read_all(durable: redis.Redis, take: Callable[[str, bytes], Any]) -> None:
    """XREAD every stream to its end, as the aggregator does."""
    names = [tuple(name.decode().split(":")) for name in durable.smembers(KEYS.parts())]
    positions: Any = {KEYS.stream(feed, part).encode(): "0-0" for feed, part in names}
    while True:
        answer: Any = durable.xread(positions, count=64)
        found = list(answer.items() if isinstance(answer, dict) else answer)
        if not found:
            return
        for key, entries in found:
            part = key.decode().rpartition(":")[2].rstrip("}")
            for stream_id, fields in entries:
                take(part, fields[b"b"])
                positions[key] = stream_id


def measured(count: int, run: Callable[[], None]) -> Result:
    """Events a second by the wall clock and by the processor time of the whole process."""
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"wall": count / wall, "cpu": count / cpu}


def lean(durable: redis.Redis) -> None:
    """Count, sum, least and most by province, parameter and minute in a dict, and nothing else."""
    cells: dict[tuple[str, str, int], list[float]] = {}

    def take(part: str, packed: bytes) -> None:
        for event in decode_batch(packed):
            minute = event.at // 60_000
            for name, value in event.values.items():
                key = (part, name, minute)
                cell = cells.get(key)
                if cell is None:
                    cells[key] = [1, value, value, value]
                    continue
                cell[0] += 1
                cell[1] += value
                cell[2] = min(cell[2], value)
                cell[3] = max(cell[3], value)

    read_all(durable, take)


def ours(pair: RedisPair, catalogue: Catalogue, places: Places, count: int) -> Result:
    """The aggregator from an empty state to the last event, everything checkpointed; then what it must hold."""
    settings = pair.settings(world="sim")
    database = open_database(settings)
    durable, volatile = links.durable(settings), links.volatile(settings)
    engine = Engine(catalogue, places, durable, volatile, Stores.under(database, 1), KEYS, SystemClock(), 1)
    engine.start()
    ticks = [0]

    def run() -> None:
        while accepted(engine) < count:
            engine.step()
            ticks[0] += 1
        engine.checkpoints.save(engine.feeds.values())

    result = measured(count, run)
    versions = snapshot_versions(volatile)
    result |= {"ticks": ticks[0], "frames": sum(versions.values()), "tick_ms": engine.screens.tick_ms}
    counted = sum(
        feed.counts.tally("vn", [("hours", list(feed.counts.hours))]).get("valid", 0) for feed in engine.feeds.values()
    )
    expected = sum(len(MIX[feed][1]) * part.accepted for feed in MIX for part in engine.feeds[feed].partitions.values())
    assert accepted(engine) == count and counted == expected, "not exactly once"
    engine.abandon()
    database.close()
    return result


def accepted(engine: Engine) -> int:
    """Events the engine has taken."""
    return sum(part.accepted for feed in engine.feeds.values() for part in feed.partitions.values())


def snapshot_versions(volatile: redis.Redis) -> dict[str, int]:
    """How often each scope was published."""
    found = {}
    for key in volatile.scan_iter("sim:snap:*", count=1000):
        version: Any = volatile.hget(key, "id")
        found[key.decode()] = int(version.decode().partition("-")[2])
    return found


def bench(count: int) -> dict[str, Any]:
    """All three, on one core; Redis has the other."""
    cores = sorted(os.sched_getaffinity(0))
    var = Path(tempfile.mkdtemp(prefix="ioc-bench-"))
    pair = RedisPair(var)
    try:
        pair.start(links.DURABLE)
        pair.start(links.VOLATILE)
        for process in pair.processes.values():
            os.sched_setaffinity(process.pid, {cores[-1]})
        os.sched_setaffinity(0, {cores[0]})
        catalogue, places = loader.load(pair.settings().catalogue), Places.load()
        durable = links.durable(pair.settings())
        size = fill(durable, places, count)
        bare = measured(count, lambda: read_all(durable, lambda part, packed: decode_batch(packed)))
        thin = measured(count, lambda: lean(durable))
        full = ours(pair, catalogue, places, count)
    finally:
        os.sched_setaffinity(0, set(cores))
        pair.stop()
        shutil.rmtree(var)
    return {
        "events": count,
        "bytes_an_event": round(size / count),
        "bare": bare,
        "lean": thin,
        "ours": full,
        "limit": 20_000,
    }


def report(found: dict[str, Any]) -> str:
    """The result as people read it."""
    bare, thin, full = found["bare"], found["lean"], found["ours"]
    lines = [
        f"{found['events']:,} events of {found['bytes_an_event']} bytes, appendfsync always, one core",
        f"{'':34}{'events/s':>12}{'per CPU s':>12}{'of bare':>9}",
    ]
    for name, row in (("bare XREAD and decode", bare), ("lean dict aggregation", thin), ("the aggregator", full)):
        lines.append(f"{name:34}{row['wall']:>12,.0f}{row['cpu']:>12,.0f}{row['cpu'] / bare['cpu']:>9.1%}")
    lines.append(
        f"limit: {found['limit']:,}/s; frames published meanwhile: {full['frames']:,.0f} in {full['ticks']} ticks"
    )
    return "\n".join(lines)


def rows(found: dict[str, Any]) -> list[Row]:
    """The result for the one table of all benches."""
    ours, bare, thin = found["ours"]["wall"], found["bare"]["wall"], found["lean"]["wall"]
    note = f"{found['bytes_an_event']} bytes each"
    against = "bare read and decode"
    return [
        Row("events into figures, exactly once", "events/s", ours, bare, None, against, least=LIMIT, note=note),
        Row("lean aggregation of the same events", "events/s", thin, bare, None, against),
    ]


def measure(events: int) -> list[Row]:
    """Both, and what people read of it."""
    found = bench(events)
    sys.stdout.write(report(found) + "\n")
    return rows(found)


if __name__ == "__main__":
    sys.exit(program(__doc__, measure, events=300_000))
