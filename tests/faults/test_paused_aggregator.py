"""A paused aggregator that wakes after another took over writes nothing: no figure, no snapshot, no history."""

from __future__ import annotations

import contextlib
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import select

from feeds.catalogue.keys import Keys
from feeds.catalogue.settings import Settings
from feeds.store import links
from feeds.store.database import open_database
from feeds.store.tables import history
from tests.conftest import PATIENCE, ROOT, System, wait_until
from tests.faults.ledger import Ledger, holds
from tests.faults.producers import posting
from tests.faults.system import epoch, find, running, snapshot_id

pytestmark = [pytest.mark.faults, pytest.mark.alone]
RATE = 800.0
AWAKE = 3.0  # seconds the one that was paused is watched
Version = tuple[int, int]  # epoch, version


@pytest.mark.timeout(480)
def test_a_sleeper_that_wakes_changes_nothing(tmp_path: Path) -> None:
    take_turns(tmp_path, rounds=1)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_twenty_sleepers_that_wake_change_nothing(tmp_path: Path) -> None:
    take_turns(tmp_path, rounds=10)


def take_turns(folder: Path, rounds: int) -> None:
    """Two aggregators sleep in turn; afterwards everything acknowledged is shown once."""
    with running(folder) as system, rival(system, folder) as second:
        first = find(system, "aggregator")
        assert first is not None
        with Ticks(system.settings()) as ticks, posting(system.env["IOC_PORT"], folder / "ledger", RATE):
            ticks.run(1)
            for _ in range(2 * rounds):
                sleeps_while_another_works(system.settings(), ticks)
        assert ticks.backwards == []
        assert "taken over" in system.said() + (folder / "rival.txt").read_text()
        assert first.is_running() and second.poll() is None  # both live on, one of them at rest
        holds(system, Ledger.read(folder / "ledger"), at_least=RATE * 10 * rounds)


def sleeps_while_another_works(settings: Settings, ticks: Ticks) -> None:
    """Pause the one at work until the other has published, then let it go on."""
    known, sleeper = epoch(settings), at_work(settings)
    pause_between_transactions(sleeper, settings)
    try:
        wait_until(lambda: snapshot_id(settings)[0] > known, 90, "for the other one to take over")
        before = written(settings)
    finally:
        sleeper.send_signal(signal.SIGCONT)
    ticks.run(AWAKE)
    after = written(settings)
    older = {key: (before[key], after[key]) for key in before if after.get(key, (0, 0)) < before[key]}
    assert older == {}


def at_work(settings: Settings) -> psutil.Process:
    """Who holds the lease, as its mark tells; on a busy machine it may have changed hands by itself."""
    with links.durable(settings) as durable:
        while not (held := durable.get(Keys(settings.world).lease("aggregator"))):
            time.sleep(0.05)  # it is changing hands
    assert isinstance(held, bytes)
    return psutil.Process(int(held.split()[2]))


def pause_between_transactions(process: psutil.Process, settings: Settings) -> None:
    """SIGSTOP, at a moment when SQLite's one write lock is free: a sleeper that holds it keeps all others out."""
    for _ in range(200):
        process.send_signal(signal.SIGSTOP)
        if can_write(settings):
            return
        process.send_signal(signal.SIGCONT)
        time.sleep(random.uniform(0.01, 0.1))
    raise AssertionError("it was always within a transaction")


def can_write(settings: Settings) -> bool:
    """True when the database lets somebody begin a transaction within a second."""
    path = settings.var / f"{settings.world}.db"
    with contextlib.closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        connection.execute("ROLLBACK")
        return True


@contextlib.contextmanager
def rival(system: System, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A second aggregator on the same Redis, standing by."""
    with (folder / "rival.txt").open("wb") as out:
        command = [sys.executable, "-m", "feeds", "aggregate"]
        process = subprocess.Popen(command, cwd=ROOT, env=system.env, stdout=out, stderr=out)
    try:
        wait_until(lambda: "standing by" in (folder / "rival.txt").read_text(), 30, "for the second aggregator")
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait(20 * PATIENCE)


def written(settings: Settings) -> dict[Any, Version]:
    """Who wrote each row of history."""
    database = open_database(settings)
    row = history.c
    with database.read() as connection:
        found = connection.execute(select(row.scope, row.indicator, row.step, row.t, row.epoch, row.version)).all()
    database.close()
    return {tuple(key): (epoch, version) for *key, epoch, version in found}


class Ticks:
    """Listens to every scope's announcements and looks at every snapshot: neither may ever go back."""

    def __init__(self, settings: Settings) -> None:
        self._redis = links.volatile(settings)
        self._keys = Keys(settings.world)
        self._heard: dict[bytes, Version] = {}
        self.backwards: list[tuple[str, Version, Version]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen)

    def __enter__(self) -> Ticks:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._redis.close()
        assert len(self._heard) > 30  # there was something to listen to

    def run(self, seconds: float) -> None:
        """Listen for a while."""
        self._over.wait(seconds)

    def _listen(self) -> None:
        with self._redis.pubsub() as subscription:
            subscription.psubscribe(self._keys.tick("*", "*"))
            while not self._over.is_set():
                message = subscription.get_message(timeout=0.05)
                if message and message["type"] == "pmessage":
                    end = message["data"].partition(b"\n")[0].decode().partition(" ")[2]
                    self._note(message["channel"], _version(end))
                for scope in ("vn", "01"):
                    self._note(scope.encode(), self._stands(scope))

    def _note(self, name: bytes, version: Version) -> None:
        if version < self._heard.get(name, (0, 0)):
            self.backwards.append((name.decode(), self._heard[name], version))
        self._heard[name] = version

    def _stands(self, scope: str) -> Version:
        held: Any = self._redis.hget(self._keys.snapshot(scope), "id")
        return _version((held or b"0-0").decode())


def _version(text: str) -> Version:
    first, _, second = text.partition("-")
    return int(first), int(second)
