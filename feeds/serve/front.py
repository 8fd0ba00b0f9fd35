"""The one ASGI application: the guard outermost, then the stream, the JSON doors and files, then Dash.

`Front` is what uvicorn runs; everything under one port, one guard over everything.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

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
from feeds.serve.edition import Drawn, Edition, Renewal
from feeds.serve.figures import BODY_BYTES, ENTRY_PATH, FIGURES_PATH, Figures
from feeds.serve.guard import AVREPORT_PATH, REPORTS_PATH, Guard, Rules
from feeds.serve.health import Health
from feeds.serve.hub import Hub
from feeds.serve.link import Link
from feeds.serve.lists import Lists
from feeds.serve.paper import PLAIN, Paper
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


class Front:
    """Routes by path. The hub lives from the server's start to its end."""

    def __init__(
        self,
        hub: Hub,
        access: Access,
        edition: Edition,
        files: Sequence[Folder],
        screens: Screens,
        walls: Walls,
        senders: Senders,
    ) -> None:
        self.renewal: Renewal | None = None
        self.hub = hub
        self.screens = screens
        self.walls = walls
        self.senders = senders
        self.access = access
        self.edition = edition
        self.stream = Stream(hub, access.sight)
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
            await self.edition.doors(connection, receive, send)
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
            return self.edition.kept
        return next((folder for folder in self.files if path.startswith(folder.prefix)), self.edition.dash)

    async def _life(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                for part in (self.hub, self.screens, self.walls, self.senders):
                    part.start()
                for renewal in self._renewing():
                    renewal.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def close(self) -> None:
        """End the open streams; the server calls it before it waits for its connections."""
        if not self.hub.closing:
            for renewal in self._renewing():
                await renewal.close()
            await self.screens.close()
            await self.walls.close()
            await self.senders.close()
            await self.hub.close()

    def _renewing(self) -> tuple[Renewal, ...]:
        return (self.renewal,) if self.renewal else ()

    def take(self, edition: Edition) -> None:
        """From the next request on, everything made from a catalogue is of this edition; walls are told its release."""
        self.edition = edition
        self.walls.renew(edition.release)


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
    draw: Callable[[Parts], Drawn] | None = None,
) -> Guarded:
    """The whole application around a Dash app's Flask server; `assets` is Dash's assets folder, `describe` and
    `describe_refused` say how lists are written as files (without them there are none), `draw` draws the pages of
    another catalogue (without it the first one stays)."""
    parts = parts or Parts.open(settings)
    screens = Screens(ScreenRows(parts.database), parts.clock, settings.demo, paper.waiting)
    access, counters = Access(settings, screens), Counters()
    volatile = links.volatile_async(settings)
    hub = Hub(Link(volatile, parts.keys), parts.clock)
    senders = Senders(IngestKeys(parts.database), parts.clock, settings, Throttle(parts.volatile, parts.keys))
    walls = Walls(volatile, parts.keys, parts.clock, access, parts.places, counters, paper.release)
    health = Health(hub, links.durable_async(settings), parts.clock, access, counters)
    lasting = [route for part in (health, walls, Reports(counters, parts.clock)) for route in part.routes()]

    def edition(parts: Parts, drawn: Drawn) -> Edition:
        posting = Posting(parts.door, senders, counters)
        api = Api(hub, parts.readers, volatile, access, parts.breakdowns)
        desk = Desk(parts.readers, parts.evidence, access, drawn.describe)
        quality = Quality(parts.mending, parts.refusals, parts.sources, access, drawn.describe_refused)
        paper, now_ms = drawn.paper, parts.clock.now_ms
        figures = Figures(parts.typed, parts.catalogue, parts.places, access, now_ms, paper.entry)
        lists, syncing = Lists(paper.lists, access, now_ms), Syncing(posting, senders, parts.places)
        avreports = AvReports(posting, senders, parts.places)
        every = (quality, api, desk, figures, lists, posting, syncing, avreports)
        made = [route for part in every for route in part.routes()]
        doors = Router([*made, *lasting], redirect_slashes=False, default=lost)
        dash = Door(drawn.flask_app)
        return Edition(parts.version, paper.release, doors, dash, Kept(dash))

    first = edition(parts, Drawn(flask_app, csp_hashes, paper, describe, describe_refused))
    inner = Front(hub, access, first, (Folder("/assets/", assets),), screens, walls, senders)
    if draw is not None:
        inner.renewal = Renewal(parts, lambda renewed: edition(renewed, draw(renewed)), first, inner.take)
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
        self.front = app
