"""The latest still of each camera, in the Redis that may forget: only news replaces it, and only from its own unit: who
may send for one province shows nothing under the name of another's camera."""

from __future__ import annotations

import logging

import redis

from feeds.catalogue.keys import Keys

KEEP_S = 3600
log = logging.getLogger("ioc.frames")
_NEWER = """
local part = redis.call('HGET', KEYS[1], 'part')
if part and part ~= ARGV[4] then return 0 end
if tonumber(redis.call('HGET', KEYS[1], 'at') or '0') > tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], 'jpeg', ARGV[1], 'at', ARGV[2], 'part', ARGV[4])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""


class Frames:
    """Writes stills; a still that cannot be written is no reason to refuse its event."""

    def __init__(self, volatile: redis.Redis, keys: Keys) -> None:
        self._keys = keys
        self._newer = volatile.register_script(_NEWER)

    def put(self, camera: str, jpeg: bytes, at: int, part: str) -> bool:
        """Keep the still of a camera of the partition `part`, unless a newer one or another unit's stands; False when
        it was not kept."""
        try:
            return bool(self._newer(keys=[self._keys.frame(camera)], args=[jpeg, at, KEEP_S, part]))
        except redis.RedisError as error:
            log.warning("a still could not be kept: %s", type(error).__name__)
            return False
