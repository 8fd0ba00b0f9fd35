"""What the real front puts around every page: its policy, and files that browsers may keep."""

from __future__ import annotations

from typing import Any

from feeds.catalogue.settings import ROOT
from feeds.serve.dash_app import Door
from feeds.serve.shelf import Folder, Kept

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:"
)


class Policed:
    """Adds the policy under which the real front serves, and hands out files by the front's own shelves."""

    def __init__(self, app: Any, flask_app: Any) -> None:
        self.app = app
        self.files = {
            "assets": Folder("/assets/", ROOT / "assets"),
            "_dash-component-suites": Kept(Door(flask_app)),
        }

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        app = self.files.get(scope["path"].split("/")[1], self.app)

        async def answer(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"content-security-policy", POLICY.encode())]
            await send(message)

        await app(scope, receive, answer)
