"""Doors of typed figures: propose by form or by Excel file, approve or refuse as a second person, read the trail.

Only people may do this: a wall's screen may not. Until accounts exist a person is the name that is given with each act.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from feeds.access.needs import needs
from feeds.catalogue.model import Catalogue
from feeds.catalogue.places import NATION_KEY, Lang, Places
from feeds.catalogue.scope import Scope
from feeds.intake.formats import figure_sheet
from feeds.intake.reasons import Refused, Rejection
from feeds.intake.typed import Figure, TypedDesk
from feeds.serve.access import Access
from feeds.serve.answers import Refusal
from feeds.serve.asking import Asked, body_as
from feeds.serve.sheets import KINDS
from feeds.serve.workroom import Workroom
from feeds.store.typed import APPROVED, REFUSED, WAITING, Typed

FIGURES_PATH = "/api/v1/figures"
ENTRY_PATH = "/entry"
BODY_BYTES = 3 * 1024 * 1024  # an Excel file of 2 MB in base64
MOST_PARAMETERS = 60
UNKNOWN = "typed_unknown"
T = TypeVar("T")


class Proposed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Figures of a form, or an Excel file in base64."""

    by: str
    figures: list[Figure] = []
    sheet: str | None = None


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a second person says."""

    act: Literal["approve", "refuse"]
    by: str
    why: str = ""


class Figures:
    """Handlers. Each takes the person's scope first, then works in a pool of its own."""

    def __init__(
        self,
        desk: TypedDesk,
        catalogue: Catalogue,
        places: Places,
        access: Access,
        now: Callable[[], int],
        pages: Mapping[str, bytes],
    ) -> None:
        self._desk = desk
        self._catalogue = catalogue
        self._places = places
        self._access = access
        self._now = now
        self._pages = pages
        self._room = Workroom("figures", most=16)

    def routes(self) -> list[Route]:
        """Addresses."""
        path = FIGURES_PATH
        return [
            Route(path, self.newest, methods=["GET", "HEAD"]),
            Route(path, self.propose, methods=["POST"]),
            Route(f"{path}/fields", self.fields),
            Route(f"{path}/template.xlsx", self.template),
            Route(f"{path}/{{number:number}}", self.trail, methods=["GET", "HEAD"]),
            Route(f"{path}/{{number:number}}", self.decide, methods=["POST"]),
            Route(ENTRY_PATH, self.page),
        ]

    @needs("enter", "decide")
    async def page(self, request: Request) -> Response:
        """The form, as an HTML document."""
        self._access.hand(request.scope)
        lang = Asked(request, "lang").choice("lang", list(self._pages), "vi")
        return Response(self._pages.get(lang, b""), media_type="text/html; charset=utf-8")

    @needs("enter", "decide")
    async def fields(self, request: Request) -> Response:
        """What may be typed, and about which places."""
        sight = self._access.hand(request.scope)
        keys = sorted(self._places.units) if sight.units is None else sorted(sight.units)
        units = [
            {"code": f"2025:{key}", "vi": self._places.name(key), "en": self._places.name(key, "en")} for key in keys
        ]
        return _json({"fields": self._desk.fields(), "places": units})

    @needs("enter", "decide")
    async def newest(self, request: Request) -> Response:
        """The newest revisions, or those in one state."""
        sight, asked = self._access.hand(request.scope), Asked(request, "state", "before", "limit")
        state = asked.choice("state", (WAITING, APPROVED, REFUSED)) or None
        before = asked.whole("before", 0, 0, 2**53) or None
        limit = asked.whole("limit", 50, 1, 500)
        ask = partial(self._desk.figures.page, sight, state=state, before=before, limit=limit)
        return _json({"figures": [self._shown(row) for row in await self._work(ask)]})

    @needs("enter", "decide")
    async def trail(self, request: Request) -> Response:
        """Every revision of the figure that one number belongs to."""
        sight, number = self._access.hand(request.scope), request.path_params["number"]
        return _json({"figures": [self._shown(row) for row in await self._work(partial(self._trail, sight, number))]})

    @needs("enter")
    async def template(self, request: Request) -> Response:
        """An Excel file to fill in, for a feed and a place's own parts."""
        sight, asked = self._access.hand(request.scope), Asked(request, "feed", "place", "params")
        feed = self._catalogue.feeds.get(asked.text("feed"))
        if feed is None or feed.kind != "readings":
            raise Refusal(404, "there is no such feed of readings")
        place = asked.text("place", NATION_KEY)
        if place != NATION_KEY and place not in self._places.units:
            raise Refusal(404, "there is no such province")
        sight.check(place)
        chosen = [code for code in asked.text("params").split(",") if code in feed.parameters] or feed.parameters
        known = [self._catalogue.parameters[code] for code in chosen[:MOST_PARAMETERS]]
        raw = await self._work(partial(figure_sheet.template, feed, known, self._rows(place), self._now()))
        name = f'attachment; filename="{feed.code}_{place}.xlsx"'
        return Response(raw, media_type=KINDS["xlsx"], headers={"content-disposition": name})

    @needs("enter")
    async def propose(self, request: Request) -> Response:
        """Keep figures for a second person: all of them, or none and why."""
        sight, said = self._access.hand(request.scope), await body_as(request, Proposed, why=True)
        said = msgspec.structs.replace(said, by=self._access.signature(request.scope, said.by))
        status, answer = await self._work(partial(self._propose, sight, said))
        return _json(answer, status)

    @needs("decide")
    async def decide(self, request: Request) -> Response:
        """Approve or refuse."""
        sight, number = self._access.hand(request.scope), request.path_params["number"]
        said = await body_as(request, Decision, why=True)
        by = self._access.signature(request.scope, said.by)
        act = self._desk.approve if said.act == "approve" else self._desk.refuse
        return _json(self._shown(await self._work(partial(act, sight, number, by, said.why))))

    def _propose(self, sight: Scope, said: Proposed) -> tuple[int, dict[str, Any]]:
        cells, given, unread = [str(n) for n in range(len(said.figures))], list(said.figures), []
        if said.sheet is not None:
            sheet = figure_sheet.read(_bytes(said.sheet))
            unread = [_why(cell, why) for cell, why in sheet.refused]
            cells = [each.cell for each in sheet.figures]
            given = [
                Figure(feed=each.feed, param=each.param, place=each.place, at=each.at, value=each.value)
                for each in sheet.figures
            ]
        if unread:
            return 422, {"numbers": [], "rejected": unread}
        answer = self._desk.propose(sight, said.by, given)
        rejected = [_why(cells[n], why) for n, why in answer.refused]
        return (422 if rejected else 200), {"numbers": answer.numbers, "rejected": rejected}

    def _trail(self, sight: Scope, number: int) -> list[Typed]:
        row = self._desk.figures.get(sight, number)
        if row is None:
            raise Refused(UNKNOWN, id=number)
        return self._desk.figures.trail(sight, row)

    def _shown(self, row: Typed) -> dict[str, Any]:
        feed, parameter = self._catalogue.feeds.get(row.feed), self._catalogue.parameters.get(row.param)
        place = row.place.removeprefix("2025:")
        unit = parameter.unit if parameter else ""
        named = {
            "feed_vi": feed.vi if feed else row.feed, "feed_en": feed.en if feed else row.feed,
            "vi": parameter.vi if parameter else row.param, "en": parameter.en if parameter else row.param,
            "in_unit": unit, "in_unit_en": self._catalogue.units.get(unit, unit),
            "place_vi": self._named(place), "place_en": self._named(place, "en"),
        }  # fmt: skip
        return msgspec.structs.asdict(row) | named

    def _named(self, key: str, lang: Lang = "vi") -> str:
        try:
            return self._places.name(key, lang)
        except KeyError:
            return key

    def _rows(self, place: str) -> list[tuple[str, str]]:
        if place == NATION_KEY:
            return [(f"2025:{key}", self._places.name(key)) for key in sorted(self._places.units)]
        inside = [place, *self._places.communes_of(place)]
        return [(f"2025:{key}", self._places.name(key)) for key in inside]

    async def _work(self, work: Callable[[], T]) -> T:
        try:
            return await self._room.do(work)
        except Refused as refused:
            why = refused.rejection
            raise Refusal(404 if why.code == UNKNOWN else 422, why.vi) from None


def _json(body: Any, status: int = 200) -> Response:
    headers = {"cache-control": "no-store"}
    return Response(msgspec.json.encode(body), status, media_type="application/json", headers=headers)


def _bytes(sheet: str) -> bytes:
    try:
        return b64decode(sheet.encode("ascii"), validate=True)
    except (BadBase64, ValueError):
        raise Refused("sheet_broken") from None


def _why(cell: str, why: Rejection) -> dict[str, str]:
    return {"where": cell, "reason": why.vi, "reason_en": why.en, "code": why.code}
