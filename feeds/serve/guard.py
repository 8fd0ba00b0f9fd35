"""The outermost layer: what does not look like a request of ours never reaches anything inside.

Host allow-list, methods, rates, JSON-only changes of state that show a token of our own pages, bodies read whole and
bounded before anybody works on them, constant errors with an id, security headers; who is turned away stands in the
audit log. Pure ASGI: it holds for every route and for websockets too.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as Connection

from feeds.catalogue.scope import OutOfScope
from feeds.intake.body import JSON, NDJSON
from feeds.serve.answers import Refusal, answer_json, header, refuse
from feeds.serve.body import Bodies, measured, replay
from feeds.serve.csrf import Csrf
from feeds.serve.rates import Rates
from feeds.serve.seat import placed, seat_of
from feeds.serve.witness import Witness

log = logging.getLogger("ioc.guard")
READS = ("GET", "HEAD")
REPORTS_PATH = "/csp-reports"
REPORTS = ("application/csp-report", "application/reports+json")
WITNESSED = (401, 403, 413, 421, 429)
NO_TRICKS = re.compile(r"(?:^|/)\.\.?(?:/|$)|[\\\x00-\x1f\x7f]")
FEATURES = (
    "accelerometer autoplay browsing-topics camera display-capture encrypted-media geolocation gyroscope hid "
    "idle-detection local-fonts magnetometer microphone midi payment publickey-credentials-get serial usb "
    "xr-spatial-tracking"
)
TLS_ALWAYS = b"max-age=31536000; includeSubDomains"
AVREPORT_PATH = "/api/v1/avreport"
XML = ("text/xml", "application/xml")  # like JSON, no form of another page can send it unasked
TAKES = {REPORTS_PATH: REPORTS, AVREPORT_PATH: XML}  # elsewhere JSON
NO_JSON = "send JSON: Content-Type: application/json"
FORWARDED = re.compile(rb"forwarded|x-forwarded-.*|x-real-ip|x-original-.*|x-rewrite-url|via")


@dataclass(frozen=True, slots=True)
class Rules:
    """What the guard holds to; `hosts` without ports, lower case."""

    hosts: frozenset[str]
    csp_hashes: tuple[str, ...] = ()
    refuse_forwarded: bool = True
    proxies: frozenset[str] = frozenset()  # addresses whose word on where a request comes from is taken
    keyed: tuple[str, ...] = ()  # paths of doors for programs that show a key of their own

    def headers(self) -> list[tuple[bytes, bytes]]:
        """The security headers of every answer."""
        return [
            (b"content-security-policy", content_policy(self.csp_hashes).encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (b"x-frame-options", b"DENY"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"origin-agent-cluster", b"?1"),
            (b"permissions-policy", ", ".join(f"{name}=()" for name in FEATURES.split()).encode()),
            *([] if self.refuse_forwarded else [(b"strict-transport-security", TLS_ALWAYS)]),
        ]


def content_policy(hashes: Sequence[str]) -> str:
    """Scripts from here only, inline ones only by their hash; styles may be inline (Plotly needs it)."""
    scripts = " ".join(("'self'", *(h if h.startswith("'") else f"'{h}'" for h in hashes)))
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; frame-src 'none'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        f"report-uri {REPORTS_PATH}"
    )


class Guard:
    """Wraps the whole application."""

    def __init__(
        self,
        app: ASGIApp,
        rules: Rules,
        bodies: Bodies,
        csrf: Csrf | None = None,
        rates: Rates | None = None,
        witness: Witness | None = None,
    ) -> None:
        self.app = app
        self.rules = rules
        self.bodies = bodies
        self.csrf = csrf
        self.rates = rates
        self.witness = witness
        self._headers = rules.headers()

    async def __call__(self, connection: Connection, receive: Receive, send: Send) -> None:
        """Let a proper request through; answer the others here."""
        if connection["type"] == "lifespan":
            await self.app(connection, receive, send)
        elif connection["type"] == "http":
            connection = placed(connection, self.rules.proxies)
            fresh = partial(self.csrf.fresh, connection) if self.csrf else None
            await self._http(connection, receive, Reply(send, self._headers, fresh))
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, connection: Connection, receive: Receive, reply: Reply) -> None:
        try:
            self._check(connection)
            async with self.bodies.whole(connection, receive) as body:
                if body is not None:
                    connection, receive = measured(connection, body), replay(body, receive)
                await self.app(connection, receive, reply)
        except Refusal as refusal:
            await self._turn_away(connection, reply, refusal)
        except OutOfScope:
            await self._turn_away(connection, reply, Refusal(403, "this lies outside of what your session may see"))
        except Exception:
            error = secrets.token_hex(6)
            log.exception("error %s on %s %s", error, connection["method"], connection["path"][:200])
            if reply.started:
                raise
            await answer_json(reply, 500, {"error": "internal error", "id": error})

    async def _turn_away(self, connection: Connection, reply: Reply, refusal: Refusal) -> None:
        """Say why; who is refused for what he is or does is counted, and written down."""
        if refusal.status in WITNESSED:
            if self.rates and refusal.status != 429:
                self.rates.refused(seat_of(connection))
            if self.witness:
                what, why = f"{connection['method']} {connection['path']}", f"{refusal.status} {refusal.sentence}"
                self.witness.noticed(connection, "refuse", what, outcome="refused", why=why)
        if not reply.started:
            reply.renew = reply.renew or refusal.status == 403
            await refuse(reply, refusal)

    def _check(self, connection: Connection) -> None:
        method, kind = connection["method"], header(connection, b"content-type").split(b";")[0].strip().decode("latin1")
        self._check_host(connection)
        if method not in (*READS, "POST"):
            raise Refusal(405, "only GET and POST are known here")
        if self.rules.refuse_forwarded and any(FORWARDED.fullmatch(name) for name, _ in connection["headers"]):
            raise Refusal(403, "the demo is for this machine alone and refuses what a proxy forwards")
        if NO_TRICKS.search(connection["path"]):
            raise Refusal(404, "there is no such address")
        if self.rates:
            keyed = connection["path"].startswith(self.rules.keyed)
            self.rates.spend(seat_of(connection), method, connection["path"], keyed)
        known = TAKES.get(connection["path"], JSON + NDJSON)
        if method == "POST" and kind.lower() not in known:
            raise Refusal(415, f"send Content-Type: {known[0]}" if known is XML else NO_JSON)
        if method == "POST":
            self._check_origin(connection)
            if self.csrf and not connection["path"].startswith((REPORTS_PATH, *self.rules.keyed)):
                self.csrf.check(connection)

    def _check_host(self, connection: Connection) -> None:
        names = [value for key, value in connection["headers"] if key == b"host"]
        if len(names) != 1 or host_of(names[0].decode("latin1")) not in self.rules.hosts:
            raise Refusal(421, "this server does not answer to that name")

    def _check_origin(self, connection: Connection) -> None:
        """A browser says where a request was born: elsewhere is refused."""
        origin = header(connection, b"origin").decode("latin1")
        if origin and urlsplit(origin).netloc.lower() != header(connection, b"host").decode("latin1").lower():
            raise Refusal(403, "a page from elsewhere may not do this")
        if header(connection, b"sec-fetch-site") not in (b"", b"same-origin", b"none"):
            raise Refusal(403, "a page from elsewhere may not do this")


Fresh = Callable[[], tuple[bytes, bytes] | None]


class Reply:
    """The server's `send`, with the security headers added and server errors made constant."""

    def __init__(self, send: Send, headers: list[tuple[bytes, bytes]], fresh: Fresh | None = None) -> None:
        self._send = send
        self._headers = headers
        self._fresh = fresh
        self.renew = False  # give a token with whatever is answered
        self._replaced = {name for name, _ in headers} | {b"server", b"x-powered-by"}
        self._error: str | None = None
        self.started = False

    async def __call__(self, message: Message) -> None:
        """Pass a message on."""
        if message["type"] == "http.response.start":
            self.started = True
            if message["status"] == 500:
                await self._constant()
                return
            message = {**message, "headers": [*self._own(message), *self._headers]}
        elif self._error:
            return
        await self._send(message)

    def _own(self, message: Message) -> list[tuple[bytes, bytes]]:
        given = [(name.lower(), value) for name, value in message.get("headers", ())]
        kept = [(name, value) for name, value in given if name not in self._replaced]
        page = message["status"] == 200 and any(n == b"content-type" and v.startswith(b"text/html") for n, v in kept)
        if (page or self.renew) and self._fresh and (cookie := self._fresh()):
            kept.append(cookie)
        return kept if any(name == b"cache-control" for name, _ in kept) else [*kept, (b"cache-control", b"no-store")]

    async def _constant(self) -> None:
        """Whatever failed inside, people get an id to quote and nothing else; the log has the rest."""
        self._error = secrets.token_hex(6)
        log.error("error %s was answered", self._error)
        body = b'{"error":"internal error","id":"%s"}' % self._error.encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        headers.append((b"cache-control", b"no-store"))
        await self._send({"type": "http.response.start", "status": 500, "headers": [*headers, *self._headers]})
        await self._send({"type": "http.response.body", "body": body})


def host_of(text: str) -> str:
    """The name in a Host header, without port, lower case; an IPv6 address keeps its brackets."""
    text = text.strip().lower()
    if text.startswith("["):
        return text.partition("]")[0] + "]"
    return text.partition(":")[0]
