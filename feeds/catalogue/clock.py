"""Time as a dependency: every part that needs the hour is given a clock, so tests tick it and never wait."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

TZ = ZoneInfo("Asia/Ho_Chi_Minh")
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
OFFSET_MS = 7 * HOUR_MS  # Vietnam has kept +07:00 without summer time since 1975
FIRST_MS, LAST_MS = -62_135_596_800_000, 253_402_300_799_999 - OFFSET_MS  # the years that a calendar can write


class Clock(Protocol):
    """Anything that tells the world's time."""

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC in the world being shown."""
        ...


class SystemClock:
    """The machine's clock: the real and the simulated world."""

    def now_ms(self) -> int:
        """Milliseconds since the epoch, UTC."""
        return time.time_ns() // 1_000_000


@dataclass(slots=True)
class TickClock:
    """A clock that stands still until ticked (tests)."""

    ms: int

    def now_ms(self) -> int:
        """The set time."""
        return self.ms

    def tick(self, seconds: float) -> None:
        """Move on by `seconds`."""
        self.ms += round(seconds * 1000)


@dataclass(slots=True)
class ScaledClock:
    """A world's clock that started at `start_ms` when the machine said `anchor_ms` and runs `speed` times as fast."""

    start_ms: int
    anchor_ms: int
    speed: float = 1.0

    def now_ms(self) -> int:
        """Milliseconds since the epoch in the replayed world."""
        return self.start_ms + round((time.time_ns() // 1_000_000 - self.anchor_ms) * self.speed)


def hour_of(ms: int) -> int:
    """Hours since the epoch (Vietnam's full hours are UTC's full hours)."""
    return ms // HOUR_MS


def day_of(ms: int) -> int:
    """Vietnam's calendar day as days since 1970-01-01."""
    return (ms + OFFSET_MS) // DAY_MS


def vietnam(ms: float) -> datetime:
    """A moment in Vietnam's time. A stamp beyond the years 1 to 9999, which a sender may well write, is their end."""
    return datetime.fromtimestamp(min(max(ms, FIRST_MS), LAST_MS) / 1000, TZ)


def iso(ms: int) -> str:
    """ISO 8601 in Vietnam's time, to the second: `2026-11-21T10:30:00+07:00`."""
    return vietnam(ms).isoformat(timespec="seconds")
