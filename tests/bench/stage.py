"""The stage of the browser's figures: the real parts, silent until told, a callback that burns CPU, the plain peers.

python -m tests.bench.stage web        our web process with one more callback, which computes for two seconds
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app import create_app
from feeds.catalogue.settings import Settings
from tests.conftest import ROOT, RedisPair, find_free_port, is_ready, wait_until

BURN_S = 2.0
STYLES = ("dict", "figure")


@dataclass
class Stage:
    """Addresses of ours and of the peers."""

    url: str
    peers: dict[str, str]
    env: dict[str, str]


@contextlib.contextmanager
def stage(speed: str = "0") -> Iterator[Stage]:
    """Redis, aggregator, web and both peers on loopback; everything ends with the block."""
    with tempfile.TemporaryDirectory(prefix="ioc-") as folder, contextlib.ExitStack() as ends:
        pair = RedisPair(Path(folder) / "var")
        ends.callback(pair.stop)
        for name in ("durable", "volatile"):
            pair.start(name)
        env = _environment(pair, speed)
        web = _start(ends, env, "-m", "tests.bench.stage", "web")
        _start(ends, env, "-m", "feeds", "aggregate")
        url = f"http://127.0.0.1:{env['IOC_PORT']}"
        wait_until(lambda: is_ready(url) or web.poll() is not None, 60, "for our web process")
        yield Stage(url, {style: _peer(ends, env, style) for style in STYLES}, env)


def _environment(pair: RedisPair, speed: str) -> dict[str, str]:
    urls = {"IOC_REDIS_URL": pair.url("durable"), "IOC_CACHE_REDIS_URL": pair.url("volatile")}
    peer = {"PEER_REDIS": pair.url("volatile"), "PEER_WORLD": "sim"}
    ours = {"IOC_VAR": str(pair.var), "IOC_PORT": str(find_free_port()), "IOC_SIM_SPEED": speed, **urls}
    return {**os.environ, **ours, **peer}


def _peer(ends: contextlib.ExitStack, env: dict[str, str], style: str) -> str:
    port = find_free_port()
    _start(ends, env, "-m", "gunicorn", "--threads", "8", "--log-level", "error", "--bind", f"127.0.0.1:{port}",
           f"tests.bench.peer:create('{style}')")  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    wait_until(lambda: _answers(url), 60, "for the peer")
    return url


def _answers(url: str) -> bool:
    import urllib.error
    import urllib.request

    with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url, timeout=2) as answer:
        return bool(answer.status == 200)
    return False


def _start(ends: contextlib.ExitStack, env: dict[str, str], *words: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, *words], cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
    ends.callback(process.wait, 20)
    ends.callback(process.terminate)
    return process


class Burning:
    """Our application, and beside it an address that computes in Python for `BURN_S` seconds, as bad callbacks do."""

    def __init__(self, settings: Settings) -> None:
        self._app = create_app(settings)

    async def __call__(self, connection: Any, receive: Any, send: Any) -> None:
        if connection.get("path") != "/bench/burn":
            await self._app(connection, receive, send)
            return
        body = await asyncio.to_thread(burn)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    async def close(self) -> None:
        """End what the application holds open."""
        await self._app.close()


def burn() -> bytes:
    """Keep one thread computing."""
    end, n = time.perf_counter() + BURN_S, 0
    while time.perf_counter() < end:
        n += 1
    return str(n).encode()


if __name__ == "__main__":
    from feeds.host import web_process

    web_process.serve(Settings.from_env(), Burning)
