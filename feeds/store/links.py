"""Clients of the two Redis servers; nothing else in the product opens a connection to Redis.

No client retries: a lost reply to an XADD would be sent twice and counted twice, so the caller decides.
A pool notices a closed connection before it lends it, so the next command after a restart simply works.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import redis
import redis.asyncio

from feeds.catalogue.settings import Settings

DURABLE = "durable"
VOLATILE = "volatile"
SOCKET_NAME = "redis.sock"
LONGEST_SOCKET_PATH = 107  # bytes that sockaddr_un holds before its closing zero
CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 10.0  # longer than any blocking read we ask for; a Redis that is silent for longer is down


def durable(settings: Settings) -> redis.Redis:
    """Client of the Redis that loses nothing: streams and aggregated state."""
    return client(settings.redis_url, settings.var, DURABLE)


def volatile(settings: Settings, patience: float = ANSWER_SECONDS) -> redis.Redis:
    """Client of the Redis whose content can be made again: snapshots, announcements, frames, cache."""
    return client(settings.cache_redis_url, settings.var, VOLATILE, patience)


def durable_async(settings: Settings) -> redis.asyncio.Redis:
    """As `durable`, for the event loop."""
    return async_client(settings.redis_url, settings.var, DURABLE)


def volatile_async(settings: Settings) -> redis.asyncio.Redis:
    """As `volatile`, for the event loop."""
    return async_client(settings.cache_redis_url, settings.var, VOLATILE)


def client(url: str | None, var: Path, name: str, patience: float = ANSWER_SECONDS) -> redis.Redis:
    """Client of the server at `url`, or of the embedded server `name` under `var`; waits `patience` for an answer."""
    if url is not None:
        return redis.Redis.from_url(url, **_options(patience))
    return redis.Redis(unix_socket_path=reachable(embedded_socket(var, name)), **_options(patience))


def async_client(url: str | None, var: Path, name: str) -> redis.asyncio.Redis:
    """As `client`, for the event loop."""
    if url is not None:
        return redis.asyncio.Redis.from_url(url, **_options())
    return redis.asyncio.Redis(unix_socket_path=reachable(embedded_socket(var, name)), **_options())


def embedded_folder(var: Path, name: str) -> Path:
    """Where the embedded server `name` keeps its data and its socket."""
    return var.absolute() / "redis" / name


def embedded_socket(var: Path, name: str) -> Path:
    """The unix socket of the embedded server `name`."""
    return embedded_folder(var, name) / SOCKET_NAME


def reachable(socket: Path) -> str:
    """A path to `socket` that fits into a socket address: through a held folder when the real one is too long."""
    path = str(socket)
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    return f"/proc/self/fd/{_held_folder(str(socket.parent))}/{socket.name}"


@cache
def _held_folder(folder: str) -> int:
    """An open descriptor of `folder`, kept for the life of the process."""
    return os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)


def _options(patience: float = ANSWER_SECONDS) -> dict[str, Any]:
    return {
        "retry": None,
        "retry_on_error": [],
        "socket_connect_timeout": CONNECT_SECONDS,
        "socket_timeout": patience,
        "decode_responses": False,
    }
