"""An event posted through the public door until its figure is on the stream, with the whole system running."""

from __future__ import annotations

import json
import time
import urllib.request
import zlib

from feeds.catalogue.clock import SystemClock, iso
from tests.bench.stage import Stage, stage

WATCHED = "met_temp"  # the feed `weather`, parameter `temp`, latest of one station


def waits(posts: int) -> list[float]:
    """Milliseconds from the start of each POST to the bytes that carry its figure, sorted."""
    with stage() as system:
        stream = Frames(system)
        measured = [_one(system, stream, seq) for seq in range(posts)]
    return sorted(measured[5:])  # the first ones warm up


def _one(system: Stage, stream: Frames, seq: int) -> float:
    value = 10 + seq / 10
    time.sleep(0.35 + seq % 7 / 20)  # never in step with the ticks
    began = time.monotonic()
    _post(system, value, seq)
    stream.until(value)
    return (time.monotonic() - began) * 1000


def _post(system: Stage, value: float, seq: int) -> None:
    at = iso(SystemClock().now_ms())
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

    def __init__(self, system: Stage) -> None:
        request = urllib.request.Request(f"{system.url}/stream?scope=01", headers={"accept-encoding": "gzip"})
        self._answer = urllib.request.urlopen(request, timeout=20)
        self._unzip = zlib.decompressobj(31)
        self._text = b""

    def until(self, value: float) -> None:
        """Read until a frame shows the value."""
        while True:
            while b"\n\n" not in self._text:
                self._text += self._unzip.decompress(self._answer.read1())
            event, _, self._text = self._text.partition(b"\n\n")
            data = next((line[6:] for line in event.splitlines() if line.startswith(b"data: ")), b"{}")
            if json.loads(data).get("indicators", {}).get(WATCHED, {}).get("v") == value:
                return
