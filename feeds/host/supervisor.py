"""Everything from one command: Redis, simulator, aggregator and web, watched until they are told to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from types import FrameType

from feeds.catalogue import loader
from feeds.catalogue.keys import Keys
from feeds.catalogue.settings import ROOT, BadSetting, Settings, unknown
from feeds.catalogue.source import CatalogueError
from feeds.host import address, folder, health, outside_redis, redis_binary
from feeds.host.child import Child
from feeds.host.logs import LogFile
from feeds.host.redis_server import RedisServer
from feeds.host.refusal import EXIT_CODE, Refused
from feeds.host.spawn import end, kill, spawn
from feeds.intake.sources import process as connectors
from feeds.store import links
from feeds.store.database import open_database

TICK_SECONDS = 0.1
GRACE_SECONDS = 10.0
LOOK_SECONDS = 0.25  # between two questions to a web process that is starting
PATIENCE_SECONDS = 10.0  # between two lines about what a start is still waiting for
WORLD_NAMES = {"real": "the real world", "sim": "a simulated world", "play": "a replayed world"}


class Stopped(Exception):
    """Somebody asked us to stop while we were starting."""


def main(settings: Settings) -> int:
    """Run the whole system until a signal ends it; its exit code. What cannot start is one sentence and code 2."""
    supervisor = Supervisor(settings)
    try:
        supervisor.run()
    except Stopped:
        pass
    except (Refused, BadSetting, CatalogueError) as error:
        say(str(error))
        return EXIT_CODE
    return 0


def say(text: str) -> None:
    """One line on the console."""
    with suppress(OSError):  # a terminal that was closed must not keep us from an orderly end
        sys.stdout.write(f"{time.strftime('%H:%M:%S')}  {text}\n")
        sys.stdout.flush()


class Every:
    """Comes due every so many seconds, first when they have passed."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._last = time.monotonic()

    def due(self) -> bool:
        """True once each time."""
        if time.monotonic() - self._last < self._seconds:
            return False
        self._last = time.monotonic()
        return True


