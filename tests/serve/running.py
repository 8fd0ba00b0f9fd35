"""A front that really serves, on a port of its own, and clients that read its streams."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import redis
from flask import Flask, request

from feeds.access.needs import needs
from feeds.catalogue.keys import Keys
from feeds.serve import csrf, web
from feeds.serve.edition import Drawn
from feeds.serve.front import Guarded, front
from feeds.serve.paper import PLAIN, Paper
from feeds.serve.parts import Parts
from tests.conftest import wait_until

KEYS = Keys("sim")


@dataclass
class Site:
    """A running front."""

    port: int
    app: Guarded
    loop: asyncio.AbstractEventLoop
    server: web.Server
    thread: threading.Thread
    streams: list[Reader] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self, query: str = "scope=vn", **options: Any) -> Reader:
        reader = Reader(self.port, query, **options)
        self.streams.append(reader)
        return reader

    def raw(self, text: bytes, timeout: float = 30.0) -> bytes:
        """Send bytes, read until the server closes or falls silent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout) as sock:
            sock.sendall(text)
            got = b""
            try:
                while piece := sock.recv(65536):
                    got += piece
            except TimeoutError:
                pass
            return got


class Reader:
    """A stream read as a browser would: chunks, gzip, events."""

    def __init__(
        self, port: int, query: str, gzip: bool = True, last: str = "", read: bool = True, cookie: str = ""
    ) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), 10)
        if not read:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        head = f"GET /stream?{query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        head += "Accept-Encoding: gzip\r\n" if gzip else ""
        head += f"Last-Event-ID: {last}\r\n" if last else ""
        head += f"Cookie: {cookie}\r\n" if cookie else ""
        self.sock.sendall(head.encode() + b"\r\n")
        self.file = self.sock.makefile("rb")
        self.events: list[dict[str, Any]] = []
        self.status = 0
        self.wire = 0
        self._text = b""
        self._gunzip = zlib.decompressobj(31) if gzip else None
        if read:
            self.headers()

    def headers(self) -> None:
        self.status = int(self.file.readline().split()[1])
        while self.file.readline().strip():
            pass

    def next(self, *kinds: str, timeout: float = 30.0) -> dict[str, Any]:
        """The next event of one of the kinds (any but a beat when none is named)."""
        self.sock.settimeout(timeout)
        while True:
            event = self._event()
            self.events.append(event)
            if event["event"] in (kinds or ("snapshot", "delta")):
                return event

    def _event(self) -> dict[str, Any]:
        while True:
            while b"\n\n" not in self._text:
                self._text += self._chunk()
            block, _, self._text = self._text.partition(b"\n\n")
            found = dict(line.split(": ", 1) for line in block.decode().splitlines())
            if "event" in found:
                return {"event": found["event"], "id": found.get("id"), "data": json.loads(found["data"])}

    def _chunk(self) -> bytes:
        size = int(self.file.readline() or b"0", 16)
        if not size:
            raise EOFError
        self.wire += size
        body = self.file.read(size)
        self.file.readline()
        return self._gunzip.decompress(body) if self._gunzip else body

    def close(self) -> None:
        self.file.close()
        self.sock.close()


@dataclass
class Publisher:
    """Announces versions as the aggregator does."""

    redis: redis.Redis
    epoch: int = 1
    versions: dict[str, int] = field(default_factory=dict)
    pad: str = ""
    delta_pad: bool = False  # deltas carry the padding too

    def snapshot(self, scope: str = "vn") -> None:
        """Write the snapshot without a word."""
        version = self.versions.setdefault(scope, 1)
        body = {"scope": scope, "epoch": self.epoch, "version": version, "pad": self.pad}
        self.redis.hset(KEYS.snapshot(scope), mapping={"id": f"{self.epoch}-{version}", "json": json.dumps(body)})

    def tick(self, scope: str = "vn") -> int:
        """Write the next version and announce it."""
        was = self.versions.get(scope, 0)
        version = self.versions[scope] = was + 1
        body = {"scope": scope, "epoch": self.epoch, "version": version, "pad": self.pad}
        delta = {**body, "from": was, "at": time.time(), "pad": self.pad if self.delta_pad else ""}
        ids = f"{self.epoch}-{was} {self.epoch}-{version}"
        with self.redis.pipeline(transaction=True) as pipe:
            pipe.hset(KEYS.snapshot(scope), mapping={"id": f"{self.epoch}-{version}", "json": json.dumps(body)})
            pipe.publish(KEYS.tick(scope), ids.encode() + b"\n" + json.dumps(delta).encode())
            pipe.execute()
        return version


