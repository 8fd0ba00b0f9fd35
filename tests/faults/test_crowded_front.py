"""Slow uploads and slow questions at the real front: pages, doors and the push go on."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from tests.conftest import System
from tests.faults.producers import posting
from tests.faults.readings import event
from tests.faults.system import running
from tests.serve.running import Reader

pytestmark = [pytest.mark.faults, pytest.mark.alone]
DASH = "/_dash-update-component"
SLOW_WEB = Path(__file__).with_name("slow_web.py")
PROVINCES = ("01", "31", "46", "48", "79", "92")
CALLBACK_S = 2.0
LISTEN_S = 8.0


def question(path: str = "/", query: str = "") -> dict[str, object]:
    """What a page asks when it is opened: the chart of its figure."""
    asked = [
        {"id": "address", "property": "pathname", "value": path},
        {"id": "address", "property": "search", "value": query},
    ]
    output = {"id": "drill", "property": "children"}
    return {"output": "drill.children", "outputs": output, "inputs": asked, "changedPropIds": ["address.pathname"]}


@contextmanager
def uploading(system: System, path: str) -> Iterator[None]:
    """A body that drips, one byte in a tenth of a second, and never ends."""
    with socket.create_connection(("127.0.0.1", int(system.env["IOC_PORT"])), 20) as sock:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 200000\r\n"
        )
        sock.sendall(head.encode() + b'\r\n{"output": "')
        over = threading.Event()

        def drip() -> None:
            while not over.wait(0.1):
                sock.sendall(b"x")

        thread = threading.Thread(target=drip)
        thread.start()
        yield
        over.set()
        thread.join()


def test_everything_answers_while_eight_uploads_crawl(quiet_system: System) -> None:
    with ExitStack() as uploads, httpx.Client(base_url=quiet_system.url, timeout=10) as client:
        for _ in range(8):
            uploads.enter_context(uploading(quiet_system, DASH))
            uploads.enter_context(uploading(quiet_system, "/api/v1/events/air"))
        waits = []
        for province in ("", "p/01", "p/48", "p/79/air", "d/air"):
            began = time.monotonic()
            assert client.get(f"/{province}").status_code == 200
            client.headers["X-CSRFToken"] = client.cookies["_csrf_token"]
            assert client.post(DASH, json=question(f"/{province}")).status_code == 200
            assert client.post("/api/v1/events/air", json=[event()]).status_code == 202
            assert client.get("/api/v1/snapshot/vn").status_code == 200
            waits.append(time.monotonic() - began)
        assert max(waits) < 8, waits  # behind the uploads they would wait for ten seconds


@pytest.mark.timeout(360)
def test_two_second_callbacks_do_not_delay_the_push(tmp_path: Path) -> None:
    with running(tmp_path, str(SLOW_WEB)) as system, posting(system.env["IOC_PORT"], tmp_path / "ledger", 200):
        stream = Reader(int(system.env["IOC_PORT"]), "scope=vn,01")
        stream.next()
        with asking(system) as answers:
            delays = sorted(frame_delays(stream, LISTEN_S))
        stream.close()
        assert len(answers) >= 2 and min(answers) >= CALLBACK_S  # the questions were as slow as they were meant to be
        assert len(delays) >= 10
        assert delays[round(len(delays) * 0.95) - 1] < 1.0, delays


@contextmanager
def asking(system: System) -> Iterator[list[float]]:
    """Two people who keep asking for charts; gives how long each answer took."""
    answers: list[float] = []
    over = threading.Event()

    def ask(first: int) -> None:
        number = first
        while not over.is_set():
            began = time.monotonic()
            address = question(
                f"/p/{('01', '31', '46', '48', '79', '92')[number % 6]}", f"?hours={(6, 24, 72)[number % 3]}"
            )
            assert httpx.post(system.url + DASH, json=address, timeout=60).status_code == 200
            answers.append(time.monotonic() - began)
            number += 2

    people = [threading.Thread(target=ask, args=(first,)) for first in (0, 1)]
    for person in people:
        person.start()
    yield answers
    over.set()
    for person in people:
        person.join()


def frame_delays(stream: Reader, seconds: float) -> Iterator[float]:
    """How long after it was made each frame came."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        made = stream.next("delta")["data"]["at"]
        yield time.time() - datetime.fromisoformat(made).timestamp()
