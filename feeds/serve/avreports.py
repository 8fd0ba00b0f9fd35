"""`POST /api/v1/avreport`: reports of central anti-virus as their reporters send them to the national centre, so that a
copy needs only another address. A key is shown as for events, and the same bounds and the same door hold."""

from __future__ import annotations

from functools import cached_property

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from feeds.access.needs import needs
from feeds.catalogue.agencies import AgencyCodes
from feeds.catalogue.places import Places
from feeds.intake.body import BadBody, unpacked
from feeds.intake.door import Door, DoorAnswer, RejectedEvent, too_often
from feeds.intake.formats.avreport import FEED, read
from feeds.intake.reasons import Refused
from feeds.intake.sender import Sender
from feeds.serve.guard import AVREPORT_PATH
from feeds.serve.posting import Posting, connector_of
from feeds.serve.senders import Senders
from feeds.store.quarantine import Held

CONNECTOR = "avreport"
AGAIN_S = 5


class AvReports:
    """Reads reports and hands their numbers to the door."""

    def __init__(self, posting: Posting, senders: Senders, places: Places) -> None:
        self._posting = posting
        self._senders = senders
        self._places = places

    def routes(self) -> list[Route]:
        """Addresses."""
        return [Route(AVREPORT_PATH, self.post, methods=["POST"])]

    @cached_property
    def _agencies(self) -> AgencyCodes:
        return AgencyCodes.load(self._places)

    @needs("key")
    async def post(self, request: Request) -> Response:
        """Answer after the numbers are durable."""
        sender = await self._senders.of(request.scope, FEED)
        try:
            body = unpacked(await request.body(), request.headers.get("content-encoding"))
        except BadBody as bad:
            return _answer(DoorAnswer(bad.status, reason=bad.why.vi, code=bad.why.code))
        told = await self._posting.work(lambda door: self._accept(door, body, sender))
        self._posting.count(told)
        return _answer(told)

    def _accept(self, door: Door, body: bytes, sender: Sender) -> DoorAnswer:
        """Runs in the door's pool; what cannot be read is kept in quarantine as it came."""
        connector, now = connector_of(sender, CONNECTOR), door.validator.clock.now_ms()
        answer = too_often(sender, 1)
        if answer is not None:
            return answer
        try:
            told = read(body, self._agencies)
        except Refused as refused:
            why = refused.rejection
            held = Held(
                feed=FEED, source=sender.name or CONNECTOR, received=now, stage=why.stage, code=why.code, reason=why.vi,
                connector=connector, bytes=body, unit=None, offset=0,
            )  # fmt: skip
            if not door.keep([held]):
                return DoorAnswer(503, retry_after=AGAIN_S)
            return DoorAnswer(422, rejected=[RejectedEvent(0, why.vi, why.en, why.code)])
        return door.take(FEED, [msgspec.json.encode(event) for _, event in told], connector, now, sender=sender)


def _answer(told: DoorAnswer) -> Response:
    return Response(told.json(), told.status, headers=told.headers(), media_type="application/json")
