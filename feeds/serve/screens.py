"""Who of the walls' screens is behind a connection: a token is taken once for a cookie and leaves the address.

A screen may read what a wall shows of its own place and say that it lives; nothing else. What was revoked is known
within seconds, and its open streams are cut.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlencode

from sqlalchemy.exc import SQLAlchemyError
from starlette.types import Scope as Connection
from starlette.types import Send

from feeds.catalogue import tasks
from feeds.catalogue.clock import DAY_MS, Clock
from feeds.catalogue.scope import NATION, Scope
from feeds.serve.answers import Refusal, answer
from feeds.serve.cookies import cookie, set_cookie
from feeds.store.screens import Screen, digest
from feeds.store.screens import Screens as Rows

log = logging.getLogger("ioc.walls")
COOKIE = "ioc_screen"
ROTATES_MS = 7 * DAY_MS  # so old a cookie is followed by another one, with a heartbeat of the wall
LASTS_MS = 30 * DAY_MS  # a screen that was away for so long needs a new address
TRIED_S = 600.0  # so long after a cookie was given and not shown another one is
FRESH_S = 3.0  # how old the list of screens may be
ASK_S = 0.5  # a stranger's cookie asks for it no more often than this
LONGEST = 200
WALL = "/wall"
BEAT = "/api/v1/walls/beat"
READS = ("/assets/", "/api/v1/snapshot/", "/api/v1/series/", "/api/v1/alerts/", "/frames/")
PAGES = (WALL, "/wall/legibility", "/stream")


class Screens:
    """The screens as they were a moment ago; `start` keeps them so."""

    def __init__(self, rows: Rows, clock: Clock, demo: bool, waiting: bytes = b"") -> None:
        self._rows = rows
        self._clock = clock
        self._demo = demo
        self._waiting = waiting  # what an unknown screen is shown, instead of a login form
        self._known: dict[str, Screen] = {}  # by the digest of their cookie
        self.named: list[Screen] = []
        self._open: dict[str, set[Callable[[], object]]] = {}  # digest -> how to cut its connections
        self._task: asyncio.Task[None] | None = None
        self._given: dict[str, float] = {}  # by name: when this process gave, or saw given, a cookie not yet shown
        self._read_at = -FRESH_S

    def start(self) -> None:
        """Keep the list fresh, on the running loop."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="screens")

    async def close(self) -> None:
        """Stop."""
        await tasks.end([self._task])

    async def meet(self, connection: Connection) -> None:
        """A cookie nobody here knows may have been given a moment ago by another web process: look it up."""
        if self._demo or cookie(connection, COOKIE) is None or self.who(connection) is not None:
            return
        if time.monotonic() - self._read_at > ASK_S:
            with contextlib.suppress(SQLAlchemyError):
                await self.refresh()
        await self._follow(digest(cookie(connection, COOKIE) or ""))

    async def _follow(self, carried: str) -> None:
        """A cookie that was to follow another one is shown for the first time: from now on it alone is good."""
        screen = next((one for one in self.named if one.token == carried and one.exchanged is not None), None)
        if screen is None:
            return
        with contextlib.suppress(SQLAlchemyError):
            await asyncio.to_thread(self._rows.exchange, carried, carried, self._clock.now_ms())
            await self.refresh()
            self._given.pop(screen.name, None)
            log.info("the screen %s carries a new cookie", screen.name)

    async def rotated(self, connection: Connection) -> bytes | None:
        """The header that gives a screen whose cookie has grown old another one; None while it is fresh."""
        screen = self.who(connection)
        if screen is None or not screen.cookie or self._clock.now_ms() - (screen.exchanged or 0) < ROTATES_MS:
            return None
        now = time.monotonic()
        given = self._given.setdefault(screen.name, now if screen.token else -TRIED_S)
        if now - given < TRIED_S and screen.token:
            return None
        self._given[screen.name] = now
        carried = secrets.token_urlsafe(32)
        with contextlib.suppress(SQLAlchemyError):
            if await asyncio.to_thread(self._rows.prepare, screen.name, screen.cookie, digest(carried)):
                await self.refresh()
                return set_cookie(connection, COOKIE, carried, LASTS_MS // 1000, strict=True)
        return None

    def who(self, connection: Connection) -> Screen | None:
        """The screen behind a connection; None when it carries no good cookie."""
        carried = cookie(connection, COOKIE)
        return self._known.get(digest(carried)) if carried else None

    def sight(self, connection: Connection) -> Scope | None:
        """What the screen behind a connection may see; None when there is none; 403 where no screen may go."""
        screen = self.who(connection)
        if screen is None:
            return None
        path, method = connection["path"], connection["method"]
        reads = method in ("GET", "HEAD") and (path in PAGES or path.startswith(READS))
        if not reads and not (method == "POST" and path == BEAT):
            raise Refusal(403, "a screen shows its wall and nothing else")
        return screen.scope()

    @contextmanager
    def held(self, connection: Connection) -> Iterator[None]:
        """A connection of a screen that is cut when the screen is revoked."""
        cut = connection.get("extensions", {}).get("ioc.abort", {}).get("call")
        screen = self.who(connection)
        if screen is None or screen.cookie is None or cut is None:
            yield
            return
        own = self._open.setdefault(screen.cookie, set())
        own.add(cut)
        try:
            yield
        finally:
            own.discard(cut)

    async def admit(self, connection: Connection, send: Send) -> bool:
        """Answer a wall's address with a token in it, or one without a session; False: serve it as any page."""
        query = {k: v[0] for k, v in parse_qs(connection["query_string"].decode("ascii", "replace")).items()}
        token = query.pop("screen", None)
        if token is not None:
            return await self._exchange(connection, send, token, query)
        if self._demo or self.who(connection) is not None:
            return False
        await self._wait(send)
        return True

    async def _exchange(self, connection: Connection, send: Send, token: str, query: dict[str, str]) -> bool:
        known = self.who(connection)
        if known is not None and not self._demo:  # after a restart the browser opens its old address again
            await _send_on(send, known, query)
            return True
        carried = secrets.token_urlsafe(32)
        found = None
        if len(token) <= LONGEST:
            now = self._clock.now_ms()
            with contextlib.suppress(SQLAlchemyError):  # it waits, and tries again
                found = await asyncio.to_thread(self._rows.exchange, digest(token), digest(carried), now)
        if found is None:
            if self._demo:
                return False
            await self._wait(send)
            return True
        await self.refresh()
        await _send_on(send, found, query, set_cookie(connection, COOKIE, carried, LASTS_MS // 1000, strict=True))
        return True

    async def _wait(self, send: Send) -> None:
        headers = ((b"cache-control", b"no-store"),)
        await answer(send, 401, self._waiting, b"text/html; charset=utf-8", headers)

    async def refresh(self) -> None:
        """Read the list again, and cut who is no longer on it."""
        self._read_at = time.monotonic()
        self.named = [s for s in await asyncio.to_thread(self._rows.all, NATION) if s.revoked is None]
        since = self._clock.now_ms() - LASTS_MS
        self._known = {one.cookie: one for one in self.named if one.cookie and (one.exchanged or 0) > since}
        for carried in [carried for carried in self._open if carried not in self._known]:
            for cut in self._open.pop(carried):
                cut()

    async def _run(self) -> None:
        well = True
        while True:
            try:
                await self.refresh()
                well = True
            except SQLAlchemyError as error:  # the list stays as it was: a wall does not go dark for it
                if well:
                    log.warning("the list of screens cannot be read: %s", type(error).__name__)
                well = False
            await asyncio.sleep(FRESH_S)


async def _send_on(send: Send, screen: Screen, query: dict[str, str], given: bytes | None = None) -> None:
    """To the same wall without the token; what the screen is stands in the address."""
    own = {
        "place": screen.place,
        "group": screen.group,
        "name": screen.name,
        "m": f"{screen.metres:g}",
        "in": f"{screen.inches:g}",
        "px": f"{screen.width}x{screen.height}",
    }
    to = f"{WALL}?{urlencode({**own, **query, 'place': screen.place, 'group': screen.group, 'name': screen.name})}"
    headers = [(b"location", to.encode()), (b"cache-control", b"no-store"), (b"referrer-policy", b"no-referrer")]
    if given:
        headers.append((b"set-cookie", given))
    await answer(send, 303, b"", b"text/plain", headers)
