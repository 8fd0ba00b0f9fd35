"""The one ASGI application: the guard outermost, then the stream, the JSON doors and files, then Dash.

`Front` is what uvicorn runs; everything under one port, one guard over everything.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Connection

from feeds.catalogue.settings import Settings
from feeds.intake.body import MOST_BYTES
from feeds.serve.access import Access, current
from feeds.serve.answers import Refusal
from feeds.serve.api import Api
from feeds.serve.avreports import AvReports
from feeds.serve.body import Bodies
from feeds.serve.counters import Counters
from feeds.serve.dash_app import Door, WSGIApp
from feeds.serve.desk import Describe, Desk
from feeds.serve.figures import BODY_BYTES, ENTRY_PATH, FIGURES_PATH, Figures
from feeds.serve.guard import AVREPORT_PATH, REPORTS_PATH, Guard, Rules
from feeds.serve.health import Health
from feeds.serve.hub import Hub
from feeds.serve.link import Link
from feeds.serve.lists import Lists, Make
from feeds.serve.parts import Parts
from feeds.serve.posting import Posting
from feeds.serve.quality import QUARANTINE_PATH, DescribeRefused, Quality
from feeds.serve.reports import Reports
from feeds.serve.screens import BEAT, WALL, Screens
from feeds.serve.senders import Senders
from feeds.serve.shelf import Folder, Kept
from feeds.serve.stream import Stream
from feeds.serve.syncing import SYNC_PATH, Syncing
from feeds.serve.throttle import Throttle
from feeds.serve.walls import Walls
from feeds.store import links
from feeds.store.ingest_keys import IngestKeys
from feeds.store.screens import Screens as ScreenRows

log = logging.getLogger("ioc.front")
EVENTS_PATH = "/api/v1/events/"
DOORS = ("/healthz", "/readyz", "/metrics", REPORTS_PATH, ENTRY_PATH)
REPORT_BYTES = 16 * 1024
QUESTIONS_PATH = "/_dash-update-component"
WALLS_PATH = "/api/v1/walls/"


class Paper(NamedTuple):
    """What the front must know of the pages it serves: their release, and those that it shows itself."""

    release: str = ""
    waiting: bytes = b""
    entry: Mapping[str, bytes] = MappingProxyType({})  # the form of typed figures, by language
    lists: Mapping[str, Make] = MappingProxyType({})  # whole lists given as files, by name


PLAIN = Paper()


class Front:
    """Routes by path. The hub lives from the server's start to its end."""

    def __init__(
        self,
        hub: Hub,
        access: Access,
        api: ASGIApp,
        dash: Door,
        files: Sequence[Folder],
        screens: Screens,
        walls: Walls,
        senders: Senders,
    ) -> None:
        self.hub = hub
        self.screens = screens
        self.walls = walls
        self.senders = senders
        self.access = access
        self.api = api
        self.dash = dash
        self.stream = Stream(hub, access.sight)
        self.kept = Kept(dash)
        self.files = files

    async def __call__(self, connection: Connection, receive: Receive, send: Send) -> None:
        """Serve one request, or the server's life."""
        if connection["type"] == "lifespan":
            await self._life(receive, send)
            return
        path: str = connection["path"]
        if connection["method"] not in methods_of(path):
            raise Refusal(405, f"here one may {' or '.join(methods_of(path))}")
        await self.screens.meet(connection)
        if path.startswith("/api/") or path.startswith("/frames/") or path in DOORS:
            await self.api(connection, receive, send)
            return
        if path == WALL and await self.screens.admit(connection, send):
            return
        mark = current.set(self.access.sight(connection))
        try:
            with self.screens.held(connection):
                await self._page(path)(connection, receive, send)
        finally:
            current.reset(mark)

    def _page(self, path: str) -> ASGIApp:
        if path == "/stream":
            return self.stream
        if path.startswith("/_dash-component-suites/"):
            return self.kept
        return next((folder for folder in self.files if path.startswith(folder.prefix)), self.dash)

    async def _life(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                for part in (self.hub, self.screens, self.walls, self.senders):
                    part.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def close(self) -> None:
        """End the open streams; the server calls it before it waits for its connections."""
        if not self.hub.closing:
            await self.screens.close()
            await self.walls.close()
            await self.senders.close()
            await self.hub.close()


async def lost(connection: Connection, receive: Receive, send: Send) -> None:
    """What a door that is not there answers."""
    raise Refusal(404, "there is no such address")


def methods_of(path: str) -> tuple[str, ...]:
    """What may be done at an address: everything is read, but for the doors that take something in."""
    if path == "/stream":
        return ("GET",)
    if path in (QUESTIONS_PATH, REPORTS_PATH):
        return ("POST",)
    if path == BEAT:
        return ("POST",)
    if path == AVREPORT_PATH or path.startswith(SYNC_PATH):
        return ("POST",)
    if path.startswith((EVENTS_PATH, WALLS_PATH, QUARANTINE_PATH, FIGURES_PATH)):
        return ("POST", "GET")
    return ("GET", "HEAD")


def front(
    settings: Settings,
    flask_app: WSGIApp,
    assets: Path,
    csp_hashes: Sequence[str] = (),
    parts: Parts | None = None,
    paper: Paper = PLAIN,
    describe: Describe | None = None,
    describe_refused: DescribeRefused | None = None,
) -> Guarded:
    """The whole application around a Dash app's Flask server; `assets` is Dash's assets folder, `describe` and
    `describe_refused` say how lists are written as files (without them there are none)."""
    parts = parts or Parts.open(settings)
    screens = Screens(ScreenRows(parts.database), parts.clock, settings.demo, paper.waiting)
    access, counters = Access(settings, screens), Counters()
    volatile = links.volatile_async(settings)
    hub = Hub(Link(volatile, parts.keys), parts.clock)
    health = Health(hub, links.durable_async(settings), parts.clock, access, counters)
    throttle = Throttle(parts.volatile, parts.keys)
    senders = Senders(IngestKeys(parts.database), parts.clock, settings, throttle)
    posting = Posting(parts.door, senders, counters)
    syncing = Syncing(posting, senders, parts.places)
    avreports = AvReports(posting, senders, parts.places)
    walls = Walls(volatile, parts.keys, parts.clock, access, parts.places, counters, paper.release)
    api = Api(hub, parts.readers, volatile, access, parts.breakdowns)
    desk = Desk(parts.readers, parts.evidence, access, describe)
    quality = Quality(parts.mending, parts.refusals, parts.sources, access, describe_refused)
    figures = Figures(parts.typed, parts.catalogue, parts.places, access, parts.clock.now_ms, paper.entry)
    lists = Lists(paper.lists, access, parts.clock.now_ms)
    reports = Reports(counters, parts.clock)
    routes = [
        route
        for part in (quality, api, desk, figures, lists, health, posting, syncing, avreports, walls, reports)
        for route in part.routes()
    ]
    doors = Router(routes, redirect_slashes=False, default=lost)
    inner = Front(hub, access, doors, Door(flask_app), (Folder("/assets/", assets),), screens, walls, senders)
    rules = Rules(frozenset(settings.allowed_hosts), tuple(csp_hashes), refuse_forwarded=settings.demo)
    large = {path: MOST_BYTES for path in (EVENTS_PATH, SYNC_PATH, AVREPORT_PATH)}
    large |= {FIGURES_PATH: BODY_BYTES, REPORTS_PATH: REPORT_BYTES}
    return Guarded(inner, rules, Bodies(large))


class Guarded(Guard):
    """The guard around the front; `close` ends the open streams before the server stops."""

    def __init__(self, app: Front, rules: Rules, bodies: Bodies) -> None:
        super().__init__(app, rules, bodies)
        self.close = app.close
        self.hub = app.hub
