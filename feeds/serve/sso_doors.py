"""The way to a ministry's single sign-on and back. Roles are ours: who has no account here is nobody here."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import redis
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from feeds.access.doorman import Doorman, Outcome
from feeds.access.needs import needs
from feeds.access.sso import Person, Sso, SsoAway, SsoRefused
from feeds.serve.answers import Refusal
from feeds.serve.cookies import cookie, over_https, set_cookie
from feeds.serve.signing import AWAY, LOGIN_PATH, Signing
from feeds.serve.workroom import Workroom

log = logging.getLogger("ioc.access")
SSO_PATH, BACK_PATH = f"{LOGIN_PATH}/sso", f"{LOGIN_PATH}/back"
LASTS_S, LONGEST = 600, 512
T = TypeVar("T")


class SsoDoors:
    """Handlers. The browser that comes back must be the one that left: it carries the state of its own sign-in."""

    def __init__(self, sso: Sso, doorman: Doorman, signing: Signing) -> None:
        self._sso = sso
        self._doorman = doorman
        self._signing = signing
        self._room = Workroom("sso", threads=2, most=16)

    def routes(self) -> list[Route]:
        """Addresses."""
        return [Route(SSO_PATH, self.leave, methods=["GET"]), Route(BACK_PATH, self.back, methods=["GET"])]

    @needs("open")
    async def leave(self, request: Request) -> Response:
        """To the sign-on."""
        leaving = await self._work(self._sso.leave)
        answer = RedirectResponse(leaving.address, 303, {"cache-control": "no-store"})
        answer.raw_headers.append((b"set-cookie", set_cookie(request.scope, _name(request), leaving.state, LASTS_S)))
        return answer

    @needs("open")
    async def back(self, request: Request) -> Response:
        """From the sign-on: a session for who has an account with a role, a sentence for everybody else."""
        state, code = (request.query_params.get(name, "")[:LONGEST] for name in ("state", "code"))
        carried = cookie(request.scope, _name(request))
        if not state or not code or carried != state:
            raise Refusal(400, "this sign-in was not begun here: begin again")
        try:
            person = await self._work(partial(self._sso.come_back, state, code))
        except SsoRefused as refused:
            log.warning("single sign-on: %s", refused)
            raise Refusal(403, "the sign-on said something that is not believed: begin again") from None
        outcome = await self._work(partial(self._doorman.from_outside, person.identity, person.login))
        await self._signing.witness(request, person.login, outcome)
        answer = await self._answer(request, person, outcome)
        answer.raw_headers.append((b"set-cookie", set_cookie(request.scope, _name(request), "", 0)))
        return answer

    async def _answer(self, request: Request, person: Person, outcome: Outcome) -> Response:
        if outcome.subject is None:
            log.warning("single sign-on: %s has no account with a role here", person.login[:40])
            return RedirectResponse(f"{LOGIN_PATH}?said=waiting", 303, {"cache-control": "no-store"})
        fresh = await self._signing.begun(request, outcome.subject)
        answer = RedirectResponse(outcome.subject.home, 303, {"cache-control": "no-store"})
        answer.raw_headers.append((b"set-cookie", fresh))
        return answer

    async def _work(self, work: Callable[[], T]) -> T:
        try:
            return await self._room.do(work)
        except (SsoAway, redis.RedisError, SQLAlchemyError) as error:
            log.warning("single sign-on: %s %s", type(error).__name__, error if isinstance(error, SsoAway) else "")
            raise Refusal(503, AWAY, retry_after=5) from None


def _name(request: Request) -> str:
    return "__Host-errand" if over_https(request.scope) else "ioc_errand"
