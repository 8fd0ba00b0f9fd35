"""The JSON doors: snapshots, health. (History, search and the event door join as their rooms land.)"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from feeds.catalogue.settings import Settings
from feeds.serve.access import Access
from feeds.serve.answers import Refusal
from feeds.serve.frames import write_version
from feeds.serve.hub import Hub
from feeds.serve.link import LOST
from feeds.serve.stream import SCOPE


class Api:
    """Handlers by address."""

    def __init__(self, hub: Hub, access: Access) -> None:
        self.hub = hub
        self.access = access

    def routes(self) -> list[Route]:
        """Addresses."""
        return [
            Route("/healthz", self.healthz),
            Route("/readyz", self.readyz),
            Route("/api/v1/snapshot/{scope}", self.snapshot),
        ]

    async def healthz(self, request: Request) -> Response:
        """The process serves."""
        return JSONResponse({"ok": True})

    async def readyz(self, request: Request) -> Response:
        """Redis answers and the nation has a snapshot."""
        try:
            ready = await self.hub.link.snapshot("vn", "all") is not None
        except LOST:
            ready = False
        return JSONResponse({"ready": ready}, 200 if ready else 503)

    async def snapshot(self, request: Request) -> Response:
        """The newest snapshot of a scope, as it stands in Redis."""
        sight = self.access.sight(request.scope)
        scope = request.path_params["scope"]
        if not SCOPE.fullmatch(scope):
            raise Refusal(404, "there is no such scope")
        found = await self.hub.link.snapshot(sight.check(scope), sight.audience)
        if found is None:
            raise Refusal(404, "this scope has no figures yet")
        etag = f'"{write_version(found[0])}"'
        headers = {"etag": etag, "cache-control": "no-cache"}
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(found[1], media_type="application/json", headers=headers)


def make_api(settings: Settings, hub: Hub, access: Access) -> Router:
    """The router of all JSON doors."""
    return Router(Api(hub, access).routes())
