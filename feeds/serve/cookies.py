"""What a browser carries for us, and how it is told to carry it."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.types import Scope as Connection

from feeds.catalogue.settings import is_loopback
from feeds.serve.answers import header

SESSION, LOCAL_SESSION = "__Host-sid", "ioc_sid"  # the second on plain http of this machine, where the first is refused


def cookie(connection: Connection, name: str) -> str | None:
    """The value of a cookie; None when it is not there or nothing can be read."""
    try:
        jar = SimpleCookie(header(connection, b"cookie").decode("latin1"))
    except CookieError:
        return None
    return jar[name].value if name in jar else None


def over_https(connection: Connection) -> bool:
    """True when the browser speaks to us, or to the proxy before us, over TLS."""
    return connection.get("scheme") == "https" or header(connection, b"x-forwarded-proto") == b"https"


def session_name(connection: Connection) -> str:
    """The name under which the session lies: one that no other host and no plain connection can set."""
    host = urlsplit("//" + header(connection, b"host").decode("latin1")).hostname or ""
    return LOCAL_SESSION if not over_https(connection) and is_loopback(host) else SESSION


def set_cookie(
    connection: Connection, name: str, value: str, lasts_s: int | None = None, strict: bool = False
) -> bytes:
    """The header that gives a cookie; one that lasts 0 s is taken away, None: until the browser closes."""
    local = name != SESSION and not over_https(connection)
    age = "" if lasts_s is None else f"; Max-Age={lasts_s}"
    site = "Strict" if strict else "Lax"
    return f"{name}={value}; Path=/{age}; HttpOnly; SameSite={site}{'' if local else '; Secure'}".encode()
