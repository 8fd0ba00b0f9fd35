"""What every test may ask for: two real Redis servers, settings, a clock that is ticked, the running system."""

from __future__ import annotations

import gc
import logging
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import redis
from httpx._config import DEFAULT_TIMEOUT_CONFIG
from httpx._transports import default
from hypothesis import settings as examples
from playwright.sync_api import expect

from feeds.catalogue.clock import TZ, TickClock
from feeds.catalogue.settings import Settings
from feeds.host import redis_binary, spawn
from feeds.host.logs import Careful
from feeds.host.redis_server import RedisServer
from feeds.store import links
from tests import by_heart

if TYPE_CHECKING:
    from layouts.site import Site
    from tests.e2e.canned_records import Desk

ROOT = Path(__file__).resolve().parents[1]
examples.register_profile("patient", parent=examples(), deadline=None)  # a busy machine is no counter-example
examples.load_profile("patient")
PATIENCE = 3  # a limit on waiting is met at once where all is well: it must only not cut off a busy machine


@pytest.fixture(scope="session", autouse=True)
def patient_clients() -> Iterator[None]:
    """Browsers and clients of httpx that wait for a busy machine; the latter read the list of public authorities once
    for all of them: it takes longer than what they ask."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(default, "create_ssl_context", cache(default.create_ssl_context))
        for step in ("connect", "read", "write", "pool"):
            patch.setattr(DEFAULT_TIMEOUT_CONFIG, step, 30.0)
        expect.set_options(timeout=30_000)
        yield


by_heart.learn()  # before any file of tests is imported, which may keep the loader by its name
LOUDNESS = {name: logging.getLogger(name).level for name in (None, "asyncio", "uvicorn.error")}


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown() -> None:
    """A command that a test ran here set logging up on that test's own streams: before they close, it is undone."""
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each.formatter, Careful)]:
        root.removeHandler(handler)
        for name, level in LOUDNESS.items():
            logging.getLogger(name).setLevel(level)


def pytest_collection_finish() -> None:
    """Everything imported by now stays to the end: what looks for garbage need not walk through it at every turn."""
    gc.collect()
    gc.freeze()


@dataclass
class RedisPair:
    """The two servers as the product starts them, under `var`; a test that owns the pair may kill and restart them."""

    var: Path
    servers: dict[str, RedisServer] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start `durable` or `volatile` and wait until it answers."""
        server = self.servers.setdefault(name, RedisServer(self.var, name, redis_binary.find()))
        self.processes[name] = server.launch()
        server.wait(self.processes[name], say=print)

    def kill(self, name: str) -> None:
        """kill -9."""
        spawn.kill(self.processes[name])
        self.processes[name].wait()

    def stop(self) -> None:
        """End both orderly."""
        spawn.end(self.processes.values(), grace=10)

    def url(self, name: str) -> str:
        """What IOC_REDIS_URL would say."""
        return f"unix://{links.embedded_socket(self.var, name)}"

    def settings(self, **changes: object) -> Settings:
        """Settings that use this pair."""
        return Settings(**{"var": self.var, **changes})  # type: ignore[arg-type]


def _pair(var: Path) -> Iterator[RedisPair]:
    pair = RedisPair(var)
    try:
        pair.start(links.DURABLE)
        pair.start(links.VOLATILE)
        yield pair
    finally:
        pair.stop()


@pytest.fixture(scope="session")
def redis_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisPair]:
    """One pair for the whole run; never kill it (ask for `own_redis` instead)."""
    yield from _pair(tmp_path_factory.mktemp("redis"))


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisPair]:
    """A pair of the test's own, to kill, pause and restart."""
    yield from _pair(tmp_path / "own")


@pytest.fixture
def durable(redis_servers: RedisPair) -> Iterator[redis.Redis]:
    """The durable server, empty."""
    with links.client(None, redis_servers.var, links.DURABLE) as client:
        client.flushall()
        yield client


@pytest.fixture
def volatile(redis_servers: RedisPair) -> Iterator[redis.Redis]:
    """The volatile server, empty."""
    with links.client(None, redis_servers.var, links.VOLATILE) as client:
        client.flushall()
        yield client


