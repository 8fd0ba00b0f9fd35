"""Who may be the aggregator: one at a time holds the lease, and each new holder writes under a higher epoch.

The lease only spares rivals the work; what keeps a paused holder from harm is the epoch, checked with every write.
"""

from __future__ import annotations

import threading
import time

import redis

from feeds.catalogue.keys import Keys
from feeds.engine.holder import is_dead, mark

LEASE_MS = 6_000
RENEW_S = 1.5
NAME = "aggregator"

RENEW = b"if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0"
REPLACE = b"""
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""
RELEASE = b"if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class Lease:
    """The right to be the aggregator of a world."""

    def __init__(self, durable: redis.Redis, keys: Keys, milliseconds: int = LEASE_MS) -> None:
        self._redis = durable
        self._keys = keys
        self._key = keys.lease(NAME)
        self._ms = milliseconds
        self._mark = mark()
        self._epoch = 0
        self._held_until = 0.0
        self._let_go = threading.Event()
        self._renew = durable.register_script(RENEW)
        self._replace = durable.register_script(REPLACE)
        self._release = durable.register_script(RELEASE)

    def take(self) -> int | None:
        """A new epoch when nobody alive holds the lease, else None. It is renewed by itself until released."""
        asked = time.monotonic()
        if not self._redis.set(self._key, self._mark, nx=True, px=self._ms) and not self._inherit():
            return None
        self._epoch = int(self._redis.incr(self._keys.epoch()))
        self._held_until = asked + self._ms / 1000  # from before the asking: never longer than Redis thinks
        self._let_go = threading.Event()
        threading.Thread(target=self._keep, args=(self._let_go,), name="lease", daemon=True).start()
        return self._epoch

    @property
    def held(self) -> bool:
        """True while nobody else may have it."""
        return time.monotonic() < self._held_until

    def keep(self) -> bool:
        """True while it is ours; one that ran out on a busy machine is taken back if nobody has had it since."""
        if self.held:
            return True
        asked = time.monotonic()
        ours = self._renew(keys=[self._key], args=[self._mark, self._ms]) or self._regain()
        self._held_until = asked + self._ms / 1000 if ours else 0.0
        return bool(ours)

    def advance(self) -> int:
        """A higher epoch for the holder, whose next engine is to be told from the one before."""
        self._epoch = int(self._redis.incr(self._keys.epoch()))
        return self._epoch

    def release(self) -> None:
        """Let the next one in at once; nothing happens when it is no longer ours."""
        self._let_go.set()
        self._held_until = 0.0
        self._release(keys=[self._key], args=[self._mark])

    def _keep(self, let_go: threading.Event) -> None:
        """Renew until released."""
        while not let_go.wait(RENEW_S):
            asked = time.monotonic()
            try:
                ours = self._renew(keys=[self._key], args=[self._mark, self._ms])
            except redis.RedisError:
                continue
            self._held_until = asked + self._ms / 1000 if ours else 0.0

    def _regain(self) -> bool:
        """Whoever else had it raised the epoch."""
        if not self._redis.set(self._key, self._mark, nx=True, px=self._ms):
            return False
        if int(self._redis.get(self._keys.epoch()) or 0) == self._epoch:
            return True
        self._release(keys=[self._key], args=[self._mark])
        return False

    def _inherit(self) -> bool:
        """Take the lease of a holder who was killed on this machine, without waiting for it to run out."""
        held = self._redis.get(self._key)
        if not isinstance(held, bytes) or not is_dead(held):
            return False
        return bool(self._replace(keys=[self._key], args=[held, self._mark, self._ms]))
