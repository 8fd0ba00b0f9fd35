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
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')


class Question(msgspec.Struct):
    """A callback's request, as far as Dash cannot do without it."""

    output: str
    inputs: list[Any]
    changedPropIds: list[str] = []
    outputs: Any = None
    state: list[Any] = []


class Door:
    """Mounts the Flask application. At most `waiting` requests are inside at once."""

    def __init__(self, flask_app: WSGIApp, threads: int = THREADS, waiting: int = WAITING) -> None:
        self.waiting = waiting
        self.app = cast(ASGIApp, WSGIMiddleware(flask_app, workers=threads))
        self.inside = 0

    async def __call__(self, connection: Connection, receive: Receive, send: Send) -> None:
        """Ask Dash. The answer is taken whole, so that a slow reader never holds a thread."""
        if self.inside >= self.waiting:
            raise Refusal(503, "too many questions at once", retry_after=1)
        self.inside += 1
        try:
            if connection["method"] == "POST":
                receive = await _checked(connection["path"], receive)
            got = Answer()
            await self.app(connection, receive, got)
        finally:
            self.inside -= 1
        await got.give(connection, send)


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
        headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def _checked(path: str, receive: Receive) -> Receive:
    """The same body again, once it is known to be a question Dash can take."""
    message = await receive()
    check_question(path, message.get("body", b""))

    async def again() -> Message:
        return message

    return again


def check_question(path: str, body: bytes) -> None:
    """Refusal 400 for JSON that is broken, too deep, or no callback's question."""
    if depth_over(body, DEEPEST):
        raise Refusal(400, "the JSON is nested too deep or its brackets do not match")
    try:
        if path.endswith("/_dash-update-component"):
            msgspec.json.decode(body, type=Question)
        else:
            msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refusal(400, "this is not a question this server understands") from None


def depth_over(body: bytes, deepest: int) -> bool:
    """True when the brackets of a JSON text nest deeper than `deepest`, or do not match."""
    brackets = _STRING.sub(b"", body).translate(None, delete=_NOT_BRACKETS)
    for _ in range(deepest):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    return bool(brackets)


_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
