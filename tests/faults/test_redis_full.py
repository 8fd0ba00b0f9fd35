"""The durable Redis has no room: senders are told to come again, nothing is evicted, and it goes on by itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from feeds.store import links
from tests.conftest import System, wait_until
from tests.faults.ledger import Ledger, holds
from tests.faults.producers import posting
from tests.faults.readings import JSON, event, post
from tests.faults.system import pids, running

pytestmark = pytest.mark.faults
RATE = 500.0


@pytest.mark.timeout(480)
def test_a_full_redis_refuses_and_forgets_nothing(tmp_path: Path) -> None:
    with running(tmp_path) as system, links.durable(system.settings()) as durable:
        before = pids(system)
        with posting(system.env["IOC_PORT"], tmp_path / "ledger", RATE):
            wait_until(lambda: durable.scard("sim:parts") > 8, 20, "for the first events")
            room: Any = durable.config_get("maxmemory")
            durable.config_set("maxmemory", "1mb")
            refused = refusal(system)
            assert int(refused.headers["retry-after"]) > 0 and "gửi lại" in refused.json()["reason"]
            pages_go_on(system)
            durable.config_set("maxmemory", room["maxmemory"])
            wait_until(lambda: post_one(system).status_code == 202, 20, "for the door to open again")
            so_far = accepted(system)
            wait_until(lambda: accepted(system) > so_far + RATE, 20, "for the events to flow again")
        told: Any = durable.info("stats")
        assert told["evicted_keys"] == 0
        holds(system, Ledger.read(tmp_path / "ledger"), at_least=RATE)
        assert pids(system) == before


def refusal(system: System) -> httpx.Response:
    """The door's answer while nothing can be stored."""
    answers: list[httpx.Response] = []
    wait_until(lambda: answers.append(post_one(system)) or answers[-1].status_code == 503, 10, "for a refusal")  # type: ignore[func-returns-value]
    return answers[-1]


def accepted(system: System) -> int:
    """Events counted by now."""
    feeds = httpx.get(system.url + "/api/v1/snapshot/vn", timeout=30).json()["feeds"]
    return sum(feed["accepted"] for feed in feeds.values())


def post_one(system: System) -> httpx.Response:
    return post(system, "air", json.dumps(event()).encode(), **{"Content-Type": JSON})


def pages_go_on(system: System) -> None:
    """What is read does not suffer from what cannot be written."""
    for address in ("/", "/p/48", "/api/v1/snapshot/vn", "/healthz"):
        assert httpx.get(system.url + address, timeout=30).status_code == 200
