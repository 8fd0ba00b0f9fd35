"""One question over HTTP to somebody else's server: bounded in time and size, and what goes wrong said so."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from urllib.parse import urlencode, urlsplit

from feeds.intake.sources.seam import BadSource

TIMEOUT_S = 30.0
MOST_BYTES = 8 * 1024 * 1024
WHO = "ioc-connector/1.0"  # we say who asks, and do not pass for a browser


def fetch(
    url: str,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT_S,
    limit: int = MOST_BYTES,
) -> bytes:
    """The body of the answer to GET, or to POST of `form`; raises BadSource, which never quotes what was asked."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise BadSource("the address must begin with http:// or https://")
    data = None if form is None else urlencode(form).encode()
    request = urllib.request.Request(url, data, {"User-Agent": WHO, **(headers or {})})  # noqa: S310 (scheme checked)
    host = urlsplit(url).hostname
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310
            body: bytes = answer.read(limit + 1)
    except urllib.error.HTTPError as error:
        raise BadSource(f"{host} answered {error.code}{_again(error)}") from None
    except (OSError, HTTPException, ValueError) as error:
        raise BadSource(f"{host} cannot be reached: {type(error).__name__}") from None
    if len(body) > limit:
        raise BadSource(f"{host} answered with more than {limit} bytes")
    return body


def _again(error: urllib.error.HTTPError) -> str:
    after = error.headers.get("Retry-After", "") if error.headers else ""
    return f" and asks to come again after {after} s" if after.isdigit() else ""
