"""The canned country with hostile words wherever a text comes from outside: snapshots, deltas, doors, SQL."""

from __future__ import annotations

import contextlib
import itertools
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import uvicorn
from sqlalchemy import update
from starlette.responses import Response

import callbacks
from feeds.catalogue.said import plain
from feeds.store.modules import Modules
from feeds.store.quarantine import Held, Quarantine
from feeds.store.tables import entities, records, trail
from tests.e2e.canned import Canned, application, country
from tests.security.payloads import ALL, PAYLOADS

WORDS = {  # keys of JSON whose values people read and others wrote
    "vi", "en", "source", "place_vi", "entity_vi", "entity_en", "text", "paper", "note", "name", "reason", "why", "by",
    "title", "unit", "parent_vi", "parent_en", "procedure", "field", "channel", "applicant", "owner", "label", "stamp",
    "incident", "said", "who", "what", "seat", "role",
}  # fmt: skip


NAMED = dict.fromkeys(("vi", "en", "feed_vi", "feed_en", "place_vi", "note", "by", "in_unit", "decided_by", "why"), ALL)
FIGURE = {"id": 1, "state": "waiting", "live": False, "value": 1.0, "at": 0, **NAMED}
ROW = dict.fromkeys(("who", "role", "what", "why", "seat"), ALL)
ROWS = [{"n": n, "at_ms": 0, "act": "login", "outcome": "done", "facts": {"times": ALL}, **ROW} for n in range(3)]
PERSON = {"login": ALL, "name": ALL, "role": "staff", "units": [ALL], "state": "active", "sessions": 1, "signed_in": 0}
GRANT = {"id": 1, "login": ALL, "role": "staff", "units": [ALL], "by": ALL, "at": 0, "why": ALL}
SCREEN = {"name": ALL, "place": ALL, "revoked": None, "exchanged": 1, "heard": 1}
KEY = {"name": ALL, "sources": [ALL], "feeds": [ALL], "units": [ALL], "rate": 1, "used": 1, "revoked": None}
MINE = {"login": ALL, "shown": ALL, "role": "staff", "units": [ALL], "acts": ["audit"], "local": True, "demo": False,
        "sessions": [{"since_ms": 0, "seat": ALL, "this": True}]}  # fmt: skip
DOORS = {  # of pages that the canned country does not have
    "/api/v1/people": json.dumps({"me": "x", "accounts": [PERSON], "waiting": [GRANT]}).encode(),
    "/api/v1/screens": json.dumps({"screens": [SCREEN]}).encode(),
    "/api/v1/keys": json.dumps({"keys": [KEY]}).encode(),
    "/session/mine": json.dumps(MINE).encode(),
    "/login/link/open": json.dumps({"login": ALL, "name": ALL, "totp": "", "picture": ""}).encode(),
    "/api/v1/audit": json.dumps({"rows": ROWS}).encode(),
    "/api/v1/figures": json.dumps({"figures": [FIGURE, FIGURE | {"id": 2, "state": "refused"}]}).encode(),
    "/api/v1/figures/fields": json.dumps(
        {"fields": [{"feed": "x", "param": "y", "unit": ALL, **NAMED}], "places": [{"code": "2025:01", **NAMED}]}
    ).encode(),
}


class Poison:
    """Rewrites texts, each time with the next payload; every fifth with all of them."""

    def __init__(self) -> None:
        self._next = itertools.cycle(
            word for n, one in enumerate(PAYLOADS) for word in ((one, ALL) if n % 5 == 0 else (one,))
        )

    def word(self) -> str:
        return next(self._next)

    def told(self, value: Any, key: str = "") -> Any:
        """The same shape with hostile words."""
        if isinstance(value, dict):
            return {k: self.told(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [self.told(each, key) for each in value]
        return self.word() if isinstance(value, str) and value and key in WORDS else value

    def body(self, body: bytes) -> bytes:
        """A JSON body, or the events of a stream."""
        if body.startswith(b"event:"):
            lines = body.decode().split("\n")
            return "\n".join(
                f"data: {self.json(line[6:])}" if line.startswith("data: ") else line for line in lines
            ).encode()
        return self.json(body.decode()).encode()

    def json(self, text: str) -> str:
        try:
            return json.dumps(self.told(json.loads(text)), ensure_ascii=False)
        except ValueError:
            return text


class Poisoned:
    """Everything that the canned country answers to /api and /stream, poisoned."""

    def __init__(self, canned: Canned) -> None:
        self.app = application(canned)
        self.poison = Poison()
        entrance = callbacks.signing(canned.site)
        self._own = {f"/{name}": entrance[name]["vi"] for name in ("people", "account")} | DOORS
        self._own |= {"/audit": callbacks.audit(canned.site)["vi"], "/entry": callbacks.entry(canned.site)["vi"]}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        own = self._own.get(scope.get("path", ""))
        if own is not None:
            kind = "text/html; charset=utf-8" if own.startswith(b"<") else "application/json"
            await Response(own, media_type=kind)(scope, receive, send)
            return
        if not str(scope.get("path", "")).startswith(("/api/", "/stream")):
            await self.app(scope, receive, send)
            return

        async def answer(message: Any) -> None:
            if message["type"] == "http.response.start":
                kept = [(k, v) for k, v in message["headers"] if k.lower() != b"content-length"]
                message = {**message, "headers": kept}
            elif message.get("body"):
                message = {**message, "body": self.poison.body(bytes(message["body"]))}
            await send(message)

        await self.app(scope, receive, answer)


def hostile_rows(canned: Canned) -> None:
    """Records, stations and refused messages with hostile words in every field that takes a text."""
    assert canned.desk is not None
    database, poison = canned.desk.database, Poison()
    now = time.time_ns() // 1_000_000
    held = [
        Held(feed="air", source=poison.word()[:80], received=now - n * 1000, stage="meaning", code="value_range",
             unit="68", reason=poison.word(), connector="http", bytes=poison.word().encode("utf-8", "surrogatepass"))
        for n in range(len(PAYLOADS))
    ]  # fmt: skip
    Quarantine(database).put(held)
    with database.write() as connection:
        for n in range(60):
            said = {"procedure": poison.word(), "field": poison.word(), "channel": poison.word(), "note": poison.word()}
            for table in (records, trail):
                row = update(table).where(table.c.id == f"H36.68-{n:06}")
                connection.execute(row.values(fields=said, source=poison.word()))
        connection.execute(update(entities).values(vi=ALL, en=ALL))
    for n, one in enumerate(PAYLOADS):
        Modules(database).refuse(f"m{n}-{one}"[:60], "d", n, plain(f"{one} {ALL}"), now)


def topics(canned: Canned) -> None:
    """What a nation's social page is told besides figures."""
    for scope in ("vn", "vn:social", "46:air"):
        state = canned.states.setdefault(scope, canned.snapshot(scope))
        state["topics"] = [{"code": word, "n": 9 - n} for n, word in enumerate(PAYLOADS[:6])]
        item = {"at": "2026-11-21T10:00:00+07:00", "topic": ALL, "paper": "x", "text": "x", "url": "javascript:xss()"}
        state["items"] = [item] * 10


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """The poisoned country behind an address."""
    canned = country()
    hostile_rows(canned)
    topics(canned)
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    config = uvicorn.Config(Poisoned(canned), log_level="error", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(5)
