"""The health of the supervised programs, where the screens can see it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import redis

from feeds.catalogue.keys import Keys
from feeds.host.child import Child

BEAT_SECONDS = 1.0
PATIENCE_SECONDS = 0.5  # a Redis that hangs must not keep us from tending the programs
KEPT_SECONDS = 3600  # long after the last beat there is nobody whose health could be told


def report(volatile: redis.Redis, keys: Keys, children: Iterable[Child]) -> bool:
    """Write each program's state with the time of this beat; False when the volatile Redis does not take it."""
    beat_ms = time.time_ns() // 1_000_000
    with volatile.pipeline(transaction=False) as pipeline:
        for child in children:
            key = keys.process(child.name)
            pipeline.hset(key, mapping=_told(child) | {"beat_ms": beat_ms})
            pipeline.expire(key, KEPT_SECONDS)
        try:
            pipeline.execute()
        except redis.RedisError:
            return False
    return True


def _told(child: Child) -> dict[Any, Any]:
    return {"state": child.state, "since_ms": child.since_ms, "restarts": child.restarts}
