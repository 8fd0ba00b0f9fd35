"""The whole system under test: started with less patience, its processes found and killed, its stores looked into."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import redis
from sqlalchemy import select

from feeds.catalogue.keys import Keys
from feeds.catalogue.settings import Settings
from feeds.store import links
from feeds.store.database import open_database
from feeds.store.tables import event_blocks
from tests.conftest import ROOT, System, find_free_port, is_ready, stop_system, wait_until

LAUNCHER = Path(__file__).with_name("impatient.py")
WORDS = {  # what is seen of them in a list of processes
    "aggregator": "feeds aggregate",
    "web": "app.py web",
    "durable": "ioc durable redis",
    "volatile": "ioc volatile redis",
}


@contextlib.contextmanager
def running(folder: Path, *words: str, **changes: str) -> Iterator[System]:
    """The system of `impatient.py`, silent until something is posted; stopped as Ctrl-C would."""
    system = launch(folder, *words, **changes)
    try:
        until_ready(system)
        yield system
    finally:
        stop_system(system)


def launch(folder: Path, *words: str, **changes: str) -> System:
    """Start it and do not wait."""
    folder.mkdir(parents=True, exist_ok=True)
    port = changes.pop("IOC_PORT", str(find_free_port()))
    env = {name: value for name, value in os.environ.items() if not name.startswith("IOC_")}
    env |= {"IOC_VAR": str(folder / "var"), "IOC_PORT": port, "IOC_SIM_SPEED": "0", "PYTHONPATH": str(ROOT), **changes}
    output = folder / "console.txt"
    with output.open("ab") as console:
        process = subprocess.Popen(
            [sys.executable, str(LAUNCHER), *words], cwd=ROOT, env=env, stdout=console, stderr=subprocess.STDOUT
        )
    return System(process, f"http://127.0.0.1:{port}", folder / "var", output, env)


def until_ready(system: System, seconds: float = 60.0) -> None:
    """Wait until /readyz answers 200."""
    wait_until(lambda: is_ready(system.url) or system.process.poll() is not None, seconds, "for readiness")
    assert system.process.poll() is None, system.said()


def find(system: System, name: str) -> psutil.Process | None:
    """The living process that goes by `name`."""
    for process in psutil.Process(system.process.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if WORDS[name] in " ".join(process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE:
                return process
    return None


def pids(system: System) -> dict[str, int | None]:
    """Who runs as what."""
    return {name: process.pid if (process := find(system, name)) else None for name in WORDS}


def kill(system: System, name: str) -> int:
    """kill -9; the pid it had. Waits for a process to be there."""
    process = _wait_for(system, name)
    process.send_signal(signal.SIGKILL)
    return process.pid


def _wait_for(system: System, name: str, seconds: float = 20.0) -> psutil.Process:
    found: list[psutil.Process] = []

    def there() -> bool:
        process = find(system, name)
        found.extend([process] if process else [])
        return bool(found)

    wait_until(there, seconds, f"for {name}")
    return found[0]


def epoch(settings: Settings) -> int:
    """The epoch of the newest aggregator; -1 while Redis is away."""
    with contextlib.suppress(redis.RedisError), links.durable(settings) as durable:
        return int(durable.get(Keys(settings.world).epoch()) or 0)
    return -1


def kept_readings(settings: Settings, feed: str) -> Iterator[bytes]:
    """Packed batches of a feed: those in the streams first, then the archive (a batch moves only that way)."""
    keys = Keys(settings.world)
    with links.durable(settings) as durable:
        parts = [name.decode().partition(":")[2] for name in durable.smembers(keys.parts())]
        streams: Any = [durable.xrange(keys.stream(feed, part)) for part in set(parts)]
    yield from (fields[b"b"] for entries in streams for _, fields in entries)
    database = open_database(settings)
    with database.read() as connection:
        for (body,) in connection.execute(select(event_blocks.c.body).where(event_blocks.c.feed == feed)):
            yield zlib.decompress(body)
    database.close()


def snapshot_id(settings: Settings, scope: str = "vn") -> tuple[int, int]:
    """(epoch, version) of a scope's snapshot as it stands."""
    with links.volatile(settings) as volatile:
        held: Any = volatile.hget(Keys(settings.world).snapshot(scope), "id")
    first, _, second = (held or b"0-0").decode().partition("-")
    return int(first), int(second)