class Page(httpx.Client):
    """A client that shows its token with every change, as our pages do; an old one is exchanged and shown anew."""

    def post(self, url: Any, **words: Any) -> httpx.Response:
        shown = self.cookies.get(csrf.COOKIE)
        answer = self._meant(url, words)
        return (
            self._meant(url, words) if answer.status_code == 403 and self.cookies.get(csrf.COOKIE) != shown else answer
        )

    def _meant(self, url: Any, words: dict[str, Any]) -> httpx.Response:
        token = self.cookies.get(csrf.COOKIE)
        headers = {**(words.get("headers") or {}), **({"X-CSRFToken": token} if token else {})}
        return super().post(url, **{**words, "headers": headers})


def page_of(site: Site) -> httpx.Client:
    """What a page of ours may send: it has been given a token, and says where it was born."""
    client = httpx.Client(base_url=site.url)
    client.get("/")
    token = client.cookies[csrf.COOKIE]
    client.headers.update({"X-CSRFToken": token, "Origin": site.url, "Sec-Fetch-Site": "same-origin"})
    return client


def question(value: float = 0.0, **more: object) -> dict[str, object]:
    """What a page asks of the stand-in: wait so many seconds."""
    outputs = {"id": "x", "property": "y"}
    inputs = [{"id": "a", "property": "b", "value": value}]
    return {"output": "x.y", "outputs": outputs, "inputs": inputs, "changedPropIds": ["a.b"], **more}


def flask_app() -> Flask:
    """Stands for Dash: a page, a slow callback, an echo, a failure."""
    app = Flask("stand-in")

    @app.get("/")
    @needs("page")
    def page() -> str:
        return "page"

    @app.get("/wall")
    @needs("wall")
    def wall() -> str:
        return "wall"

    @app.post("/_dash-update-component")
    @needs("page")
    def callback() -> dict[str, int]:
        time.sleep(float(request.get_json()["inputs"][0]["value"]))
        return {"read": len(request.get_data())}

    @app.get("/_dash-dependencies")
    @needs("page")
    def dependencies() -> list[dict[str, object]]:
        return [{"output": "x.y", "inputs": [{"id": "a", "property": "b"}], "state": []}]

    @app.get("/compute")
    @needs("page")
    def compute() -> str:
        end = time.monotonic() + 2
        while time.monotonic() < end:
            sum(range(1000))
        return "done"

    @app.get("/fail")
    @needs("page")
    def fail() -> str:
        raise RuntimeError("password=hunter2")

    return app


def serve(
    parts: Parts,
    assets: Path,
    behind: Flask | None = None,
    paper: Paper = PLAIN,
    draw: Callable[[Parts], Drawn] | None = None,
    **changes: Any,
) -> Iterator[Site]:
    parts = replace(parts, settings=replace(parts.settings, **changes))
    listener = web.listen("127.0.0.1", 0)
    app = front(parts.settings, assets, Drawn(behind or flask_app(), paper=paper), parts, draw)
    server = web.server(parts.settings, app)
    loops: list[asyncio.AbstractEventLoop] = []

    async def run() -> None:
        loops.append(asyncio.get_running_loop())
        await server.serve(sockets=[listener])

    thread = threading.Thread(target=lambda: server.config.get_loop_factory()().run_until_complete(run()), daemon=True)
    thread.start()
    wait_until(lambda: server.started and app.hub.linked, 10, "for the front")
    site = Site(listener.getsockname()[1], app, loops[0], server, thread)
    try:
        yield site
    finally:
        for stream in site.streams:
            stream.close()
        server.should_exit = True
        thread.join(60)
        assert not thread.is_alive()
