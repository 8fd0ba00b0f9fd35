"""The two servers the push bench compares: ours, and the least that could broadcast the same bytes."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import redis.asyncio
import uvloop
from flask import Flask

from feeds.catalogue.keys import Keys
from feeds.catalogue.settings import Settings
from feeds.serve import web
from feeds.serve.edition import Drawn
from feeds.serve.frames import GZIP_HEADER, closing, opened, read_version, stored
from feeds.serve.front import front

HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
    b"content-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n"
)


def ours(settings: Settings, port: int) -> None:
    """The product's front, with an empty page behind it."""
    app = front(settings, settings.var, Drawn(Flask("empty")))
    web.main(settings, app, web.listen("127.0.0.1", port))


class Bare(asyncio.Protocol):
    """Answers anything with an open stream."""

    open: set[asyncio.Transport] = set()  # noqa: RUF012  shared on purpose

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(HEAD + _chunk(GZIP_HEADER + stored(b"retry: 1000\n\n")))
        self.open.add(self.transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.open.discard(self.transport)


async def bare(settings: Settings, port: int) -> None:
    """Redis message in, one loop over the transports out; no slow clients, no beats, no resume."""
    server = await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", port, backlog=2048)
    async with server, redis.asyncio.Redis.from_url(str(settings.cache_redis_url)).pubsub() as news:
        await news.psubscribe(Keys("sim").tick("*"))
        async for message in news.listen():
            if message["type"] == "pmessage":
                head, _, delta = message["data"].partition(b"\n")
                version = read_version(head.decode().split()[1])
                frame = _chunk(opened("delta", delta).gzip + closing(("vn",), (version,)).gzip)
                for transport in Bare.open:
                    transport.write(frame)


def _chunk(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(body), body)


def main() -> None:
    """Arguments: which, port, url of the volatile Redis, folder."""
    which, port, url, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3], Path(sys.argv[4])
    settings = Settings(cache_redis_url=url, var=folder, log_level="WARNING")
    if which == "ours":
        ours(settings, port)
    else:
        uvloop.run(bare(settings, port))


if __name__ == "__main__":
    main()
