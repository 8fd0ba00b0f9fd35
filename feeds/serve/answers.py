"""Small answers of the ASGI side: errors with a sentence, JSON, and reading a request's headers."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from typing import Any

import msgspec
from starlette.types import Scope as Connection
from starlette.types import Send

PACKED = re.compile(r"text/|application/(json|javascript|geo\+json|manifest)|image/svg|font/(ttf|otf)")
Headers = Iterable[tuple[bytes, bytes]]


class Refusal(Exception):
    """A request that is answered with `status` and one sentence meant for the caller."""

    def __init__(self, status: int, sentence: str, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.retry_after = retry_after


def header(connection: Connection, name: bytes) -> bytes:
    """The first header of that (lower-case) name, or nothing."""
    for key, value in connection["headers"]:
        if key == name:
            return bytes(value)
    return b""


def takes_gzip(connection: Connection) -> bool:
    """True when the client says so."""
    return b"gzip" in header(connection, b"accept-encoding")


def gzip(plain: bytes, level: int = 6) -> bytes:
    """`plain` compressed, the same bytes each time."""
    packer = zlib.compressobj(level, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return packer.compress(plain) + packer.flush()


async def answer(send: Send, status: int, body: bytes, kind: bytes, headers: Headers = ()) -> None:
    """Send a whole answer."""
    known = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": known})
    await send({"type": "http.response.body", "body": body})


async def answer_json(send: Send, status: int, body: Any, headers: Headers = ()) -> None:
    """Send JSON that must not be kept."""
    known = ((b"cache-control", b"no-store"), *headers)
    await answer(send, status, msgspec.json.encode(body), b"application/json", known)


async def refuse(send: Send, refusal: Refusal) -> None:
    """Send a refusal; after one that leaves a body half read the connection is closed."""
    headers: list[tuple[bytes, bytes]] = []
    if refusal.retry_after:
        headers.append((b"retry-after", str(refusal.retry_after).encode()))
    if refusal.status in (400, 408, 413, 503):
        headers.append((b"connection", b"close"))
    await answer_json(send, refusal.status, {"error": refusal.sentence}, headers)
