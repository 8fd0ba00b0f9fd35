"""Who is behind a connection. In demo every visitor is the demo leader; otherwise screens of walls are
known by what they carry, and people by nothing, until accounts exist.

Programs that send events carry a key made from the installation's secret and the feed's name, so there is no
list of keys to keep: a key opens one feed, and a new secret closes all.
"""

from __future__ import annotations

import hashlib
import hmac
from contextvars import ContextVar

from starlette.types import Scope as Connection

from feeds.catalogue.scope import NATION, Scope
from feeds.catalogue.settings import Settings
from feeds.serve.answers import Refusal, header
from feeds.serve.screens import Screens


def feed_key(secret: str, feed: str) -> str:
    """The key that a sender of `feed` shows: `Authorization: Bearer <key>`."""
    return hmac.new(secret.encode(), b"ingest:" + feed.encode(), hashlib.sha256).hexdigest()


def bearer(connection: Connection) -> str:
    """The token a program shows, or nothing."""
    kind, _, token = header(connection, b"authorization").decode("latin1").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


class Access:
    """Decides for each connection what it may see and send. Deny is the default."""

    def __init__(self, settings: Settings, screens: Screens | None = None) -> None:
        self._demo = settings.demo
        self.screens = screens
        self._secret = settings.secret_key
        self._metrics = settings.metrics_token

    def sight(self, connection: Connection) -> Scope:
        """What the session behind the connection may see; Refusal 401 when there is none."""
        if self._demo:
            return NATION
        seen = self.screens.sight(connection) if self.screens else None
        if seen is not None:
            return seen
        raise Refusal(401, "sign in first")

    def check_sender(self, connection: Connection, feed: str) -> None:
        """Refusal 401 unless the caller may post events of `feed`."""
        if self._demo:
            return
        expected = feed_key(self._secret, feed) if self._secret else ""
        if not expected or not hmac.compare_digest(bearer(connection).encode(), expected.encode()):
            raise Refusal(401, "this feed needs its key: Authorization: Bearer <key>")

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
