"""A tree of station files as loggers leave it, and the declaration that reads it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec

from feeds.catalogue.clock import TickClock
from tests.intake.sources.listed import Listed

NOW_MS = 1_795_231_920_000  # 2026-11-21 10:32 +07:00
NAME = "HN_ABCD_NUO001_20261121103000.txt"
BODY = (
    b"pH\t7.21\t-\t20261121103000\t00\r\nCOD\t38.4\tmg/L\t20261121103000\t00\r\nNH4\t2.15\tmg/L\t20261121103000\t01\r\n"
)
# fmt: off
DECLARED: dict[str, Any] = {
    "feed": "water",
    "stations": {
        "HN_ABCD_NUO001": {
            "feed": "water",
            "place": "01/00004",
            "code": "HN-NUO-001",
            "vi": "Trạm ABCD",
            "type": "river",
        },
        "HN_ABCD_KHI001": {"feed": "air", "place": "01/00004"},
    },
}
# fmt: on
EVENT = {
    "place": "2025:01/00004",
    "entity": "HN-NUO-001",
    "at": "2026-11-21T10:30:00+07:00",
    "values": {
        "COD": {"v": 38.4, "unit": "mg/L"},
        "NH4": {"v": 2.15, "unit": "mg/L", "status": "01"},
        "pH": {"v": 7.21, "unit": "-"},
    },
}


def going_on(_seconds: float) -> bool:
    """The rest of a source that nobody stops."""
    return False


def outlet_at(now_ms: int = NOW_MS) -> Listed:
    """An outlet whose clock stands at `now_ms`."""
    return Listed(clock=TickClock(now_ms), rest=going_on)


def declared(shape: type[Any], **more: Any) -> Any:
    """The settings above in a kind's shape, with what else it needs."""
    return msgspec.convert(DECLARED | more, shape)


def leave(root: Path, name: str = NAME, body: bytes = BODY, age_s: float = 7200, now_ms: int = NOW_MS) -> Path:
    """Write a file as one that was last touched `age_s` ago."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    os.utime(path, (now_ms / 1000 - age_s,) * 2)
    return path
