"""The JSON doors: snapshots, history, records, search, quarantine, camera stills; what is asked is checked here."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import msgspec
from redis.asyncio import Redis
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from feeds.access.needs import needs
from feeds.catalogue.clock import DAY_MS
from feeds.catalogue.scope import WHOLE, Scope
from feeds.serve.access import Access
from feeds.serve.answers import Refusal, gzip, takes_gzip
from feeds.serve.asking import Asked
from feeds.serve.beneath import Beneath
from feeds.serve.breakdown import BreakdownReader
from feeds.serve.caching import Memory, cached
from feeds.serve.frames import write_version
from feeds.serve.hub import Hub
from feeds.serve.link import ANSWER_S, LOST
from feeds.serve.readers import STEPS, Readers, Unknown
from feeds.serve.stream import SCOPE
from feeds.store.history import Step, TooManyPoints, bucket_start
from feeds.store.register import BadCursor, Filter

THREADS = 4
PARTS_KEPT = 256
PARTS_SECONDS = 30  # how old an answer in parts may be: a province's takes a tenth of a second of the database
P = ParamSpec("P")
R = TypeVar("R")
CAMERA_LETTERS = 64
SHARED_S = 20  # how old an answer of hours may be: every screen that asks meanwhile shares one reading
SHARED_ANSWERS = 256
LONGEST: Mapping[Step, int] = {"hour": 7 * DAY_MS, "day": 400 * DAY_MS}  # what is given at once, by grain
CURSOR = re.compile(r"\d{1,15}:\d{1,9}")


class Api:
    """Handlers that read. Each takes the caller's sight first, then asks a reader in the pool."""

    def __init__(
        self, hub: Hub, readers: Readers, volatile: Redis, access: Access, breakdowns: BreakdownReader, beneath: Beneath
    ) -> None:
        self.hub = hub
        self.readers = readers
        self.breakdowns = cached(Memory(PARTS_KEPT), breakdowns.breakdown, PARTS_SECONDS)
        self.volatile = volatile
        self.access = access
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="read")
        memory = Memory(SHARED_ANSWERS)
        self._columns = cached(memory, _packed(readers.columns), SHARED_S)
        self._own = cached(memory, _packed(readers.hours), SHARED_S)
        self._then = cached(memory, _packed(beneath.then), SHARED_S)

    def routes(self) -> list[Route]:
        """Addresses."""
        v1 = "/api/v1"
        return [
            Route(f"{v1}/snapshot/{{scope}}", self.snapshot),
            Route(f"{v1}/series/{{scope:path}}/{{indicator}}", self.series),
            Route(f"{v1}/columns/{{scope:path}}/{{indicator}}", self.columns),
            Route(f"{v1}/hours/{{scope:path}}", self.hours),
            Route(f"{v1}/then/{{scope:path}}", self.then),
            Route(f"{v1}/records/{{feed}}", self.records),
            Route(f"{v1}/records/{{feed}}/{{id:path}}", self.record),
            Route(f"{v1}/breakdown/{{feed}}", self.breakdown),
            Route(f"{v1}/events/{{feed}}", self.events),
            Route(f"{v1}/entities/{{feed}}", self.entities),
            Route(f"{v1}/alerts/{{scope:path}}", self.alerts),
            Route(f"{v1}/quarantine", self.quarantine),
            Route(f"{v1}/quarantine/counts", self.quarantine_counts),
            Route(f"{v1}/sources", self.sources),
            Route(f"{v1}/search", self.search),
            Route("/frames/{camera}", self.still),
        ]

    @needs("see")
    async def snapshot(self, request: Request) -> Response:
        """The newest snapshot of a scope, as it stands in Redis."""
        sight = self.access.sight(request.scope)
        Asked(request)
        name = request.path_params["scope"]
        if not SCOPE.fullmatch(name):
            raise Refusal(404, "there is no such scope")
        audience = sight.audience_of(name)
        try:
            found = await self.hub.link.snapshot(name, audience)
        except LOST:
            raise Refusal(503, "the figures cannot be read now", retry_after=2) from None
        if found is None:
            raise Refusal(404, "this scope has no figures yet")
        told = "" if audience == WHOLE else f"-{audience}"  # what one audience has kept is never another's
        return await self._kept(request, found[1], f'"{write_version(found[0])}{told}"')

    @needs("see")
    async def series(self, request: Request) -> Response:
        """History of one figure."""
        sight, asked = self.access.sight(request.scope), Asked(request, "from", "to", "step")
        now = self.readers.clock.now_ms()
        end = asked.time("to", now)
        start = asked.time("from", end - DAY_MS)
        if start > end:
            raise Refusal(400, "from lies after to")
        step = asked.choice("step", STEPS) or None
        words = request.path_params
        return await self._read(self.readers.series, sight, words["scope"], words["indicator"], start, end, step)

    @needs("see")
    async def columns(self, request: Request) -> Response:
        """One indicator of all places under a scope, hour by hour or day by day."""
        sight, span = self.access.sight(request.scope), self._buckets(request)
        words = request.path_params
        return await self._shared(request, self._columns, sight, words["scope"], words["indicator"], *span)

    @needs("see")
    async def hours(self, request: Request) -> Response:
        """Every figure of a place, hour by hour or day by day."""
        sight, span = self.access.sight(request.scope), self._buckets(request)
        return await self._shared(request, self._own, sight, request.path_params["scope"], *span)

    @needs("see")
    async def then(self, request: Request) -> Response:
        """Every figure of all places beneath one, as they stood at the end of one hour or day."""
        sight, asked = self.access.sight(request.scope), Asked(request, "at", "step")
        step: Step = "day" if asked.choice("step", ("hour", "day"), "hour") == "day" else "hour"
        at = bucket_start(asked.time("at", self.readers.clock.now_ms()), step)
        return await self._shared(request, self._then, sight, request.path_params["scope"], at, step)

    def _buckets(self, request: Request) -> tuple[int, int, Step]:
        """The whole hours (or Vietnam's days) asked for: by default 24 hours that end with the last full one."""
        asked = Asked(request, "from", "to", "step")
        step: Step = "day" if asked.choice("step", ("hour", "day"), "hour") == "day" else "hour"
        end = bucket_start(asked.time("to", self.readers.clock.now_ms()), step)
        start = asked.time("from", end - DAY_MS)
        if start > end:
            raise Refusal(400, "from lies after to")
        if end - start > LONGEST[step]:
            raise Refusal(400, f"at most {LONGEST[step] // DAY_MS} days are given at once by the {step}")
        return start, end, step

    @needs("records")
    async def records(self, request: Request) -> Response:
        """One page of a record feed."""
        asked = Asked(request, "place", "state", "open", "id", "cursor", "limit", "order")
        opened = asked.choice("open", ("0", "1"))
        wanted = Filter(
            place=asked.place("place") or None,
            states=tuple(filter(None, asked.text("state").split(","))),
            open=None if not opened else opened == "1",
            id_prefix=asked.text("id"),
        )
        limit, cursor = asked.whole("limit", 50, 1, 500), asked.text("cursor") or None
        order = asked.choice("order", ("newest", "due"), "newest")
        sight, feed = self.access.sight(request.scope), request.path_params["feed"]
        return await self._read(self.readers.records, sight, feed, wanted, cursor, limit, order)

    @needs("records")
    async def record(self, request: Request) -> Response:
        """One record with its trail."""
        sight, words = self.access.sight(request.scope), request.path_params
        Asked(request)
        return await self._read(self.readers.record, sight, words["feed"], words["id"])

    @needs("see")
    async def breakdown(self, request: Request) -> Response:
        """A record feed in parts."""
        asked = Asked(request, "place", "by", "measures")
        sight, feed = self.access.sight(request.scope), request.path_params["feed"]
        measures = tuple(filter(None, asked.text("measures").split(",")))
        place, by = asked.place("place", "vn"), asked.text("by", "desk")
        return await self._read(self.breakdowns, sight, feed, place, by, measures)

    @needs("records")
    async def events(self, request: Request) -> Response:
        """Readings as they came."""
        sight, asked = (
            self.access.sight(request.scope),
            Asked(request, "part", "entity", "from", "to", "cursor", "limit"),
        )
        start, end = asked.time("from", 0), asked.time("to", self.readers.clock.now_ms())
        part, entity = asked.place("part", "vn"), asked.text("entity") or None
        cursor, limit = asked.text("cursor") or None, asked.whole("limit", 50, 1, 500)
        if cursor and not CURSOR.fullmatch(cursor):
            raise Refusal(400, "cursor: take `next` of the page before")
        feed = request.path_params["feed"]
        return await self._read(self.readers.events, sight, feed, part, entity, start, end, cursor, limit)

    @needs("see")
    async def entities(self, request: Request) -> Response:
        """What reports to a feed."""
        sight, asked = self.access.sight(request.scope), Asked(request, "unit")
        return await self._read(self.readers.entities, sight, request.path_params["feed"], asked.place("unit") or None)

    @needs("see")
    async def alerts(self, request: Request) -> Response:
        """What was abnormal in a period, and since when anybody watched."""
        sight, asked = self.access.sight(request.scope), Asked(request, "from", "to", "indicator", "limit")
        end = asked.time("to", self.readers.clock.now_ms())
        start, limit = asked.time("from", end - DAY_MS), asked.whole("limit", 200, 1, 1000)
        indicator, name = asked.text("indicator") or None, request.path_params["scope"]
        answer = await self._read(self.readers.alerts, sight, name, start, end, indicator, limit)
        since = await asyncio.get_running_loop().run_in_executor(self._pool, self.readers.watched_since, sight)
        answer.headers.update({"x-watched-since": str(since)} if since is not None else {})
        return answer

    @needs("quality")
    async def quarantine(self, request: Request) -> Response:
        """Refused messages, newest first."""
        sight, asked = self.access.sight(request.scope), Asked(request, "feed", "code", "before", "limit")
        before = asked.whole("before", 0, 0, 2**53) or None
        limit = asked.whole("limit", 50, 1, 500)
        feed, code = asked.text("feed") or None, asked.text("code") or None
        return await self._read(self.readers.quarantine, sight, feed, code, before, limit)

    @needs("quality")
    async def quarantine_counts(self, request: Request) -> Response:
        """Refused messages by source and reason."""
        sight, asked = self.access.sight(request.scope), Asked(request, "days")
        return await self._read(self.readers.quarantine_counts, sight, asked.whole("days", 7, 1, 90))

    @needs("quality")
    async def sources(self, request: Request) -> Response:
        """The health of the sources that we read."""
        sight = self.access.sight(request.scope)
        Asked(request)
        return await self._read(self.readers.sources, sight)

    @needs("see")
    async def search(self, request: Request) -> Response:
        """Places and stations by what a person types."""
        sight, asked = self.access.sight(request.scope), Asked(request, "q", "limit")
        return await self._read(self.readers.search, sight, asked.text("q"), asked.whole("limit", 20, 1, 100))

    @needs("cameras")
    async def still(self, request: Request) -> Response:
        """The latest still of a camera, with the time it shows; 204 where there is none."""
        sight, camera = self.access.sight(request.scope), request.path_params["camera"]
        if len(camera) > CAMERA_LETTERS:
            raise Refusal(404, "there is no such camera")
        loop = asyncio.get_running_loop()
        if sight.units is not None and not await loop.run_in_executor(self._pool, self.readers.camera, sight, camera):
            raise Refusal(404, "this camera has sent no picture")
        try:
            call = self.volatile.hmget(self.hub.link.keys.frame(camera), ["jpeg", "at"])
            jpeg, at = cast(list[bytes | None], await asyncio.wait_for(call, ANSWER_S))
        except LOST:
            raise Refusal(503, "stills cannot be read now", retry_after=2) from None
        if not jpeg or not at:  # nothing is wrong: browsers would write a 404 on their console
            return Response(status_code=204, headers={"cache-control": "no-store"})
        etag = f'"{at.decode()}"'
        headers = {"etag": etag, "cache-control": "private, no-cache", "x-frame-at": at.decode()}
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(jpeg, media_type="image/jpeg", headers=headers)

    async def _read(self, read: Callable[..., R], sight: Scope, *words: Any) -> Response:
        """Ask a reader in the pool; what it cannot find or give is said."""
        loop = asyncio.get_running_loop()
        try:
            body = await loop.run_in_executor(self._pool, _encoded, partial(read, sight, *words))
        except Unknown as unknown:
            raise Refusal(404, str(unknown)) from None
        except (TooManyPoints, BadCursor) as wrong:
            raise Refusal(400, str(wrong)) from None
        return Response(body, media_type="application/json", headers={"cache-control": "no-store"})

    async def _shared(self, request: Request, ask: Callable[..., bytes], sight: Scope, *words: Any) -> Response:
        """An answer that many ask for within the same seconds: read, written and compressed once for all of them."""
        loop = asyncio.get_running_loop()
        try:
            body = await loop.run_in_executor(self._pool, partial(ask, sight, *words))
        except Unknown as unknown:
            raise Refusal(404, str(unknown)) from None
        headers = {"cache-control": f"private, max-age={SHARED_S}", "vary": "accept-encoding, cookie"}
        if takes_gzip(request.scope):
            headers["content-encoding"] = "gzip"
        else:
            body = zlib.decompress(body, zlib.MAX_WBITS + 16)
        return Response(body, media_type="application/json", headers=headers)

    async def _kept(self, request: Request, body: bytes, etag: str) -> Response:
        """A body the caller may have already."""
        headers = {"etag": etag, "cache-control": "private, no-cache", "vary": "accept-encoding, cookie"}
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if takes_gzip(request.scope):
            body = await asyncio.to_thread(gzip, body, 4)
            headers["content-encoding"] = "gzip"
        return Response(body, media_type="application/json", headers=headers)


def _packed(read: Callable[Concatenate[Scope, P], Any]) -> Callable[Concatenate[Scope, P], bytes]:
    @wraps(read)  # answers are kept under the reader's own name
    def packed(scope: Scope, /, *words: P.args, **named: P.kwargs) -> bytes:
        return gzip(msgspec.json.encode(read(scope, *words, **named)))

    return packed


def _encoded(read: Callable[[], Any]) -> bytes:
    return msgspec.json.encode(read())
