"""Dash's Flask application behind the front: a bounded pool of threads, and questions checked before one is taken."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable
from typing import Any, cast

import msgspec
from a2wsgi import WSGIMiddleware
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as Connection

from feeds.serve.answers import PACKED, Refusal, gzip, takes_gzip

WSGIApp = Callable[..., Iterable[bytes]]
THREADS = 8
WAITING = 64  # requests in the pool or before it; more are asked to come again
DEEPEST = 64
TEXTS = ("pathname", "search", "hash", "href")  # of an address: texts, or nothing
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)  # also one without an end: each byte is read once


class Given(msgspec.Struct):
    """The value of one property of one component."""

    id: str | dict[str, Any]
    property: str
    value: Any = None


class Question(msgspec.Struct):
    """A callback's request, as far as Dash cannot do without it; an id with a pattern gives a list of values."""

    output: str
    inputs: list[Given | list[Given]]
    outputs: dict[str, Any] | list[Any]
    changedPropIds: list[str] = []
    state: list[Given | list[Given]] = []


class Declared(msgspec.Struct):
    """A callback as Dash lists it, as far as it matters here."""

    output: str
    inputs: list[Any]
    state: list[Any] = []
    clientside_function: Any = None  # it runs in the browser: nobody asks it here

    def fits(self, asked: Question) -> bool:
        """True when the question brings what the callback takes."""
        alike = len(asked.inputs) == len(self.inputs) and len(asked.state) == len(self.state)
        return alike and self.clientside_function is None


class Door:
    """Mounts the Flask application. At most `waiting` requests are inside at once."""

    def __init__(self, flask_app: WSGIApp, threads: int = THREADS, waiting: int = WAITING) -> None:
        self.waiting = waiting
        self.app = cast(ASGIApp, WSGIMiddleware(flask_app, workers=threads))
        self.inside = 0
        self._callbacks: dict[str, Declared] | None = None

    async def __call__(self, connection: Connection, receive: Receive, send: Send) -> None:
        """Ask Dash. The answer is taken whole, so that a slow reader never holds a thread."""
        if self.inside >= self.waiting:
            raise Refusal(503, "too many questions at once", retry_after=1)
        self.inside += 1
        try:
            if connection["method"] == "POST":
                receive = await self._checked(receive)
            got = Answer()
            await self.app(connection, receive, got)
        finally:
            self.inside -= 1
        await got.give(connection, send)

    async def get(self, path: str) -> Answer:
        """What the application answers to a plain GET."""
        got = Answer()
        await self.app(_plain_get(path), _no_body, got)
        return got

    async def _checked(self, receive: Receive) -> Receive:
        """The same body again, once it is known to be a question that Dash can take."""
        message = await receive()
        asked = read_question(message.get("body", b""))
        if self._callbacks is None:
            self._callbacks = await self._declared()
        callback = self._callbacks.get(asked.output)
        if "{" not in asked.output and (callback is None or not callback.fits(asked)):
            raise Refusal(400, "no page asks that")

        async def again() -> Message:
            return message

        return again

    async def _declared(self) -> dict[str, Declared]:
        """The callbacks by output; which component an id with a pattern means, only Dash knows."""
        got = await self.get("/_dash-dependencies")
        return {each.output: each for each in msgspec.json.decode(bytes(got.body), type=list[Declared])}


class Answer:
    """A `send` that takes an answer whole, to give it on compressed."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = bytearray()

    async def __call__(self, message: Message) -> None:
        """Take a message."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        else:
            self.body += message.get("body", b"")

    @property
    def kind(self) -> str:
        """The content type."""
        return dict(self.headers).get(b"content-type", b"application/octet-stream").decode("latin1")

    async def give(self, connection: Connection, send: Send) -> None:
        """Send it on."""
        body, headers = bytes(self.body), [(k, v) for k, v in self.headers if k != b"content-length"]
        coded = any(k == b"content-encoding" for k, _ in headers)
        if not coded and takes_gzip(connection) and len(body) > 1024 and PACKED.match(self.kind):
            body = await asyncio.to_thread(gzip, body)
            headers += [(b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")]
        if self.status not in (204, 304):
            headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def read_question(body: bytes) -> Question:
    """A callback's question; Refusal 400 for JSON that is broken, too deep, or something else."""
    if depth_over(body, DEEPEST):
        raise Refusal(400, "the JSON is nested too deep or its brackets do not match")
    try:
        asked = msgspec.json.decode(body, type=Question)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refusal(400, "this is not a question this server understands") from None
    given = (one for part in (*asked.inputs, *asked.state) for one in (part if isinstance(part, list) else [part]))
    if any(one.property in TEXTS and not isinstance(one.value, str | None) for one in given):
        raise Refusal(400, "an address is a text")
    return asked


def depth_over(body: bytes, deepest: int) -> bool:
    """True when the brackets of a JSON text nest deeper than `deepest`, or do not match."""
    brackets = _STRING.sub(b"", body).translate(None, delete=_NOT_BRACKETS)
    for _ in range(deepest):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    return bool(brackets)


_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def _plain_get(path: str) -> Connection:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": [(b"host", b"localhost")],
        "server": ("localhost", 80),
        "client": None,
    }


async def _no_body() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}
