"""A refused message given a second chance, after what was wrong has been put right: its own bytes, or corrected ones,
at its own time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from feeds.catalogue.scope import Scope
from feeds.intake.body import BadBody, sniff_body
from feeds.intake.door import Door
from feeds.intake.reasons import rejection
from feeds.store.quarantine import HeldRow

NOTHING_HELD = "hand_nothing"  # the reason why there is nothing to send again


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a held message; `why` says what still stands in its way, `code` counts it."""

    done: bool
    why: str = ""
    code: str = ""


def requeue(door: Door, scope: Scope, row_id: int, *, by: str, why: str, instead: bytes | None = None) -> Outcome:
    """Send a held message, or `instead`, through the door again, as if it came when it came.

    It is closed only when nothing of it is refused any more. Sending it twice does no harm: (source, seq) is known.
    """
    row = door.quarantine.get(scope, row_id)
    if row is None or row.state != "held":
        return Outcome(False, rejection(NOTHING_HELD).vi, NOTHING_HELD)
    cut = _pieces(door, row, instead)
    if isinstance(cut, Outcome):
        return cut
    answer = door.take(row.feed, cut, f"replay:{row.connector}", row.received, keep=False)
    if answer.rejected:
        return Outcome(False, answer.rejected[0].reason, answer.rejected[0].code)
    if answer.status != 202:
        return Outcome(False, answer.reason, answer.code)
    now = door.validator.clock.now_ms()
    return Outcome(door.quarantine.close_row(row_id, "replayed", by=by, at=now, why=why, instead=instead))


def rehearse(door: Door, scope: Scope, row_id: int, instead: bytes | None = None) -> Outcome:
    """What `requeue` would find, with nothing sent and nothing kept: `done` is True when all of it would pass."""
    row = door.quarantine.get(scope, row_id)
    if row is None:
        return Outcome(False, rejection(NOTHING_HELD).vi, NOTHING_HELD)
    cut = _pieces(door, row, instead)
    if isinstance(cut, Outcome):
        return cut
    refused = door.sort(row.feed, cut, f"replay:{row.connector}", row.received).refused
    return Outcome(False, refused[0][1].vi, refused[0][1].code) if refused else Outcome(True)


def _pieces(door: Door, row: HeldRow, instead: bytes | None) -> Sequence[bytes] | Outcome:
    """The events of a message, or why it has none."""
    if not door.validator.knows(row.feed):
        unknown = door.validator.unknown_feed(row.feed)
        return Outcome(False, unknown.vi, unknown.code)
    try:
        return sniff_body(row.bytes if instead is None else instead)
    except BadBody as bad:
        return Outcome(False, bad.why.vi, bad.why.code)
