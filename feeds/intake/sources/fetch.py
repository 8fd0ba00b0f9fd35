"""A polite question to somebody else's server: bounded in time and size, and what goes wrong said in a sentence.

`get` asks only for what is new since the last answer; `post` sends a form. No message quotes what was asked.
"""

from __future__ import annotations

import http.client
import ssl
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from feeds.intake.sources.seam import BadSource, Outlet

TIMEOUT_S, WHOLE_S = 20.0, 60.0  # for each step, and for all of an answer
PIECE = 65_536
MOST_BYTES = 4_000_000
AGENT = "ioc-dashboard/1 (+feeds; one request per cadence)"
NOTHING_NEW = 304


@dataclass(frozen=True, slots=True)
class Answer:
    """What came, and the marks by which the next question can say what is known already."""

    body: bytes
    etag: str = ""
    modified: str = ""


class _NoOtherScheme(urllib.request.HTTPRedirectHandler):
    """A redirect may lead to another address of the web and nowhere else; the library follows ten at most."""

    def redirect_request(self, *args, **more):  # type: ignore[no-untyped-def]  # the library's own signature
        if not str(args[-1]).lower().startswith(("http://", "https://")):
            raise BadSource("the address redirects to something that is no web address")
        return super().redirect_request(*args, **more)


def get(url: str, outlet: Outlet, headers: dict[str, str] | None = None) -> Answer | None:
    """The answer at `url`, None when nothing has changed since what was last settled. Raises BadSource."""
    asked = {"User-Agent": AGENT, "Accept-Encoding": "gzip", **(headers or {})}
    etag, _, modified = (outlet.recall(f"mark {url}") or "").partition("\n")
    if etag:
        asked["If-None-Match"] = etag
    if modified:
        asked["If-Modified-Since"] = modified
    answer = _ask(url, asked)
    outlet.alive()
    return answer


def post(url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> bytes:
    """The whole answer to `form`; raises BadSource, also when it is longer than is taken."""
    answer = _ask(url, {"User-Agent": AGENT, **headers}, urlencode(form).encode())
    if answer is None or len(answer.body) > MOST_BYTES:
        raise BadSource(f"the source answered with nothing, or with more than {MOST_BYTES} bytes")
    return answer.body


def settle(url: str, answer: Answer, outlet: Outlet) -> None:
    """What the answer brought has been handed on: from now on ask only for what is newer."""
    mark = f"{answer.etag}\n{answer.modified}"
    if mark != (outlet.recall(f"mark {url}") or "\n"):
        outlet.remember(f"mark {url}", mark)


def _ask(url: str, headers: Mapping[str, str], data: bytes | None = None) -> Answer | None:
    if not url.lower().startswith(("http://", "https://")):
        raise BadSource("the address is no web address: write http:// or https://")
    request = urllib.request.Request(url, data, dict(headers))  # noqa: S310  the scheme has just been checked
    opener = urllib.request.build_opener(_NoOtherScheme)
    try:
        with opener.open(request, timeout=TIMEOUT_S) as response:
            raw = _whole(response)
            said = response.headers
            body = _unpacked(raw) if said.get("Content-Encoding", "").lower() == "gzip" else raw
            return Answer(body, said.get("ETag", ""), said.get("Last-Modified", ""))
    except urllib.error.HTTPError as error:
        if error.code == NOTHING_NEW:
            return None
        raise BadSource(f"the source answered {error.code} {error.reason}{_again(error)}") from None
    except (urllib.error.URLError, http.client.HTTPException, ssl.SSLError, TimeoutError, OSError, zlib.error) as error:
        raise BadSource(f"the source does not answer: {getattr(error, 'reason', error)}") from None


def _whole(response: http.client.HTTPResponse) -> bytes:
    """The body, one byte more than is taken at most; TimeoutError when it comes in drops that take too long."""
    raw, ends = bytearray(), time.monotonic() + WHOLE_S
    while len(raw) <= MOST_BYTES and (piece := response.read1(min(PIECE, MOST_BYTES + 1 - len(raw)))):
        raw += piece
        if time.monotonic() > ends:
            raise TimeoutError(f"the answer was not whole after {WHOLE_S:g} s")
    if response.length and len(raw) <= MOST_BYTES:  # what was announced and did not come
        raise http.client.IncompleteRead(bytes(raw[:100]), response.length)
    return bytes(raw)


def _again(error: urllib.error.HTTPError) -> str:
    after = error.headers.get("Retry-After", "") if error.headers else ""
    return f" and asks to come again after {after} s" if after.isdigit() else ""


def _unpacked(raw: bytes) -> bytes:
    """At most one byte more than is taken, so that a bomb never opens."""
    return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(raw, MOST_BYTES + 1)
