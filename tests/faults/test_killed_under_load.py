"""The aggregator is killed 20 times and the durable Redis 10 times under load: nothing lost, nothing counted twice."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.conftest import System, wait_until
from tests.faults.ledger import SETTLED, Ledger, holds
from tests.faults.producers import posting
from tests.faults.system import epoch, kill, running

pytestmark = [pytest.mark.faults, pytest.mark.alone]
RATE = 2_000  # events a second
KILLS = 20
LONGEST_LIFE = 1.0  # seconds an aggregator works before it is killed, at most


@pytest.mark.timeout(600)
def test_kill_minus_nine_loses_nothing_and_counts_nothing_twice(tmp_path: Path) -> None:
    outlives_a_storm(tmp_path, KILLS)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_two_hundred_deaths_lose_nothing_and_count_nothing_twice(tmp_path: Path) -> None:
    outlives_a_storm(tmp_path, KILLS * 10)


def outlives_a_storm(folder: Path, kills: int) -> None:
    """Everything acknowledged while processes died is what is shown in the end."""
    with running(folder) as system:
        with posting(system.env["IOC_PORT"], folder / "ledger", RATE):
            storm(system, random.Random(kills), kills)
        unread = kills * 3.0  # seconds of work that an aggregator who lives for one at a time leaves behind, at most
        holds(system, Ledger.read(folder / "ledger"), at_least=RATE * kills, settled=max(SETTLED, unread))


def storm(system: System, dice: random.Random, kills: int) -> None:
    """Kill the aggregator while it works, `kills` times; at every second time the durable Redis, at times the other."""
    settings, known = system.settings(), 0
    for count in range(kills):
        wait_until(lambda: epoch(settings) > known, 30, f"for aggregator {count}:\n{system.said()[-2000:]}")  # noqa: B023
        time.sleep(dice.uniform(0, LONGEST_LIFE))
        if count % 7 == 3:
            kill(system, "volatile")
        known = epoch(settings)
        if count % 2:
            kill(system, "durable")
            time.sleep(dice.choice((0, 0, 0.3, 1.0)))  # with the aggregator, or while it notices, or when it is back
        kill(system, "aggregator")
