"""`GET /stream?scope=vn,01`: server-sent events of one or more scopes. Raw ASGI, one shared hub."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Callable, Container, Iterable, Sequence
from urllib.parse import parse_qs

from starlette.types import Receive, Send
from starlette.types import Scope as Connection

from feeds.catalogue.scope import NATION_NAME, Scope
from feeds.serve.answers import Refusal, header, takes_gzip
from feeds.serve.frames import Version, opening, read_ids, read_version
from feeds.serve.group import Client
from feeds.serve.hub import Hub

SCOPE = re.compile(r"(vn|\d{2})(:[a-z][a-z0-9_]{0,31})?")
MOST_SCOPES = 64  # a browser's tabs share one stream
MOST_CLIENTS = 20_000


def read_scopes(query: bytes) -> tuple[str, ...]:
    """The scopes asked for, in order and once each; Refusal says what is wrong."""
    asked = parse_qs(query.decode("ascii", "replace"), keep_blank_values=True).get("scope", ["vn"])
    names = tuple(dict.fromkeys(name for part in asked for name in part.split(",") if name))
    if not names or len(names) > MOST_SCOPES:
        raise Refusal(400, f"scope: name 1 to {MOST_SCOPES} scopes, such as vn,01")
    for name in names:
        if not SCOPE.fullmatch(name):
            raise Refusal(400, "scope: vn, a unit's two digits, or either with a domain, such as 01:air")
    return names


def read_held(text: str, scopes: Sequence[str]) -> dict[str, Version]:
    """What a `Last-Event-ID` says; of one scope alone the version may stand bare, as a snapshot's ETag gives it."""
    bare = read_version(text.strip().strip('"')) if len(scopes) == 1 else None
    return {scopes[0]: bare} if bare else read_ids(text)


class Stream:
    """The endpoint. `scope_of` gives what the session behind a connection may see, `units` are those there are."""

    def __init__(self, hub: Hub, scope_of: Callable[[Connection], Scope], units: Container[str]) -> None:
        self.hub = hub
        self.scope_of = scope_of
        self.units = units

    async def __call__(self, connection: Connection, receive: Receive, send: Send) -> None:
        """Answer with the stream until the client leaves, is cut, or the server stops."""
        sight = self.scope_of(connection)
        watched = tuple((name, sight.audience_of(name)) for name in read_scopes(connection["query_string"]))
        self._check(name for name, _ in watched)
        if self.hub.closing or self.hub.clients >= MOST_CLIENTS:
            raise Refusal(503, "no room for another stream now", retry_after=5)
        gzip = takes_gzip(connection)
        await send({"type": "http.response.start", "status": 200, "headers": _headers(gzip)})
        retry = random.randint(500, 3000)  # so that those cut together do not come back together
        await send({"type": "http.response.body", "body": opening(retry, gzip), "more_body": True})
        held = read_held(header(connection, b"last-event-id").decode("ascii", "replace"), [name for name, _ in watched])
        abort = connection.get("extensions", {}).get("ioc.abort", {}).get("call")
        client = Client(send, abort=abort, task=asyncio.current_task())
        try:
            with self.hub.member(client, watched, gzip, held):
                while (await receive())["type"] != "http.disconnect":
                    pass
        except asyncio.CancelledError:
            if not self.hub.closing and client.stalled is None:
                raise

    def _check(self, names: Iterable[str]) -> None:
        """Refusal 404 for a unit that will never be. A domain may be withdrawn under an open page, which shares its
        stream with the others of its browser: that one waits in silence and takes nobody's stream away."""
        for name in names:
            unit = name.partition(":")[0]
            if unit != NATION_NAME and unit not in self.units:
                raise Refusal(404, "there is no such unit")


def _headers(gzip: bool) -> list[tuple[bytes, bytes]]:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"vary", b"accept-encoding"),
        (b"x-accel-buffering", b"no"),
    ]
    return [*headers, (b"content-encoding", b"gzip")] if gzip else headers
