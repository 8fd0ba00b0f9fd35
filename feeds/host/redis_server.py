"""The two embedded Redis servers: on unix sockets in a folder of our own, never on TCP."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import redis

from feeds.host import lock, redis_binary
from feeds.host.redis_binary import Binary
from feeds.host.refusal import Refused
from feeds.host.spawn import spawn
from feeds.store import links

MB = 1024 * 1024
ORPHAN_SECONDS = 10.0  # how long the server of a start that was killed may need to be gone
SAY_SECONDS = 2.0
LONGEST_LOG = 10 * MB

Say = Callable[[str], None]
Pause = Callable[[float], None]

_KEEPS_EVERYTHING = (
    *("--appendonly", "yes", "--appendfsync", "always", "--no-appendfsync-on-rewrite", "no"),
    *("--maxmemory-policy", "noeviction"),
)
_KEEPS_NOTHING = ("--appendonly", "no", "--maxmemory-policy", "allkeys-lru")


class RedisServer:
    """One embedded server, `durable` or `volatile`, with its data, lock and socket under `var`."""

    def __init__(self, var: Path, name: str, binary: Binary) -> None:
        self.name = name
        self.folder = links.embedded_folder(var, name)
        self.log = var.absolute() / "logs" / f"redis-{name}.log"
        self._var = var
        self._binary = binary

    def launch(self) -> subprocess.Popen[bytes]:
        """Start it, without waiting for it to answer; Refused when its data cannot be read by this Redis."""
        _own_folder(self.folder.parent)
        _own_folder(self.folder)
        self._turn_log()
        redis_binary.refuse_newer_data(self.folder, self._binary)
        held = self._wait_for_orphan()
        try:
            return spawn(self.command(), cwd=self.folder, held=[held])
        finally:
            os.close(held)  # from here on the server alone holds the lock: it ends when the server does

    def command(self) -> list[str]:
        """The command line; the socket is relative to the folder, so that a long path fits."""
        durable = self.name == links.DURABLE
        return [
            *(self._binary.path, "--port", "0", "--unixsocket", links.SOCKET_NAME, "--unixsocketperm", "600"),
            *("--dir", str(self.folder), "--logfile", str(self.log), "--save", "", "--daemonize", "no"),
            *("--maxmemory", str(_memory(durable)), "--proc-title-template", f"ioc {self.name} redis"),
            *(_KEEPS_EVERYTHING if durable else _KEEPS_NOTHING),
        ]

    def client(self) -> redis.Redis:
        """A new client of this server."""
        return links.client(None, self._var, self.name)

    def wait(self, process: subprocess.Popen[bytes], say: Say, pause: Pause = time.sleep, patience: float = 15) -> None:
        """Return when it answers. Loading data may take as long as it needs; it says how far it is."""
        deadline = time.monotonic() + patience
        said = time.monotonic()
        with self.client() as client:
            while not _answers(client):
                if process.poll() is not None:
                    raise Refused(self._last_words())
                if (loaded := _loading(client)) is not None:
                    deadline = time.monotonic() + patience
                    if time.monotonic() - said >= SAY_SECONDS:
                        said = time.monotonic()
                        say(f"Redis ({self.name}) reads its data: {loaded} %")
                if time.monotonic() > deadline:
                    raise Refused(f"Redis ({self.name}) does not answer; its log is {self.log}")
                pause(0.02)
        redis_binary.mark(self.folder, self._binary)

    def _wait_for_orphan(self) -> int:
        try:
            return lock.take_folder(self.folder, ORPHAN_SECONDS)
        except lock.Held as held:
            raise Refused(f"Another Redis still runs on {self.folder}; end it, then start again.") from held

    def _turn_log(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LONGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        told = [line.split("# ", 1)[1] for line in lines[-8:] if "# " in line]
        return f"Redis ({self.name}) did not start: {' '.join(told[-3:]) or 'it said nothing'} (log: {self.log})"


def _own_folder(folder: Path) -> None:
    """A folder that only we may enter."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.geteuid():
        raise Refused(f"{folder} belongs to another user; choose another folder with IOC_VAR.")
    folder.chmod(0o700)


def _memory(durable: bool) -> int:
    """Half of the machine for what must not be lost, an eighth (at most 1 GB) for what can be made again."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(256 * MB, machine // 2) if durable else min(1024 * MB, max(128 * MB, machine // 8))


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


def _loading(client: redis.Redis) -> str | None:
    """Per cent of the data read so far; None when it is not loading."""
    try:
        told = client.info("persistence")
    except redis.RedisError:
        return None
    return str(told.get("loading_loaded_perc", "0")) if told.get("loading") else None
