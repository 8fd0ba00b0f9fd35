"""Dash's Flask application behind the front: a bounded pool of threads, and questions checked before one is taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, cast

import msgspec
from a2wsgi import WSGIMiddleware
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as Connection

from feeds.serve.answers import Refusal

WSGIApp = Callable[..., Iterable[bytes]]
THREADS = 8
WAITING = 64  # requests in the pool or before it; more are asked to come again
QUEUED_PIECES = 8192  # of one answer: a slow reader holds the answer, never a thread
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
    """Mounts the Flask application. At most WAITING requests are inside at once."""

    def __init__(self, flask_app: WSGIApp, threads: int = THREADS) -> None:
        self.app = cast(ASGIApp, WSGIMiddleware(flask_app, workers=threads, send_queue_size=QUEUED_PIECES))
        self.inside = 0

    async def __call__(self, connection: Connection, receive: Receive, send: Send) -> None:
        """Ask Dash."""
        if self.inside >= WAITING:
            raise Refusal(503, "too many questions at once", retry_after=1)
        self.inside += 1
        try:
            if connection["method"] == "POST":
                receive = await _checked(connection["path"], receive)
            await self.app(connection, receive, send)
        finally:
            self.inside -= 1


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
