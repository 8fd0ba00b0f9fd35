"""How much a sender may send: counted over the last seconds, for all web processes together.

The counts lie in the volatile Redis. While it is away each process counts for itself: senders are still bounded, and
nobody is refused because a cache is down.
"""

from __future__ import annotations

import logging
import math

import redis
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from feeds.catalogue.keys import Keys

WINDOW_S = 10  # short bursts are let through, a flood is not
PATIENCE_S = 5.0
log = logging.getLogger("ioc.door")


class Throttle:
    """Counts what senders send. Threads may share it."""

    def __init__(self, volatile: redis.Redis, keys: Keys) -> None:
        self._volatile = volatile
        self._prefix = keys.limits()
        self._shared: SlidingWindowCounterRateLimiter | None = None
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._away = False

    def spend(self, name: str, rate: int, n: int) -> float:
        """Count `n` events of the sender `name`, who may send `rate` a second; 0, or how many seconds are too soon."""
        item = RateLimitItemPerSecond(most(rate), WINDOW_S)
        try:
            wait = _spend(self._limiter(), item, name, n)
        except redis.RedisError as error:
            self._tell(away=True, why=type(error).__name__)
            return _spend(self._own, item, name, n)
        self._tell(away=False)
        return wait

    def _limiter(self) -> SlidingWindowCounterRateLimiter:
        if self._shared is None:
            pool = self._volatile.connection_pool
            storage = RedisStorage("redis://", connection_pool=pool, key_prefix=self._prefix)
            self._shared = SlidingWindowCounterRateLimiter(storage)
        return self._shared

    def _tell(self, away: bool, why: str = "") -> None:
        if away and not self._away:
            log.warning("rates are counted by each process alone: %s", why)
        self._away = away


def most(rate: int) -> int:
    """How many events may come at once under `rate` events a second."""
    return rate * WINDOW_S


def _spend(limiter: SlidingWindowCounterRateLimiter, item: RateLimitItem, name: str, n: int) -> float:
    if limiter.hit(item, name, cost=n):
        return 0.0
    missing = n - limiter.get_window_stats(item, name).remaining
    return float(min(WINDOW_S, max(1, math.ceil(missing * WINDOW_S / item.amount))))
