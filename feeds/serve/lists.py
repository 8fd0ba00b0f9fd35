"""The door of whole lists that belong to no place: the catalogue of indicators as CSV or Excel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import IO, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from feeds.access.needs import needs
from feeds.serve.answers import Refusal
from feeds.serve.asking import Asked
from feeds.serve.sheets import KINDS, Format, Sheet
from feeds.serve.workroom import Workroom, sent, written

Make = Callable[..., tuple[Sheet, Iterable[Mapping[str, Any]]]]  # language, now in ms


class Lists:
    """Handlers; `lists` says by name what each list holds. Whoever may take lists away may read
    them, wherever they are: these belong to no place."""

    def __init__(self, lists: Mapping[str, Make], now_ms: Callable[[], int]) -> None:
        self._lists = lists
        self._now_ms = now_ms
        self._room = Workroom("lists")

    def routes(self) -> list[Route]:
        """Addresses."""
        return [Route("/api/v1/lists/{name}.{format}", self.file)]

    @needs("export")
    async def file(self, request: Request) -> Response:
        """One list as a file."""
        name, format = request.path_params["name"], request.path_params["format"]
        if name not in self._lists or format not in KINDS:
            raise Refusal(404, "there is no such list; lists are given as .csv or .xlsx")
        lang = Asked(request, "lang").choice("lang", ("vi", "en"), "vi")
        sheet, made = await self._room.do(partial(self._made, name, lang, format))
        return sent(made, sheet.name, format)

    def _made(self, name: str, lang: str, format: Format) -> tuple[Sheet, IO[bytes]]:
        sheet, rows = self._lists[name](lang, self._now_ms())
        return sheet, written(format, sheet, (dict(row) for row in rows))
