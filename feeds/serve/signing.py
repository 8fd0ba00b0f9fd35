"""The doors where people come in and go out: signing in, taking up a link, who am I, signing out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

import msgspec
import redis
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from feeds.access import codes
from feeds.access.doorman import LOGIN, Doorman, Outcome
from feeds.access.needs import needs
from feeds.access.roles import PERSONS, ROLES, Subject
from feeds.access.sessions import LONGEST_S, Sessions, SessionsAway, digest
from feeds.serve.access import DEMO_COOKIE, Access, demo_subject
from feeds.serve.answers import Refusal
from feeds.serve.asking import Asked, body_as
from feeds.serve.cookies import cookie, session_name, set_cookie
from feeds.serve.qr import drawn
from feeds.serve.seat import address_of
from feeds.serve.witness import Person, Witness
from feeds.serve.workroom import Workroom

log = logging.getLogger("ioc.access")
LOGIN_PATH, SESSION_PATH, LINK_PATH = "/login", "/session", "/login/link"
OPEN_FILES = tuple(
    f"/assets/{name}" for name in ("css/look.css", "css/login.css", "js/login.js", "js/posting.js", "favicon.svg")
)
OPEN_FOLDER = "/assets/fonts/"
LONGEST = 512
AWAY = "signing in is not possible now"
SENTENCES = {
    "wrong": "name, password or code is wrong",
    "code": "the code is missing",
    "waiting": "no role yet",
    "telephone": "ask for a new link: it binds a telephone",
}
LEAVES_NOTHING = b'"storage"'  # what a browser keeps of our pages goes with the session
T = TypeVar("T")


def public_file(path: str) -> bool:
    """True for what the page of signing in is made of."""
    return path in OPEN_FILES or (path.startswith(OPEN_FOLDER) and ".." not in path)


class Shown(msgspec.Struct, forbid_unknown_fields=True):
    """What a person shows to come in."""

    login: str
    password: str
    code: str = ""


class Taken(msgspec.Struct, forbid_unknown_fields=True):
    """What a person sets with a link; a first administrator also chooses login and name."""

    token: str
    password: str = ""
    code: str = ""
    login: str = ""
    name: str = ""


class Chosen(msgspec.Struct, forbid_unknown_fields=True):
    """Whom the visitor of a demo wants to be."""

    role: str
    unit: str = ""


class Signing:
    """Handlers. Hashing and SQL are done in a small pool, so that a crowd of strangers slows nobody else."""

    def __init__(
        self,
        doorman: Doorman,
        sessions: Sessions,
        access: Access,
        witness: Witness,
        login: Mapping[str, bytes],
        link: Mapping[str, bytes],
    ) -> None:
        self._doorman = doorman
        self._sessions = sessions
        self._access = access
        self._witness = witness
        self._login = login
        self._link = link
        self._room = Workroom("signing", threads=2, most=16)

    def routes(self) -> list[Route]:
        """Addresses."""
        return [
            Route(LOGIN_PATH, self.page, methods=["GET", "HEAD"]),
            Route(LOGIN_PATH, self.sign_in, methods=["POST"]),
            Route(LINK_PATH, self.link_page, methods=["GET", "HEAD"]),
            Route(LINK_PATH, self.take_up, methods=["POST"]),
            Route(f"{LINK_PATH}/open", self.opened, methods=["POST"]),
            Route(SESSION_PATH, self.who, methods=["GET", "HEAD"]),
            Route(f"{SESSION_PATH}/end", self.end, methods=["POST"]),
            Route(f"{SESSION_PATH}/role", self.play, methods=["POST"]),
        ]

    @needs("open")
    async def page(self, request: Request) -> Response:
        """The page where people sign in; who is in already is shown on."""
        asked = Asked(request, "lang", "next", "said")
        subject = self._access.subject(request.scope)
        if subject is not None and subject.role != "kiosk":
            return RedirectResponse(subject.home, 303, {"cache-control": "no-store"})
        return _page(self._login, asked, request)

    @needs("open")
    async def sign_in(self, request: Request) -> Response:
        """Come in: a new session, whatever was carried before."""
        shown = await body_as(request, Shown)
        if self._access.demo:
            raise Refusal(404, "in the demo everybody is signed in")
        ask = partial(self._doorman.sign_in, shown.login, shown.password, shown.code)
        outcome = await self._work(ask)
        await self.witness(request, shown.login, outcome)
        if outcome.subject is None:
            return _refused(outcome)
        return await self.entered(request, outcome.subject)

    async def entered(self, request: Request, subject: Subject) -> Response:
        """The answer that gives a session to who has shown who they are."""
        answer = _json({"to": subject.home})
        answer.raw_headers.append((b"set-cookie", await self.begun(request, subject)))
        return answer

    async def begun(self, request: Request, subject: Subject) -> bytes:
        """A new session, and the header that gives it to the browser; the one that was carried ends."""
        name = session_name(request.scope)
        carried = cookie(request.scope, name)
        try:
            if carried:
                await self._sessions.end(digest(carried))
            fresh = await self._sessions.begin(subject, address_of(request.scope))
        except SessionsAway:
            raise Refusal(503, AWAY, retry_after=2) from None
        return set_cookie(request.scope, name, fresh, LONGEST_S)

    @needs("open")
    async def link_page(self, request: Request) -> Response:
        """The page that a link opens. What stands behind the # of its address never reaches a server's log."""
        return _page(self._link, Asked(request, "lang"), request)

    @needs("open")
    async def opened(self, request: Request) -> Response:
        """What a link is for, and the secret for the telephone where one is needed."""
        said = await body_as(request, Taken)
        found = await self._work(partial(self._doorman.welcome, said.token[:LONGEST]))
        if found is None:
            raise Refusal(404, "this link is void: ask for a new one")
        address = codes.address(found.totp, found.login or "admin") if found.totp else ""
        told = {"login": found.login, "name": found.name, "totp": found.totp, "address": address}
        return _json(told | {"picture": drawn(address) if address else ""})

    @needs("open")
    async def take_up(self, request: Request) -> Response:
        """Set the password of the link's account."""
        said = await body_as(request, Taken)
        ask = partial(
            self._doorman.take_up, said.token[:LONGEST], said.password, said.code, said.login, said.name
        )  # fmt: skip
        fault = await self._work(ask)
        if fault is not None:
            return _json({"error": "this cannot be taken", "said": fault}, 404 if fault == "void" else 422)
        person = Person(said.login or "a link")
        await self._witness.saw(request.scope, "account", "password set", None, person=person)
        return _json({"to": LOGIN_PATH})

    @needs("own")
    async def who(self, request: Request) -> Response:
        """Who am I, and what may I do here?"""
        subject = self._access.subject(request.scope)
        if subject is None:
            raise Refusal(401, "sign in first")
        acts = sorted(ROLES[subject.role])
        told = {"name": subject.name, "shown": subject.shown, "role": subject.role, "units": subject.units}
        return _json(told | {"acts": acts, "home": subject.home, "demo": self._access.demo})

    @needs("own")
    async def end(self, request: Request) -> Response:
        """Go out; the session is void everywhere."""
        subject = self._access.subject(request.scope)
        if subject is not None and subject.session:
            try:
                await self._sessions.end(subject.session, subject.name)
            except SessionsAway:
                raise Refusal(503, "signing out is not possible now", retry_after=2) from None
            await self._witness.saw(request.scope, "logout", "session", subject.scope)
        answer = _json({"to": LOGIN_PATH})
        taken = set_cookie(request.scope, session_name(request.scope), "", 0)
        answer.raw_headers += [(b"set-cookie", taken), (b"clear-site-data", LEAVES_NOTHING)]
        return answer

    @needs("own")
    async def play(self, request: Request) -> Response:
        """In demo: be somebody else."""
        said = await body_as(request, Chosen)
        if not self._access.demo:
            raise Refusal(404, "roles are granted, not chosen")
        chosen = f"{said.role}-{said.unit}" if said.unit else said.role
        subject = demo_subject(chosen)
        answer = _json({"to": subject.home})
        kept = chosen if subject.role in PERSONS else ""
        answer.raw_headers.append((b"set-cookie", set_cookie(request.scope, DEMO_COOKIE, kept, None if kept else 0)))
        return answer

    async def witness(self, request: Request, login: str, outcome: Outcome) -> None:
        """Write down who came in, or tried to."""
        saw = partial(self._witness.saw, request.scope, "login", "session")
        if outcome.subject is not None:
            subject = outcome.subject
            await saw(subject.scope, person=Person(subject.name, subject.role))
        elif outcome.said != "code":
            shown = login.strip().lower()
            person = Person(shown if LOGIN.fullmatch(shown) else "?")  # people type passwords there
            await saw(None, outcome="refused", why=outcome.said, person=person)

    async def _work(self, work: Callable[[], T]) -> T:
        try:
            return await self._room.do(work)
        except (redis.RedisError, SQLAlchemyError) as error:
            log.warning("signing in: %s", type(error).__name__)
            raise Refusal(503, AWAY, retry_after=2) from None


def _refused(outcome: Outcome) -> Response:
    """One sentence for whatever is wrong."""
    if outcome.said == "wait":
        told = {"error": "too many tries", "said": "wait", "seconds": outcome.wait_s}
        return _json(told, 429, {"retry-after": str(outcome.wait_s)})
    known = outcome.said in ("waiting", "telephone")  # who it is was shown; it does not suffice
    return _json({"error": SENTENCES[outcome.said], "said": outcome.said}, 403 if known else 401)


def _page(pages: Mapping[str, bytes], asked: Asked, request: Request) -> Response:
    """The page in the language that the address asks for, else in that which the browser has kept."""
    kept = request.cookies.get("lang", "")
    lang = asked.choice("lang", list(pages) or ["vi"], kept if kept in pages else "vi")
    headers = {"cache-control": "no-store", "referrer-policy": "no-referrer"}
    return Response(pages.get(lang, b""), media_type="text/html; charset=utf-8", headers=headers)


def _json(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    known = {"cache-control": "no-store", **(headers or {})}
    return Response(msgspec.json.encode(body), status, known, media_type="application/json")
