"""Request bodies: read whole, bounded and against a deadline, before a thread of any pool is taken."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Mapping

from starlette.types import Message, Receive
from starlette.types import Scope as Connection

from feeds.catalogue.settings import is_loopback
from feeds.serve.answers import Refusal, header
from feeds.serve.seat import address_of, block_of

KB = 1024
SMALL = 256 * KB  # a callback's question
TOGETHER = 64 * KB * KB  # all bodies being held at once
SHARES = 4  # one address alone may hold a fourth of it: who uploads slowly, or much, keeps nobody else out
PATIENCE_S = 10.0
LINGER_S = 1.0  # so long, and so much, is let run off of what is too large: who still sends does not hear the answer
LINGER_BYTES = 32 * KB * KB


class Taken(bytearray):
    """What has come of a body; `by` is the address or the block of addresses that sends it."""

    def __init__(self, by: str) -> None:
        super().__init__()
        self.by = by


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
        self._by: Counter[str] = Counter()  # of it, by who sends

    @contextlib.asynccontextmanager
    async def whole(self, connection: Connection, receive: Receive) -> AsyncIterator[bytes | None]:
        """The whole body while the block lasts; None when the request has none. Refusal 408, 413 or 503."""
        if not _has_body(connection):
            yield None
            return
        if connection["method"] != "POST":
            raise Refusal(400, "this request takes no body")
        limit = next((n for prefix, n in self.limits.items() if connection["path"].startswith(prefix)), self.most)
        taken = Taken(block_of(address_of(connection)))
        try:
            yield await self._read(taken, receive, limit, int(header(connection, b"content-length") or 0))
        except TooLarge:
            if not header(connection, b"expect"):  # who asks first has sent nothing yet
                await _let_run_off(receive)
            raise
        finally:
            self._hold(taken.by, -len(taken))

    async def _read(self, taken: Taken, receive: Receive, limit: int, announced: int) -> bytes:
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

    def _take(self, taken: Taken, piece: bytes, limit: int) -> None:
        if len(taken) + len(piece) > limit:
            raise TooLarge(limit)
        if len(piece) > self._room(taken.by):
            raise Refusal(503, "too many uploads at once", retry_after=2)
        self._hold(taken.by, len(piece))
        taken += piece

    def _room(self, by: str) -> int:
        """How much more may come from there; the programs of this machine are no strangers."""
        room = self.together - self.held
        return room if is_loopback(by) else min(room, self.together // SHARES - self._by[by])

    def _hold(self, by: str, more: int) -> None:
        self.held += more
        self._by[by] += more
        if not self._by[by]:
            del self._by[by]


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
