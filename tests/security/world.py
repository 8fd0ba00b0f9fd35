"""The real kind of installation with a country in it, asked as one of each role: what the tests here share."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from starlette.routing import Route

from feeds.access.roles import Role, Subject
from feeds.catalogue.settings import Settings
from feeds.serve.csrf import COOKIE
from feeds.serve.parts import Parts
from tests.conftest import RedisPair
from tests.security.asked import Told, ask

SECRET = "a-secret-for-tests-only-0123456789abcdef"
OWN, OTHER = "01", "79"


@dataclass
class World:
    """The application, and who is signed in."""

    app: Any
    parts: Parts
    loop: asyncio.AbstractEventLoop
    cookies: dict[str, str]
    tokens: dict[str, str]

    def ask(self, who: str, method: str, target: str, body: bytes = b"", by: str = "") -> Told:
        """As one who is signed in, or `` as nobody; `by` is what a proxy says of where they are."""
        token, given = self.tokens.get(who, ""), {"x-forwarded-for": by} if by else {}
        if who:
            given |= {"cookie": f"ioc_sid={self.cookies[who]}; {COOKIE}={token}", "x-csrftoken": token}
        told = self.loop.run_until_complete(asyncio.wait_for(ask(self.app, method, target, given, body), 60))
        assert told.status != 500, (who, method, target, told.body[:300])
        return told

    def enter(self, subject: Subject) -> None:
        """Somebody comes in."""
        self.cookies[subject.name] = self.loop.run_until_complete(self.app.app.access.sessions.begin(subject))
        self.tokens[subject.name] = token_of(self, subject.name)

    @property
    def routes(self) -> list[Route]:
        return [route for route in self.app.app.edition.doors._app.routes if isinstance(route, Route)]


def settings_of(pair: RedisPair, var: Any) -> Settings:
    """The real kind of installation: people sign in."""
    return Settings(
        var=var, secret_key=SECRET, demo=False, redis_url=pair.url("durable"), cache_redis_url=pair.url("volatile")
    )


def people() -> dict[str, Subject]:
    """One of each role, and a second of the staff elsewhere."""
    units: dict[Role, tuple[str, ...] | None] = {"leader": None, "staff": (OWN,), "operator": (OWN,), "admin": None}
    return {role: Subject(name=role, role=role, units=where) for role, where in units.items()}


def token_of(world: World, who: str) -> str:
    cookie = f"ioc_sid={world.cookies[who]}"
    told = world.loop.run_until_complete(ask(world.app, "GET", "/login?lang=vi", {"cookie": cookie}))
    told = told if told.status == 200 else world.loop.run_until_complete(ask(world.app, "GET", "/", {"cookie": cookie}))
    return told.header("set-cookie").partition(f"{COOKIE}=")[2].partition(";")[0]
