"""Events posted in batches of 500 until they are figures, through the whole running system, beside a bare door.

`python -m tests.bench.posting [--events 200000]`. `python app.py` on embedded Redis (appendfsync always), not
in demo: each post shows a key, is judged, made durable, counted by the aggregator. Senders are threads with kept
connections, on the same cores. The peer is a bare Starlette route under the same server that decodes the JSON and adds
the body to a stream of the same kind of Redis: no key, no judgement, no figures.
"""

from __future__ import annotations

import http.client
import json
import multiprocessing
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import psutil
import redis
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from feeds.catalogue.clock import SystemClock, iso
from feeds.catalogue.keys import Keys
from feeds.catalogue.places import Places
from feeds.store import links
from tests.bench import ingest
from tests.bench.table import Row, program
from tests.conftest import ROOT, RedisPair, System, find_free_port, start_system, stop_system, wait_until

POST = 500
SENDERS = 4
LEAST = 10_000
SECRET = "bench-secret-" + "0" * 32
Batch = tuple[str, bytes]
CONTENT = {"Content-Type": "application/json"}


@dataclass
class Sent:
    """What a run of posts came to."""

    seconds: float
    answers: dict[str, int]


def batches(places: Places, count: int) -> Iterator[Batch]:
    """`count` events of the ingest bench as the contract's JSON, in batches of 500 of one feed."""
    waiting: dict[str, list[dict[str, Any]]] = defaultdict(list)
    now = SystemClock().now_ms()
    events = (event for group in ingest.events(places, count, now) for event in group)
    for event in islice(events, count):
        body: dict[str, Any] = {"source": event.source, "seq": event.seq, "place": event.place, "at": iso(event.at)}
        body |= {"entity": event.entity, **_said(event.feed, event.values)}
        waiting[event.feed].append(body)
        if len(waiting[event.feed]) == POST:
            yield event.feed, msgspec.json.encode(waiting.pop(event.feed))
    yield from ((feed, msgspec.json.encode(rest)) for feed, rest in waiting.items())


def _said(feed: str, values: dict[str, float]) -> dict[str, Any]:
    if feed != "cameras":
        return {"values": values}
    return {"camera": {"state": "online", "counts": {"vehicles": round(values["vehicles"])}}}


