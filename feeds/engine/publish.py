"""Publishes frames: the snapshot is set and announced in one step, and never over a newer one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import redis

from feeds.catalogue.keys import Keys
from feeds.catalogue.scope import WHOLE
from feeds.engine.checkpoint import Fenced

PUBLISH = b"""
local held = redis.call('HGET', KEYS[1], 'id')
if held then
  local epoch, version = string.match(held, '(%d+)-(%d+)')
  epoch, version = tonumber(epoch), tonumber(version)
  if epoch > tonumber(ARGV[1]) then return -2 end
  if epoch == tonumber(ARGV[1]) and version >= tonumber(ARGV[2]) then return -1 end
end
redis.call('HSET', KEYS[1], 'id', ARGV[1] .. '-' .. ARGV[2], 'json', ARGV[3])
redis.call('PUBLISH', ARGV[4], ARGV[5])
return 1
"""


class Frame(NamedTuple):
    """One new version of a scope."""

    scope: str
    start: int  # the version before it, 0: none of this epoch
    version: int
    snapshot: bytes
    delta: bytes
    audience: str = WHOLE


class Publisher:
    """Puts frames into the volatile Redis under one epoch."""

    def __init__(self, volatile: redis.Redis, keys: Keys, epoch: int) -> None:
        self._redis = volatile
        self._keys = keys
        self._epoch = epoch
        self._publish = volatile.register_script(PUBLISH)

    def publish(self, frames: Iterable[Frame]) -> None:
        """Set and announce each frame; raises Fenced when a newer aggregator has published."""
        pipe = self._redis.pipeline(transaction=False)
        for frame in frames:
            head = f"{self._epoch}-{frame.start} {self._epoch}-{frame.version}\n".encode()
            tick = self._keys.tick(frame.scope, frame.audience)
            args = (self._epoch, frame.version, frame.snapshot, tick, head + frame.delta)
            self._publish(keys=[self._keys.snapshot(frame.scope, frame.audience)], args=args, client=pipe)
        if -2 in pipe.execute():
            raise Fenced("a newer aggregator publishes")

    def lost(self) -> bool:
        """True when the volatile Redis has forgotten what we published."""
        return not self._redis.exists(self._keys.snapshot("vn"))
