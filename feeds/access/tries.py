"""How often somebody tried to sign in under a name: the more failures, the longer the wait.

A try is counted before the password is looked at, so that many at once gain nothing. Names that nobody has wait as long
as those of people, so that the wait tells nothing.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import redis

from feeds.access.sessions import digest
from feeds.catalogue.keys import Keys

FREE = 5  # tries without a wait
FIRST_MS, LONGEST_MS = 10_000, 15 * 60_000
FORGOTTEN_S = 3600
TRY = """
local held = tonumber(redis.call('HGET', KEYS[1], 'until_ms') or '0')
local now = tonumber(ARGV[1])
if held > now then return held - now end
local n = redis.call('HINCRBY', KEYS[1], 'n', 1)
if n >= tonumber(ARGV[2]) then
  local wait = math.min(tonumber(ARGV[4]), tonumber(ARGV[3]) * 2 ^ math.min(n - tonumber(ARGV[2]), 20))
  redis.call('HSET', KEYS[1], 'until_ms', string.format('%.0f', now + wait))
end
redis.call('EXPIRE', KEYS[1], ARGV[5])
return 0
"""


class Tries:
    """Counted in the volatile Redis, for all web processes together. Threads may share it."""

    def __init__(self, volatile: redis.Redis, keys: Keys, now: Callable[[], float] = time.time) -> None:
        self._redis = volatile
        self._keys = keys
        self._now = now
        self._try = volatile.register_script(TRY)

    def spend(self, name: str) -> int:
        """Count a try under a name; 0, or after how many seconds the next one is looked at."""
        args = (round(self._now() * 1000), FREE, FIRST_MS, LONGEST_MS, FORGOTTEN_S)
        return math.ceil(int(self._try(keys=[self._key(name)], args=args)) / 1000)

    def give_back(self, name: str) -> None:
        """The last try was no failure, and no success yet."""
        if int(self._redis.hincrby(self._key(name), "n", -1)) < FREE:
            self._redis.hdel(self._key(name), "until_ms")

    def forget(self, name: str) -> None:
        """Signed in, or let in again by an administrator."""
        self._redis.delete(self._key(name))

    def _key(self, name: str) -> str:
        return self._keys.tries(digest(name.strip().lower()))