def post_all(port: int, work: Iterable[Batch], path: Callable[[str], str], headers: dict[str, str]) -> Sent:
    """Every batch once, by SENDERS threads; the seconds from the first byte to the last answer."""
    queue, lock, answers = iter(work), threading.Lock(), defaultdict(int)

    def send() -> None:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                batch = next(queue, None)
            if batch is None:
                return link.close()
            link.request("POST", path(batch[0]), batch[1], headers)
            reply = link.getresponse()
            told = json.loads(reply.read() or b"{}")
            with lock:
                answers[str(reply.status)] += 1
                for fate in ("accepted", "duplicates"):
                    answers[fate] += told.get(fate, 0)

    threads = [threading.Thread(target=send) for _ in range(SENDERS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Sent(time.perf_counter() - began, dict(answers))


def ours(work: list[Batch], count: int) -> dict[str, float]:
    """The whole system: until the last answer, and until the last event is in a published figure."""
    folder = Path(tempfile.mkdtemp(prefix="ioc-bench-"))
    world = {"IOC_DEMO": "0", "IOC_WORLD": "sim", "IOC_SIM_SPEED": "0", "IOC_SECRET_KEY": SECRET}
    system = start_system(folder, **world)
    try:
        wait_until(lambda: "Ready: " in system.said(), 60)
        headers = CONTENT | {"Authorization": f"Bearer {_key(system)}"}
        idle, began = spent(system), time.perf_counter()
        sent = post_all(int(system.env["IOC_PORT"]), work, lambda feed: f"/api/v1/events/{feed}", headers)
        assert sent.answers == {"202": len(work), "accepted": count, "duplicates": 0}, sent.answers
        with links.volatile(system.settings()) as volatile:
            wait_until(lambda: counted(volatile) >= count, 120)
            figures = time.perf_counter() - began
            busy = spent(system)
            assert counted(volatile) == count, "not exactly once"
        again = post_all(int(system.env["IOC_PORT"]), work[:20], lambda feed: f"/api/v1/events/{feed}", headers)
        assert again.answers.get("accepted", 0) == 0, again.answers
        return {
            "answered": count / sent.seconds,
            "figures": count / figures,
            "cpu": {n: (busy[n] - idle[n]) / count * 1e6 for n in idle},
        }
    finally:
        stop_system(system)
        shutil.rmtree(folder, ignore_errors=True)


def spent(system: System) -> dict[str, float]:
    """Processor seconds of each program so far and of its children that are gone, by the last words of its command,
    Redis included."""
    found: dict[str, float] = {}
    for child in psutil.Process(system.process.pid).children(recursive=True):
        with suppress(psutil.Error):
            words = child.cmdline()
            if words:  # else it is gone, and counted with its parent when that asks for it
                name = Path(words[-1].split(" ")[-1]).name or child.name()
                found[f"{name} {child.pid}"] = sum(child.cpu_times()[:4])
    return found


def _key(system: System) -> str:
    feeds = ",".join(ingest.MIX)
    words = ["keys", "make", "bench", "--feeds", feeds, "--sources", "*", "--rate", "100000"]
    made = subprocess.run(
        [sys.executable, "-m", "feeds", *words], cwd=ROOT, env=system.env, capture_output=True, text=True, check=True
    )
    return made.stdout.split()[0]


def counted(volatile: redis.Redis) -> int:
    """Events that the nation's newest snapshot has counted."""
    body: Any = volatile.hget(Keys("sim").snapshot("vn"), "json")
    return sum(feed["accepted"] for feed in json.loads(body)["feeds"].values()) if body else 0


def bare(work: list[Batch], count: int) -> float:
    """Events a second of a route that decodes and adds to a stream."""
    var, port = Path(tempfile.mkdtemp(prefix="ioc-bench-")), find_free_port()
    pair = RedisPair(var)
    process = multiprocessing.get_context("spawn").Process(target=serve_bare, args=(str(var), port))
    try:
        pair.start(links.DURABLE)
        process.start()
        wait_until(lambda: _listens(port), 30)
        sent = post_all(port, work, lambda feed: f"/{feed}", CONTENT)
        assert sent.answers["200"] == len(work), sent.answers
        return count / sent.seconds
    finally:
        process.terminate()
        process.join()
        pair.stop()
        shutil.rmtree(var, ignore_errors=True)


def serve_bare(var: str, port: int) -> None:
    """The peer's process."""
    durable = links.client(None, Path(var), links.DURABLE)

    def add(feed: str, body: bytes) -> None:
        msgspec.json.decode(body)
        durable.xadd(feed, {"b": body})

    async def take(request: Request) -> Response:
        body = await request.body()
        await run_in_threadpool(add, request.path_params["feed"], body)
        return Response("{}")

    app = Starlette(routes=[Route("/{feed}", take, methods=["POST"])])
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def bench(count: int) -> dict[str, Any]:
    """Both, one after the other, with the same bodies."""
    work = list(batches(Places.load(), count))
    size = sum(len(body) for _, body in work)
    return {"events": count, "bytes": round(size / count), "bare": bare(work, count), **ours(work, count)}


def report(found: dict[str, Any]) -> str:
    """The result as people read it."""
    return (
        f"{found['events']:,} events of {found['bytes']} bytes in batches of {POST}, {SENDERS} senders\n"
        f"bare route            {found['bare']:>10,.0f} events/s answered\n"
        f"the event door        {found['answered']:>10,.0f} events/s answered, durable\n"
        f"until in the figures  {found['figures']:>10,.0f} events/s; limit: {LEAST:,}"
        + "".join(
            f"\n{name.partition(' ')[0]:22}{cpu:>10.1f} µs of a core an event" for name, cpu in found["cpu"].items()
        )
    )


def rows(found: dict[str, Any]) -> list[Row]:
    """The result for the one table of all benches."""
    against = "bare route that decodes and adds to a stream"
    note = f"batches of {POST}, {found['bytes']} bytes each, key, whole system on the same cores"
    figure = "events posted over HTTP until they are figures"
    return [Row(figure, "events/s", found["figures"], found["bare"], None, against, least=LEAST, note=note)]


def measure(events: int) -> list[Row]:
    """Both, and what people read of it."""
    found = bench(events)
    sys.stdout.write(report(found) + "\n")
    return rows(found)


if __name__ == "__main__":
    sys.exit(program(__doc__, measure, events=200_000))
