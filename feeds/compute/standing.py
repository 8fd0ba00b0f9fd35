"""What stands open, by the hour it is due: figures that change with the clock follow from cells like all others.

A record feed counts each current row that an indicator asks about, under the hour in which it becomes late. What is
overdue now is the sum of the hours past, so no row has to be looked at again when the clock moves on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from feeds.catalogue.clock import DAY_MS, HOUR_MS
from feeds.catalogue.model import Catalogue, Feed
from feeds.compute import dossier
from feeds.compute.counts import Chain, Tally

BASE = 10_000_000  # standing cells lie in hours no event can have: they are of no hour
WEEK_MS = 7 * DAY_MS
NEVER = 2 * BASE  # nothing was promised, or the citizen is waited for
OPEN, ROW = "open|", "row|"
CAME, WENT = "came|", "went|"  # ordinary hours: when a record began to stand open, when it ceased to
TURNED = "turned|"  # when it became late while it stood
LATE_CAME, LATE_WENT = "late_came|", "late_went|"  # when one that was late began, or ceased, to stand open
FLOWS = (OPEN, CAME, WENT, TURNED, LATE_CAME, LATE_WENT)

Where = Mapping[str, Any]


def variant(where: Where) -> str:
    """The canonical name of a condition on records."""
    return ",".join(f"{name}={_text(where[name])}" for name in sorted(where))


def asked(catalogue: Catalogue, feed: Feed) -> Questions:
    """What the indicators of a record feed ask about its rows: of those open, and of all."""
    opened: dict[str, Where] = {}
    rows: dict[str, Where] = {}
    for compute in (i.compute for i in catalogue.of_feed(feed.code)):
        if compute.fn in ("records_open", "ontime_rate"):
            opened[variant(compute.args.get("where", {}))] = compute.args.get("where", {})
        if compute.fn == "records_share":
            rows |= {variant(compute.args[side]): compute.args[side] for side in ("num", "den")}
    return Questions(opened, rows)


def due_bucket(times: Mapping[str, int], fields: Mapping[str, Any], at: int) -> int:
    """The standing hour in which an open record becomes late; NEVER while it waits for the citizen."""
    if (fields.get("supplements") or 0) >= 2:
        return BASE + at // HOUR_MS - 1  # a second request makes it late at once
    limit = dossier.falls_late(times, fields, at) if dossier.ASKED in times else times.get("due")
    return NEVER if limit is None else BASE + (limit - 1) // HOUR_MS


class Standing:
    """Rows of a record feed that stand at each place: all, open, late, due soon and due within a week."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._due: dict[int, dict[str, Tally]] = {}  # bucket -> place -> variant -> how many
        self._past = self._soon = self._week = BASE
        self.rows: dict[str, Tally] = {}
        self.open: dict[str, Tally] = {}
        self.late: dict[str, Tally] = {}
        self.soon: dict[str, Tally] = {}
        self.week: dict[str, Tally] = {}

    def add(self, leaf: str, measure: str, hour: int, amount: float) -> None:
        """Count a change of a standing cell at `leaf` and above."""
        kind, _, name = measure.partition("|")
        places = (leaf, *self._chain(leaf))
        if kind == "row":
            _increase(self.rows, places, name, amount)
            return
        _increase(self.open, places, name, amount)
        _increase(self._due.setdefault(hour, {}), places, name, amount)
        if hour < self._past:
            _increase(self.late, places, name, amount)
            return
        if hour < self._soon:
            _increase(self.soon, places, name, amount)
        if hour < self._week:
            _increase(self.week, places, name, amount)

    def advance(self, now: int, horizon: int) -> bool:
        """Let the clock stand at `now`; `horizon` is until when a record is due soon, within a week is 7 days from now.
        True when anything moved."""
        past, soon, week = (BASE + at // HOUR_MS for at in (now, horizon, now + WEEK_MS))
        if (past, soon) == (self._past, self._soon):
            return False
        self._past, self._soon, self._week = past, soon, week
        self.late, self.soon, self.week = {}, {}, {}
        for bucket, places in self._due.items():
            if bucket < past:
                _add_all(self.late, places)
                continue
            for table, until in ((self.soon, soon), (self.week, week)):
                if bucket < until:
                    _add_all(table, places)
        return True

    @property
    def hour(self) -> int:
        """The hour of the clock; what was due before it is late."""
        return self._past - BASE

    def count(self, table: Mapping[str, Tally], place: str, name: str) -> float:
        """How many of a variant stand in one of the tables at `place`."""
        return table.get(place, {}).get(name, 0)


class Row(NamedTuple):
    """A record as far as its standing goes: in which hours it began, becomes late, and ended (None: it is open)."""

    began: int
    due: int  # a standing hour
    ended: int | None

    @classmethod
    def of(cls, state: str, at: int, times: Mapping[str, int], fields: Mapping[str, Any], is_open: bool) -> Row:
        """From a record's current row, newest event at `at`."""
        end = None if is_open else (dossier.ended(state, at, times) or at) // HOUR_MS
        return cls(times.get("received", at) // HOUR_MS, due_bucket(times, fields, at), end)


class Questions(NamedTuple):
    """What the indicators of a feed ask about its rows, by variant: of those that stand open, and of all."""

    opened: Mapping[str, Where]
    rows: Mapping[str, Where]


def flows(row: Row) -> list[tuple[str, int]]:
    """Kind and hour: where a row stands open, and so that what stood open at a time past follows from that."""
    due = row.due - BASE
    began, ended = row.began, row.ended
    found = [(CAME, began), (OPEN, row.due) if ended is None else (WENT, ended)]
    if row.due == NEVER or (ended is not None and began <= due >= ended):
        return found  # never late, or ended in time
    found.append((TURNED, due) if due >= began else (LATE_CAME, began))
    if ended is not None:
        found.append((LATE_WENT, ended))
    return found


def _increase(table: dict[str, Tally], places: Iterable[str], name: str, amount: float) -> None:
    for place in places:
        tally = table.setdefault(place, {})
        tally[name] = tally.get(name, 0) + amount


def _add_all(table: dict[str, Tally], places: Mapping[str, Tally]) -> None:
    for place, tally in places.items():
        for name, amount in tally.items():
            _increase(table, (place,), name, amount)


def _text(value: Any) -> str:
    return "/".join(map(str, value)) if isinstance(value, list) else str(value)
