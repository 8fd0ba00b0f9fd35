"""What was refused, for people: a page of messages, how they divide, hour by hour, and what each source holds of its
quota. Every answer is asked with a Scope first."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec

from feeds.catalogue.clock import DAY_MS, HOUR_MS, Clock, day_of
from feeds.catalogue.model import Catalogue
from feeds.catalogue.refused import BY, Which
from feeds.catalogue.scope import Scope
from feeds.intake.reasons import REASONS, in_english
from feeds.serve.masking import sealed
from feeds.store.database import Database
from feeds.store.quarantine import RETENTION_DAYS, HeldRow, Quarantine
from feeds.store.quarantine_trail import QuarantineTrail

LINE_BYTES = 400
PAGE = 200
BLANK = re.compile(r"\s*\{near_\w+\}|\{(\w+)\}")


class RefusalReader:
    """One per web process; threads share it."""

    def __init__(self, catalogue: Catalogue, database: Database, clock: Clock) -> None:
        self.clock = clock
        self._catalogue = catalogue
        self._quarantine = Quarantine(database)
        self._trail = QuarantineTrail(database)

    def page(
        self, scope: Scope, which: Which, state: str = "held", before: int | None = None, limit: int = 50
    ) -> list[dict[str, Any]]:
        """The newest messages in a state with ids below `before`, as they may be shown."""
        wanted = msgspec.structs.asdict(which)
        rows = self._quarantine.page(scope, **wanted, state=state, before=before, limit=limit)
        return [self._line(scope, row) for row in rows]

    def all(self, scope: Scope, which: Which, state: str, limit: int) -> Iterator[dict[str, Any]]:
        """The newest `limit` messages one by one, read page by page."""
        before: int | None = None
        while limit > 0:
            rows = self.page(scope, which, state, before, min(PAGE, limit))
            yield from rows
            if len(rows) < PAGE:
                return
            before, limit = rows[-1]["id"], limit - len(rows)

    def shares(self, scope: Scope, which: Which, state: str = "held") -> dict[str, list[tuple[str, int]]]:
        """How the messages divide by reason, feed, source and unit; by what they are narrowed to, as without that."""
        wanted = msgspec.structs.asdict(which)
        return {by: self._quarantine.shares(scope, by, **{**wanted, by: None}, state=state) for by in BY}

    def hours(
        self, scope: Scope, hours: int, feed: str | None = None, unit: str | None = None
    ) -> list[tuple[int, dict[str, int]]]:
        """Each of the last `hours` (ms of its start) with how much of each feed was refused in it."""
        last = self.clock.now_ms() // HOUR_MS
        found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for row in self._trail.refusals(scope, last - hours + 1, feed, unit):
            found[row.hour][row.feed] += row.n
        return [(hour * HOUR_MS, dict(found.get(hour, {}))) for hour in range(last - hours + 1, last + 1)]

    def quotas(self, scope: Scope, days: int = 7) -> dict[str, Any]:
        """What each source holds of its quota, how much of it was refused in the last days, and the rules."""
        held, kept = self._quarantine.usage(scope), self._quarantine
        refused: dict[str, int] = defaultdict(int)
        for count in kept.counts(scope, day_of(self.clock.now_ms() - days * DAY_MS)):
            refused[count.source] += count.n
        sources = [
            {"source": name, "rows": rows, "bytes": size, "refused": refused.get(name, 0)}
            for name, (rows, size) in sorted(held.items(), key=lambda each: (-refused.get(each[0], 0), each[0]))
        ]
        rules = {"most_rows": kept.most_rows, "most_bytes": kept.most_bytes, "retention_days": RETENTION_DAYS}
        return {**rules, "sources": sources}

    def _line(self, scope: Scope, row: HeldRow) -> dict[str, Any]:
        known = self._catalogue.feeds.get(row.feed)
        seal = sealed(row.bytes[:LINE_BYTES], known.personal if known else (), scope.personal)
        facts = {name: value for name, value in msgspec.structs.asdict(row).items() if name != "bytes"}
        return facts | {"text": seal.text, "size": len(row.bytes)}


def reason_in(lang: str, code: str, said: str) -> str:
    """A reason as it was written down, in Vietnamese, in the language of who reads it."""
    return in_english(code, said) if lang == "en" else said


def reason_names(lang: str) -> dict[str, str]:
    """Each reason by its code as a sentence of its own, with dots where a message's words would stand."""
    said = {code: reason.en if lang == "en" else reason.vi for code, reason in REASONS.items()}
    return {code: BLANK.sub(lambda found: "…" if found[1] else "", text).strip() for code, text in said.items()}
