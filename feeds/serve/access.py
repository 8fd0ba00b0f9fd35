"""Who is behind a connection, and what they may do: a person by a session, the screen of a wall by what it carries.

In demo every visitor is the demo's leader, or whom they chose to be. What is asked is checked here against what it
declares to need (`feeds.access.needs`); programs that send events are `senders`' matter.
"""

from __future__ import annotations

import contextlib
import functools
import hmac
import logging
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import ParamSpec, TypeVar, cast

from starlette.types import Scope as Connection

from feeds.access.needs import needs
from feeds.access.roles import DEMO, PERSONS, Act, Subject
from feeds.access.sessions import Sessions, SessionsAway
from feeds.catalogue.places import UnknownPlace
from feeds.catalogue.scope import Scope
from feeds.catalogue.settings import Settings
from feeds.serve.answers import Refusal, header
from feeds.serve.cookies import cookie, session_name
from feeds.serve.screens import Screens

log = logging.getLogger("ioc.access")
SUBJECT, AWAY = "ioc.subject", "ioc.sessions-away"  # on the connection
DEMO_COOKIE = "ioc_as"
P = ParamSpec("P")
R = TypeVar("R")


def bearer(connection: Connection) -> str:
    """The token a program shows, or nothing."""
    kind, _, token = header(connection, b"authorization").decode("latin1").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


class Access:
    """Decides for each connection what it may see and do. Deny is the default."""

    def __init__(self, settings: Settings, screens: Screens | None = None, sessions: Sessions | None = None) -> None:
        self._demo = settings.demo
        self.screens = screens
        self.sessions = sessions
        self._metrics = settings.metrics_token

    @property
    def demo(self) -> bool:
        """True where every visitor is signed in."""
        return self._demo

    async def meet(self, connection: Connection) -> None:
        """Find out who it is, once for each request."""
        carried = None if self._demo else cookie(connection, session_name(connection))
        if carried and self.sessions:
            try:
                connection[SUBJECT] = await self.sessions.find(carried)
            except SessionsAway:
                connection[AWAY] = True
        if not connection.get(SUBJECT) and self.screens:
            await self.screens.meet(connection)

    def subject(self, connection: Connection) -> Subject | None:
        """Who it is; None for a stranger. Refusal 503 while nobody can be told from a stranger."""
        known = cast(Subject | None, connection.get(SUBJECT))
        if known is not None:
            return known
        if self._demo:
            return demo_subject(cookie(connection, DEMO_COOKIE))
        screen = self.screens.who(connection) if self.screens else None
        if screen is not None:
            units = None if screen.scope().units is None else (screen.place,)
            return Subject(name=f"screen {screen.name}", role="kiosk", units=units, shown=screen.name)
        if connection.get(AWAY):
            raise Refusal(503, "sessions cannot be read now", retry_after=2)
        return None

    def person(self, connection: Connection) -> bool:
        """True for a person who signed in (in demo nobody did: there is no need)."""
        return connection.get(SUBJECT) is not None

    def permit(self, connection: Connection, *acts: Act) -> Subject | None:
        """Let pass who may do one of `acts`; Refusal 401 for strangers, 403 for others. `open` and `key`: anybody, the
        door itself sees to it."""
        if "open" in acts or "key" in acts:
            return None
        subject = self.subject(connection)
        if subject is None:
            raise Refusal(401, "sign in first")
        if subject.role == "kiosk" and self.screens:
            self.screens.sight(connection)  # it has few addresses, and is refused elsewhere
        if not subject.scope.may(*acts):
            log.warning(
                "refused: %s (%s) %s %s", subject.name, subject.role, connection["method"], connection["path"][:200]
            )
            raise Refusal(403, "your role does not open this")
        return subject

    def sight(self, connection: Connection) -> Scope:
        """What the session behind the connection may see; Refusal 401 when there is none."""
        if self.screens and not self._demo and not connection.get(SUBJECT):
            self.screens.sight(connection)
        subject = self.subject(connection)
        if subject is None:
            raise Refusal(401, "sign in first")
        return subject.scope

    def hand(self, connection: Connection) -> Scope:
        """What the person behind the connection may see and change; Refusal 401 for anybody but a person, such as the
        screen of a wall."""
        subject = self.subject(connection)
        if subject is None or subject.role == "kiosk":
            raise Refusal(401, "sign in first")
        return subject.scope

    def signature(self, connection: Connection, given: str) -> str:
        """The name that stands under what a person does: the account's, whatever was typed; in demo what was typed."""
        subject = self.subject(connection)
        return given if self._demo or subject is None else subject.name

    @contextlib.contextmanager
    def held(self, connection: Connection) -> Iterator[None]:
        """A connection that is cut when whoever is behind it is shut out."""
        cut = connection.get("extensions", {}).get("ioc.abort", {}).get("call")
        subject = cast(Subject | None, connection.get(SUBJECT))
        with contextlib.ExitStack() as stack:
            if subject is not None and self.sessions:
                stack.enter_context(self.sessions.held(subject.session, cut))
            elif self.screens:
                stack.enter_context(self.screens.held(connection))
            yield

    def check_metrics(self, connection: Connection) -> None:
        """Refusal 401 unless the caller shows the metrics token; 404 when none is set."""
        if not self._metrics:
            raise Refusal(404, "there is no such address")
        if not hmac.compare_digest(bearer(connection).encode(), self._metrics.encode()):
            raise Refusal(401, "metrics need their token: Authorization: Bearer <token>")


def demo_subject(chosen: str | None, known: Callable[[str], object] | None = None) -> Subject:
    """Whom a visitor of the demo plays: `leader`, `staff-01`, `operator`, `operator-01`, `admin`; anything else: the
    demo's own, who may do everything. `known` raises for a unit that does not exist."""
    role, _, unit = (chosen or "").partition("-")
    if role not in PERSONS or ((role == "staff") != bool(unit) and role != "operator"):
        return DEMO
    if unit:
        try:
            if not (unit.isascii() and unit.isdigit() and len(unit) == 2):
                return DEMO
            if known:
                known(unit)
        except (UnknownPlace, KeyError):
            return DEMO
    return Subject(name=f"demo-{role}", role=role, units=(unit,) if unit else None, shown="demo")


current: ContextVar[Scope] = ContextVar("scope")  # what the request being served may see; unset = no request
asking: ContextVar[str] = ContextVar("asking", default="")  # the account behind it; empty in demo


def current_scope() -> Scope:
    """The scope of the request being served, for callbacks; LookupError outside of one."""
    return current.get()


def current_signature(given: str) -> str:
    """The name that stands under what the person behind the request does; in demo what was typed."""
    return asking.get() or given


def allowed(sight: Callable[[], Scope], *acts: Act) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare what a callback needs, and hold to it whenever it is called: OutOfScope for whom it is not."""

    def declare(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            sight().need(*acts)
            return function(*args, **kwargs)

        return needs(*acts)(checked)

    return declare
