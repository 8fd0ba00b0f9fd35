"""The hub's one line to the volatile Redis: one subscription to all ticks, snapshot reads, health of the processes."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from typing import Protocol, cast

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from feeds.catalogue.keys import Keys
from feeds.serve.frames import Version, read_version

log = logging.getLogger("ioc.hub")
SILENCE_S = 5.0  # a subscription quiet for so long is asked whether it still lives
ANSWER_S = 2.0
PULSE_S = 1.0  # health is asked between two beats: a server that hangs must not delay them
PROCESSES = ("aggregator", "simulator", "connectors", "web", "door", "redis-durable", "redis-volatile")
LOST = (RedisError, OSError, TimeoutError)


class Listener(Protocol):
    """What the link tells: news of a scope, and that it is up (again) or down."""

    def news(self, channel: bytes, start: Version, end: Version, delta: bytes) -> None:
        """A delta was published on `channel`."""

    async def up(self) -> None:
        """Subscribed; whatever was published before may have been missed."""

    def down(self) -> None:
        """The line is lost; it is being tried again."""


class Link:
    """Keeps the line: reconnects with growing, jittered pauses, and notices a server that hangs."""

    def __init__(self, volatile: Redis, keys: Keys) -> None:
        self.keys = keys
        self._redis = volatile

    async def run(self, listener: Listener) -> None:
        """Listen for ever; ends only when cancelled."""
        pause = 0.1
        while True:
            try:
                async with self._redis.pubsub() as subscription:
                    await asyncio.wait_for(subscription.psubscribe(self.keys.tick("*", "*")), ANSWER_S)
                    await listener.up()
                    pause = 0.1
                    await self._listen(subscription, listener.news)
            except LOST as error:
                log.warning("Redis link lost: %s", type(error).__name__)
            listener.down()
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(pause * 2, 2.0)

    async def _listen(self, subscription: PubSub, news: Callable[[bytes, Version, Version, bytes], None]) -> None:
        asked = False
        while True:
            message = await subscription.get_message(timeout=SILENCE_S)
            if message is None:
                if asked:
                    raise TimeoutError
                asked = True
                await asyncio.wait_for(subscription.ping(), ANSWER_S)
                continue
            asked = False
            if message["type"] == "pmessage":
                self._tell(message["channel"], message["data"], news)

    def _tell(self, channel: bytes, data: bytes, news: Callable[[bytes, Version, Version, bytes], None]) -> None:
        head, _, delta = data.partition(b"\n")
        first, _, last = head.decode("ascii", "replace").partition(" ")
        start, end = read_version(first), read_version(last)
        if start is None or end is None or not delta:
            log.warning("unreadable tick on %s", channel.decode("ascii", "replace"))
            return
        news(channel, start, end, delta)

    async def snapshot(self, scope: str, audience: str) -> tuple[Version, bytes] | None:
        """The newest full snapshot of a scope; None when there is none yet."""
        call = self._redis.hmget(self.keys.snapshot(scope, audience), ["id", "json"])
        known, body = cast(list[bytes | None], await asyncio.wait_for(call, ANSWER_S))
        version = read_version(known.decode()) if known else None
        return (version, body) if version and body else None

    async def processes(self) -> dict[str, str]:
        """The state of each supervised process; it is also the proof that Redis answers."""
        pipe = self._redis.pipeline(transaction=False)
        for name in PROCESSES:
            pipe.hgetall(self.keys.process(name))
        told = await asyncio.wait_for(pipe.execute(), PULSE_S)
        now = time.time() * 1000
        return {name: _state(fields, now) for name, fields in zip(PROCESSES, told, strict=True) if fields}

    async def close(self) -> None:
        """Give the connections back."""
        await self._redis.aclose()


def _state(fields: dict[bytes, bytes], now_ms: float) -> str:
    """A process that says it runs but has not been heard for 15 s is stopped."""
    state = fields.get(b"state", b"stopped").decode()
    beat = float(fields.get(b"beat_ms", b"0") or 0)
    return "stopped" if state == "running" and beat and now_ms - beat > 15_000 else state
