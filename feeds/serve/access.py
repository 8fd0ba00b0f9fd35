"""Who is behind a connection. In demo every visitor is the demo leader; otherwise screens of walls are
known by what they carry, and people by nothing, until accounts exist. Programs that send events are `senders`' matter.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from contextvars import ContextVar

from starlette.types import Scope as Connection

from feeds.catalogue.scope import NATION, OutOfScope, Scope
from feeds.catalogue.settings import Settings
from feeds.serve.answers import Refusal, header
from feeds.serve.screens import Screens


def bearer(connection: Connection) -> str:
    """The token a program shows, or nothing."""
    kind, _, token = header(connection, b"authorization").decode("latin1").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


class Access:
    """Decides for each connection what it may see. Deny is the default."""

    def __init__(self, settings: Settings, screens: Screens | None = None) -> None:
        self._demo = settings.demo
        self.screens = screens
        self._metrics = settings.metrics_token

    def sight(self, connection: Connection) -> Scope:
        """What the session behind the connection may see; Refusal 401 when there is none."""
        if self._demo:
            return NATION
        seen = self.screens.sight(connection) if self.screens else None
        if seen is not None:
            return seen
        raise Refusal(401, "sign in first")

    def hand(self, connection: Connection) -> Scope:
        """What the person behind the connection may see and change; Refusal 401 for anybody but a person, such as the
        screen of a wall."""
        if self._demo:
            return NATION
        raise Refusal(401, "sign in first")

    def check_metrics(self, connection: Connection) -> None:
        """Refusal 401 unless the caller shows the metrics token; 404 when none is set."""
        if not self._metrics:
            raise Refusal(404, "there is no such address")
        if not hmac.compare_digest(bearer(connection).encode(), self._metrics.encode()):
            raise Refusal(401, "metrics need their token: Authorization: Bearer <token>")


current: ContextVar[Scope] = ContextVar("scope")  # what the request being served may see; unset = no request


def current_scope() -> Scope:
    """The scope of the request being served, for callbacks; LookupError outside of one."""
    return current.get()


def current_person(settings: Settings) -> Callable[[], Scope]:
    """For callbacks that change something: the scope of the person behind the request being served; a wall's screen,
    which is nobody, raises OutOfScope with a sentence."""

    def person() -> Scope:
        if not settings.demo:
            raise OutOfScope("sign in first")
        return current.get()

    return person
