"""The clock of the world being shown: the machine's, unless a replay keeps the times of its data."""

from __future__ import annotations

import threading
import time
from typing import Any

import redis

from feeds.catalogue.clock import Clock, ScaledClock, SystemClock
from feeds.catalogue.keys import Keys
from feeds.catalogue.settings import Settings

POLL_SECONDS = 1.0


def world_clock(settings: Settings, volatile: redis.Redis) -> Clock:
    """The world's clock; asking it for the time never waits for Redis."""
    if settings.world != "play":
        return SystemClock()
    clock = FollowingClock(volatile, Keys(settings.world).clock())
    clock.follow()
    return clock


class FollowingClock:
    """Runs as the replay says in its clock hash; on the machine's time while there is none.

    Redis going away changes nothing: the clock runs on as it was last told.
    """

    def __init__(self, volatile: redis.Redis, key: str) -> None:
        self._volatile = volatile
        self._key = key
        self._clock: Clock = SystemClock()
        self.refresh()

    def now_ms(self) -> int:
        """Milliseconds since the epoch in the replayed world."""
        return self._clock.now_ms()

    def refresh(self) -> None:
        """Read what the replay says now."""
        try:
            told = self._volatile.hgetall(self._key)
        except redis.RedisError:
            return
        self._clock = _scaled(told) if told else SystemClock()

    def follow(self) -> None:
        """Refresh once a second from now on, in a thread that ends with the process."""
        threading.Thread(target=self._follow, name="world clock", daemon=True).start()

    def _follow(self) -> None:
        while True:
            time.sleep(POLL_SECONDS)
            self.refresh()


def set_clock(volatile: redis.Redis, key: str, clock: ScaledClock) -> None:
    """Tell every process how the replayed world's time runs from now on."""
    volatile.hset(key, mapping={"start_ms": clock.start_ms, "anchor_ms": clock.anchor_ms, "speed": clock.speed})


def _scaled(told: dict[Any, Any]) -> ScaledClock:
    return ScaledClock(int(told[b"start_ms"]), int(told[b"anchor_ms"]), float(told[b"speed"]))
