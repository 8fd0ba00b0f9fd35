"""What browsers report when a page tried to do what the content policy forbids: counted, and logged within bounds.

Anybody may post here, so nothing of a report is believed, kept or answered.
"""

from __future__ import annotations

import logging
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from feeds.access.needs import needs
from feeds.catalogue.clock import Clock
from feeds.serve.counters import Counters
from feeds.serve.guard import REPORTS_PATH

log = logging.getLogger("ioc.csp")
LOGGED = 10  # reports a minute that reach the log; all are counted
MINUTE_MS = 60_000
LETTERS = 200
DIRECTIVES = frozenset(
    f"{kind}-src{part}"
    for kind in ("default", "script", "style", "img", "font", "connect", "worker", "frame", "object", "manifest")
    for part in ("", "-elem", "-attr")
) | {"base-uri", "form-action", "frame-ancestors"}


class Reports:
    """`POST /csp-reports`."""

    def __init__(self, counters: Counters, clock: Clock) -> None:
        self.counters = counters
        self.clock = clock
        self._minute = 0
        self._logged = 0

    def routes(self) -> list[Route]:
        """Addresses."""
        return [Route(REPORTS_PATH, self.take, methods=["POST"])]

    @needs("open")
    async def take(self, request: Request) -> Response:
        """Count a report, whatever it is."""
        for told in _reports(await request.body()):
            directive = _word(told, "effective-directive", "violated-directive", "effectiveDirective").split(" ")[0]
            self.counters.add("ioc_csp_reports_total", "directive", directive if directive in DIRECTIVES else "other")
            self._log(directive, _word(told, "blocked-uri", "blockedURL"), _word(told, "document-uri", "documentURL"))
        return Response(status_code=204)

    def _log(self, directive: str, blocked: str, page: str) -> None:
        minute = self.clock.now_ms() // MINUTE_MS
        if minute != self._minute:
            self._minute, self._logged = minute, 0
        self._logged += 1
        if self._logged <= LOGGED:
            log.warning("a browser refused %r of %r on %r", directive, blocked, page)


def _reports(body: bytes) -> list[dict[str, Any]]:
    """The one report of `report-uri`, or the first few of the Reporting API; empty ones for what is neither."""
    try:
        told = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return [{}]
    each = told if isinstance(told, list) else [told]
    inner = [one.get("csp-report") or one.get("body") if isinstance(one, dict) else None for one in each[:LOGGED]]
    return [one if isinstance(one, dict) else {} for one in inner]


def _word(told: dict[str, Any], *names: str) -> str:
    found = next((told[name] for name in names if isinstance(told.get(name), str)), "")
    return found[:LETTERS]
