"""Record feeds: their truth is SQL, one transaction for rows, trail and cells; the engine keeps a copy of the cells.

The transaction comes first and is idempotent, the checkpoint moves after it: whatever dies in between, the events
come again and change nothing. A fenced database keeps a paused aggregator from changing what the copy was made of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from typing import Any

import msgspec

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.model import Catalogue, Feed
from feeds.catalogue.places import NATION_KEY
from feeds.catalogue.scope import NATION
from feeds.compute import dossier, incident, spans
from feeds.compute.counts import own_leaf
from feeds.compute.explode import Plan
from feeds.compute.periods import period_at
from feeds.compute.row_counts import RowCounts
from feeds.compute.standing import BASE, Questions, Standing, asked
from feeds.compute.standing import Row as Standings
from feeds.compute.station import day_of_hour, first_hour, hour_at
from feeds.engine.feed import UNIT_DAYS, FeedState
from feeds.engine.where import Where
from feeds.intake.event import Event
from feeds.store.fold import Cells, Change, Row, Rules
from feeds.store.record_tallies import Hour, RecordTallies
from feeds.store.records import Records

RULES = 3  # raised when the code below counts rows otherwise
DERIVE: dict[str, Callable[[Row], Mapping[str, Any]]] = {
    "dossier": lambda row: dossier.derive(row.type, row.state, row.at, row.times, row.fields),
    "incident": lambda row: incident.derive(row.times),
}


class RecordFeed:
    """One record feed: how its events become changes of rows, and what the rows count."""

    def __init__(self, catalogue: Catalogue, state: FeedState, store: Records, tallies: RecordTallies) -> None:
        self.state = state
        self.standing = Standing(state.where.above)
        self._store = store
        self._tallies = tallies
        self._asked = asked(catalogue, state.feed)
        self._by_year = any(i.compute.args.get("window") == "year" for i in catalogue.of_feed(state.code))
        self.rules = rules(state.feed, state.plan, self._asked)

    def load(self, now: int) -> None:
        """Make the copy of the cells that an engine works on; count the rows anew when the catalogue asks otherwise."""
        mark = self._mark()
        if self._tallies.counted_as(self.state.code) != mark:
            self._store.rebuild_cells(self.state.code, self.rules)
            self._tallies.note_counted_as(self.state.code, mark)
        for place, hour, tally in self._tallies.load(NATION, self.state.code, self._since(now)):
            if hour < BASE:
                self.state.counts.add_hour(own_leaf(place), hour, tally)
                continue
            for measure, amount in tally.items():
                self.standing.add(own_leaf(place), measure, hour, amount)

    def retain(self, now: int) -> None:
        """Fold what the engine keeps as days, and forget what no window reaches. Runs on the writer's thread."""
        today = day_of_hour(hour_at(now))
        self._tallies.fold(self.state.code, first_hour(today - self.state.keep_hours // 24 - 1))
        self._tallies.forget(self.state.code, first_hour(today - UNIT_DAYS))

    def _since(self, now: int) -> int:
        """The first hour that a window or a late event may ask for."""
        period = period_at(now, "year" if self._by_year else "month")
        return min(period.start_ms // HOUR_MS, hour_at(now) - self.state.keep_hours)

    def _mark(self) -> str:
        """Changes whenever rows would be counted otherwise."""
        feed = self.state.feed
        asked = (self._asked.opened, self._asked.rows)
        said = (RULES, feed.measures, feed.closed, feed.derive, feed.spans, asked)
        return blake2b(msgspec.json.encode(said), digest_size=12).hexdigest()

    def apply(self, events: Iterable[Event]) -> list[Hour]:
        """One transaction for a batch of events; returns what it changed. Runs on the writer's thread."""
        changes = [change(event, self.state.where) for event in events if event.record is not None]
        return self._store.apply(self.state.code, changes, self.rules)

    def count(self, deltas: Iterable[Hour]) -> set[str]:
        """Take changes of cells into the copy; returns the leaves they touch."""
        leaves: set[str] = set()
        for delta in deltas:
            leaf = own_leaf(delta.place)
            leaves.add(leaf)
            if delta.hour >= BASE:
                for measure, (_, amount) in delta.tally.items():
                    self.standing.add(leaf, measure, delta.hour, amount)
            else:
                tally = {measure: amount for measure, (_, amount) in delta.tally.items()}
                self.state.counts.add_hour(leaf, delta.hour, tally)
        return leaves


MARK: dict[str, Callable[[Row], Mapping[str, int]]] = {
    "dossier": lambda row: dossier.marked(row.state, row.at, row.times),
}


def _as_told(row: Row) -> Mapping[str, int]:
    return row.times


def rules(feed: Feed, plan: Plan, questions: Questions) -> Rules:
    """What the catalogue says about a record feed, as the store applies it."""
    closed = frozenset(feed.closed)
    marked = MARK.get(feed.derive or "", _as_told)

    counts = RowCounts(plan, questions)

    def counted(row: Row) -> Cells:
        place = f"{row.unit}/{row.commune}" if row.commune else row.unit
        said = {**row.fields, "type": row.type, "state": row.state}
        stands = Standings.of(row.state, row.at, row.times, row.fields, row.open)
        found = counts.of(said, marked(row), row.at, stands)
        return {(place, hour): tally for hour, tally in found.items()}

    return Rules(closed, counted, derived(feed))


def derived(feed: Feed) -> Callable[[Row], Mapping[str, Any]] | None:
    """The fields of a feed's records that follow from the rest: by its function, and by its spans of time."""
    named = DERIVE[feed.derive] if feed.derive else None
    if not feed.spans:
        return named
    return lambda row: {**(named(row) if named else {}), **spans.derive(feed.spans, row.times)}


def change(event: Event, where: Where) -> Change:
    """A record event as the store takes it."""
    record = event.record
    assert record is not None
    leaf = where.leaf(event.place)
    unit = where.part(leaf)
    commune = leaf.partition("/")[2] if unit != NATION_KEY else ""
    return Change(
        id=record.id, type=record.type, state=record.state, source=event.source, seq=event.seq, at=event.at,
        received=event.received, unit=unit, commune=commune, place=event.place, times=record.times,
        fields=record.fields,
    )  # fmt: skip
