"""Liveness, readiness and metrics: what probes and Prometheus ask."""

from __future__ import annotations

import asyncio

import msgspec
from redis.asyncio import Redis
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from feeds.access.needs import needs
from feeds.catalogue.clock import Clock
from feeds.serve.access import Access
from feeds.serve.asking import read_time
from feeds.serve.counters import Counters
from feeds.serve.hub import Hub
from feeds.serve.link import LOST

OLDEST_S = 150.0  # figures that follow the clock are made each minute: twice missed is not ready
ASK_S = 1.5


class Stamp(msgspec.Struct):
    """As much of a snapshot as readiness needs."""

    at: str


class Health:
    """`/healthz`, `/readyz` and `/metrics`."""

    def __init__(self, hub: Hub, durable: Redis, clock: Clock, access: Access, counters: Counters) -> None:
        self.hub = hub
        self.durable = durable
        self.clock = clock
        self.access = access
        self.counters = counters

    def routes(self) -> list[Route]:
        """Addresses."""
        return [Route("/healthz", self.healthz), Route("/readyz", self.readyz), Route("/metrics", self.metrics)]

    @needs("open")
    async def healthz(self, request: Request) -> Response:
        """The process serves."""
        return JSONResponse({"ok": True})

    @needs("open")
    async def readyz(self, request: Request) -> Response:
        """Both Redis answer and the nation's figures are young; no detail, it is public."""
        ready = await self._durable_answers() and await self._age() < OLDEST_S
        return JSONResponse({"ready": ready}, 200 if ready else 503)

    @needs("key")
    async def metrics(self, request: Request) -> Response:
        """Prometheus text, for who shows the token."""
        self.access.check_metrics(request.scope)
        gauges = {
            "ioc_streams": float(self.hub.clients),
            "ioc_stream_groups": float(len(self.hub.groups)),
            "ioc_stream_channels": float(len(self.hub.channels)),
            "ioc_streams_stalled": float(self.hub.stalled),
            "ioc_redis_link": float(self.hub.linked),
            "ioc_snapshot_age_seconds": await self._age(),
        }
        return PlainTextResponse(self.counters.text(gauges), media_type="text/plain; version=0.0.4")

    async def _durable_answers(self) -> bool:
        try:
            return bool(await asyncio.wait_for(self.durable.ping(), ASK_S))
        except LOST:
            return False

    async def _age(self) -> float:
        """Seconds since the nation's snapshot was made, in the world's time; infinite without one."""
        try:
            found = await asyncio.wait_for(self.hub.link.snapshot("vn", "all"), ASK_S)
            if found is None:
                return float("inf")
            made = read_time("at", msgspec.json.decode(found[1], type=Stamp).at)
        except (*LOST, msgspec.DecodeError):
            return float("inf")
        return max(0.0, (self.clock.now_ms() - made) / 1000)
