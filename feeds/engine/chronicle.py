"""Writes history: minutes as they pass, hours and days when they are over, and again when events come late.

Every bucket that an event touches is remembered with the partition's checkpoint until its history has been written,
so a late event corrects its own hour and day and those after it whose figures look back on it, and an aggregator that
was down makes up for it when it starts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping

from feeds.catalogue.clock import DAY_MS
from feeds.catalogue.model import Catalogue
from feeds.compute.age import disagree
from feeds.compute.figure import Figure
from feeds.compute.periods import period_at
from feeds.compute.standing import Standing
from feeds.engine.board import Board
from feeds.engine.due import GRACE_MS, Due, Plan, end_of, midnight
from feeds.engine.feed import FeedState
from feeds.engine.past import Past, Told, has_hours
from feeds.engine.spark import SLOT_MS, Sparks
from feeds.engine.writer import SqlWriter
from feeds.store.history import STEP_MS, History, Point, Quality, Step

PRESENT_MS = 600_000  # a figure of the present may still stand for an hour that ended so recently
MINUTE_MS = 60_000
MINUTE_CADENCE = 15 * 60  # slower figures have no minutes
POINTS_AT_ONCE = 4_000  # in one transaction

Stands = Callable[[str], Standing | None]


class Chronicle:
    """History of one engine. `step` is called often and does a small piece of what is due."""

    def __init__(
        self,
        catalogue: Catalogue,
        feeds: Mapping[str, FeedState],
        board: Board,
        sparks: Sparks,
        history: History,
        writer: SqlWriter,
        stands: Stands,
        epoch: int,
    ) -> None:
        self._catalogue = catalogue
        self._feeds = feeds
        self._board = board
        self._sparks = sparks
        self._history = history
        self._writer = writer
        self._stands = stands
        self._epoch = epoch
        self._version = 0
        self._work: Iterator[None] | None = None
        self._due = Due(catalogue, feeds)
        self._halves: dict[str, tuple[int, int]] = {}  # feed -> the hour after which its half hour was told, and when
        self._failed: set[str] = set()  # feeds of which something could not be written in this round
        self._revised: deque[tuple[int, int]] = deque()  # when, how many values of closed periods

    @property
    def busy(self) -> bool:
        """True in the middle of a round."""
        return self._work is not None

    def minute(self, now: int) -> None:
        """Write the figures of the nation and the units as they stand at the end of a minute."""
        start = now // MINUTE_MS * MINUTE_MS - MINUTE_MS
        points = []
        for place, code, entry in self._board.all():
            if "/" in place or entry.state in ("stale", "missing"):
                continue
            self._sparks.put(place, code, now, entry.figure.v)
            if self._catalogue.indicators[code].cadence <= MINUTE_CADENCE:
                quality = Quality.SUSPECT if entry.state == "suspect" else Quality.GOOD
                points.append(Point(place, code, "minute", start, entry.figure.v, entry.figure.n, quality))
        self._write(points, lambda written: None)

    def revisions(self, now: int) -> int:
        """How many values of closed reporting periods were corrected in the last 24 hours."""
        while self._revised and now - self._revised[0][0] > DAY_MS:
            self._revised.popleft()
        return sum(count for _, count in self._revised)

    def step(self, now: int, records: bool = True) -> bool:
        """Do one slice of work; False when nothing is due. Without `records` nothing of them is begun."""
        self._due.now, self._due.records = now, records
        if self._work is None:
            self._work = self._round()
        try:
            next(self._work)
        except StopIteration:
            self._work = None
            return False
        return True

    def _round(self) -> Iterator[None]:
        """What all look at first; the communes of records when that stands."""
        self._failed.clear()
        yield from self._widely()
        for plan in self._due.plans(communes=True):
            yield from self._write_day(plan)

    def _widely(self) -> Iterator[None]:
        for plan in self._due.plans(communes=False):
            yield from self._write_day(plan)

    def _write_day(self, plan: Plan) -> Iterator[None]:
        """Write the history of hours of one day, and of the day when it is over."""
        self._due.begin(plan)
        todo: list[tuple[int, Step]] = [(end_of(bucket), "hour") for bucket in plan.buckets if bucket > 0]
        if midnight(plan.day) + GRACE_MS <= self._due.now:
            todo.append((midnight(plan.day), "day"))
        written = 0
        for at, step in todo:
            if plan.extent == "communes":
                yield from self._widely()
            written += yield from self._write_bucket(plan, at, step)
        self._due.rest(plan, written)
        while not self._writer.give(lambda: None, lambda nothing: self._ended(plan)):
            yield

    def _write_bucket(self, plan: Plan, at: int, step: Step) -> Generator[None, None, int]:
        """Write what stood at one time; returns how many figures that were."""
        feed, now = plan.feed, self._due.now
        told = yield from self._past(plan, at - STEP_MS[step], at)
        points = self._points(told, step, at)
        closed = step == "day" and at <= period_at(now, "month").start_ms
        yield from self._write_all(feed, points, now if closed else None)
        hour, when = self._halves.get(feed.code, (0, 0))
        due = hour != at or now - when >= MINUTE_MS  # told again when its hour is: more may be known by now
        if due and step == "hour" and at + SLOT_MS <= now < at + STEP_MS[step]:
            yield from self._half(plan, at)
        return len(points)

    def _past(self, plan: Plan, start: int, at: int) -> Generator[None, None, list[Told]]:
        """The figures of a plan at a time past."""
        feed, present = plan.feed, self._due.now - at < PRESENT_MS
        past = Past(self._catalogue, feed, self._stands(feed.code), start, at, present, plan.units, plan.extent)
        yield from past.run()
        return past.told

    def _half(self, plan: Plan, hour: int) -> Iterator[None]:
        """The half hour after the last full one, for sparks: who has just started did not live through it."""
        self._halves[plan.feed.code] = hour, self._due.now
        at = hour + SLOT_MS
        told = yield from self._past(plan, hour, at)
        for scope, code, figure in told:
            if _is_wide(scope):
                self._sparks.fill(scope, code, at, figure.v)

    def _write_all(self, feed: FeedState, points: list[Point], closed: int | None) -> Iterator[None]:
        """In transactions short enough that nobody else waits long for the database; `closed`: the time, when what they
        correct belongs to a closed period. What is written there for the first time corrects nothing."""
        for first in range(0, len(points), POINTS_AT_ONCE):
            some = points[first : first + POINTS_AT_ONCE]
            while not self._write(some, lambda written, some=some: self._heard(feed, written, some), closed):  # type: ignore[misc]
                yield

    def _heard(self, feed: FeedState, written: bool, points: list[Point]) -> None:
        if not written:
            self._failed.add(feed.code)  # what was to come before an older day is missing: all of it again
            return
        for point in points:
            if point.step == "hour" and _is_wide(point.scope):
                self._sparks.put_hour(point.scope, point.indicator, point.t, point.v)

    def _ended(self, plan: Plan) -> None:
        """Everything of a day is written, or has failed and is to be done again."""
        self._due.end(plan, written=plan.feed.code not in self._failed)

    def _points(self, told: list[Told], step: Step, at: int) -> list[Point]:
        figures = {(scope, code): figure for scope, code, figure in told}
        return [
            Point(
                scope, code, step, at - STEP_MS[step], figure.v, figure.n, self._quality(figures, scope, code, figure)
            )
            for scope, code, figure in told
            if figure.v is not None and (step == "day" or has_hours(scope, self._catalogue.indicators[code]))
        ]

    def _quality(self, figures: Mapping[tuple[str, str], Figure], scope: str, code: str, figure: Figure) -> Quality:
        check = self._catalogue.indicators[code].crosscheck
        second = figures.get((scope, check.indicator)) if check else None
        return Quality.SUSPECT if check and second and disagree(check, figure.v, second.v) else Quality.GOOD

    def _write(self, points: list[Point], done: Callable[[bool], None], closed: int | None = None) -> bool:
        """Give points to the writer; False when it has no room. `done` hears whether they were written."""
        if not points:
            done(True)
            return True
        self._version += 1
        version, corrected = self._version, list[int]()
        return self._writer.give(
            lambda: self._history.write(points, self._epoch, version, corrected.append),
            lambda count: self._written(done, closed, sum(corrected)),
            lambda error: done(False),
        )

    def _written(self, done: Callable[[bool], None], closed: int | None, corrected: int) -> None:
        if closed is not None and corrected:
            self._revised.append((closed, corrected))
        done(True)


def _is_wide(scope: str) -> bool:
    """True for the nation and the units."""
    return "/" not in scope and ":" not in scope
