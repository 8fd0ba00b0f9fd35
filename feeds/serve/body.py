"""Request bodies: read whole, bounded and against a deadline, before a thread of any pool is taken."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping

from starlette.types import Message, Receive
from starlette.types import Scope as Connection

from feeds.serve.answers import Refusal, header

KB = 1024
SMALL = 256 * KB  # a callback's question
TOGETHER = 64 * KB * KB  # all bodies being held at once
PATIENCE_S = 10.0
LINGER_S = 1.0  # so long, and so much, is let run off of what is too large: who still sends does not hear the answer
LINGER_BYTES = 32 * KB * KB


class TooLarge(Refusal):
    """413: a body over the limit."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, f"the body is over {limit} bytes")


class Bodies:
    """Reads bodies within limits by path prefix; counts what all of them hold together."""

    def __init__(
        self, limits: Mapping[str, int], most: int = SMALL, together: int = TOGETHER, patience: float = PATIENCE_S
    ) -> None:
        self.limits = limits
        self.most = most
        self.together = together
        self.patience = patience
        self.held = 0

    @contextlib.asynccontextmanager
    async def whole(self, connection: Connection, receive: Receive) -> AsyncIterator[bytes | None]:
        """The whole body while the block lasts; None when the request has none. Refusal 408, 413 or 503."""
        if not _has_body(connection):
            yield None
            return
        if connection["method"] != "POST":
            raise Refusal(400, "this request takes no body")
        limit = next((n for prefix, n in self.limits.items() if connection["path"].startswith(prefix)), self.most)
        taken = bytearray()
        try:
            yield await self._read(taken, receive, limit, int(header(connection, b"content-length") or 0))
        except TooLarge:
            if not header(connection, b"expect"):  # who asks first has sent nothing yet
                await _let_run_off(receive)
            raise
        finally:
            self.held -= len(taken)

    async def _read(self, taken: bytearray, receive: Receive, limit: int, announced: int) -> bytes:
        if announced > limit:
            raise TooLarge(limit)
        try:
            async with asyncio.timeout(self.patience):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Refusal(400, "the body was cut off")
                    self._take(taken, message.get("body", b""), limit)
                    if not message.get("more_body", False):
                        return bytes(taken)
        except TimeoutError:
            raise Refusal(408, "the body came too slowly") from None

    def _take(self, taken: bytearray, piece: bytes, limit: int) -> None:
        if len(taken) + len(piece) > limit:
            raise TooLarge(limit)
        if self.held + len(piece) > self.together:
            raise Refusal(503, "too many uploads at once", retry_after=2)
        self.held += len(piece)
        taken += piece


async def _let_run_off(receive: Receive) -> None:
    """Read and forget what is still being sent, within bounds: a connection closed on unread bytes is reset, and takes
    the answer with it."""
    seen = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LINGER_S):
            while seen <= LINGER_BYTES:
                message = await receive()
                seen += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return


def replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives a body already read, then what the connection says next."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def measured(connection: Connection, body: bytes) -> Connection:
    """The connection with the true length of its body, however it came."""
    kept = [(k, v) for k, v in connection["headers"] if k not in (b"content-length", b"transfer-encoding")]
    return {**connection, "headers": [*kept, (b"content-length", str(len(body)).encode())]}


def _has_body(connection: Connection) -> bool:
    length = header(connection, b"content-length")
    if length and not (length.isdigit() and len(length) < 16):
        raise Refusal(400, "content-length is not a number")
    return connection["method"] == "POST" or bool(int(length or 0)) or bool(header(connection, b"transfer-encoding"))
