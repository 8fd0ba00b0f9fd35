"""Asks an ASGI application directly, without a server: one request, its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote


@dataclass
class Told:
    """An answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")


async def ask(
    app: Any,
    method: str,
    target: str,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    client: str = "10.0.0.9",
) -> Told:
    """What `app` answers to a request; `target` as it stands in the request line."""
    path, _, query = target.partition("?")
    given = {"host": "127.0.0.1", **(headers or {})}
    if body or method == "POST":
        given = {"content-type": "application/json", "content-length": str(len(body)), **given}
    connection = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": unquote(path), "raw_path": path.encode(), "query_string": query.encode(),
        "root_path": "",
        "headers": [(key.lower().encode(), value.encode("latin1")) for key, value in given.items()],
        "client": (client, 4321), "server": ("127.0.0.1", 80), "extensions": {},
    }  # fmt: skip
    said: list[Any] = []
    sent = False

    async def receive() -> dict[str, Any]:
        nonlocal sent
        if sent:
            await asyncio.sleep(3600)
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        said.append(message)

    await app(connection, receive, send)
    start = said[0]
    return Told(
        start["status"],
        [(key.decode(), value.decode("latin1")) for key, value in start["headers"]],
        b"".join(message.get("body", b"") for message in said[1:]),
    )
