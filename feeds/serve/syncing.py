"""`POST /api/v1/sync`: the receiver of dossier syncs, shaped like the national portal's, so that a one-stop system
needs only another address.

A caller logs in with its agency's code and its key and shows the session in each request, or it shows the key as a
bearer. What is asked of a sender of events is asked here: the same keys, the same bounds, the same door.
"""

from __future__ import annotations

import asyncio
from functools import cached_property

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Scope as Connection

from feeds.access.needs import needs
from feeds.catalogue.agencies import AgencyCodes
from feeds.catalogue.places import Places
from feeds.intake.body import BadBody, unpacked
from feeds.intake.door import Door, DoorAnswer
from feeds.intake.formats.dossier_sync import FEED, session_of
from feeds.intake.formats.dossier_sync import read as read_sync
from feeds.intake.reasons import Refused
from feeds.intake.sender import Sender
from feeds.intake.syncs import CONNECTOR, Told, keep, now_of, take, turned_away
from feeds.serve.access import bearer
from feeds.serve.asking import body_as
from feeds.serve.posting import Posting, connector_of
from feeds.serve.senders import Senders

SYNC_PATH = "/api/v1/sync"
AGENCY = ("madonvi", "MaDinhDanhDV")  # how the address may name the caller


class Login(msgspec.Struct):
    """What a caller logs in with: the code of its agency, and its key."""

    username: str
    password: str


class Syncing:
    """Reads requests of one-stop systems and hands their dossiers to the door."""

    def __init__(self, posting: Posting, senders: Senders, places: Places) -> None:
        self._posting = posting
        self._senders = senders
        self._places = places

    def routes(self) -> list[Route]:
        """Addresses."""
        return [
            Route(f"{SYNC_PATH}/login", self.login, methods=["POST"]),
            Route(SYNC_PATH, self.post, methods=["POST"]),
            Route(f"{SYNC_PATH}/{{service}}", self.post, methods=["POST"]),
        ]

    @cached_property
    def _agencies(self) -> AgencyCodes:
        return AgencyCodes.load(self._places)

    @needs("key")
    async def login(self, request: Request) -> Response:
        """A session for who shows a key: the key itself, so that revoking it ends the session too."""
        said = await body_as(request, Login, "send {username, password}: the agency's code and its key")
        await self._senders.of(showing(request.scope, said.password), FEED)
        return Response(
            msgspec.json.encode({"error_code": 0, "response_code": "00", "session": said.password}),
            media_type="application/json",
            headers={"cache-control": "no-store"},
        )

    @needs("key")
    async def post(self, request: Request) -> Response:
        """Answer after the dossiers are durable."""
        packed, encoding = await request.body(), request.headers.get("content-encoding")
        try:
            body, session = await asyncio.to_thread(_opened, packed, encoding)  # ten megabytes of a stranger's
        except BadBody as bad:
            return _answer(turned_away(bad.status, bad.why))
        sender = await self._senders.of(showing(request.scope, bearer(request.scope) or session), FEED)
        service = request.path_params.get("service", "")
        agency = next((request.query_params[name] for name in AGENCY if name in request.query_params), "")
        told, counted = await self._posting.work(lambda door: self._accept(door, body, service, agency, sender))
        self._posting.count(counted)
        return _answer(told)

    def _accept(self, door: Door, body: bytes, service: str, agency: str, sender: Sender) -> tuple[Told, DoorAnswer]:
        """Runs in the door's pool."""
        connector = connector_of(sender, CONNECTOR)
        try:
            sync = read_sync(body, self._agencies, now_of(door), service, agency)
        except Refused as refused:
            keep(door, agency, body, refused, sender, connector)
            return turned_away(400, refused.rejection), DoorAnswer(400)
        return take(door, sync, self._agencies, sender, connector)


def _opened(packed: bytes, encoding: str | None) -> tuple[bytes, str]:
    """A body without its compression, and the session that it shows."""
    body = unpacked(packed, encoding)
    return body, session_of(body)


def showing(connection: Connection, key: str) -> Connection:
    """The connection as if it showed `key` as its bearer."""
    kept = [(name, value) for name, value in connection["headers"] if name != b"authorization"]
    return {**connection, "headers": [*kept, (b"authorization", b"Bearer " + key.encode())]}


def _answer(told: Told) -> Response:
    return Response(told.json(), told.status, headers=told.headers(), media_type="application/json")
