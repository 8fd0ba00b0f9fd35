"""The one ASGI application: the guard outermost, then the stream, the JSON doors and files, then Dash.

`Front` is what uvicorn runs; everything under one port, one guard over everything.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Connection

from feeds.access.roles import Act
from feeds.access.sessions import Sessions
from feeds.catalogue.settings import Settings
from feeds.intake.body import MOST_BYTES
from feeds.serve.access import Access, asking, current
from feeds.serve.answers import Refusal, answer, header
from feeds.serve.api import Api
from feeds.serve.audit_doors import PAGE_PATH, AuditDoors
from feeds.serve.avreports import AvReports
from feeds.serve.body import Bodies
from feeds.serve.counters import Counters
from feeds.serve.csrf import Csrf
from feeds.serve.dash_app import Door
from feeds.serve.desk import Describe, Desk
from feeds.serve.figures import BODY_BYTES, ENTRY_PATH, FIGURES_PATH, Figures
from feeds.serve.guard import AVREPORT_PATH, REPORTS_PATH, Guard, Rules
from feeds.serve.health import Health
from feeds.serve.hub import Hub
from feeds.serve.identity import APART, POSTED, identity
from feeds.serve.link import Link
from feeds.serve.paper import PLAIN, Paper
from feeds.serve.parts import Parts
from feeds.serve.permits import FILES, STREAM, PageNeeds, guarded
from feeds.serve.posting import Posting
from feeds.serve.quality import QUARANTINE_PATH, DescribeRefused, Quality
from feeds.serve.rates import Rates
from feeds.serve.reports import Reports
from feeds.serve.screens import BEAT, WALL, Screens
from feeds.serve.senders import Senders
from feeds.serve.shelf import Folder, Kept
from feeds.serve.signing import LOGIN_PATH, public_file
from feeds.serve.stream import Stream
from feeds.serve.syncing import SYNC_PATH, Syncing
from feeds.serve.throttle import Throttle
from feeds.serve.walls import Walls
from feeds.serve.witness import Person, Who, Witness
from feeds.serve.witnessed import Witnessed
from feeds.store import links
from feeds.store.ingest_keys import IngestKeys
from feeds.store.screens import Screens as ScreenRows

log = logging.getLogger("ioc.front")
EVENTS_PATH = "/api/v1/events/"
DOORS = ("/api/", "/frames/", *APART)  # what begins so is no page of Dash's
EXACT = ("/healthz", "/readyz", "/metrics", REPORTS_PATH, ENTRY_PATH, PAGE_PATH)
REPORT_BYTES = 16 * 1024
QUESTIONS_PATH = "/_dash-update-component"
WALLS_PATH = "/api/v1/walls/"


class Front:
    """Routes by path. The hub lives from the server's start to its end."""

    def __init__(
        self,
        hub: Hub,
        access: Access,
        api: ASGIApp,
        dash: Door,
        needs: PageNeeds,
        files: Sequence[Folder],
        screens: Screens,
        walls: Walls,
        senders: Senders,
        witness: Witness,
    ) -> None:
        self.hub = hub
        self.screens = screens
        self.walls = walls
        self.senders = senders
        self.witness = witness
        self.access = access
        self.api = api
        self.dash = dash
        self.needs = needs
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
        await self.access.meet(connection)
        if path.startswith(DOORS) or path in EXACT:
            await self.api(connection, receive, send)
            return
        if path == WALL and not self.access.person(connection) and await self.screens.admit(connection, send):
            return
        if public_file(path):
            await self._page(path)(connection, receive, send)
            return
        if await self._led(connection, send):
            return
        mark = current.set(self.access.sight(connection))
        name = asking.set(self.access.signature(connection, ""))
        try:
            with self.access.held(connection):
                await self._page(path)(connection, receive, send)
        finally:
            current.reset(mark)
            asking.reset(name)

    async def _led(self, connection: Connection, send: Send) -> bool:
        """True when a person who opened a page is shown to another one: to sign in, or to where their work begins.
        Refusal for whom it is not."""
        path: str = connection["path"]
        acts = self._needs(path, connection["method"])
        reads = b"text/html" in header(connection, b"accept") and connection["method"] == "GET"
        if reads and self.access.subject(connection) is None:
            await lead(send, sign_in_address(connection))
            return True
        subject = self.access.permit(connection, *acts)
        if reads and path == "/" and subject is not None and subject.home != "/":
            await lead(send, subject.home)
            return True
        return False

    def _needs(self, path: str, method: str) -> tuple[Act, ...]:
        if path == "/stream":
            return STREAM
        if any(path.startswith(folder.prefix) for folder in self.files):
            return FILES
        return self.needs.of(path, method)

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
                for part in (self.hub, self.screens, self.walls, self.senders, self.access.sessions, self.witness):
                    if part is not None:
                        part.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def close(self) -> None:
        """End the open streams; the server calls it before it waits for its connections."""
        if not self.hub.closing:
            if self.access.sessions:
                await self.access.sessions.close()
            await self.screens.close()
            await self.walls.close()
            await self.senders.close()
            await self.witness.close()
            await self.hub.close()


