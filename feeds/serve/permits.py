"""What every address needs: the doors by their handlers, the pages by their views, Dash's own by the table below.

Made once at start-up from the routes as they are; one that declares nothing stops the start.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Connection
from werkzeug.exceptions import HTTPException

from feeds.access.needs import Undeclared, needed
from feeds.access.roles import Act
from feeds.serve.access import Access

DASH: dict[str, tuple[Act, ...]] = {  # rules that Dash and Flask bring
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": ("shell",),
    "/_dash-layout": ("page",),
    "/_dash-dependencies": ("page",),
    "/_dash-update-component": ("page",),  # each callback says besides what it needs
    "/_reload-hash": ("page",),
    "/_favicon.ico": ("shell",),
    "/assets/<path:filename>": ("shell",),
    "/static/<path:filename>": ("shell",),
    "/": ("page",),
    "/<path:path>": ("page",),
}
STREAM: tuple[Act, ...] = ("see",)
FILES: tuple[Act, ...] = ("shell",)


class PageNeeds:
    """What the addresses of the Flask application need."""

    def __init__(self, flask_app: Flask) -> None:
        self._rules: dict[str, tuple[Act, ...]] = {}
        self._map = flask_app.url_map.bind("ioc")
        for rule in flask_app.url_map.iter_rules():
            view = flask_app.view_functions[rule.endpoint]
            known = DASH.get(rule.rule) if not hasattr(view, "__needs__") else None
            self._rules[rule.endpoint] = known or needed(view, f"the page {rule.rule}")

    def of(self, path: str, method: str) -> tuple[Act, ...]:
        """What `path` needs; what leads nowhere needs as much as any page."""
        try:
            endpoint, _ = self._map.match(path, method)
        except HTTPException:
            return ("page",)
        return self._rules[endpoint]


def callback_needs(callbacks: dict[str, Any]) -> dict[str, tuple[Act, ...]]:
    """What each callback of a Dash app's map needs, by its outputs; those that run in the browser need nothing."""
    here = {output: each["callback"] for output, each in callbacks.items() if "callback" in each}
    return {output: needed(function, f"the callback of {output}") for output, function in here.items()}


def guarded(routes: Iterable[Route], access: Access) -> list[Route]:
    """The routes, each asking first whether it may be asked; Undeclared for one that does not say."""
    made = list(routes)
    for route in made:
        acts = needed(route.endpoint, f"the door {route.path} {sorted(route.methods or ())}")
        route.app = _Checked(route.app, access, acts)
    return made


class _Checked:
    """A door that lets in who may."""

    def __init__(self, app: ASGIApp, access: Access, acts: tuple[Act, ...]) -> None:
        self.app = app
        self.acts = acts
        self._access = access

    async def __call__(self, connection: Connection, receive: Receive, send: Send) -> None:
        """Serve who may ask."""
        self._access.permit(connection, *self.acts)
        await self.app(connection, receive, send)


__all__ = ["DASH", "PageNeeds", "Undeclared", "callback_needs", "guarded"]
