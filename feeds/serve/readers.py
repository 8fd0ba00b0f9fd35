"""What pages and doors may read, each answer asked with a Scope first: what lies outside it raises OutOfScope.

Readers wait for SQL and Redis: callbacks call them from Dash's threads, the JSON doors from a pool of their own.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
import redis

from feeds.catalogue.clock import DAY_MS, HOUR_MS, Clock, day_of, iso
from feeds.catalogue.keys import Keys
from feeds.catalogue.model import Catalogue, Indicator
from feeds.catalogue.places import Places, UnknownPlace
from feeds.catalogue.scope import Scope
from feeds.compute.pace import pace
from feeds.intake.event import decode_batch
from feeds.serve.masking import sealed
from feeds.serve.stations import Stations
from feeds.serve.sure import bounds
from feeds.store.alerts import Alerts
from feeds.store.blocks import Archive
from feeds.store.database import Database
from feeds.store.entities import Entities
from feeds.store.history import STEP_MS, History, Step
from feeds.store.quarantine import HeldRow, Quarantine
from feeds.store.register import Filter, Register
from feeds.store.sources import SourceBook, shown_state

SHOWN_BYTES = 600
PERSONAL = re.compile(r"\d{9,}|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}")  # of persons
MASK = "•••"
MOMENTS = ("at", "due", "late_from", "received", "replayed_at", "since", "cleared")


class Unknown(LookupError):
    """There is nothing of that name; `str()` of it is a sentence."""


class Readers:
    """One per web process; threads share it."""

    def __init__(
        self, catalogue: Catalogue, places: Places, volatile: redis.Redis, keys: Keys, database: Database, clock: Clock
    ) -> None:
        self.catalogue = catalogue
        self.places = places
        self.clock = clock
        self._volatile = volatile
        self._keys = keys
        self._history = History(database)
        self._register = Register(database)
        self._quarantine = Quarantine(database)
        self._entities = Entities(database)
        self._stations = Stations(self._entities, catalogue, places, clock)
        self._alerts = Alerts(database)
        self._archive = Archive(database, decode_batch)
        self._sources = SourceBook(database)

    def snapshot(self, scope: Scope, name: str) -> dict[str, Any] | None:
        """The newest snapshot of a scope; None when there is none yet."""
        body = self._volatile.hget(self._keys.snapshot(name, scope.audience_of(name)), "json")
        return msgspec.json.decode(body, type=dict[str, Any]) if body else None

    def series(
        self, scope: Scope, name: str, indicator: str, start_ms: int, end_ms: int, step: str | None = None
    ) -> dict[str, Any]:
        """History of one figure as the contract shows it: columns of equal length, gaps as None."""
        known = self._known(indicator)
        self._check_place(scope, name)
        chosen: Step = step or fitting_step(name, end_ms - start_ms)  # type: ignore[assignment]
        found = self._history.series(scope, name, indicator, start_ms, end_ms, chosen)
        return {
            **_headed(name, known, chosen, found.t),
            "v": found.v,
            "n": found.n,
            "q": found.q,
            **({"writing": True} if self._history.writing(scope, name) else {}),
        }

    def sources(self, scope: Scope) -> dict[str, Any]:
        """The health of every source that we read for places in scope, for the data-health panel."""
        now = self.clock.now_ms()
        rows = [msgspec.structs.asdict(row) | {"state": shown_state(row, now)} for row in self._sources.all(scope)]
        times = ("since", "beat", "heard", "sent")
        return {"rows": [row | {name: iso(row[name]) if row[name] else None for name in times} for row in rows]}

    def columns(
        self, scope: Scope, name: str, indicator: str, start_ms: int, end_ms: int, step: Step = "hour"
    ) -> dict[str, Any]:
        """One indicator of all places under `name`, hour by hour or day by day: what a map over time is coloured by."""
        known = self._known(indicator)
        self._check_place(scope, name)
        order = self.places.children(name)
        own = self._history.series(scope, name, indicator, start_ms, end_ms, step)
        found = self._history.many(scope, order, [indicator], start_ms, end_ms, step)
        rows = [found.get((child, indicator)) for child in order]
        return {
            **_headed(name, known, step, own.t),
            "own": {"v": own.v, "n": own.n},
            "order": order,
            "v": [row.v if row else None for row in rows],
            "n": [row.n if row else None for row in rows],
            "q": [row.q if row and any(row.q) else None for row in rows],
            **bounds(known, rows),
        }

    def hours(self, scope: Scope, name: str, start_ms: int, end_ms: int, step: Step = "hour") -> dict[str, Any]:
        """Every figure of a place by the hour or the day, and how much of each growing plan is due at the end."""
        self._check_place(scope, name)
        known = self.catalogue.indicators
        found = self._history.many(scope, [name], list(known), start_ms, end_ms, step)
        paces = {code: plan for code in known if (plan := pace(known[code], end_ms))}
        return {
            "scope": name,
            "step": step,
            "from": iso(start_ms),
            "hours": max((len(series.t) for series in found.values()), default=0),
            "v": {code: series.v for (_, code), series in found.items()},
            "q": {code: series.q for (_, code), series in found.items() if any(series.q)},
            "plan": {code: plan._asdict() for code, plan in paces.items()},
        }

    def records(
        self, scope: Scope, feed: str, filter: Filter, cursor: str | None = None, limit: int = 50, order: str = "newest"
    ) -> dict[str, Any]:
        """One page of a record feed's rows, each with when it becomes late, and the cursor of the next."""
        self._check_feed(feed)
        if filter.place is not None:
            self._check_place(scope, filter.place)
        page = self._register.page(scope, feed, filter, cursor, limit, "due" if order == "due" else "newest")
        rows = [
            _timed(msgspec.structs.asdict(row) | {"late_from": late})
            for row, late in zip(page.rows, page.late_from, strict=True)
        ]
        return {"feed": feed, "rows": rows, "next": page.cursor}

    def record(self, scope: Scope, feed: str, id: str) -> dict[str, Any]:
        """One record with everything that happened to it."""
        self._check_feed(feed)
        row = self._register.one(scope, feed, id)
        if row is None:
            raise Unknown(f"there is no record {id!r} in {feed}")
        trail = [_timed(msgspec.structs.asdict(step)) for step in self._register.trail(scope, feed, id)]
        return {"feed": feed, "row": _timed(msgspec.structs.asdict(row)), "trail": trail}

    def events(
        self,
        scope: Scope,
        feed: str,
        part: str,
        entity: str | None = None,
        from_ms: int = 0,
        to_ms: int | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> dict[str, Any]:
        """Readings of one partition as they came, newest first: the records behind a figure."""
        self._check_feed(feed)
        page = self._archive.page(scope, feed, part, entity, from_ms, to_ms, cursor, limit)
        rows = [_timed(msgspec.structs.asdict(event)) for event in page.events]
        return {"feed": feed, "rows": rows, "next": page.cursor}

    def entities(self, scope: Scope, feed: str, unit: str | None = None) -> list[dict[str, Any]]:
        """Stations, cameras and desks of a feed, as last declared."""
        self._check_feed(feed)
        return [_timed(msgspec.structs.asdict(entity)) for entity in self._entities.all(scope, feed, unit)]

    def station(self, scope: Scope, feed: str, code: str) -> dict[str, Any] | None:
        """One station as last declared; None when nobody declared it, OutOfScope when it stands elsewhere."""
        self._check_feed(feed)
        found = self._entities.one(scope, feed, code)
        return None if found is None else _timed(msgspec.structs.asdict(found))

    def alerts(
        self, scope: Scope, name: str, from_ms: int, to_ms: int, indicator: str | None = None, limit: int = 200
    ) -> list[dict[str, Any]]:
        """What was abnormal at any time of a period, newest first."""
        self._check_place(scope, name)
        found = self._alerts.history(scope, name, from_ms, to_ms, indicator, limit)
        return [_timed(msgspec.structs.asdict(alert)) for alert in found]

    def open_alerts(self, scope: Scope) -> list[dict[str, Any]]:
        """Every alert that is open at a place the session sees, times in ms."""
        return [msgspec.structs.asdict(alert) for alert in self._alerts.open(scope)]

    def watched_since(self, scope: Scope) -> int | None:
        """Since when alerts are watched, in ms; None while nobody watches yet."""
        return self._alerts.watched_since(scope)

    def camera(self, scope: Scope, code: str) -> bool:
        """True when the camera is declared and stands in scope; OutOfScope when it stands elsewhere."""
        return self._entities.one(scope, "cameras", code) is not None

    def quarantine(
        self, scope: Scope, feed: str | None = None, code: str | None = None, before: int | None = None, limit: int = 50
    ) -> dict[str, Any]:
        """Messages that were refused, newest first, personal numbers masked."""
        rows = self._quarantine.page(scope, feed=feed, code=code, before=before, limit=limit)
        return {"rows": [self._held(row) for row in rows], "next": rows[-1].id if len(rows) == limit else None}

    def quarantine_counts(self, scope: Scope, days: int = 7) -> list[dict[str, Any]]:
        """How much of each source was refused, and why, over the last days."""
        since = day_of(self.clock.now_ms() - days * DAY_MS)
        return [msgspec.structs.asdict(count) for count in self._quarantine.counts(scope, since)]

    def search(self, scope: Scope, text: str, limit: int = 20) -> list[dict[str, Any]]:
        """Places, then stations, by what a person types, marks or not; only those in scope."""
        stations = self._stations.search(scope, text, limit // 2)
        found = [hit for hit in self.places.search(text, limit * 4) if scope.allows(hit.key)][: limit - len(stations)]
        return [self._place(hit.key) | {"matched": hit.matched, "rank": hit.rank} for hit in found] + stations

    def _held(self, row: HeldRow) -> dict[str, Any]:
        known = self.catalogue.feeds.get(row.feed)
        shown = masked(sealed(row.bytes[:SHOWN_BYTES], known.personal if known else ()).text)
        return _timed(msgspec.structs.asdict(row) | {"bytes": shown, "size": len(row.bytes)})

    def _place(self, key: str) -> dict[str, Any]:
        place, parent = self.places[key], self.places.parent(key)
        return {
            "key": key,
            "vi": place.full_vi,
            "en": place.en,
            "kind": place.kind,
            "lat": place.lat,
            "lon": place.lon,
            "parent": parent,
            "parent_vi": self.places.name(parent) if parent else None,
            "parent_en": self.places.name(parent, "en") if parent else None,
        }

    def _known(self, indicator: str) -> Indicator:
        found = self.catalogue.indicators.get(indicator)
        if found is None:
            raise Unknown(f"there is no indicator {indicator!r}")
        return found

    def _check_feed(self, feed: str) -> None:
        if feed not in self.catalogue.feeds:
            raise Unknown(f"there is no feed {feed!r}")

    def _check_place(self, scope: Scope, name: str) -> None:
        scope.check(name)
        try:
            self.places[name.partition(":")[0] if not name.startswith("agency:") else name]
        except UnknownPlace as unknown:
            raise Unknown(str(unknown)) from None


def fitting_step(name: str, span_ms: int) -> Step:
    """The finest step that is kept for such a place and still fits on a chart."""
    fine = "/" not in name and ":" not in name
    if fine and span_ms <= 6 * HOUR_MS:
        return "minute"
    return "hour" if span_ms <= 31 * DAY_MS else "day"


STEPS = tuple(STEP_MS)


def masked(text: str) -> str:
    """`text` without what could name a person."""
    return PERSONAL.sub(MASK, text)


def _headed(name: str, known: Indicator, step: Step, times: list[int]) -> dict[str, Any]:
    """What every answer of history begins with: the figure, its unit and step, and the times of its columns."""
    about = {"scope": name, "indicator": known.code, "unit": known.unit, **by(known)}
    return {**about, "step": step, "t": [iso(t) for t in times]}


def _timed(fields: dict[str, Any]) -> dict[str, Any]:
    """Times as people and browsers read them."""
    times: dict[str, Any] = {name: iso(fields[name]) for name in MOMENTS if fields.get(name)}
    if isinstance(fields.get("times"), dict):
        times["times"] = {name: iso(ms) for name, ms in fields["times"].items()}
    return fields | times


def by(indicator: Indicator) -> dict[str, str]:
    """The decision or standard that a published figure is computed by, where there is one."""
    return {"basis": indicator.basis} if indicator.basis else {}
