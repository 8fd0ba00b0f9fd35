"""Doors of data quality: refused messages in parts, one with its bytes, as a file; correct, send again, drop."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import IO, Any, cast

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from feeds.access.needs import needs
from feeds.catalogue.clock import iso
from feeds.catalogue.places import NATION_KEY
from feeds.catalogue.refused import STATES, Which
from feeds.catalogue.scope import Scope
from feeds.intake.requeue import Outcome
from feeds.serve import sheets
from feeds.serve.access import Access
from feeds.serve.answers import Refusal
from feeds.serve.asking import Asked, body_as
from feeds.serve.mending import Mending, Signed
from feeds.serve.refusals import RefusalReader
from feeds.serve.sheets import KINDS, Format, Sheet
from feeds.serve.source_reader import SourceReader
from feeds.serve.workroom import Workroom, sent, written

QUARANTINE_PATH = "/api/v1/quarantine/"
MOST_HOURS = 90 * 24
MOMENTS = ("at", "received", "replayed_at")
DescribeRefused = Callable[[str, Which, str, int], Sheet]  # language, which, state, now in ms


class One(msgspec.Struct, forbid_unknown_fields=True):
    """What is asked of one message."""

    by: str = ""
    why: str = ""
    text: str | None = None


class Many(One, forbid_unknown_fields=True):
    """What is asked of many."""

    which: Which = Which()
    before: int | None = None
    find: str = ""
    put: str = ""


class Quality:
    """Handlers. Each takes the caller's sight first, then works in a pool of its own."""

    def __init__(
        self,
        mending: Mending,
        refusals: RefusalReader,
        reader: SourceReader,
        access: Access,
        describe: DescribeRefused | None = None,
    ) -> None:
        self.mending = mending
        self.refusals = refusals
        self.reader = reader
        self.access = access
        self.describe = describe
        self._room = Workroom("quality")

    def routes(self) -> list[Route]:
        """Addresses."""
        base, one = QUARANTINE_PATH.rstrip("/"), QUARANTINE_PATH + "{id:number}"
        return [
            Route("/api/v1/quality/sources", self.sources),
            Route("/api/v1/quality/scores", self.scores),
            Route(f"{base}/shares", self.shares),
            Route(f"{base}/hours", self.hours),
            Route(f"{base}/quotas", self.quotas),
            Route(f"{base}/export.{{format}}", self.file),
            Route(f"{base}/replay", self.replay_many, methods=["POST"]),
            Route(one, self.case),
            Route(f"{one}/check", self.check, methods=["POST"]),
            Route(f"{one}/replay", self.replay, methods=["POST"]),
            Route(f"{one}/drop", self.drop, methods=["POST"]),
            Route(f"{one}/unmask", self.unmask, methods=["POST"]),
        ]

    @needs("quality")
    async def sources(self, request: Request) -> Response:
        """Each source with what is to be said of it."""
        sight, asked = self.access.sight(request.scope), Asked(request, "unit", "feed")
        unit, feed = asked.text("unit") or None, asked.text("feed") or None
        found = await self._room.do(partial(self.reader.sources, sight, unit, feed))
        return _json([row | {name: iso(row[name]) for name in ("at", "received") if row[name]} for row in found])

    @needs("quality")
    async def scores(self, request: Request) -> Response:
        """Đúng, đủ, sạch, sống of a place and of those below it."""
        sight, asked = self.access.sight(request.scope), Asked(request, "place")
        place = sight.check(asked.text("place", NATION_KEY))
        return _json(await self._room.do(partial(self.reader.scores, sight, place)))

    @needs("quality")
    async def shares(self, request: Request) -> Response:
        """How the messages divide."""
        sight, asked = self.access.sight(request.scope), Asked(request, *WHICH, "state")
        found = await self._room.do(partial(self.refusals.shares, sight, which_of(asked), state_of(asked)))
        return _json({by: [{"value": value, "n": n} for value, n in parts] for by, parts in found.items()})

    @needs("quality")
    async def hours(self, request: Request) -> Response:
        """What was refused hour by hour."""
        sight, asked = self.access.sight(request.scope), Asked(request, "hours", "feed", "unit")
        hours, which = asked.whole("hours", 72, 1, MOST_HOURS), which_of(asked)
        found = await self._room.do(partial(self.refusals.hours, sight, hours, which.feed, which.unit))
        return _json([{"t": iso(at), "feeds": feeds} for at, feeds in found])

    @needs("quality")
    async def quotas(self, request: Request) -> Response:
        """What each source holds of its quota."""
        sight = self.access.sight(request.scope)
        Asked(request)
        return _json(await self._room.do(partial(self.refusals.quotas, sight)))

    @needs("quality")
    async def case(self, request: Request) -> Response:
        """One message."""
        sight = self.access.sight(request.scope)
        Asked(request)
        return _json(_timed(await self._room.do(partial(self.mending.case, sight, request.path_params["id"]))))

    @needs("mend")
    async def check(self, request: Request) -> Response:
        """What sending it again would find."""
        sight, asked = self.access.hand(request.scope), await body_as(request, One, why=True)
        return _told(await self._room.do(partial(self.mending.check, sight, request.path_params["id"], asked.text)))

    @needs("mend")
    async def replay(self, request: Request) -> Response:
        """Send one again."""
        sight, asked = self.access.hand(request.scope), await body_as(request, One, why=True)
        work = partial(self.mending.replay, sight, request.path_params["id"])
        return _told(
            await self._room.do(
                lambda: work(Signed(self.access.signature(request.scope, asked.by), asked.why), asked.text)
            )
        )

    @needs("mend")
    async def drop(self, request: Request) -> Response:
        """Set one aside."""
        sight, asked = self.access.hand(request.scope), await body_as(request, One, why=True)
        work = partial(self.mending.drop, sight, request.path_params["id"])
        return _told(
            await self._room.do(lambda: work(Signed(self.access.signature(request.scope, asked.by), asked.why)))
        )

    @needs("mend")
    async def unmask(self, request: Request) -> Response:
        """One message with what names persons; it is written down who asked and why."""
        sight, asked = self.access.hand(request.scope), await body_as(request, One, why=True)
        work = partial(self.mending.unmask, sight, request.path_params["id"])
        return _json(
            _timed(await self._room.do(lambda: work(Signed(self.access.signature(request.scope, asked.by), asked.why))))
        )

    @needs("mend")
    async def replay_many(self, request: Request) -> Response:
        """Send many again."""
        sight, asked = self.access.hand(request.scope), await body_as(request, Many, why=True)
        work = partial(self.mending.replay_many, sight, asked.which)
        found = await self._room.do(
            lambda: work(
                Signed(self.access.signature(request.scope, asked.by), asked.why),
                before=asked.before,
                find=asked.find,
                put=asked.put,
            )
        )
        return _json({"replayed": found.replayed, "refused": found.refused, "next": found.next})

    @needs("quality")
    async def file(self, request: Request) -> Response:
        """The messages as CSV or Excel."""
        sight, format = self.access.sight(request.scope), request.path_params["format"]
        if format not in KINDS or self.describe is None:
            raise Refusal(404, "lists are given as .csv or .xlsx")
        asked = Asked(request, *WHICH, "state", "lang")
        lang = asked.choice("lang", ("vi", "en"), "vi")
        made = await self._room.do(partial(self._made, sight, which_of(asked), state_of(asked), lang, format))
        return sent(made, "quarantine", format)

    def _made(self, sight: Scope, which: Which, state: str, lang: str, format: Format) -> IO[bytes]:
        rows = self.refusals.all(sight, which, state, sheets.MOST_ROWS)
        sheet = cast(DescribeRefused, self.describe)(lang, which, state, self.refusals.clock.now_ms())
        return written(format, sheet, rows)


WHICH = ("feed", "source", "code", "unit")


def which_of(asked: Asked) -> Which:
    """The messages that a query asks for."""
    return Which(**{name: asked.text(name) or None for name in WHICH})


def state_of(asked: Asked) -> str:
    """The state that a query asks for."""
    return asked.choice("state", STATES, "held")


def _told(outcome: Outcome) -> Response:
    """422 when something still stands in its way: the sender's fault, not the caller's."""
    body = {"done": outcome.done, "reason": outcome.why, "code": outcome.code}
    return _json(body, 200 if outcome.done else 422)


def _json(body: Any, status: int = 200) -> Response:
    headers = {"cache-control": "no-store"}
    return Response(msgspec.json.encode(body), status, headers, media_type="application/json")


def _timed(case: dict[str, Any]) -> dict[str, Any]:
    times = {name: iso(case[name]) for name in MOMENTS if case.get(name)}
    return case | times | {"acts": [act | {"at": iso(act["at"])} for act in case["acts"]]}
