"""The one ASGI application: the guard outermost, then the stream, the JSON doors and files, then Dash.

`Front` is what uvicorn runs; everything under one port, one guard over everything.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlencode

from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Connection

from feeds.access.roles import PERSONS, Act, Subject
from feeds.catalogue.settings import Settings
from feeds.intake.body import MOST_BYTES
from feeds.serve.access import asking, current
from feeds.serve.answers import Refusal, answer, header
from feeds.serve.audit_doors import PAGE_PATH
from feeds.serve.body import Bodies
from feeds.serve.csrf import Csrf
from feeds.serve.edition import Drawn, Edition, Renewal
from feeds.serve.figures import BODY_BYTES, ENTRY_PATH, FIGURES_PATH
from feeds.serve.guard import AVREPORT_PATH, REPORTS_PATH, Guard, Rules
from feeds.serve.identity import APART, POSTED
from feeds.serve.lasting import Lasting
from feeds.serve.parts import Parts
from feeds.serve.permits import FILES, STREAM
from feeds.serve.quality import QUARANTINE_PATH
from feeds.serve.rates import Rates
from feeds.serve.screens import BEAT, WALL
from feeds.serve.shelf import Folder
from feeds.serve.signing import LOGIN_PATH, public_file
from feeds.serve.stream import Stream
from feeds.serve.syncing import SYNC_PATH

EVENTS_PATH = "/api/v1/events/"
DOORS = ("/api/", "/frames/", *APART)  # what begins so is no page of Dash's
EXACT = ("/healthz", "/readyz", "/metrics", REPORTS_PATH, ENTRY_PATH, PAGE_PATH)
REPORT_BYTES = 16 * 1024
QUESTIONS_PATH = "/_dash-update-component"
WALLS_PATH = "/api/v1/walls/"


class Front:
    """Routes by path. What lasts lives from the server's start to its end; the edition is exchanged while it runs."""

    def __init__(self, lasting: Lasting, edition: Edition, files: Sequence[Folder]) -> None:
        self.renewal: Renewal | None = None
        self.lasting = lasting
        self.edition = edition
        self.hub = lasting.hub
        self.access = lasting.access
        self.screens = lasting.screens
        self.stream = Stream(lasting.hub, lasting.access.sight, lasting.units)
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
            await self.edition.doors(connection, receive, send)
        else:
            await self._show(path, connection, receive, send)

    async def _show(self, path: str, connection: Connection, receive: Receive, send: Send) -> None:
        """A page, a file or the stream, to whom it may be shown."""
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
        own = own_page(path, subject) if reads and subject is not None else None
        if own is not None:
            query = connection["query_string"].decode("latin1")
            await lead(send, f"{own}?{query}" if query and path != "/" else own)
            return True
        return False

    def _needs(self, path: str, method: str) -> tuple[Act, ...]:
        if path == "/stream":
            return STREAM
        if any(path.startswith(folder.prefix) for folder in self.files):
            return FILES
        return self.edition.needs.of(path, method)

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
                for part in (*self.lasting.lived, *self._renewing()):
                    part.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def close(self) -> None:
        """End the open streams; the server calls it before it waits for its connections."""
        if not self.hub.closing:
            for part in (*self._renewing(), *reversed(self.lasting.lived)):
                await part.close()

    def _renewing(self) -> tuple[Renewal, ...]:
        return (self.renewal,) if self.renewal else ()

    def take(self, edition: Edition) -> None:
        """From the next request on, everything made from a catalogue is of this edition; walls are told its release."""
        self.edition = edition
        self.lasting.walls.renew(edition.release)


def own_page(path: str, subject: Subject) -> str | None:
    """Where a person who is bound to a province, or who sees no figure, is led from a page of the nation; None when
    the page is theirs."""
    if path == "/":
        return subject.home if subject.home != "/" else None
    if subject.units is None or subject.role not in PERSONS:
        return None
    if path == "/map":
        return subject.home
    if path.startswith("/d/") and subject.role != "admin":
        return f"{subject.home}/{path.removeprefix('/d/')}"
    return f"/p/{min(subject.units)}{path}" if path == "/quality" or path.startswith("/quality/") else None


async def lead(send: Send, to: str) -> None:
    """To another page."""
    headers = ((b"location", to.encode("latin1", "replace")), (b"cache-control", b"no-store"))
    await answer(send, 303, b"", b"text/plain", headers)


def sign_in_address(connection: Connection) -> str:
    """Where a stranger signs in, and which page they wanted."""
    query = connection["query_string"].decode("latin1")
    wanted = connection["path"] + ("?" + query if query else "")
    return LOGIN_PATH if wanted == "/" else f"{LOGIN_PATH}?{urlencode({'next': wanted})}"


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
    assets: Path,
    drawn: Drawn,
    parts: Parts | None = None,
    draw: Callable[[Parts], Drawn] | None = None,
) -> Guarded:
    """The whole application around what is drawn from a catalogue; `assets` is Dash's assets folder, `draw` draws the
    pages of another catalogue (without it the first one stays). Undeclared when something does not say who may ask."""
    parts = parts or Parts.open(settings)
    lasting = Lasting.open(settings, parts, drawn.paper)
    first = lasting.edition(parts, drawn)
    inner = Front(lasting, first, (Folder("/assets/", assets),))
    if draw is not None:
        inner.renewal = Renewal(parts, lambda renewed: lasting.edition(renewed, draw(renewed)), first, inner.take)
    return Guarded(inner, settings, drawn.csp_hashes)


class Guarded(Guard):
    """The guard around the front; `close` ends the open streams before the server stops."""

    def __init__(self, inner: Front, settings: Settings, csp_hashes: Sequence[str]) -> None:
        keyed = (EVENTS_PATH, SYNC_PATH, AVREPORT_PATH)
        rules = Rules(
            frozenset(settings.allowed_hosts), tuple(csp_hashes), settings.demo, frozenset(settings.proxies), keyed
        )
        large = {path: MOST_BYTES for path in keyed} | {FIGURES_PATH: BODY_BYTES, REPORTS_PATH: REPORT_BYTES}
        csrf = Csrf(settings.secret_key or secrets.token_urlsafe(32))
        rates = None if settings.demo else Rates()
        super().__init__(inner, rules, Bodies(large), csrf, rates, inner.lasting.witness)
        self.close = inner.close
        self.hub = inner.hub
        self.front = inner
