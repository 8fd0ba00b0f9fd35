"""A refused message given a second chance, after what was wrong has been put right: its own bytes, its own time."""

from __future__ import annotations

from dataclasses import dataclass

from feeds.catalogue.scope import Scope
from feeds.intake.body import BadBody, sniff_body
from feeds.intake.door import Door


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a held message; `why` says what still stands in its way."""

    done: bool
    why: str = ""


def requeue(door: Door, scope: Scope, row_id: int, *, by: str, why: str) -> Outcome:
    """Send a held message through the door again, as if it came when it came.

    It is closed only when nothing of it is refused any more. Sending it twice does no harm: (source, seq) is known.
    """
    row = door.quarantine.get(scope, row_id)
    if row is None or row.state != "held":
        return Outcome(False, "Không có dữ liệu nào đang chờ với mã này.")
    if not door.validator.knows(row.feed):
        return Outcome(False, door.validator.unknown_feed(row.feed).vi)
    try:
        pieces = sniff_body(row.bytes)
    except BadBody as bad:
        return Outcome(False, bad.why.vi)
    answer = door.take(row.feed, pieces, f"replay:{row.connector}", row.received, keep=False)
    if answer.rejected:
        return Outcome(False, answer.rejected[0].reason)
    if answer.status != 202:
        return Outcome(False, answer.reason)
    now = door.validator.clock.now_ms()
    return Outcome(door.quarantine.close_row(row_id, "replayed", by=by, at=now, why=why))
