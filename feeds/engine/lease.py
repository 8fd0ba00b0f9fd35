"""Who may be the aggregator: one at a time holds the lease, and each new holder writes under a higher epoch.

The lease only spares rivals the work; what keeps a paused holder from harm is the epoch, checked with every write.
"""

from __future__ import annotations

import secrets

import redis

from feeds.catalogue.keys import Keys

LEASE_MS = 6_000
RENEW_SECONDS = 1.5
NAME = "aggregator"

RENEW = b"if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0"
RELEASE = b"if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class Lease:
    """The right to be the aggregator of a world."""

    def __init__(self, durable: redis.Redis, keys: Keys, milliseconds: int = LEASE_MS) -> None:
        self._redis = durable
        self._keys = keys
        self._key = keys.lease(NAME)
        self._ms = milliseconds
        self._mark = secrets.token_hex(8).encode()
        self._renew = durable.register_script(RENEW)
        self._release = durable.register_script(RELEASE)

    def take(self) -> int | None:
        """A new epoch when nobody holds the lease, else None."""
        if not self._redis.set(self._key, self._mark, nx=True, px=self._ms):
            return None
        return int(self._redis.incr(self._keys.epoch()))

    def renew(self) -> bool:
        """Hold on for another while; False when it is no longer ours."""
        return bool(self._renew(keys=[self._key], args=[self._mark, self._ms]))

    def release(self) -> None:
        """Let the next one in at once."""
        self._release(keys=[self._key], args=[self._mark])
