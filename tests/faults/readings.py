"""Good air readings with fresh numbers, and the door they are posted to."""

from __future__ import annotations

import time
from itertools import count
from typing import Any

import httpx

from feeds.catalogue.clock import HOUR_MS, iso
from tests.conftest import System

JSON, NDJSON = "application/json", "application/x-ndjson"
numbers = count(1)


def now(shift_h: float = 0, zone: str = "+07:00") -> str:
    """A time as sources write it; `zone` may lie about what the hands say."""
    return iso(time.time_ns() // 1_000_000 + round(shift_h * HOUR_MS)).replace("+07:00", zone)


def event(**changes: Any) -> dict[str, Any]:
    """A good air reading with a fresh number; a key changed to `...` is left out."""
    good = {"source": "readings", "seq": next(numbers), "place": "2025:48", "entity": "DN-X", "at": now()}
    return {key: value for key, value in (good | {"values": {"pm25": 20.0}} | changes).items() if value is not ...}


def post(system: System, feed: str, body: bytes, **headers: str) -> httpx.Response:
    """The door's answer."""
    return httpx.post(f"{system.url}/api/v1/events/{feed}", content=body, headers=headers, timeout=30)
