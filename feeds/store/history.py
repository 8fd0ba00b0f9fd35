"""Figures over time: written once per bucket by the newest writer, read on a regular grid with gaps as None."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

import msgspec
from sqlalchemy import Connection, delete, select, tuple_

from feeds.catalogue.clock import DAY_MS, HOUR_MS, OFFSET_MS, Clock, SystemClock
from feeds.catalogue.scope import Scope
from feeds.store.database import Database
from feeds.store.revisions import Revisions
from feeds.store.tables import history
from feeds.store.upsert import ROWS_AT_ONCE, or_leave, put_many, unless_newer

Step = Literal["minute", "hour", "day"]
Rule = Literal["sum", "mean", "max", "min", "last"]
STEP_MS: dict[Step, int] = {"minute": 60_000, "hour": HOUR_MS, "day": DAY_MS}
KEEP_MS: dict[Step, int] = {"minute": 7 * DAY_MS, "hour": 90 * DAY_MS, "day": 3653 * DAY_MS}
MAX_POINTS = 20_000
BATCH = 20_000  # in one transaction: each writes the pages of the index of ages that it touches anew
TOGETHER = ROWS_AT_ONCE[0]  # rows that are put there together where nothing stands, or compared with what does
NEWEST = unless_newer(history, ("epoch", "version"))
WRITING = "history:writing"  # what of the past is still being written, a fact of the database
Left = Literal["", "narrow", "all"]  # narrow: communes and single stations


class TooManyPoints(ValueError):
    """A longer series than anyone can look at; `str()` of it says what to ask instead."""


class Quality(IntEnum):
    """How far a point may be trusted; a period is as good as its worst day."""

    GOOD = 0
    PARTIAL = 1  # fewer observations than the figure asks for, or days missing in a period
    SUSPECT = 2  # a declared cross-check disagreed


def is_narrow(name: str) -> bool:
    """True for a commune and for a single station, of which there are many; not for the nation and the units."""
    return "/" in name or ":" in name


class Point(msgspec.Struct, frozen=True):
    """One figure of one bucket; `t` is the bucket's start, `n` the observations behind `v`."""

    scope: str
    indicator: str
    step: Step
    t: int
    v: float | None
    n: int | None = None
    q: int = Quality.GOOD


@dataclass(frozen=True, slots=True)
class Series:
    """Columns of equal length; a bucket never written, or written without a value, has None in `v`."""

    t: list[int]
    v: list[float | None]
    n: list[int | None]
    q: list[int | None]


Row = tuple[float | None, int | None, int]  # v, n, q


def bucket_start(ms: int, step: Step) -> int:
    """Start of the bucket that holds `ms`; days begin at midnight in Vietnam."""
    offset = OFFSET_MS if step == "day" else 0
    return (ms + offset) // STEP_MS[step] * STEP_MS[step] - offset


