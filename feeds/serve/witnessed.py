"""Which doors the audit log watches. A list that leaves as a file, and every change, stands in it before the caller is
answered: what cannot be written down is answered 503, and no file leaves.

A test holds this table against the routes of the application: a new door that changes something cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as Connection

from feeds.catalogue.scope import OutOfScope, Scope
from feeds.serve.answers import Refusal
from feeds.serve.witness import Witness
from feeds.store.audit import Act, Outcome

LETTERS = 160


class Watched(NamedTuple):
    """A door: what happens there, and whether each time or with its repeats counted together."""

    method: str
    prefix: str
    act: Act
    each: bool = True


WATCHED = (
    Watched("GET", "/api/v1/export/", "export"),
    Watched("GET", "/api/v1/quarantine/export.", "export"),
    Watched("GET", "/api/v1/lists/", "export"),
    Watched("GET", "/api/v1/audit", "verify", each=False),
    Watched("GET", "/frames/", "camera", each=False),
    Watched("POST", "/api/v1/figures", "figure"),
    Watched("POST", "/api/v1/walls/", "configure"),
)
OTHERWISE = {  # doors that change something and are not watched here, with the reason
    "/_dash-update-component": "asks, and what it changes goes through Mending, which writes into the audit log itself",
    "/csp-reports": "changes nothing but a counter",
    "/api/v1/walls/beat": "a screen says that it lives",
    "/api/v1/events/": "data of senders: accepted, refused and duplicate events are counted, each with its source",
    "/api/v1/avreport": "data of senders, as above",
    "/api/v1/sync": "data of senders, as above",
    "/api/v1/quarantine/": "goes through Mending, which writes into the audit log itself",
    "/login": "signing in writes into the audit log itself",
    "/session": "as above",
    "/api/v1/people": "accounts and roles write into the audit log themselves",
    "/api/v1/screens": "as above",
    "/api/v1/keys": "as above",
}
Sight = Callable[[Connection], Scope]


def watched(method: str, path: str) -> Watched | None:
    """The door a request knocks at, when it is watched."""
    if path == "/api/v1/walls/beat":
        return None
    return next((door for door in WATCHED if door.method == method and path.startswith(door.prefix)), None)


class Witnessed:
    """Passes requests on to `app`; the audit log hears of those at watched doors."""

    def __init__(self, app: ASGIApp, witness: Witness, sight: Sight) -> None:
        self._app = app
        self._witness = witness
        self._sight = sight

    async def __call__(self, connection: Connection, receive: Receive, send: Send) -> None:
        """Serve a request."""
        door = watched(connection["method"], connection["path"])
        if door is None:
            await self._app(connection, receive, send)
        elif door.each:
            await self._app(connection, receive, self._first_told(door, connection, send))
        else:
            await self._app(connection, receive, send)
            self._witness.noticed(connection, door.act, connection["path"])

    def _first_told(self, door: Watched, connection: Connection, send: Send) -> Callable[[Message], Awaitable[None]]:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                outcome = _outcome(message["status"])
                facts = {"status": message["status"]}
                what = asked_of(connection)
                await self._witness.saw(
                    connection, door.act, what, self._seen(connection), outcome=outcome, facts=facts
                )
            await send(message)

        return told

    def _seen(self, connection: Connection) -> Scope | None:
        try:
            return self._sight(connection)
        except (Refusal, OutOfScope):
            return None


def asked_of(connection: Connection) -> str:
    """Method, path and query, as the audit log keeps them."""
    query = connection["query_string"].decode("ascii", "replace")
    return f"{connection['method']} {connection['path']}{'?' if query else ''}{query}"[:LETTERS]


def _outcome(status: int) -> Outcome:
    return "done" if status < 400 else "refused" if status < 500 else "failed"
