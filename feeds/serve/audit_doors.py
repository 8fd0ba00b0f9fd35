"""Doors of the audit log: its page, its rows, and whether it is whole. It is read by those who see the whole nation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from feeds.access.needs import needs
from feeds.catalogue.clock import iso
from feeds.catalogue.scope import OutOfScope, Scope
from feeds.intake.text import clean_text
from feeds.serve.access import Access
from feeds.serve.asking import Asked
from feeds.serve.workroom import Workroom
from feeds.store.audit import ACTS, Audit
from feeds.store.audit_check import Entry, Verdict

__all__ = ["ACTS", "AUDIT_PATH", "PAGE_PATH", "AuditDoors"]
AUDIT_PATH = "/api/v1/audit"
PAGE_PATH = "/audit"
OUTCOMES = ("done", "refused", "failed")
MOST = 500


class AuditDoors:
    """Handlers. `pages` is the page by language; `logs` the folder whose files hold anchors."""

    def __init__(self, audit: Audit, access: Access, pages: Mapping[str, bytes], logs: Path) -> None:
        self._audit = audit
        self._access = access
        self._pages = pages
        self._logs = logs
        self._room = Workroom("audit", threads=1)

    def routes(self) -> list[Route]:
        """Addresses."""
        return [
            Route(PAGE_PATH, self.page),
            Route(AUDIT_PATH, self.rows),
            Route(f"{AUDIT_PATH}/check", self.check),
        ]

    @needs("audit")
    async def page(self, request: Request) -> Response:
        """The page, as an HTML document."""
        self._reader(request)
        lang = Asked(request, "lang").choice("lang", list(self._pages), "vi")
        return Response(self._pages[lang], media_type="text/html", headers={"cache-control": "no-store"})

    @needs("audit")
    async def rows(self, request: Request) -> Response:
        """The newest rows."""
        sight, asked = self._reader(request), Asked(request, "act", "who", "outcome", "since", "before", "limit")
        ask: Callable[[], list[Entry]] = partial(
            self._audit.page, sight, who=asked.text("who") or None, act=asked.choice("act", ACTS) or None,
            outcome=asked.choice("outcome", OUTCOMES) or None, since=asked.time("since", 0) or None,
            before=asked.whole("before", 0, 0, 2**53) or None, limit=asked.whole("limit", 100, 1, MOST),
        )  # fmt: skip
        return _json({"rows": [_told(entry) for entry in await self._room.do(ask)]})

    @needs("audit")
    async def check(self, request: Request) -> Response:
        """Whether the log is whole, against the key, the head and the anchors in the logs."""
        self._reader(request)
        Asked(request)
        return _json(_said(await self._room.do(partial(self._audit.check, self._logs))))

    def _reader(self, request: Request) -> Scope:
        sight = self._access.hand(request.scope)
        if sight.units is not None:
            raise OutOfScope("audit")
        return sight


def _told(entry: Entry) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.structs.asdict(entry) | {"at": iso(entry.at), "at_ms": entry.at}
    told |= {name: clean_text(told[name], 400) for name in ("who", "what", "why", "seat", "role")}
    return told | {"facts": msgspec.json.decode(entry.facts)}


def _said(verdict: Verdict) -> dict[str, Any]:
    told = {name: getattr(verdict, name) for name in ("rows", "first", "last", "anchors", "whole")}
    return told | {"problems": [msgspec.structs.asdict(problem) for problem in verdict.problems]}


def _json(body: Any) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json", headers={"cache-control": "no-store"})
