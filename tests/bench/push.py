"""The push, measured: clients held on one core, published to bytes received, CPU per client update against the floor.

    python -m tests.bench.push [--clients 10000] [--seconds 20] [--rows file]

The server has one core, the clients another; both servers send the same frames in the same run. The peer is a bare
asyncio broadcast of the same bytes for the cost, plain Dash for how many are held. Then, with the whole system: an
event posted until its bytes are on the stream.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import redis

from feeds.catalogue.keys import Keys
from feeds.host import redis_binary, spawn
from feeds.host.redis_server import RedisServer
from feeds.serve.frames import closing, opened
from feeds.store import links
from tests.bench import push_events, push_frames, push_peer
from tests.bench.table import Row, table
from tests.conftest import find_free_port

KEYS = Keys("sim")
WARM_S = 3  # published before anything is measured
CORES = sorted(os.sched_getaffinity(0))


@dataclass
class Result:
    """One server, one load."""

    server: str
    clients: int
    frames: int
    frame_bytes: int
    expected: int
    received: int
    lost_connections: int
    p50_ms: float
    p95_ms: float
    max_ms: float
    cpu_share: float
    us_per_update: float
    rss_mb: float


def measure(which: str, volatile: redis.Redis, var: Path, clients: int, seconds: int) -> Result:
    """Start the server, connect the clients, publish a frame a second, gather."""
    port = find_free_port()
    server = _start("tests.bench.push_servers", CORES[0], which, str(port), _url(var), str(var))
    _publish(volatile, 1)
    _wait(port)
    readers = _start("tests.bench.push_clients", CORES[-1], str(port), "/stream?scope=vn", str(clients), str(seconds))
    try:
        assert readers.stdout and readers.stdout.readline().strip() == b"ready"
        return _run(which, volatile, server, readers, clients, seconds)
    finally:
        for process in (readers, server):
            process.kill()
            process.wait()


def _run(which: str, volatile: redis.Redis, server: Child, readers: Child, clients: int, seconds: int) -> Result:
    sent: dict[int, float] = {}
    size = 0
    before, since = _cpu(server.pid), time.monotonic()
    for version in range(2, seconds - 1):
        due = since + version - 2
        time.sleep(max(0.0, due - time.monotonic()))
        size = _publish(volatile, version)
        sent[version] = time.time()
    time.sleep(max(0.0, since + len(sent) - time.monotonic()))
    cpu, spent = _cpu(server.pid) - before, time.monotonic() - since
    assert readers.stdout
    told = json.loads(readers.stdout.readline())
    waits = sorted((at - sent[int(v)]) * 1000 for v, ats in told["arrived"].items() if int(v) in sent for at in ats)
    return Result(
        server=which,
        clients=clients,
        frames=len(sent),
        frame_bytes=size,
        expected=clients * len(sent),
        received=len(waits),
        lost_connections=told["lost"],
        p50_ms=round(waits[len(waits) // 2], 1),
        p95_ms=round(waits[int(len(waits) * 0.95)], 1),
        max_ms=round(waits[-1], 1),
        cpu_share=round(cpu / spent, 3),
        us_per_update=round(cpu / (clients * len(sent)) * 1e6, 2),
        rss_mb=round(psutil.Process(server.pid).memory_info().rss / 2**20, 1),
    )


def _cpu(pid: int) -> float:
    """Seconds of CPU that all threads of a process have had, to the microsecond."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9


Child = subprocess.Popen[bytes]


def _start(module: str, core: int, *arguments: str) -> Child:
    command = ["taskset", "-c", str(core), sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).resolve().parents[2])


def _publish(volatile: redis.Redis, version: int) -> int:
    """As the aggregator does; returns the size of the frame on the wire."""
    delta = push_frames.delta(version)
    with volatile.pipeline(transaction=True) as pipe:
        picture = {"id": f"1-{version}", "json": push_frames.snapshot(version)}
        pipe.hset(KEYS.snapshot("vn"), mapping=picture)  # type: ignore[arg-type]
        pipe.publish(KEYS.tick("vn"), f"1-{version - 1} 1-{version}\n".encode() + delta)
        pipe.execute()
    return len(opened("delta", delta).gzip) + len(closing(("vn",), ((1, version),)).gzip)


def _wait(port: int) -> None:
    deadline = time.monotonic() + 15
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.05)
        else:
            return


def _url(var: Path) -> str:
    return f"unix://{links.embedded_socket(var, links.VOLATILE)}"


def rows(bare: Result, ours: Result, held: int, waits: list[float]) -> list[Row]:
    """The figures for the one table; `held` is how many plain Dash holds, `waits` are ms from post to bytes."""
    least = max(10_000, 300 * held)
    kept = ours.clients if ours.p95_ms < 1000 and not ours.lost_connections and ours.received == ours.expected else 0
    note = f"frames of {ours.frame_bytes} B, one a second, beats beside"
    return [
        Row("clients held on one core, p95 under 1 s", "", kept, held, None, "plain Dash", least=least, note=note),
        Row("published to bytes received, p95", "ms", ours.p95_ms, bare.p95_ms, None, "bare broadcast", limit=1000),
        Row("server CPU per client update", "µs", ours.us_per_update, bare.us_per_update, 3, "bare broadcast"),
        Row(
            "share of a core with all clients", "%", ours.cpu_share * 100, bare.cpu_share * 100, None, "bare broadcast"
        ),
        Row("memory with all clients", "MB", ours.rss_mb, bare.rss_mb, None, "bare broadcast"),
        Row("event posted to bytes on the stream, p50", "ms", waits[len(waits) // 2]),
        Row("event posted to bytes on the stream, p95", "ms", waits[int(len(waits) * 0.95)], limit=400),
    ]


def main() -> None:
    """Measure everything and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--posts", type=int, default=60)
    parser.add_argument("--rows", type=Path)
    options = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    bare, ours, held = push(min(options.clients, most - 200), options.seconds)
    measured = rows(bare, ours, held, push_events.waits(options.posts))
    sys.stdout.write(table(measured) + "\n")
    if options.rows:
        options.rows.write_text(json.dumps([row.as_dict() for row in measured]))


def push(clients: int, seconds: int) -> tuple[Result, Result, int]:
    """The bare broadcast, ours, and how many clients plain Dash holds, one after the other on the same core."""
    with tempfile.TemporaryDirectory() as folder:
        server = RedisServer(Path(folder), links.VOLATILE, redis_binary.find())
        process = server.launch()
        try:
            server.wait(process, say=print)
            with server.client() as volatile:
                bare, ours = (measure(which, volatile, Path(folder), clients, seconds) for which in ("bare", "ours"))
                held = max(push_peer.measure(_url(Path(folder)), CORES[0], style) for style in ("dict", "figure"))
        finally:
            spawn.end([process], grace=5)
    return bare, ours, held


if __name__ == "__main__":
    main()
