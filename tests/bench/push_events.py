"""An event posted through the public door until its figure is on the stream, with the whole system running."""

from __future__ import annotations

import json
import tempfile
import time
import urllib.request
import zlib
from datetime import datetime
from pathlib import Path

from feeds.catalogue.clock import TZ
from tests.conftest import System, is_ready, start_system, stop_system, wait_until

WATCHED = "met_temp"  # the feed `weather`, parameter `temp`, latest of one station


def waits(posts: int) -> list[float]:
    """Milliseconds from the start of each POST to the bytes that carry its figure, sorted."""
    with tempfile.TemporaryDirectory(prefix="ioc-") as folder:
        system = start_system(Path(folder), IOC_SIM_SPEED="0")
        try:
            wait_until(lambda: is_ready(system.url), 120, "for the system")
            stream = Frames(system)
            measured = [_one(system, stream, seq) for seq in range(posts)]
        finally:
            stop_system(system)
    return sorted(measured[5:])  # the first ones warm up


def _one(system: System, stream: Frames, seq: int) -> float:
    value = 10 + seq / 10
    time.sleep(0.35 + seq % 7 / 20)  # never in step with the ticks
    began = time.monotonic()
    _post(system, value, seq)
    stream.next()
    return (time.monotonic() - began) * 1000


def _post(system: System, value: float, seq: int) -> None:
    at = datetime.now(TZ).isoformat(timespec="milliseconds")  # two within a second are told apart
    event = {
        "source": "bench",
        "seq": seq,
        "place": "2025:01",
        "entity": "BENCH-01",
        "at": at,
        "values": {"temp": value},
    }
    request = urllib.request.Request(
        f"{system.url}/api/v1/events/weather", json.dumps(event).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 202, answer.read()


class Frames:
    """The province's stream, read as it comes."""

    def __init__(self, system: System) -> None:
        request = urllib.request.Request(f"{system.url}/stream?scope=01", headers={"accept-encoding": "gzip"})
        self._answer = urllib.request.urlopen(request, timeout=20)
        self._unzip = zlib.decompressobj(31)
        self._text = b""

    def next(self) -> None:
        """Read until a delta carries the watched figure."""
        while True:
            while b"\n\n" not in self._text:
                self._text += self._unzip.decompress(self._answer.read1())
            event, _, self._text = self._text.partition(b"\n\n")
            if event.startswith(b"event: delta") and WATCHED in _figures(event):
                return


def _figures(event: bytes) -> dict[str, object]:
    data = next(line[6:] for line in event.splitlines() if line.startswith(b"data: "))
    figures: dict[str, object] = json.loads(data).get("indicators", {})
    return figures
