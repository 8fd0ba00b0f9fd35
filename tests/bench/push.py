"""The push, measured: clients held on one core, published to bytes received, CPU per client update against the floor.

    python -m tests.bench.push [--clients 10000] [--seconds 20] [--json file]

The server has one core, the clients another; both servers send the same frames in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
import redis

from feeds.catalogue.keys import Keys
from feeds.host import redis_binary, spawn
from feeds.host.redis_server import RedisServer
from feeds.serve.frames import closing, opened
from feeds.store import links
from tests.bench import push_frames
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
    watched = psutil.Process(server.pid)
    sent: dict[int, float] = {}
    size = 0
    before, since = watched.cpu_times(), time.monotonic()
    for version in range(2, seconds - 1):
        due = since + version - 2
        time.sleep(max(0.0, due - time.monotonic()))
        size = _publish(volatile, version)
        sent[version] = time.time()
    time.sleep(max(0.0, since + len(sent) - time.monotonic()))
    after, spent = watched.cpu_times(), time.monotonic() - since
    assert readers.stdout
    told = json.loads(readers.stdout.readline())
    waits = sorted((at - sent[int(v)]) * 1000 for v, ats in told["arrived"].items() if int(v) in sent for at in ats)
    cpu = after.user + after.system - before.user - before.system
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
        rss_mb=round(watched.memory_info().rss / 2**20, 1),
    )


Child = subprocess.Popen[bytes]


def _start(module: str, core: int, *arguments: str) -> Child:
    command = ["taskset", "-c", str(core), sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).resolve().parents[2])  # noqa: S603


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
    import socket

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


def table(results: list[Result]) -> str:
    """The results for people."""
    lines = [
        f"{'server':8}{'clients':>9}{'frame B':>9}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}{'got':>9}{'us/upd':>9}{'cpu':>7}{'MB':>7}"
    ]
    for r in results:
        share = f"{r.received / r.expected:.2%}"
        lines.append(
            f"{r.server:8}{r.clients:9}{r.frame_bytes:9}{r.p50_ms:9}{r.p95_ms:9}{r.max_ms:9}{share:>9}"
            f"{r.us_per_update:9}{r.cpu_share:7.0%}{r.rss_mb:7.0f}"
        )
    by = {r.server: r for r in results}
    ratio = by["ours"].us_per_update / by["bare"].us_per_update
    return "\n".join([*lines, f"CPU per client update, ours to bare: {ratio:.2f} (limit 3)"])


def main() -> None:
    """Measure both and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    clients = min(options.clients, most - 200)
    with tempfile.TemporaryDirectory() as folder:
        redis_server = RedisServer(Path(folder), links.VOLATILE, redis_binary.find())
        process = redis_server.launch()
        try:
            redis_server.wait(process, say=print)
            with redis_server.client() as volatile:
                results = [
                    measure(which, volatile, Path(folder), clients, options.seconds) for which in ("bare", "ours")
                ]
        finally:
            spawn.end([process], grace=5)
    print(table(results))
    if options.json:
        options.json.write_text(json.dumps([asdict(r) for r in results], indent=1))


if __name__ == "__main__":
    main()
