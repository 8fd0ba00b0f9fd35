"""A syslog collector in a thread of its own, as the connectors run it, and those who speak to it."""

from __future__ import annotations

import asyncio
import re
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from feeds.catalogue.clock import TZ, TickClock
from feeds.intake.sources.kinds.syslog import Listener, Settings
from tests.intake.formats.soc_samples import CEF
from tests.intake.sources.listed import Listed

SECRET = "a secret of this test"
PATIENCE_S = 60.0
RSYSLOG = """
global(workDirectory="{folder}" defaultNetstreamDriverCAFile="{folder}/ca.pem"
  defaultNetstreamDriverCertFile="{folder}/server.pem" defaultNetstreamDriverKeyFile="{folder}/server.key")
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="{folder}/log" UseSysTimeStamp="off")
action(type="omfwd" target="127.0.0.1" port="{port}" protocol="tcp" TCP_Framing="{framing}"
  template="RSYSLOG_SyslogProtocol23Format" StreamDriver="gtls" StreamDriverMode="{tls}"
  StreamDriverAuthMode="x509/name" StreamDriverPermittedPeers="localhost" action.resumeInterval="1")
"""


class Collecting:
    """A running collector: where it listens, and what it has handed out."""

    def __init__(self, outlet: Listed, listener: Listener) -> None:
        self.outlet = outlet
        self.listener = listener
        self.stop = threading.Event()
        self.failed: list[BaseException] = []

    def address(self, how: str) -> tuple[str, int]:
        return self.listener.ears.at[how]

    def count(self, name: str = "sec_events") -> int:
        return sum(event["values"].get(name, 0) for feed, event in list(self.outlet.sent) if feed == "security")

    def until(self, holds: Callable[[], object]) -> None:
        """Wait until it holds."""
        end = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < end and not self.failed, (self.failed, self.outlet.sent, self.outlet.refused)
            time.sleep(0.01)

    def run(self) -> None:
        try:
            asyncio.run(self.listener.listen())
        except BaseException as error:  # the test asks for it
            self.failed.append(error)


@contextmanager
def collecting(**said: Any) -> Iterator[Collecting]:
    """A collector while the block lasts; it hands out quickly, and what is left when it ends."""
    outlet = Listed(clock=TickClock(time.time_ns() // 1_000_000), secrets={"IOC_PSEUDONYM_SECRET": SECRET})
    given = {"name": "soc-hue", "place": "46", "every": 0.2, "pseudonyms": "IOC_PSEUDONYM_SECRET"} | said
    found = Collecting(outlet, Listener(msgspec.convert(given, Settings), outlet))
    outlet.rest = lambda _seconds: found.stop.is_set()
    thread = threading.Thread(target=found.run)
    thread.start()
    try:
        found.until(lambda: len(found.listener.ears.at) == sum(how in said for how in ("udp", "tcp", "tls")))
        yield found
    finally:
        found.stop.set()
        thread.join(PATIENCE_S)
    assert not thread.is_alive() and not found.failed, found.failed


def now_cef(**other: str) -> str:
    """The sample of CEF, of this moment; some of its keys may say otherwise."""
    now = time.time_ns() // 1_000_000
    said = {"rt": str(now), "start": str(now - 600_000)} | other
    text = re.sub(rf" (?:{'|'.join(said)})=\S+", "", CEF)
    return " ".join((text, *(f"{name}={value}" for name, value in said.items())))


def modern(text: str = "x", priority: int = 134) -> bytes:
    """A message of RFC 5424 of this moment."""
    return f"<{priority}>1 {datetime.now(TZ).isoformat(timespec='milliseconds')} fw-hue fw - - - {text}".encode()


def datagrams(address: tuple[str, int], *messages: bytes, host: str = "127.0.0.1") -> None:
    """Send from an address of loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.bind((host, 0))
        for message in messages:
            out.sendto(message, address)


def stream(address: tuple[str, int], raw: bytes, host: str = "127.0.0.1") -> socket.socket:
    """A connection that has sent `raw` and stays."""
    out = socket.create_connection(address, 10, (host, 0))
    out.sendall(raw)
    return out


@contextmanager
def rsyslog(program: str, folder: Path, port: int, framing: str, tls: bool) -> Iterator[Path]:
    """A real rsyslog that forwards what comes to the socket it yields."""
    config = folder / "rsyslog.conf"
    config.write_text(RSYSLOG.format(folder=folder, port=port, framing=framing, tls=int(tls)))
    asked = [program, "-n", "-f", str(config), "-i", str(folder / "pid")]
    with (folder / "rsyslog.txt").open("wb") as said:
        process = subprocess.Popen(asked, stdout=said, stderr=said)
    try:
        end = time.monotonic() + PATIENCE_S
        while not (folder / "log").exists():
            assert process.poll() is None and time.monotonic() < end, (folder / "rsyslog.txt").read_text()
            time.sleep(0.02)
        yield folder / "log"
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