class History:
    """The history of one world."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._db = database
        self._clock = clock or SystemClock()
        self._revisions = Revisions(database)

    def write(
        self, points: Iterable[Point], epoch: int, version: int, corrected: Callable[[int], None] = lambda count: None
    ) -> int:
        """Store `points`, except where a newer (epoch, version) has written; returns how many were offered.

        An hour or a day that says something else than before leaves a revision, in the same transaction; `corrected`
        hears how many do. What nothing stood for is only put there: most is, and need not be compared.
        """
        rows = list({(row.scope, row.indicator, row.step, row.t): row for row in map(_bucket, points)}.values())
        for start in range(0, len(rows), BATCH):
            some = rows[start : start + BATCH]
            with self._db.write() as connection:
                firsts = range(0, len(some), TOGETHER)
                found = sum(self._put(connection, some[first : first + TOGETHER], epoch, version) for first in firsts)
            corrected(found)
        return len(rows)

    def _put(self, connection: Connection, rows: Sequence[_Bucket], epoch: int, version: int) -> int:
        """Write rows that follow each other; returns how many correct what stood."""
        if put_many(self._db, connection, history, rows, or_leave, epoch=epoch, version=version) == len(rows):
            return 0
        found = self._revisions.note(connection, rows, epoch, version, self._clock.now_ms())
        put_many(self._db, connection, history, rows, NEWEST, epoch=epoch, version=version)
        return found

    def series(self, scope: Scope, name: str, indicator: str, from_ms: int, to_ms: int, step: Step) -> Series:
        """The figure `indicator` of `name` for each bucket that begins in [from, to), whether it was written or not."""
        scope.check(name)
        grid = _grid(from_ms, to_ms, step)
        return _series(grid, self._rows(name, indicator, step, grid))

    def many(
        self, scope: Scope, names: Sequence[str], indicators: Sequence[str], from_ms: int, to_ms: int, step: Step
    ) -> dict[tuple[str, str], Series]:
        """Series of many scopes and indicators at once, keyed (name, indicator); those never written are left out."""
        for name in names:
            scope.check(name)
        grid = _grid(from_ms, to_ms, step)
        found: dict[tuple[str, str], dict[int, Row]] = {}
        query = (
            select(history.c.scope, history.c.indicator, history.c.t, history.c.v, history.c.n, history.c.q)
            .where(history.c.scope.in_(names), history.c.indicator.in_(indicators))
            .where(history.c.step == _minutes(step), history.c.t.between(*_ends(grid)))
        )
        with self._db.read() as connection:
            for name, indicator, t, v, n, q in connection.execute(query):
                found.setdefault((name, indicator), {})[t] = (v, n, q)
        return {key: _series(grid, rows) for key, rows in found.items()}

    def periods(self, scope: Scope, name: str, indicator: str, bounds: Sequence[tuple[int, int]], rule: Rule) -> Series:
        """One point for each period [start, end) of `bounds` (months, quarters ... of either calendar), from its days.

        `rule` is how the indicator adds up over time; a mean is weighted by `n` where every day has one.
        """
        scope.check(name)
        if not bounds:
            return Series([], [], [], [])
        grid = _grid(min(start for start, _ in bounds), max(end for _, end in bounds), "day")
        days = self._rows(name, indicator, "day", grid)
        rows = {start: row for start, end in bounds if (row := _fold(days, start, end, rule))}
        return _series([start for start, _ in bounds], rows)

    def note_writing(self, left: Left) -> None:
        """Remember which hours of the past are still to be written."""
        self._db.remember(WRITING, left)

    def writing(self, scope: Scope, name: str) -> bool:
        """True while hours of `name` that are over are still being written: a gap there need not stay one."""
        scope.check(name)
        left = self._db.fact(WRITING)
        return left == "all" or (left == "narrow" and is_narrow(name))

    def prune(self, now_ms: int, keep: Mapping[Step, int] = KEEP_MS, limit: int = 50_000) -> int:
        """Delete up to `limit` rows of each step that are older than it is kept; returns how many went.

        Call again while it returns anything: short transactions let the writers through.
        """
        gone = self._revisions.prune(now_ms)
        return gone + sum(self._prune(step, now_ms - age, limit) for step, age in keep.items())

    def _prune(self, step: Step, before: int, limit: int) -> int:
        key = (history.c.scope, history.c.indicator, history.c.step, history.c.t)
        old = select(*key).where(history.c.step == _minutes(step), history.c.t < before).limit(limit)
        with self._db.write() as connection:
            return int(connection.execute(delete(history).where(tuple_(*key).in_(old))).rowcount)

    def _rows(self, name: str, indicator: str, step: Step, grid: Sequence[int]) -> dict[int, Row]:
        if not grid:
            return {}
        query = (
            select(history.c.t, history.c.v, history.c.n, history.c.q)
            .where(history.c.scope == name, history.c.indicator == indicator, history.c.step == _minutes(step))
            .where(history.c.t.between(*_ends(grid)))
        )
        with self._db.read() as connection:
            return {t: (v, n, q) for t, v, n, q in connection.execute(query)}


def _minutes(step: Step) -> int:
    return STEP_MS[step] // 60_000


class _Bucket(msgspec.Struct):
    scope: str
    indicator: str
    step: int
    t: int
    v: float | None
    n: int | None
    q: int


def _bucket(point: Point) -> _Bucket:
    t = bucket_start(point.t, point.step)
    return _Bucket(point.scope, point.indicator, _minutes(point.step), t, point.v, point.n, point.q)


def _grid(from_ms: int, to_ms: int, step: Step) -> range:
    """Starts of the buckets that begin in [from, to)."""
    width = STEP_MS[step]
    first = bucket_start(from_ms + width - 1, step)
    grid = range(first, max(first, to_ms), width)
    if len(grid) > MAX_POINTS:
        raise TooManyPoints(
            f"{len(grid):,} points asked, at most {MAX_POINTS:,} are given: take a shorter time or a longer step"
        )
    return grid


def _ends(grid: Sequence[int]) -> tuple[int, int]:
    return (grid[0], grid[-1]) if grid else (0, -1)


def _series(grid: Sequence[int], rows: Mapping[int, Row]) -> Series:
    found = [rows.get(t, (None, None, None)) for t in grid]
    return Series(list(grid), [v for v, _, _ in found], [n for _, n, _ in found], [q for _, _, q in found])


def _fold(days: Mapping[int, Row], start: int, end: int, rule: Rule) -> Row | None:
    """The days of one period as one row; None when no day has a value."""
    expected = range(bucket_start(start, "day"), end, DAY_MS)
    known = [row for day in expected if (row := days.get(day)) and row[0] is not None]
    if not known:
        return None
    values = [v for v, _, _ in known if v is not None]
    counts = [n for _, n, _ in known if n]
    quality = max(q for _, _, q in known)
    if len(known) < len(expected):
        quality = max(quality, Quality.PARTIAL)
    weights = counts if len(counts) == len(known) else [1] * len(known)
    return _apply(rule, values, weights), sum(counts) if counts else None, quality


def _apply(rule: Rule, values: Sequence[float], weights: Sequence[int]) -> float:
    match rule:
        case "sum":
            return sum(values)
        case "mean":
            return sum(v * w for v, w in zip(values, weights, strict=True)) / sum(weights)
        case "max":
            return max(values)
        case "min":
            return min(values)
        case "last":
            return values[-1]
