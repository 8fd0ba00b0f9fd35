"""The doors of administrators to what is no person: screens of walls, and the keys of senders."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from feeds.access.needs import needs
from feeds.catalogue.clock import SystemClock
from feeds.catalogue.scope import Scope
from feeds.serve.access import Access
from feeds.serve.answers import Refusal
from feeds.serve.asking import Asked
from feeds.serve.walls import Walls
from feeds.serve.witness import Witness
from feeds.serve.workroom import Workroom
from feeds.store.ingest_keys import IngestKeys
from feeds.store.screens import Screen, Screens, digest

SCREENS_PATH, KEYS_PATH = "/api/v1/screens", "/api/v1/keys"
OPENED_BY = "/wall?screen="
HIDDEN = ("token", "cookie", "digest")


class KioskDoors:
    """Handlers. A screen or key that is revoked is known so in every web process within seconds."""

    def __init__(self, screens: Screens, keys: IngestKeys, walls: Walls, access: Access, witness: Witness) -> None:
        self._screens = screens
        self._keys = keys
        self._walls = walls
        self._access = access
        self._witness = witness
        self._clock = SystemClock()
        self._room = Workroom("kiosks")

    def routes(self) -> list[Route]:
        """Addresses."""
        return [
            Route(SCREENS_PATH, self.screens),
            Route(f"{SCREENS_PATH}/{{name}}/revoke", self.revoke, methods=["POST"]),
            Route(f"{SCREENS_PATH}/{{name}}/renew", self.renew, methods=["POST"]),
            Route(KEYS_PATH, self.keys),
            Route(f"{KEYS_PATH}/{{name}}/revoke", self.revoke_key, methods=["POST"]),
        ]

    @needs("screens")
    async def screens(self, request: Request) -> Response:
        """Every screen, and when its wall was last heard (ms; none for one that is not heard today)."""
        sight = self._access.hand(request.scope)
        Asked(request)
        rows = await self._room.do(partial(self._screens.all, sight))
        heard = await self._walls.heard()
        return _json({"screens": [_shown(row) | {"heard": heard.get(row.name)} for row in rows]})

    @needs("screens")
    async def revoke(self, request: Request) -> Response:
        """Shut a screen out."""
        screen, sight = await self._one(request)
        done = await self._room.do(partial(self._screens.revoke, screen.name, self._clock.now_ms()))
        await self._witness.saw(request.scope, "revoke", f"screen {screen.name}", sight)
        return _json({"name": screen.name, "revoked": bool(done)})

    @needs("screens")
    async def renew(self, request: Request) -> Response:
        """A new address for a screen, told once; what it carried before is void."""
        screen, sight = await self._one(request)
        token = secrets.token_urlsafe(32)
        await self._room.do(partial(self._screens.renew, screen.name, digest(token)))
        await self._witness.saw(request.scope, "key", f"screen {screen.name}", sight)
        return _json({"name": screen.name, "link": OPENED_BY + token})

    @needs("screens")
    async def keys(self, request: Request) -> Response:
        """Every key of a sender: what it opens, and when it was last used."""
        sight = self._access.hand(request.scope)
        Asked(request)
        return _json({"keys": [_shown(row) for row in await self._room.do(partial(self._keys.all, sight))]})

    @needs("screens")
    async def revoke_key(self, request: Request) -> Response:
        """End a key."""
        sight, name = self._access.hand(request.scope), request.path_params["name"]
        known = await self._room.do(partial(self._keys.all, sight))
        if name not in {row.name for row in known}:
            raise Refusal(404, "there is no such key")
        done = await self._room.do(partial(self._keys.revoke, name, self._clock.now_ms()))
        await self._witness.saw(request.scope, "revoke", f"key {name}", sight)
        return _json({"name": name, "revoked": done})

    async def _one(self, request: Request) -> tuple[Screen, Scope]:
        sight, name = self._access.hand(request.scope), request.path_params["name"]
        rows = await self._room.do(partial(self._screens.all, sight))
        found = next((row for row in rows if row.name == name), None)
        if found is None:
            raise Refusal(404, "there is no such screen")
        return found, sight


def _shown(row: Any) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(row).items() if name not in HIDDEN}


def _json(body: Any) -> Response:
    return Response(msgspec.json.encode(body), 200, {"cache-control": "no-store"}, media_type="application/json")
