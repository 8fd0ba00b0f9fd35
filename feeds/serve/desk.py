"""Doors of the desk: the origin of a figure as JSON, and the records behind it as a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import IO, cast

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from feeds.access.needs import needs
from feeds.catalogue import question as questions
from feeds.catalogue.question import Question
from feeds.catalogue.scope import Scope
from feeds.serve import sheets
from feeds.serve.access import Access
from feeds.serve.answers import Refusal
from feeds.serve.evidence import Evidence
from feeds.serve.origin import origin
from feeds.serve.readers import Readers
from feeds.serve.sheets import KINDS, Format, Sheet
from feeds.serve.workroom import Workroom, sent, written

NAME = re.compile(r"[^a-z0-9._-]+")
Describe = Callable[..., Sheet]  # question, language, what is behind, columns that hold anything, rows, now in ms
LOOKED_AT = 50  # rows that say which columns hold anything


class Desk:
    """Handlers. Each takes the caller's sight first, then works in a pool of its own."""

    def __init__(self, readers: Readers, evidence: Evidence, access: Access, describe: Describe | None) -> None:
        self.readers = readers
        self.evidence = evidence
        self.access = access
        self.describe = describe
        self._room = Workroom("desk")

    def routes(self) -> list[Route]:
        """Addresses."""
        v1 = "/api/v1"
        routes = [Route(f"{v1}/origin/{{place:path}}/{{indicator}}", self.origin)]
        return (
            routes if self.describe is None else [*routes, Route(f"{v1}/export/{{place:path}}.{{format}}", self.file)]
        )

    @needs("records")
    async def origin(self, request: Request) -> Response:
        """Where a figure comes from."""
        sight, words = self.access.sight(request.scope), request.path_params
        query = dict(request.query_params)
        narrowed = {name: query.get(name, "") for name in ("in", "at")}
        asked = questions.read(words["place"], words["indicator"], narrowed)
        ask = partial(origin, sight, self.readers, self.evidence, asked)
        body = msgspec.json.encode(await self._room.do(ask))
        return Response(body, media_type="application/json", headers={"cache-control": "no-store"})

    @needs("export")
    async def file(self, request: Request) -> Response:
        """The records behind a figure as CSV or Excel, narrowed and sorted as the page is."""
        sight, words = self.access.sight(request.scope), request.path_params
        if words["format"] not in KINDS:
            raise Refusal(404, "lists are given as .csv or .xlsx")
        query = dict(request.query_params)
        question = questions.read(words["place"], query.get("i", ""), query)
        lang = "en" if query.get("lang") == "en" else "vi"
        name, made = await self._room.do(partial(self._made, sight, question, words["format"], lang))
        return sent(made, name, words["format"])

    def _made(self, sight: Scope, question: Question, format: Format, lang: str) -> tuple[str, IO[bytes]]:
        plan, found = self.evidence.behind(sight, question), self.evidence.page(sight, question, 0, LOOKED_AT)
        present = {key for row in found.rows for key, value in row.items() if value not in (None, "")}
        describe = cast(Describe, self.describe)
        sheet = describe(question, lang, plan, present, found.total, self.evidence.clock.now_ms())
        rows = self.evidence.all(sight, question, sheets.MOST_ROWS)
        return NAME.sub("-", sheet.name.lower()), written(format, sheet, rows)
