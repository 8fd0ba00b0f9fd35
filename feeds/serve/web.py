"""The web process: uvicorn on uvloop and httptools, with the limits that its defaults leave open."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from typing import Any, Protocol

import uvicorn
from starlette.types import Receive, Send
from starlette.types import Scope as Connection
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from feeds.catalogue.settings import Settings

HEADERS_S = 15.0  # from the first byte of a request (or the connection) to the end of its headers
HEAD_BYTES = 64 * 1024  # of a request line and its headers: httptools itself sets no bound
GRACE_S = 2
SWITCH_S = 0.001  # how long a computing thread may keep the interpreter from the loop (Python's default: 5 ms)
SEND_BUFFER = 256 * 1024  # of a connection, in the kernel: what a stalled client may hold there
BACKLOG = 2048


class Application(Protocol):
    """An ASGI application that can end its open streams."""

    async def __call__(self, connection: Connection, receive: Receive, send: Send) -> None:
        """Serve."""

    async def close(self) -> None:
        """End what would stay open."""


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which also cuts those who never finish their headers and lets a stream be cut."""

    _deadline: asyncio.TimerHandle | None = None
    _head = 0  # bytes that came while headers were awaited

    def data_received(self, data: bytes) -> None:
        """Pass bytes on; cut who sends headers without end."""
        super().data_received(data)
        if self._deadline is not None:
            self._head += len(data)
            if self._head > HEAD_BYTES:
                self.transport.abort()

    def connection_made(self, transport: Any) -> None:
        """Start the deadline of the first request."""
        super().connection_made(transport)
        self.access_log = False  # ten thousand streams are no news
        self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the deadline."""
        self._have_headers()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """A request begins: it may cut its own connection."""
        super().on_message_begin()
        self.scope["extensions"] = {"ioc.abort": {"call": self.transport.abort}}
        self._await_headers()

    def on_headers_complete(self) -> None:
        """The headers are in."""
        self._have_headers()
        super().on_headers_complete()

    def _await_headers(self) -> None:
        self._have_headers()
        self._head = 0
        self._deadline = self.loop.call_later(HEADERS_S, self.transport.abort)

    def _have_headers(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class Server(uvicorn.Server):
    """Ends the open streams first, so that stopping does not wait for them."""

    def __init__(self, config: uvicorn.Config, app: Application) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop in order: streams, connections, the rest."""
        await self._app.close()
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    listener.bind((host.strip("[]"), port))
    listener.listen(BACKLOG)
    listener.set_inheritable(True)
    return listener


def server(settings: Settings, app: Application) -> Server:
    """The server, ready to run."""
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=HttpProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level=max(logging.WARNING, logging.getLevelName(settings.log_level)),  # it tells every step of a start
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE_S,
    )
    return Server(config, app)


def main(settings: Settings, app: Application, listener: socket.socket | None = None) -> None:
    """Serve until SIGTERM or SIGINT; within three seconds of it every connection is closed."""
    sys.setswitchinterval(SWITCH_S)
    sock = listener or listen(settings.host, settings.port)
    server(settings, app).run(sockets=[sock])
