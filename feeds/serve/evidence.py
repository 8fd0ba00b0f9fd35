"""The records behind a figure, for people: any page of them, how they divide, one with its trail, all for an export.

Each answer is asked with a Scope first. Personal numbers are masked, and so are fields the catalogue calls personal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar, cast

import msgspec

from feeds.catalogue.clock import DAY_MS, HOUR_MS, Clock
from feeds.catalogue.model import Catalogue
from feeds.catalogue.places import NATION_KEY, Places, UnknownPlace
from feeds.catalogue.question import Question, Unmeant
from feeds.catalogue.scope import Scope
from feeds.compute import dossier, workdays
from feeds.serve.behind import Behind, behind
from feeds.serve.readers import Unknown, masked
from feeds.serve.readings import Readings, Rows, unnamed
from feeds.store.blocks import KEEP_MS
from feeds.store.database import Database
from feeds.store.fold import Row
from feeds.store.ledger import Ledger, Order, Share
from feeds.store.narrowing import During, Filter, Late
from feeds.store.quarantine import HeldRow, Quarantine
from feeds.store.register import Register
from feeds.store.revisions import Revision, Revisions

MOST_HELD = 500
PERIOD_MS = {
    "1h": HOUR_MS, "6h": 6 * HOUR_MS, "24h": DAY_MS, "48h": 2 * DAY_MS, "7d": 7 * DAY_MS, "30d": 30 * DAY_MS,
}  # fmt: skip
SHOWN_BYTES = 300
KEPT_MS, MOST_KEPT = 10_000, 256
T = TypeVar("T")


class Found(msgspec.Struct, frozen=True):
    """Some rows, how many there are in all, and whether there are more than could be counted."""

    rows: Rows
    total: int
    more: bool = False


class Evidence:
    """One per web process; threads share it."""

    def __init__(self, catalogue: Catalogue, places: Places, database: Database, clock: Clock) -> None:
        self.catalogue = catalogue
        self.places = places
        self.clock = clock
        self._ledger = Ledger(database)
        self._register = Register(database)
        self._readings = Readings(catalogue, places, database)
        self._quarantine = Quarantine(database)
        self._revisions = Revisions(database)
        self._memory: dict[tuple[Any, ...], tuple[int, Any]] = {}

    def behind(self, scope: Scope, question: Question) -> Behind:
        """What stands behind the figure; Unknown or OutOfScope when there is no such figure to be seen."""
        indicator = self.catalogue.indicators.get(question.indicator)
        if indicator is None:
            raise Unknown(f"there is no indicator {question.indicator!r}")
        self._check_place(scope, question.place)
        return self._during(behind(self.catalogue, indicator, question.moment(self.clock.now_ms())), question)

    def page(self, scope: Scope, question: Question, start: int, limit: int) -> Found:
        """Rows `start` to `start + limit` of the list."""
        plan = self.behind(scope, question)
        if plan.kind != "records":
            rows, more = self._listed(scope, plan, question)
            return Found(rows[start : start + limit], len(rows), more)
        wanted, order = self._filter(plan, question), self._order(plan, question)
        total = self._count(scope, plan, question, wanted)
        found = self._ledger.page(scope, plan.feed, wanted, order, start, limit) if start < total else []
        return Found([self._record(plan.feed, row) for row in found], total)

    def all(self, scope: Scope, question: Question, limit: int) -> Iterator[dict[str, Any]]:
        """The first `limit` rows of the list, one by one."""
        plan = self.behind(scope, question)
        if plan.kind != "records":
            return islice(self._listed(scope, plan, question)[0], limit)
        found = self._ledger.all(scope, plan.feed, self._filter(plan, question), self._order(plan, question), limit)
        return (self._record(plan.feed, row) for row in found)

    def shares(self, scope: Scope, question: Question, by: Sequence[str]) -> dict[str, list[Share]]:
        """How the list divides: `inside` (units of the nation, communes of a unit), or a field; most first."""
        plan = self.behind(scope, question)
        if plan.kind == "records":
            return self._kept("shares", scope, question, tuple(by), lambda: self._divided(scope, plan, question, by))
        rows, _ = self._listed(scope, plan, question)
        keys = {each: "inside" if each == "inside" else f"fields.{each}" for each in by}
        counted = {each: Counter(str(row[key]) for row in rows if row.get(key)) for each, key in keys.items()}
        return {each: [Share(*part) for part in counts.most_common(60)] for each, counts in counted.items()}

    def _divided(self, scope: Scope, plan: Behind, question: Question, by: Sequence[str]) -> dict[str, list[Share]]:
        inside = "unit" if question.place == NATION_KEY else "commune"
        columns = {each: inside if each == "inside" else f"fields.{each}" for each in by}
        found = self._ledger.divided(scope, plan.feed, self._filter(plan, question), list(columns.values()))
        told = {}
        for each, column in columns.items():
            named = [s for s in found[column] if s.value and masked(s.value) == s.value]  # nobody is named
            within = column == "commune"
            told[each] = [Share(f"{question.place}/{s.value}", s.n) if within else s for s in named]
        return told

    def record(self, scope: Scope, feed: str, id: str) -> dict[str, Any]:
        """One record as a row, and its trail oldest first; Unknown when there is none, OutOfScope when elsewhere."""
        if feed not in self.catalogue.feeds:
            raise Unknown(f"there is no feed {feed!r}")
        row = self._register.one(scope, feed, id)
        if row is None:
            raise Unknown(f"there is no record {id!r} in {feed}")
        steps = self._register.trail(scope, feed, id)
        trail = [msgspec.structs.asdict(step) | {"fields": self._fields(feed, step.fields)} for step in steps]
        return {"row": self._record(feed, row), "trail": trail, "unit": row.unit}

    def newest(self, scope: Scope, question: Question) -> dict[str, Any] | None:
        """The last record that was touched, or the last reading, with its number and when it was received."""
        plan = self.behind(scope, question)
        rows = self.page(scope, question.with_(sort="at", down=True), 0, 1).rows
        if not rows or plan.kind != "records":
            return rows[0] if rows else None
        steps = self._register.trail(scope, plan.feed, rows[0]["id"])
        return rows[0] | ({"seq": steps[-1].seq, "received": steps[-1].received} if steps else {})

    def revisions(self, scope: Scope, place: str, indicator: str, limit: int = 5) -> list[Revision]:
        """The last corrections of a figure, newest first."""
        self._check_place(scope, place)
        return self._revisions.latest(scope, place, indicator, limit)

    def count(self, scope: Scope, question: Question, good: bool = False) -> tuple[int, bool]:
        """How many records there are, or of them those in the numerator; True when there are more than counted."""
        plan = self.behind(scope, question)
        if plan.kind != "records":
            rows, more = self._listed(scope, plan, question)
            return len(rows), more
        wanted = self._filter(plan, question)
        if good:
            wanted = msgspec.structs.replace(wanted, any_of=plan.good, or_open=None)
            return self._ledger.count(scope, plan.feed, wanted), False
        return self._count(scope, plan, question, wanted), False

    def standing(self, scope: Scope, question: Question, late: bool = False) -> int:
        """How many of the records behind the figure stand open, or of these are late."""
        plan = self.behind(scope, question)
        now = Late(self.clock.now_ms()) if late else None
        wanted = Filter(place=question.place, any_of=(plan.or_open or {},), open=True, late=now)
        return self._ledger.count(scope, plan.feed, wanted)

    def _count(self, scope: Scope, plan: Behind, question: Question, wanted: Filter) -> int:
        return self._kept("count", scope, question, (), lambda: self._ledger.count(scope, plan.feed, wanted))

    def _kept(self, what: str, scope: Scope, question: Question, more: tuple[str, ...], find: Callable[[], T]) -> T:
        """What was found a moment ago for the same list and sight: every block of rows asks how long the list is."""
        asked = (what, scope.cache_key(), question.with_(sort="", down=True).query(), question.place, more)
        now = self.clock.now_ms()
        kept = self._memory.get(asked)
        if kept is not None and 0 <= now - kept[0] < KEPT_MS:
            return cast(T, kept[1])
        if len(self._memory) >= MOST_KEPT:
            self._memory.clear()
        found = find()
        self._memory[asked] = (now, found)
        return found

    def _check_place(self, scope: Scope, place: str) -> None:
        scope.check(place)
        try:
            self.places[place]
        except UnknownPlace as unknown:
            raise Unknown(str(unknown)) from None

    def _during(self, plan: Behind, question: Question) -> Behind:
        """The figure's own window, or the days or period that were asked for; readings as far back as they are kept."""
        clock = self.clock.now_ms()
        now = question.moment(clock)
        dated = question.between(now)
        if plan.kind == "events":
            start, end = plan.window or (0, now + 1)
            start = now - PERIOD_MS[question.period] if question.period in PERIOD_MS else start
            start = 0 if question.period == "all" else start
            start, end = dated or (start, end)
            return msgspec.structs.replace(plan, window=(max(start, clock - KEEP_MS), end))
        if dated:
            return msgspec.structs.replace(plan, window=dated, or_open=None)
        if question.period in PERIOD_MS:
            return msgspec.structs.replace(plan, window=(now - PERIOD_MS[question.period], now + 1), or_open=None)
        return msgspec.structs.replace(plan, window=None, or_open=None) if question.period == "all" else plan

    def _filter(self, plan: Behind, question: Question) -> Filter:
        feed, now = self.catalogue.feeds[plan.feed], self.clock.now_ms()
        late = plan.late or ("overdue" if question.late else "")
        horizon = {"due_24h": workdays.add(now, 1), "due_7d": now + 7 * DAY_MS}.get(late)
        return Filter(
            place=question.inside if self._is_place(question) else question.place,
            states=tuple(state for state in question.states if state in feed.states),
            where={name: value for name, value in question.where.items() if name in feed.filters},
            any_of=plan.any_of,
            during=During(plan.time, *plan.window) if plan.window else None,
            or_open=plan.or_open,
            open=plan.open,
            late=Late(now, horizon) if late else None,
            search=question.search,
        )

    def _is_place(self, question: Question) -> bool:
        """True when the list is narrowed to a place inside the page's own."""
        return question.inside in self.places.children(question.place)

    def usual(self, plan: Behind) -> tuple[str, bool]:
        """What a list is sorted by unless it is asked otherwise, and whether downwards: the latest, or the newest."""
        if plan.kind != "records":
            return "at", True
        return ("overdue", True) if plan.open and "due" in self.catalogue.feeds[plan.feed].times else ("at", True)

    def _order(self, plan: Behind, question: Question) -> Order:
        by, down = (question.sort, question.down) if question.sort else self.usual(plan)
        if by.removeprefix("fields.") in self.catalogue.feeds[plan.feed].personal:
            raise Unmeant("a list is not sorted by what it hides")  # its order would tell
        return Order("late_from", not down) if by == "overdue" else Order(by, down)  # the longer, the earlier

    def _record(self, feed: str, row: Row) -> dict[str, Any]:
        """A row as columns by name."""
        now = self.clock.now_ms()
        limit = dossier.falls_late(row.times, row.fields, row.at)
        return {
            "id": row.id,
            "type": row.type,
            "state": row.state,
            "open": row.open,
            "place": self._place(row.place, row.unit, row.commune),
            "unit": row.unit,
            "source": masked(row.source),
            "at": row.at,
            "due": row.due,
            "overdue": now - limit if row.open and limit is not None and limit <= now // HOUR_MS * HOUR_MS else None,
            **{f"times.{name}": at for name, at in row.times.items()},
            **{f"fields.{name}": value for name, value in self._fields(feed, row.fields).items()},
        }

    def _place(self, said: str, unit: str, commune: str) -> str:
        """The key of the place a record counts at today; an agency keeps its own."""
        if said.startswith("agency:"):
            return said
        return f"{unit}/{commune}" if commune else unit

    def _fields(self, feed: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        return unnamed(self.catalogue.feeds[feed], fields)

    def _listed(self, scope: Scope, plan: Behind, question: Question) -> tuple[Rows, bool]:
        """Everything of a list that is not kept row by row; True when there is more than is looked through."""
        if plan.kind == "events":
            return self._readings.rows(scope, plan, question)
        if plan.kind == "revisions":
            found = self._revisions.everywhere(scope, question.place, MOST_HELD)
            return [msgspec.structs.asdict(each) | {"place": each.scope} for each in found], len(found) == MOST_HELD
        held = self._quarantine.page(scope, limit=MOST_HELD)
        rows = [_held(row) for row in held if question.place in (NATION_KEY, row.unit)]
        return rows, len(held) == MOST_HELD


def _held(row: HeldRow) -> dict[str, Any]:
    text = masked(row.bytes[:SHOWN_BYTES].decode("utf-8", "replace"))
    named = ("feed", "source", "unit", "received", "at", "stage", "code", "reason", "state")
    return {name: getattr(row, name) for name in named} | {"id": str(row.id), "text": text, "place": row.unit or ""}
