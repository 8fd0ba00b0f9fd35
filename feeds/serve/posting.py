"""`POST /api/v1/events/<feed>`: the event door behind a pool of its own, so that intake never takes Dash's threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from feeds.access.needs import needs
from feeds.intake.door import KEYED, Door, DoorAnswer
from feeds.intake.sender import Sender
from feeds.serve.answers import Refusal
from feeds.serve.counters import Counters
from feeds.serve.senders import Senders

R = TypeVar("R")
THREADS = 3
WAITING = 32  # requests inside at once; a sender that meets a full house comes again


class Posting:
    """Hands bodies, already read whole, to the door. The door is opened at the first request."""

    def __init__(self, open_door: Callable[[], Door], senders: Senders, counters: Counters) -> None:
        self._open = open_door
        self._door: Door | None = None
        self._opening = asyncio.Lock()
        self._senders = senders
        self._counters = counters
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="door")
        self._inside = 0

    def routes(self) -> list[Route]:
        """Addresses."""
        return [Route("/api/v1/events/{feed}", self.post, methods=["POST"])]

    @needs("key")
    async def post(self, request: Request) -> Response:
        """Answer after the events are durable."""
        feed, headers = request.path_params["feed"], request.headers
        sender = await self._senders.of(request.scope, feed)
        body, connector = await request.body(), connector_of(sender)

        def accept(door: Door) -> DoorAnswer:
            kind, encoding = headers.get("content-type"), headers.get("content-encoding")
            return door.accept(feed, body, kind, encoding, connector, sender)

        told = await self.work(accept)
        self.count(told)
        return Response(told.json(), told.status, headers=told.headers(), media_type="application/json")

    async def work(self, accept: Callable[[Door], R]) -> R:
        """What `accept` answers, done with the door in its pool; Refusal 503 when the house is full."""
        if self._inside >= WAITING:
            raise Refusal(503, "the door is full now", retry_after=1)
        self._inside += 1
        try:
            loop = asyncio.get_running_loop()
            async with self._opening:
                if self._door is None:
                    self._door = await loop.run_in_executor(self._pool, self._open)
            return await loop.run_in_executor(self._pool, accept, self._door)
        finally:
            self._inside -= 1

    def count(self, told: DoorAnswer) -> None:
        """Note the fate of a request's events."""
        self._counters.add("ioc_posts_total", "status", str(told.status))
        for what, n in (("accepted", told.accepted), ("duplicate", told.duplicates), ("rejected", len(told.rejected))):
            self._counters.add("ioc_posted_events_total", "fate", what, n)


def connector_of(sender: Sender, otherwise: str = "http") -> str:
    """What events of a sender say they came by: its key, if it has one."""
    return f"{KEYED}{sender.name}" if sender.name else otherwise