async def lead(send: Send, to: str) -> None:
    """To another page."""
    headers = ((b"location", to.encode("latin1", "replace")), (b"cache-control", b"no-store"))
    await answer(send, 303, b"", b"text/plain", headers)


def sign_in_address(connection: Connection) -> str:
    """Where a stranger signs in, and which page they wanted."""
    query = connection["query_string"].decode("latin1")
    wanted = connection["path"] + ("?" + query if query else "")
    return LOGIN_PATH if wanted == "/" else f"{LOGIN_PATH}?{urlencode({'next': wanted})}"


def _who(access: Access) -> Who:
    """Whom the audit log names: a person, the screen of a wall, the demo's visitor, otherwise nobody."""

    def who(connection: Connection) -> Person:
        try:
            subject = access.subject(connection)
        except Refusal:
            subject = None
        return Person(subject.name, subject.role) if subject else Person("")

    return who


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
    if path.startswith((*POSTED, EVENTS_PATH, WALLS_PATH, QUARANTINE_PATH, FIGURES_PATH)):
        return ("POST", "GET")
    return ("GET", "HEAD")


def front(
    settings: Settings,
    flask_app: Flask,
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
    volatile, counters = links.volatile_async(settings), Counters()
    sessions = Sessions(links.volatile_async(settings), parts.keys)
    access = Access(settings, screens, sessions)
    hub = Hub(Link(volatile, parts.keys), parts.clock)
    health = Health(hub, links.durable_async(settings), parts.clock, access, counters)
    throttle = Throttle(parts.volatile, parts.keys)
    witness = Witness(parts.audit, _who(access), frozenset(settings.proxies))
    senders = Senders(IngestKeys(parts.database), parts.clock, settings, throttle)
    posting = Posting(parts.door, senders, counters)
    syncing = Syncing(posting, senders, parts.places)
    avreports = AvReports(posting, senders, parts.places)
    walls = Walls(volatile, parts.keys, parts.clock, access, parts.places, counters, paper.release)
    api = Api(hub, parts.readers, volatile, access, parts.breakdowns)
    desk = Desk(parts.readers, parts.evidence, access, describe)
    quality = Quality(parts.mending, parts.refusals, parts.sources, access, describe_refused)
    figures = Figures(parts.typed, parts.catalogue, parts.places, access, parts.clock.now_ms, paper.entry)
    book = AuditDoors(parts.audit, access, paper.audit, settings.var / "logs")
    reports = Reports(counters, parts.clock)
    doors_of = (quality, api, desk, figures, health, posting, syncing, avreports, walls, book, reports)
    routes = [route for part in doors_of for route in part.routes()]
    routes += identity(settings, parts, access, sessions, walls, paper)
    doors = Witnessed(Router(guarded(routes, access), redirect_slashes=False, default=lost), witness, access.sight)
    needs, files = PageNeeds(flask_app), (Folder("/assets/", assets),)
    inner = Front(hub, access, doors, Door(flask_app), needs, files, screens, walls, senders, witness)
    rules = Rules(
        frozenset(settings.allowed_hosts), tuple(csp_hashes), settings.demo, frozenset(settings.proxies),
        keyed=(EVENTS_PATH, SYNC_PATH, AVREPORT_PATH),
    )  # fmt: skip
    large = {path: MOST_BYTES for path in (EVENTS_PATH, SYNC_PATH, AVREPORT_PATH)}
    large |= {FIGURES_PATH: BODY_BYTES, REPORTS_PATH: REPORT_BYTES}
    csrf = Csrf(settings.secret_key or secrets.token_urlsafe(32))
    return Guarded(inner, rules, Bodies(large), csrf, None if settings.demo else Rates(), witness)


class Guarded(Guard):
    """The guard around the front; `close` ends the open streams before the server stops."""

    def __init__(
        self, app: Front, rules: Rules, bodies: Bodies, csrf: Csrf, rates: Rates | None, witness: Witness
    ) -> None:
        super().__init__(app, rules, bodies, csrf, rates, witness)
        self.close = app.close
        self.hub = app.hub
