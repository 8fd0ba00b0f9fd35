"""A sync request through the door: its dossiers become events, what cannot be read goes to quarantine beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from feeds.catalogue.agencies import IDENTIFICATION, AgencyCodes
from feeds.catalogue.clock import TZ
from feeds.intake.door import Door, DoorAnswer, RejectedEvent, too_often
from feeds.intake.formats.dossier_sync import FEED, Piece, Sync
from feeds.intake.reasons import Refused, Rejection, rejection
from feeds.intake.sender import ANYONE, Sender
from feeds.intake.text import clean_text
from feeds.store.quarantine import Held

CONNECTOR = "sync"
DONE, FAILED = "00", "-1"
AGAIN_S = 5


class Told(msgspec.Struct, frozen=True):
    """What the caller is told: an HTTP status, the protocol's codes, and the fate of each dossier that was refused."""

    status: int
    accepted: int = 0
    duplicates: int = 0
    rejected: list[dict[str, Any]] = []
    reason: str = ""
    retry_after: int = 0

    def json(self) -> bytes:
        """The answer's body: `error_code` 0 and `response_code` "00" once anything was taken, or nothing was wrong."""
        good = self.status == 200
        said = {
            "error_code": 0 if good else -1,
            "response_code": DONE if good else FAILED,
            "message": self.reason or ("Thành công" if good else "Không nhận được hồ sơ nào"),
            "accepted": self.accepted,
            "duplicates": self.duplicates,
            "rejected": self.rejected,
        }
        return msgspec.json.encode(said)

    def headers(self) -> dict[str, str]:
        """Headers beside the body."""
        return {"retry-after": str(self.retry_after)} if self.retry_after else {}


def now_of(door: Door) -> datetime:
    """The world's time in Vietnam's zone."""
    return datetime.fromtimestamp(door.validator.clock.now_ms() / 1000, TZ)


def take(
    door: Door, sync: Sync, agencies: AgencyCodes, sender: Sender = ANYONE, connector: str = CONNECTOR
) -> tuple[Told, DoorAnswer]:
    """Give the dossiers of a request to the door; returns once everything of it is durable."""
    answer = too_often(sender, len(sync.pieces))
    if answer is not None:
        return Told(answer.status, reason=answer.reason, retry_after=answer.retry_after), answer
    now = door.validator.clock.now_ms()
    good = [(i, piece) for i, piece in enumerate(sync.pieces) if piece.event is not None]
    bad = [(i, piece, piece.why) for i, piece in enumerate(sync.pieces) if piece.why is not None]
    held = Holder(sync.agency, sender, connector, now)
    if not door.keep([held.piece(i, piece, why, agencies) for i, piece, why in bad]):
        return _away(), DoorAnswer(503, retry_after=AGAIN_S)
    answer = DoorAnswer(202)
    if good:
        answer = door.take(FEED, [msgspec.json.encode(piece.event) for _, piece in good], connector, now, sender=sender)
    if answer.status == 503:
        return _away(), answer
    refused = [_refused(i, piece, why.vi, why.en, why.code) for i, piece, why in bad]
    refused += [_turned_back(good, told) for told in answer.rejected]
    refused.sort(key=lambda row: row["index"])
    status = 200 if (good and len(answer.rejected) < len(good)) or not sync.pieces else 422
    told = Told(status, answer.accepted, answer.duplicates, refused)
    return told, DoorAnswer(answer.status, answer.accepted, answer.duplicates, _counted(answer, bad))


def turned_away(status: int, why: Rejection) -> Told:
    """What is told when the request as a whole cannot be taken."""
    return Told(status, reason=why.vi)


def keep(door: Door, agency: str, body: bytes, refused: Refused, sender: Sender, connector: str) -> None:
    """Keep a request that could not be read as a whole, as long as quarantine can take it."""
    holder = Holder(agency, sender, connector, door.validator.clock.now_ms())
    door.keep([holder.held(body, refused.rejection, 0, None)])


class Holder:
    """Makes rows of quarantine; a caller with a key fills the quota of that key and no other."""

    def __init__(self, agency: str, sender: Sender, connector: str, now: int) -> None:
        self._agency, self._connector, self._now = agency, connector, now
        self._source = sender.name or clean_text(agency, 64)

    def piece(self, index: int, piece: Piece, why: Rejection, agencies: AgencyCodes) -> Held:
        """One dossier of a request."""
        place = agencies.place(IDENTIFICATION, self._agency or piece.id)
        known = place is not None and not place.startswith("agency:")
        unit = place.removeprefix("2025:").partition("/")[0] if place is not None and known else None
        return self.held(piece.raw, why, index, unit)

    def held(self, raw: bytes, why: Rejection, index: int, unit: str | None) -> Held:
        """What could not be read, with its reason."""
        return Held(
            feed=FEED, source=self._source, received=self._now, stage=why.stage, code=why.code, reason=why.vi,
            connector=self._connector, bytes=raw, unit=unit, offset=index,
        )  # fmt: skip


def _refused(index: int, piece: Piece, vi: str, en: str, code: str) -> dict[str, Any]:
    return {"index": index, "MaHoSo": piece.id, "reason": vi, "reason_en": en, "code": code}


def _turned_back(good: Sequence[tuple[int, Piece]], told: RejectedEvent) -> dict[str, Any]:
    """What the door refused, by the dossier's place in the request."""
    index, piece = good[told.index]
    return _refused(index, piece, told.reason, told.reason_en, told.code)


def _counted(answer: DoorAnswer, bad: Sequence[tuple[int, Piece, Rejection]]) -> list[RejectedEvent]:
    return [*answer.rejected, *(RejectedEvent(i, why.vi, why.en, why.code) for i, _, why in bad)]


def _away() -> Told:
    return Told(503, reason=rejection("away").vi, retry_after=AGAIN_S)
