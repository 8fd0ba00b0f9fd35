"""The aggregator is killed 20 times and the durable Redis 10 times under load: nothing lost, nothing counted twice."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.conftest import System, wait_until
from tests.faults.ledger import Ledger, holds
from tests.faults.producers import posting
from tests.faults.system import epoch, kill, running

pytestmark = pytest.mark.faults
RATE = 2_000  # events a second
KILLS = 20
LONGEST_LIFE = 1.6  # seconds an aggregator works before it is killed, at most


@pytest.mark.timeout(180)
def test_kill_minus_nine_loses_nothing_and_counts_nothing_twice(tmp_path: Path) -> None:
    with running(tmp_path) as system:
        with posting(system.env["IOC_PORT"], tmp_path / "ledger", RATE):
            storm(system, random.Random(20), KILLS)
        holds(system, Ledger.read(tmp_path / "ledger"), at_least=RATE * 20)


def storm(system: System, dice: random.Random, kills: int) -> None:
    """Kill the aggregator while it works, `kills` times; at every second time the durable Redis too."""
    settings, known = system.settings(), 0
    for count in range(kills):
        wait_until(lambda: epoch(settings) > known, 30, f"for aggregator {count}:\n{system.said()[-2000:]}")  # noqa: B023
        known = epoch(settings)
        time.sleep(dice.uniform(0, LONGEST_LIFE))
        if count % 2:
            kill(system, "durable")
            time.sleep(dice.choice((0, 0, 0.1, 0.5)))
        kill(system, "aggregator")
