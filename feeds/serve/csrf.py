"""A change of state shows that it was meant by one of our pages: a header repeats what a cookie carries.

Only our own pages can read the cookie, so only they can write the header. The token is signed together with the session
it was made for: what a neighbour in the domain plants, or what was made for another session, is worth nothing. Programs
that show a key of their own carry no authority that a browser could be tricked into lending; they need no token.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from starlette.types import Scope as Connection

from feeds.serve.answers import Refusal, header
from feeds.serve.cookies import over_https
from feeds.serve.seat import session_of

COOKIE = "_csrf_token"  # the names that Dash's own pages use
HEADER = b"x-csrftoken"
CARRIED = re.compile(rb"(?:^|;\s*)_csrf_token=([\w.-]{1,120})")
BROWSER = (b"cookie", b"origin", b"sec-fetch-site")


class Csrf:
    """Makes and checks the tokens of one installation."""

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), b"ioc csrf", "sha256")

    def check(self, connection: Connection) -> None:
        """Refusal 403 for a browser's request whose header does not repeat a token of its session."""
        shown = header(connection, HEADER)
        if not shown and not any(name in BROWSER for name, _ in connection["headers"]):
            return  # no browser, and nothing with it that a browser would lend
        carried = self._carried(connection)
        if not carried or not hmac.compare_digest(carried, shown) or not self._ours(carried, connection):
            raise Refusal(403, "this page is too old to change anything: load it again")

    def fresh(self, connection: Connection) -> tuple[bytes, bytes] | None:
        """The header that gives the browser a token; None while the one it carries is good."""
        carried = self._carried(connection)
        if carried and self._ours(carried, connection):
            return None
        nonce = secrets.token_urlsafe(18)
        secure = "; Secure" if over_https(connection) else ""
        cookie = f"{COOKIE}={nonce}.{self._seal(nonce, connection)}; Path=/; SameSite=Lax{secure}"
        return b"set-cookie", cookie.encode()

    def _carried(self, connection: Connection) -> bytes:
        cookies = header(connection, b"cookie")
        found = CARRIED.search(cookies) if cookies else None
        return found[1] if found else b""

    def _ours(self, token: bytes, connection: Connection) -> bool:
        nonce, _, seal = token.decode("ascii", "replace").rpartition(".")
        return hmac.compare_digest(seal.encode(), self._seal(nonce, connection).encode())

    def _seal(self, nonce: str, connection: Connection) -> str:
        told = f"{session_of(connection)}|{nonce}".encode()
        return hmac.new(self._key, told, hashlib.sha256).hexdigest()[:32]
