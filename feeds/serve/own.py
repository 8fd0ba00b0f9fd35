"""The doors of a person's own account: who am I, where am I signed in, another password, out everywhere else.

What takes a session from somebody asks for the password again: a machine that was left open gives nothing away.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

import msgspec
import redis
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from feeds.access.doorman import Doorman
from feeds.access.needs import needs
from feeds.access.roles import ROLES, Subject
from feeds.access.sessions import Sessions, SessionsAway, digest
from feeds.serve.access import Access
from feeds.serve.answers import Refusal
from feeds.serve.asking import Asked
from feeds.serve.cookies import cookie, session_name
from feeds.serve.signing import SESSION_PATH, Signing
from feeds.serve.witness import Witness
from feeds.serve.workroom import Workroom
from feeds.store.audit import Act, Outcome

log = logging.getLogger("ioc.access")
ACCOUNT_PAGE = "/account"
AWAY = "your account cannot be read now"
T = TypeVar("T")


class Proof(msgspec.Struct, forbid_unknown_fields=True):
    """The password in force, and the one that is to be."""

    password: str
    fresh: str = ""


class OwnDoors:
    """Handlers. Each works on the account behind the session alone: no name is ever taken from a request."""

    def __init__(
        self,
        doorman: Doorman,
        sessions: Sessions,
        signing: Signing,
        access: Access,
        witness: Witness,
        page: Mapping[str, bytes],
    ) -> None:
        self._doorman = doorman
        self._sessions = sessions
        self._signing = signing
        self._access = access
        self._witness = witness
        self._page = page
        self._room = Workroom("own", threads=1, most=16)

    def routes(self) -> list[Route]:
        """Addresses."""
        return [
            Route(ACCOUNT_PAGE, self.page),
            Route(f"{SESSION_PATH}/mine", self.mine, methods=["GET", "HEAD"]),
            Route(f"{SESSION_PATH}/password", self.password, methods=["POST"]),
            Route(f"{SESSION_PATH}/others", self.others, methods=["POST"]),
        ]

    @needs("own")
    async def page(self, request: Request) -> Response:
        """The page of one's own account, as an HTML document."""
        lang = Asked(request, "lang").choice("lang", list(self._page) or ["vi"], "vi")
        return Response(self._page.get(lang, b""), media_type="text/html; charset=utf-8")

    @needs("own")
    async def mine(self, request: Request) -> Response:
        """Who I am here, whether I have a password here, and every session of mine that is open."""
        Asked(request)
        subject = self._subject(request)
        account = None if self._access.demo else await self._work(partial(self._doorman.accounts.find, subject.name))
        try:
            open_ = {} if self._access.demo else await self._sessions.listed(subject.name)
        except SessionsAway:
            raise Refusal(503, AWAY, retry_after=2) from None
        rows = [
            {"since_ms": round(kept.since * 1000), "seat": kept.seat, "this": key == subject.session}
            for key, kept in sorted(open_.items(), key=lambda each: -each[1].since)
        ]
        told = {
            "login": subject.name, "shown": subject.shown, "role": subject.role, "units": subject.units,
            "acts": sorted(ROLES[subject.role]),
        }  # fmt: skip
        return _json(told | {"local": bool(account and account.password), "sessions": rows, "demo": self._access.demo})

    @needs("own")
    async def password(self, request: Request) -> Response:
        """Another password: every other session ends, this one goes on under a new id."""
        subject, said = self._person(request), _read(await request.body())
        fault = await self._work(partial(self._doorman.change, subject.name, said.password, said.fresh))
        await self._saw(request, "account", "password changed", subject, fault or "")
        if fault is not None:
            return _refused(fault)
        given = await self._signing.begun(request, subject)
        fresh = given.partition(b"=")[2].partition(b";")[0].decode()
        answer = _json({"ended": await self._end(subject.name, digest(fresh))})
        answer.raw_headers.append((b"set-cookie", given))
        return answer

    @needs("own")
    async def others(self, request: Request) -> Response:
        """End every session of mine but this one."""
        subject, said = self._person(request), _read(await request.body())
        fault = await self._work(partial(self._doorman.proves, subject.name, said.password))
        await self._saw(request, "revoke", "own sessions", subject, fault or "")
        if fault is not None:
            return _refused(fault)
        carried = cookie(request.scope, session_name(request.scope)) or ""
        return _json({"ended": await self._end(subject.name, digest(carried))})

    async def _end(self, login: str, but: str) -> int:
        try:
            return await self._sessions.end_all(login, but)
        except SessionsAway:
            raise Refusal(503, "sessions cannot be ended now: try again", retry_after=2) from None

    def _subject(self, request: Request) -> Subject:
        subject = self._access.subject(request.scope)
        if subject is None:
            raise Refusal(401, "sign in first")
        return subject

    def _person(self, request: Request) -> Subject:
        """Who signed in here; in the demo nobody did, and there is no password."""
        subject = self._subject(request)
        if self._access.demo or not subject.session:
            raise Refusal(404, "the demo has no passwords")
        return subject

    async def _saw(self, request: Request, act: Act, what: str, subject: Subject, why: str) -> None:
        outcome: Outcome = "refused" if why else "done"
        await self._witness.saw(request.scope, act, what, subject.scope, outcome=outcome, why=why)

    async def _work(self, work: Callable[[], T]) -> T:
        try:
            return await self._room.do(work)
        except (redis.RedisError, SQLAlchemyError) as error:
            log.warning("one's own account: %s", type(error).__name__)
            raise Refusal(503, AWAY, retry_after=2) from None


def _refused(fault: str) -> Response:
    return _json({"error": "this cannot be taken", "said": fault}, 429 if fault == "wait" else 422)


def _read(body: bytes) -> Proof:
    try:
        return msgspec.json.decode(body, type=Proof)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refusal(400, "this cannot be read") from None


def _json(body: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, {"cache-control": "no-store"}, media_type="application/json")