@pytest.fixture
def make_settings(redis_servers: RedisPair, tmp_path: Path) -> Callable[..., Settings]:
    """Settings on the shared pair, with files under `tmp_path`; keyword arguments change them."""

    def make(**changes: object) -> Settings:
        ours: dict[str, object] = {
            "var": tmp_path / "var",
            "redis_url": redis_servers.url(links.DURABLE),
            "cache_redis_url": redis_servers.url(links.VOLATILE),
            "secret_key": "a-secret-for-tests-only-0123456789abcdef",
        }
        (tmp_path / "var").mkdir(exist_ok=True)
        return Settings(**{**ours, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    """`make_settings()` as it is."""
    return make_settings()


@pytest.fixture
def clock() -> TickClock:
    """Saturday 21/11/2026, 10:30 in Vietnam, until ticked."""
    return TickClock(round(datetime(2026, 11, 21, 10, 30, tzinfo=TZ).timestamp() * 1000))


@pytest.fixture
def free_port() -> int:
    """A TCP port of loopback that nobody listens on."""
    return find_free_port()


def find_free_port() -> int:
    """A TCP port of loopback that nobody listens on, below those that the machine gives to connections it opens: one
    of these may be gone before the program it is meant for has started."""
    highest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = secrets.choice(range(highest // 2, highest))
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@dataclass
class System:
    """`python app.py`, started as a person would."""

    process: subprocess.Popen[bytes]
    url: str
    var: Path
    output: Path
    env: dict[str, str]

    def settings(self) -> Settings:
        """The settings it runs with."""
        return Settings.from_env(self.env)

    def said(self) -> str:
        """Its console so far."""
        return self.output.read_text(errors="replace")


def start_system(folder: Path, **changes: str) -> System:
    """Start the whole system with its own IOC_VAR under `folder`; `changes` are environment variables."""
    folder.mkdir(parents=True, exist_ok=True)
    port = changes.pop("IOC_PORT", str(find_free_port()))
    env = {name: value for name, value in os.environ.items() if not name.startswith("IOC_")}
    env |= {"IOC_VAR": str(folder / "var"), "IOC_PORT": port, **changes}
    output = folder / "console.txt"
    with output.open("wb") as console:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py")], cwd=ROOT, env=env, stdout=console, stderr=subprocess.STDOUT
        )
    return System(process, f"http://127.0.0.1:{port}", folder / "var", output, env)


def stop_system(system: System) -> None:
    """Ctrl-C, then wait."""
    if system.process.poll() is None:
        system.process.send_signal(2)
        try:
            system.process.wait(30 * PATIENCE)
        except subprocess.TimeoutExpired:
            system.process.kill()
            system.process.wait()


def wait_until(true: Callable[[], bool], seconds: float = 30.0, what: str = "") -> None:
    """Poll a real process until `true()`; fails after `seconds` of a quiet machine, thrice as many of this one."""
    begun, pause = time.monotonic(), 0.005
    while not true():
        waited = time.monotonic() - begun
        assert waited < seconds * PATIENCE, f"waited {waited:.0f} s in vain {what}"
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)  # what comes soon is met at once, what takes long is not disturbed


def clear_of_the_hour(seconds: float) -> None:
    """Figures of the hour begin anew with it: where the real clock is within `seconds` of that, let it pass first."""
    left = 3600 - time.time() % 3600
    if left < seconds:
        time.sleep(left + 1)


def is_ready(url: str) -> bool:
    """True when /readyz answers 200."""
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="module")
def canned_site() -> Site:
    """The product's pages over its real catalogue; Dash is loaded by those who ask for it alone."""
    import callbacks

    return callbacks.site(Settings())


@pytest.fixture(scope="module")
def canned_desk(canned_site: Site) -> Iterator[Desk]:
    """Dossiers, readings and corrections in real tables, a module's own."""
    from tests.e2e.canned_records import desk

    made = desk(canned_site)
    yield made
    made.database.close()


@pytest.fixture(scope="session")
def quiet_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The whole system, in which nothing moves but what tests post; shared by all that do not count all it holds."""
    from tests.faults.system import running

    with running(tmp_path_factory.mktemp("quiet")) as system:
        yield system