class Supervisor:
    """Owns IOC_VAR and every process on it, from `run` until it returns."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stop = threading.Event()
        self._ready = False
        self._patience = Every(PATIENCE_SECONDS)
        self._programs: list[Child] = []
        self._redis: list[Child] = []
        self._logs: dict[str, LogFile] = {}

    def run(self) -> None:
        """Start everything, watch over it, end everything."""
        _handle(self._on_signal)
        for sentence in unknown():
            say(sentence)
        with ExitStack() as undo:
            self._prepare(undo)
            undo.callback(self._end_all, self._redis)
            self._start_redis()
            undo.callback(self._end_programs)
            self._start_programs()
            self._watch()

    def pause(self, seconds: float) -> None:
        """Wait; raises Stopped as soon as somebody asks us to stop."""
        if self._stop.wait(seconds):
            raise Stopped

    def _prepare(self, undo: ExitStack) -> None:
        """What must be in order before a process is started; the cheap checks first."""
        settings = self._settings = replace(self._settings, var=folder.prepare(self._settings.var))
        lock = folder.occupy(settings.var, address.url(settings))
        undo.callback(folder.leave, settings.var, lock)
        folder.open_for_modules(settings)
        address.refuse_taken(settings)
        folder.with_secret(settings)
        loader.load(settings.catalogue)
        if _reads_sources(settings):
            connectors.check(settings)

    def _start_redis(self) -> None:
        outside_redis.check(self._settings)
        own = {links.DURABLE: self._settings.redis_url, links.VOLATILE: self._settings.cache_redis_url}
        missing = [name for name, url in own.items() if url is None]
        binary = redis_binary.find() if missing else None
        waiting = []
        for name in missing:
            assert binary is not None
            server = RedisServer(self._settings.var, name, binary)
            child = Child(f"redis-{name}", server.launch, say)
            self._redis.append(child)
            child.start()
            waiting.append((server, child))
        for server, child in waiting:  # both read their data at the same time
            assert child.process is not None
            server.wait(child.process, say, self.pause)
        if binary:
            say(f"{binary} holds the data under {self._settings.var}")

    def _start_programs(self) -> None:
        say(f"Database: {'outside' if self._settings.database_url else 'SQLite under ' + str(self._settings.var)}")
        open_database(self._settings).close()
        for name, command in programs(self._settings).items():
            log = self._logs[name] = LogFile(self._settings.var / "logs" / f"{name}.log")
            child = Child(name, partial(self._launch, name, command, log), say, log.last_line)
            self._programs.append(child)
            child.start()
        say(f"Starting: {', '.join(child.name for child in self._programs)}")

    def _launch(self, name: str, command: list[str], log: LogFile) -> subprocess.Popen[bytes]:
        process = spawn(command, env=self._environment(), stdout=subprocess.PIPE)
        assert process.stdout is not None
        log.follow(name, process.stdout, self._hear)
        return process

    def _environment(self) -> dict[str, str]:
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        return {**os.environ, "IOC_VAR": str(self._settings.var), "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}

    def _hear(self, name: str, level: str, text: str) -> None:
        """Show what people need to see: each slow step, and what is wrong."""
        if level != "DEBUG":
            say(f"[{name}] {text}")

    def _watch(self) -> None:
        """Tend the processes and tell their health until asked to stop."""
        keys = Keys(self._settings.world)
        look, told = Every(LOOK_SECONDS), Every(health.BEAT_SECONDS)
        with links.volatile(self._settings, patience=health.PATIENCE_SECONDS) as volatile:
            while not self._stop.wait(TICK_SECONDS):
                if not self._ready and look.due():
                    self._look_at_the_start()
                for child in (*self._redis, *self._programs):
                    child.tend()
                if told.due():
                    health.report(volatile, keys, (*self._redis, *self._programs))

    def _look_at_the_start(self) -> None:
        """Say the address once it answers; a program that refuses to start ends everything."""
        for child in self._programs:
            if child.process is not None and child.process.poll() == EXIT_CODE:
                time.sleep(TICK_SECONDS)  # its last words may still be on their way
                raise Refused(self._logs[child.name].last_line())
        if address.answers(self._settings, "/readyz"):
            self._ready = True
            say(f"Ready: {address.url(self._settings)} shows {WORLD_NAMES[self._settings.world]}. Ctrl-C stops it.")
        elif self._patience.due():
            say(f"Still starting; the logs are in {self._settings.var / 'logs'}")

    def _end_programs(self) -> None:
        self._end_all(self._programs)
        with links.volatile(self._settings, patience=health.PATIENCE_SECONDS) as volatile:
            health.report(volatile, Keys(self._settings.world), self._programs)

    def _end_all(self, children: list[Child]) -> None:
        """End `children` orderly; a second signal meanwhile kills them."""
        processes = [child.process for child in children if child.process is not None]
        if not processes:
            return
        say(f"Stopping: {', '.join(child.name for child in children)}")
        self._kill_on_signal(processes)
        killed = end(processes, GRACE_SECONDS)
        for child in children:
            child.stopped()
            if child.process in killed:
                say(f"{child.name} had not ended after {GRACE_SECONDS:.0f} s and was killed")

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()

    def _kill_on_signal(self, processes: list[subprocess.Popen[bytes]]) -> None:
        def act(_number: int, _frame: FrameType | None) -> None:
            for process in processes:
                kill(process)

        _handle(act)


def _handle(act: Callable[[int, FrameType | None], None]) -> None:
    """Call `act` on a signal to stop; a hang-up that `nohup` told us to ignore stays ignored."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, act)


def programs(settings: Settings) -> dict[str, list[str]]:
    """The command of each program of our own, by the name its health goes by."""
    feeds = [sys.executable, "-m", "feeds"]
    ours = {"aggregator": [*feeds, "aggregate"], "web": [sys.executable, str(ROOT / "app.py"), "web"]}
    if settings.world == "sim" and settings.sim_speed > 0:
        ours["simulator"] = [*feeds, "simulate"]
    if settings.redis_door:
        ours["door"] = [*feeds, "door"]
    if _reads_sources(settings):
        ours["connectors"] = [*feeds, "connect"]
    return ours


def _reads_sources(settings: Settings) -> bool:
    """Sources bring the real world: they are never mixed into a country that is being simulated or replayed."""
    silent = settings.world == "sim" and settings.sim_speed == 0
    return (settings.world == "real" or silent) and any(settings.sources.glob("*.yaml"))
