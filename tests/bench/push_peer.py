"""How many browsers a plain Dash page holds: each asks all its callbacks once a second over six connections.

A client is held while 95 of 100 of its updates are complete within a second of their interval.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from tests.conftest import ROOT, find_free_port, wait_until

STEPS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48)
SECONDS = 8
Asked = dict[str, Any]
CONNECTIONS = 6  # that a browser opens to one host


def measure(redis_url: str, core: int, style: str) -> int:
    """Clients held by one process on one core."""
    port = find_free_port()
    command = ["taskset", "-c", str(core), sys.executable, "-m", "gunicorn", "--threads", "8", "--log-level", "error"]
    command += ["--bind", f"127.0.0.1:{port}", f"tests.bench.peer:create('{style}')"]
    env = {**os.environ, "PEER_REDIS": redis_url, "PEER_WORLD": "sim"}
    server = subprocess.Popen(command, cwd=Path(ROOT), env=env)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: _answers(url), 60, "for the peer")
        return _climb(url)
    finally:
        server.terminate()
        server.wait(10)


def _climb(url: str) -> int:
    held = 0
    for clients in STEPS:
        took = asyncio.run(_load(url, clients))
        if len(took) < clients * (SECONDS - 2) or statistics.quantiles(took, n=20)[18] > 1.0:
            break
        held = clients
    return held


async def _load(url: str, clients: int) -> list[float]:
    """Seconds that each update of each client took."""
    limits = httpx.Limits(max_connections=CONNECTIONS)
    async with httpx.AsyncClient(base_url=url) as asking:
        questions = _questions((await asking.get("/_dash-dependencies")).json())
    took: list[float] = []
    await asyncio.gather(*(_client(url, limits, questions, i / clients, took) for i in range(clients)))
    return took


async def _client(url: str, limits: httpx.Limits, questions: list[Asked], phase: float, took: list[float]) -> None:
    end = time.monotonic() + SECONDS
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=30) as browser:
        await asyncio.sleep(phase)
        while (began := time.monotonic()) < end:
            await asyncio.gather(*(_ask(browser, asked) for asked in questions))
            took.append(time.monotonic() - began)
            await asyncio.sleep(max(0.0, 1.0 - (time.monotonic() - began)))


async def _ask(browser: httpx.AsyncClient, asked: Asked) -> None:
    """A browser, too, asks again when the server has closed the connection it would have used."""
    while True:
        try:
            (await browser.post("/_dash-update-component", json=asked)).raise_for_status()
        except httpx.TransportError:
            continue
        return


def _questions(callbacks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the page asks at each interval."""
    asked = []
    for callback in callbacks:
        if callback.get("clientside_function") or not callback["inputs"]:
            continue
        element, _, name = callback["output"].strip(".").rpartition(".")
        asked.append(
            {
                "output": callback["output"],
                "outputs": {"id": element, "property": name},
                "inputs": [{**each, "value": 1} for each in callback["inputs"]],
                "changedPropIds": ["tick.n_intervals"],
            }
        )
    return json.loads(json.dumps(asked))


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
