"""What people do with refused messages: look at one, try a correction, send it again, drop it, send many again.

Everything takes the person's scope first, and what changes anything takes who does it and why: both are kept.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from feeds.catalogue.clock import Clock
from feeds.catalogue.model import Catalogue
from feeds.catalogue.refused import Which
from feeds.catalogue.scope import Scope
from feeds.intake.door import Door
from feeds.intake.requeue import Outcome, rehearse, requeue
from feeds.intake.text import clean_text
from feeds.serve.masking import Sealed, by_hand, sealed, unsealed
from feeds.serve.readers import Unknown
from feeds.store.audit import Act, Audit
from feeds.store.database import Database
from feeds.store.quarantine import HeldRow, Quarantine
from feeds.store.quarantine_trail import QuarantineTrail

MOST_AT_ONCE = 500  # messages of one bulk replay; whoever wants more asks again from `next`
MOST_TEXT = 256 * 1024
WORDS = 200


class Signed(msgspec.Struct, frozen=True):
    """Who does something, and why; Unmeant with a sentence when either is missing."""

    by: str
    why: str

    def __post_init__(self) -> None:
        if not clean_text(self.by, WORDS) or not clean_text(self.why, WORDS):
            raise by_hand("hand_unsigned")


class Bulk(msgspec.Struct, frozen=True):
    """What became of many messages; `next` is where to go on, None when all have been tried."""

    replayed: int
    refused: dict[str, int]
    next: int | None
    codes: dict[str, str] = {}  # of each reason


class Mending:
    """One per web process; threads share it. The door is opened when it is first needed."""

    def __init__(
        self, database: Database, catalogue: Catalogue, clock: Clock, open_door: Callable[[], Door], audit: Audit
    ) -> None:
        self._audit = audit
        self._quarantine = Quarantine(database)
        self._trail = QuarantineTrail(database)
        self._catalogue = catalogue
        self._clock = clock
        self._open = open_door
        self._door: Door | None = None
        self._opening = threading.Lock()

    def case(self, scope: Scope, row_id: int) -> dict[str, Any]:
        """One message with its bytes as they may be shown, and what was done to it; Unknown when there is none."""
        row = self._row(scope, row_id)
        seal = self._sealed(scope, row)
        acts = [msgspec.structs.asdict(act) for act in self._trail.acts(scope, row_id)]
        for act in acts:
            instead = act.pop("bytes")
            act["text"] = None if instead is None else self._seal_of(scope, row.feed, instead).text
        facts = {name: value for name, value in msgspec.structs.asdict(row).items() if name != "bytes"}
        return facts | {"text": seal.text, "editable": seal.editable, "size": len(row.bytes), "acts": acts}

    def unmask(self, scope: Scope, row_id: int, signed: Signed) -> dict[str, Any]:
        """The message as `case` tells it, with what names persons: who asked and why stands in the audit log first."""
        row = self._row(scope, row_id)
        self._tell(scope, "unmask", f"quarantine {row_id}", signed, {"feed": row.feed, "source": row.source})
        return self.case(replace(scope, personal=True), row_id)

    def check(self, scope: Scope, row_id: int, text: str | None = None) -> Outcome:
        """What sending it (corrected to `text`) would find, with nothing sent."""
        row = self._row(scope, row_id)
        return rehearse(self.door(), scope, row_id, self._instead(scope, row, text))

    def replay(self, scope: Scope, row_id: int, signed: Signed, text: str | None = None) -> Outcome:
        """Send it again, as it is or corrected to `text`; Unmeant when the text cannot be meant."""
        row = self._row(scope, row_id)
        outcome = self._again(scope, row_id, signed, self._instead(scope, row, text))
        if outcome.done:
            facts = {"act": "replay" if text is None else "mend", "feed": row.feed}
            self._tell(scope, "quarantine", f"quarantine {row_id}", signed, facts)
        return outcome

    def drop(self, scope: Scope, row_id: int, signed: Signed) -> Outcome:
        """Set it aside for good: it stays to be seen, and is never sent."""
        row, now = self._row(scope, row_id), self._clock.now_ms()
        by, why = clean_text(signed.by, WORDS), clean_text(signed.why, WORDS)
        dropped = self._quarantine.close_row(row_id, "dropped", by=by, at=now, why=why)
        if dropped:
            self._tell(scope, "quarantine", f"quarantine {row_id}", signed, {"act": "drop", "feed": row.feed})
        return Outcome(dropped)

    def replay_many(
        self, scope: Scope, which: Which, signed: Signed, before: int | None = None, find: str = "", put: str = ""
    ) -> Bulk:
        """Send again up to `MOST_AT_ONCE` held messages with ids below `before`, newest first; where `find` is said,
        those that contain it, with `put` in its place. Who is refused again stays held."""
        done, refused, codes, tried = 0, dict[str, int](), dict[str, str](), 0
        last = before
        for row in self._held(scope, which, before):
            tried, last = tried + 1, row.id
            instead = row.bytes.replace(find.encode(), put.encode()) if find else None
            if instead == row.bytes:
                continue
            outcome = self._again(scope, row.id, signed, instead)
            done += outcome.done
            if not outcome.done:
                refused[outcome.why] = refused.get(outcome.why, 0) + 1
                codes[outcome.why] = outcome.code
        facts = {"act": "replay many", "replayed": done, "refused": sum(refused.values()), "corrected": bool(find)}
        self._tell(scope, "quarantine", f"quarantine {_words(which)}", signed, facts)
        return Bulk(done, refused, last if tried == MOST_AT_ONCE else None, codes)

    def door(self) -> Door:
        """The event door, opened once."""
        with self._opening:
            if self._door is None:
                self._door = self._open()
            return self._door

    def _tell(self, scope: Scope, act: Act, what: str, signed: Signed, facts: Mapping[str, Any]) -> None:
        by, why = clean_text(signed.by, WORDS), clean_text(signed.why, WORDS)
        self._audit.record(by, act, what, scope, why=why, seat="desk", facts=facts)

    def _held(self, scope: Scope, which: Which, before: int | None) -> Iterator[HeldRow]:
        wanted = msgspec.structs.asdict(which)
        yield from self._quarantine.page(scope, **wanted, before=before, limit=MOST_AT_ONCE)

    def _again(self, scope: Scope, row_id: int, signed: Signed, instead: bytes | None) -> Outcome:
        by, why = clean_text(signed.by, WORDS), clean_text(signed.why, WORDS)
        return requeue(self.door(), scope, row_id, by=by, why=why, instead=instead)

    def _row(self, scope: Scope, row_id: int) -> HeldRow:
        row = self._quarantine.get(scope, row_id)
        if row is None:
            raise Unknown(f"there is no message {row_id} in quarantine")
        return row

    def _instead(self, scope: Scope, row: HeldRow, text: str | None) -> bytes | None:
        """The bytes a text means; None when it says what the message says already."""
        seal = self._sealed(scope, row)
        if text is None or text == seal.text:
            return None
        if not seal.editable or len(text) > MOST_TEXT:
            raise by_hand("hand_long")
        meant = unsealed(text, seal.hidden)
        return None if meant == row.bytes else meant

    def _sealed(self, scope: Scope, row: HeldRow) -> Sealed:
        return self._seal_of(scope, row.feed, row.bytes)

    def _seal_of(self, scope: Scope, feed: str, raw: bytes) -> Sealed:
        known = self._catalogue.feeds.get(feed)
        return sealed(raw, known.personal if known else (), scope.personal)


def _words(which: Which) -> str:
    told = msgspec.structs.asdict(which)
    return " ".join(f"{name}={value}" for name, value in told.items() if value is not None)
