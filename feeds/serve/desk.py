"""Doors of the desk: the origin of a figure as JSON, and the records behind it as a file."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import IO, Any, cast

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from feeds.catalogue import question as questions
from feeds.catalogue.question import Question
from feeds.catalogue.scope import Scope
from feeds.serve import sheets
from feeds.serve.access import Access
from feeds.serve.answers import Refusal
from feeds.serve.evidence import Evidence
from feeds.serve.origin import origin
from feeds.serve.readers import Readers, Unknown
from feeds.serve.sheets import KINDS, Format, Sheet

THREADS = 2  # files are made by so many at once; the others wait
WAITING = 8
PIECE = 64 * 1024
IN_MEMORY = 1024 * 1024  # a larger file waits on the disk
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
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="desk")
        self._inside = 0

    def routes(self) -> list[Route]:
        """Addresses."""
        v1 = "/api/v1"
        routes = [Route(f"{v1}/origin/{{place:path}}/{{indicator}}", self.origin)]
        return (
            routes if self.describe is None else [*routes, Route(f"{v1}/export/{{place:path}}.{{format}}", self.file)]
        )

    async def origin(self, request: Request) -> Response:
        """Where a figure comes from."""
        sight, words = self.access.sight(request.scope), request.path_params
        inside = dict(request.query_params).get("in", "")
        asked = questions.read(words["place"], words["indicator"], {"in": inside})
        ask = partial(origin, sight, self.readers, self.evidence, asked)
        body = msgspec.json.encode(await self._work(ask))
        return Response(body, media_type="application/json", headers={"cache-control": "no-store"})

    async def file(self, request: Request) -> Response:
        """The records behind a figure as CSV or Excel, narrowed and sorted as the page is."""
        sight, words = self.access.sight(request.scope), request.path_params
        if words["format"] not in KINDS:
            raise Refusal(404, "lists are given as .csv or .xlsx")
        query = dict(request.query_params)
        question = questions.read(words["place"], query.get("i", ""), query)
        lang = "en" if query.get("lang") == "en" else "vi"
        name, made = await self._work(partial(self._made, sight, question, words["format"], lang))
        headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
        return StreamingResponse(pieces(made), media_type=KINDS[words["format"]], headers=headers)

    def _made(self, sight: Scope, question: Question, format: Format, lang: str) -> tuple[str, IO[bytes]]:
        plan, found = self.evidence.behind(sight, question), self.evidence.page(sight, question, 0, LOOKED_AT)
        present = {key for row in found.rows for key, value in row.items() if value not in (None, "")}
        describe = cast(Describe, self.describe)
        sheet = describe(question, lang, plan, present, found.total, self.evidence.clock.now_ms())
        file: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # closed when it has been sent
        try:
            sheets.write(format, sheet, self.evidence.all(sight, question, sheets.MOST_ROWS), file)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return f"{NAME.sub('-', sheet.name.lower())}.{format}", file

    async def _work(self, work: Callable[[], Any]) -> Any:
        if self._inside >= WAITING:
            raise Refusal(503, "too many lists are being made", retry_after=5)
        self._inside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        except Unknown as unknown:
            raise Refusal(404, str(unknown)) from None
        except ValueError as wrong:
            raise Refusal(400, str(wrong)) from None
        finally:
            self._inside -= 1


async def pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    """The file bit by bit; a slow reader holds a file, never a thread."""
    try:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece
    finally:
        file.close()
