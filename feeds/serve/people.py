"""The doors of administrators: accounts and roles, sessions, screens of walls, keys of senders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from feeds.access.needs import needs
from feeds.access.people import BadPerson, New, People
from feeds.access.sessions import Sessions, SessionsAway
from feeds.access.tries import Tries
from feeds.serve.access import Access
from feeds.serve.answers import Refusal
from feeds.serve.asking import Asked, body_as
from feeds.serve.witness import Witness
from feeds.serve.workroom import Workroom
from feeds.store.audit import Act

PEOPLE_PAGE, PEOPLE_PATH = "/people", "/api/v1/people"
LINK = "/login/link#"
T = TypeVar("T")


class Import(msgspec.Struct, forbid_unknown_fields=True):
    """A file of people."""

    csv: str


class RoleAsked(msgspec.Struct, forbid_unknown_fields=True):
    """Another role for an account."""

    role: str
    units: list[str] | None = None
    why: str = ""


class Said(msgspec.Struct, forbid_unknown_fields=True):
    """Why."""

    why: str = ""


class Decided(msgspec.Struct, forbid_unknown_fields=True):
    """What the second person says."""

    act: Literal["approve", "refuse"]


class PeopleDoors:
    """Handlers. Whatever takes something from somebody also ends their sessions, everywhere."""

    def __init__(
        self,
        people: People,
        sessions: Sessions,
        tries: Tries,
        access: Access,
        witness: Witness,
        page: Mapping[str, bytes],
    ) -> None:
        self._people = people
        self._sessions = sessions
        self._tries = tries
        self._access = access
        self._witness = witness
        self._page = page
        self._room = Workroom("people")

    def routes(self) -> list[Route]:
        """Addresses."""
        one = PEOPLE_PATH + "/account/{login}"
        return [
            Route(PEOPLE_PAGE, self.page),
            Route(PEOPLE_PATH, self.all, methods=["GET", "HEAD"]),
            Route(PEOPLE_PATH, self.make, methods=["POST"]),
            Route(f"{PEOPLE_PATH}/import", self.take_file, methods=["POST"]),
            Route(f"{PEOPLE_PATH}/grants/{{number:number}}", self.decide, methods=["POST"]),
            Route(f"{one}/role", self.ask, methods=["POST"]),
            Route(f"{one}/link", self.link, methods=["POST"]),
            Route(f"{one}/disable", self.disable, methods=["POST"]),
            Route(f"{one}/out", self.out, methods=["POST"]),
        ]

    @needs("people")
    async def page(self, request: Request) -> Response:
        """The page of accounts, as an HTML document."""
        lang = Asked(request, "lang").choice("lang", list(self._page) or ["vi"], "vi")
        return Response(self._page.get(lang, b""), media_type="text/html; charset=utf-8")

    @needs("people")
    async def all(self, request: Request) -> Response:
        """Everybody, how often each is signed in now, and what waits for a second person."""
        Asked(request)
        found = await self._work(partial(self._people.all, self._access.hand(request.scope)))
        try:
            open_ = await self._sessions.count(account["login"] for account in found["accounts"])
        except SessionsAway:
            open_ = {}
        for account in found["accounts"]:
            account["sessions"] = open_.get(account["login"])
        return _json(found | {"me": self._who(request)})

    @needs("people")
    async def make(self, request: Request) -> Response:
        """One new account: the link that opens it is told now and never again."""
        return await self._made(request, [await body_as(request, New)])

    @needs("people")
    async def take_file(self, request: Request) -> Response:
        """Many from a CSV file: all of them, or none and which row is wrong."""
        said = await body_as(request, Import)
        return await self._made(request, await self._work(partial(self._people.read, said.csv)))

    async def _made(self, request: Request, new: list[New]) -> Response:
        sight, by = self._access.hand(request.scope), self._who(request)
        invited = await self._work(partial(self._people.make, sight, by, new))
        for each, made in zip(new, invited, strict=True):
            await self._saw(request, "account", made.login, role=each.role, units=each.units or "vn")
        return _json({"invited": [{"login": each.login, "link": LINK + each.token} for each in invited]})

    @needs("people")
    async def ask(self, request: Request) -> Response:
        """Ask for another role."""
        sight, login = self._access.hand(request.scope), request.path_params["login"]
        said = await body_as(request, RoleAsked)
        work = partial(self._people.ask, sight, self._who(request), login, said.role, said.units, said.why)
        grant = await self._work(work)
        await self._saw(request, "role", login, asked=grant.role, units=grant.units or "vn", number=grant.id)
        return _json(msgspec.structs.asdict(grant))

    @needs("people")
    async def decide(self, request: Request) -> Response:
        """Be the second person. Who is given another role signs in again."""
        sight, said = self._access.hand(request.scope), await body_as(request, Decided)
        number, by = request.path_params["number"], self._who(request)
        grant = await self._work(partial(self._people.decide, sight, by, number, said.act == "approve"))
        if said.act == "approve":
            await self._end(grant.login)
        facts = {"asked": grant.role, "by": grant.by, "units": grant.units or "vn", "number": number, "said": said.act}
        await self._saw(request, "role", grant.login, **facts)
        return _json(msgspec.structs.asdict(grant))

    @needs("people")
    async def link(self, request: Request) -> Response:
        """A new link; the role waits for a second person again."""
        sight, login = self._access.hand(request.scope), request.path_params["login"]
        said = await body_as(request, Said)
        invited = await self._work(partial(self._people.link, sight, self._who(request), login, said.why))
        await self._end(login)
        await self._saw(request, "account", login, link="new")
        return _json({"invited": [{"login": login, "link": LINK + invited.token}]})

    @needs("people")
    async def disable(self, request: Request) -> Response:
        """Shut somebody out, now."""
        sight, login = self._access.hand(request.scope), request.path_params["login"]
        await body_as(request, Said)
        await self._work(partial(self._people.disable, sight, self._who(request), login))
        await self._end(login)
        await self._saw(request, "account", login, state="disabled")
        return _json({"login": login, "state": "disabled"})

    @needs("people")
    async def out(self, request: Request) -> Response:
        """End somebody's sessions, and let them try again at once."""
        sight, login = self._access.hand(request.scope), request.path_params["login"]
        known = {account["login"] for account in (await self._work(partial(self._people.all, sight)))["accounts"]}
        if login not in known:
            raise Refusal(404, "there is no such account")
        ended = await self._end(login)
        await self._work(partial(self._tries.forget, login))
        await self._saw(request, "revoke", login, sessions=ended)
        return _json({"login": login, "ended": ended})

    async def _end(self, login: str) -> int:
        try:
            return await self._sessions.end_all(login)
        except SessionsAway:
            raise Refusal(503, "sessions cannot be ended now: try again", retry_after=2) from None

    async def _saw(self, request: Request, act: Act, what: str, **facts: Any) -> None:
        await self._witness.saw(request.scope, act, what, self._access.hand(request.scope), facts=facts)

    def _who(self, request: Request) -> str:
        subject = self._access.subject(request.scope)
        return subject.name if subject else ""

    async def _work(self, work: Callable[[], T]) -> T:
        try:
            return await self._room.do(work)
        except BadPerson as bad:
            row = f"{bad.where}: " if bad.where else ""  # of a file
            raise Refusal(404 if bad.code == "unknown" else 422, row + bad.code) from None


def _json(body: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, {"cache-control": "no-store"}, media_type="application/json")
