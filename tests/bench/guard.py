"""What the guard costs: a request through it beside the same request to the bare route, without a network between.

`python -m tests.bench.guard`. Outside demo, so that rates are counted too; the change shows its token. In turns, so
that a busy machine slows both alike; the median counts.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from feeds.catalogue.settings import Settings
from feeds.serve.answers import answer
from feeds.serve.body import Bodies
from feeds.serve.csrf import Csrf
from feeds.serve.guard import Guard, Rules
from feeds.serve.rates import CHANGE, READ, Counts, Rates
from feeds.serve.witness import Person, Witness
from feeds.store.audit import Audit
from feeds.store.database import open_database
from tests.bench.table import Row, table

ROUNDS, BATCH = 200, 20
LIMIT_MS = 0.3
HOST = (b"host", b"127.0.0.1")
SESSION = b"theme=dark; ioc_session=" + b"a" * 43
BODY = json.dumps({"output": "x.y", "inputs": [{"id": "a", "property": "b", "value": "x" * 2000}]}).encode()
Ask = Callable[[], Awaitable[None]]


async def bare(connection: Any, receive: Any, send: Any) -> None:
    """A route that reads its body and answers a little JSON."""
    if connection["method"] == "POST":
        await receive()
    await answer(send, 200, b'{"ok":true}', b"application/json")


def asking(app: Any, method: str, headers: list[tuple[bytes, bytes]], body: bytes = b"") -> Ask:
    """One request, again and again."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        pass

    async def ask() -> None:
        connection = {
            "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": "/api/v1/snapshot/vn",
            "raw_path": b"/api/v1/snapshot/vn", "query_string": b"", "root_path": "", "headers": headers,
            "client": ("10.0.0.9", 4321), "server": ("127.0.0.1", 80), "extensions": {},
        }  # fmt: skip
        await app(connection, receive, send)

    return ask


async def medians(*asks: Ask) -> list[float]:
    """Milliseconds a request of each, in turns."""
    took: list[list[float]] = [[] for _ in asks]
    for _ in range(ROUNDS):
        for ask, own in zip(asks, took, strict=True):
            for _ in range(BATCH):
                began = time.perf_counter()
                await ask()
                own.append((time.perf_counter() - began) * 1e3)
    return [statistics.median(own) for own in took]


def rows() -> list[Row]:
    """A read and a change."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(var=Path(folder))
        database = open_database(settings)
        witness = Witness(Audit.open(settings, database), lambda connection: Person("lan", "operator"))
        csrf = Csrf("s" * 40)
        rates = Rates(Counts(now=_rolling()))
        guard = Guard(bare, Rules(frozenset(["127.0.0.1"]), refuse_forwarded=False), Bodies({}), csrf, rates, witness)
        session = {"headers": [HOST, (b"cookie", SESSION)], "scheme": "http"}
        fresh = csrf.fresh(session)
        token = fresh[1].partition(b"=")[2].partition(b";")[0] if fresh else b""
        read = [HOST, (b"cookie", SESSION), (b"accept-encoding", b"gzip"), (b"user-agent", b"Mozilla/5.0")]
        change = [
            HOST, (b"cookie", SESSION + b"; _csrf_token=" + token), (b"x-csrftoken", token),
            (b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode()),
            (b"origin", b"http://127.0.0.1"), (b"sec-fetch-site", b"same-origin"),
        ]  # fmt: skip
        each = [asking(app, *kind) for kind in (("GET", read), ("POST", change, BODY)) for app in (guard, bare)]
        got = asyncio.run(medians(*each))  # type: ignore[arg-type]
        database.close()
    return [
        Row(f"the guard around a {what}, median", "ms", ours, peer, against="bare route", limit=LIMIT_MS)
        for what, ours, peer in (("read", got[0], got[1]), ("change of 2 KB", got[2], got[3]))
    ]


def _rolling() -> Callable[[], float]:
    """A clock that is in a new minute before any rate is spent."""
    asked, most = 0, min(CHANGE.session.amount, READ.session.amount)

    def now() -> float:
        nonlocal asked
        asked += 1
        return asked * 60.0 / (most / 2)

    return now


def main() -> int:
    """Measure, print, and leave the rows for the one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=Path)
    asked = parser.parse_args()
    measured = rows()
    sys.stdout.write(table(measured) + "\n")
    if asked.rows:
        asked.rows.write_text(json.dumps([row.as_dict() for row in measured]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
