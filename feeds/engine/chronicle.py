"""Writes history: minutes as they pass, hours and days when they are over, and again when events come late.

Every bucket that an event touches is remembered with the partition's checkpoint until its history has been written,
so a late event corrects its own hour and day and those after it whose figures look back on it, and an aggregator that
was down makes up for it when it starts.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from math import ceil
from typing import NamedTuple

from feeds.catalogue.clock import DAY_MS, OFFSET_MS
from feeds.catalogue.model import Catalogue
from feeds.compute.age import disagree
from feeds.compute.figure import Figure
from feeds.compute.periods import period_at
from feeds.compute.standing import Standing
from feeds.compute.station import HOURS_A_DAY, day_of_hour
from feeds.engine.board import Board
from feeds.engine.feed import FeedState, lookback
from feeds.engine.partition import Partition
from feeds.engine.past import Past, Told, end_ms, has_hours
from feeds.engine.spark import SLOT_MS, Sparks
from feeds.engine.writer import SqlWriter
from feeds.store.history import STEP_MS, History, Point, Quality, Step

GRACE_MS = 90_000  # an hour is written so long after its end, for what is on its way
PRESENT_MS = 600_000  # a figure of the present may still stand for an hour that ended so recently
MINUTE_MS = 60_000
MINUTE_CADENCE = 15 * 60  # slower figures have no minutes
POINTS_AT_ONCE = 4_000  # in one transaction
RECENT_MS = 3 * 3_600_000
REST_MS = 1  # after each point of a day that was written its older hours rest so long: corrections take few per cent
LONGEST_REST_MS = 900_000

Touched = tuple[Partition, int, int]  # whose, which bucket, which touch


class Plan(NamedTuple):
    """What of one day of a feed is to be written."""

    day: int
    feed: FeedState
    buckets: list[int]
    touched: list[Touched]
    units: set[str]  # partitions whose places are concerned; the nation always is


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
        self._given: set[tuple[str, int]] = set()  # (feed, day) on the way
        self._halves: dict[str, int] = {}  # feed -> the hour after which its half hour was told
        self._rests: dict[tuple[str, int], int] = {}  # (feed, day) -> until when its corrections are collected
        self._failed: set[str] = set()  # feeds of which something could not be written in this round
        self._revised: deque[tuple[int, int]] = deque()  # when, how many values of closed periods

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
        """Do one slice of work; False when nothing is due. Without `records` the round begun leaves them out."""
        if self._work is None:
            self._work = self._due(now, records)
        try:
            next(self._work)
        except StopIteration:
            self._work = None
            return False
        return True

    def _due(self, now: int, records: bool) -> Iterator[None]:
        """The newest day of every feed first, so that the last hours are soon whole: what looks back on a bucket is
        written before the bucket itself."""
        for feed in self._feeds.values():
            self._failed.discard(feed.code)
        feeds = [feed for feed in self._feeds.values() if records or not feed.in_sql]
        plans = [plan for feed in feeds for plan in self._plans(feed, now)]
        for plan in sorted(plans, key=lambda plan: -plan.day):
            yield from self._write_day(plan, now)

    def _plans(self, feed: FeedState, now: int) -> Iterator[Plan]:
        """The days of a feed whose history must be written: which of their buckets, and because of which touches."""
        late = [
            (part, bucket, touch)
            for part in feed.partitions.values()
            for bucket, touch in part.late.items()
            if self._waited(feed, bucket, now)
        ]
        reached = {bucket: self._reached(feed, bucket, now) for bucket in {bucket for _, bucket, _ in late}}
        days: dict[int, set[int]] = defaultdict(set)
        for bucket in (bucket for found in reached.values() for bucket in found):
            days[_day(bucket)].add(bucket)
        units = {part.part for part, bucket, _ in late if reached[bucket]}
        for day, buckets in days.items():
            touched = [one for one in late if reached[one[1]] and _day(one[1]) == day]
            yield Plan(day, feed, sorted(buckets, reverse=True), touched, units)

    def _waited(self, feed: FeedState, bucket: int, now: int) -> bool:
        """An hour just over is written at once; what is corrected later is collected for a while.

        A clock that was set back does not make it wait for longer than it may.
        """
        rest = self._rests.get((feed.code, _day(bucket)), 0) - now
        return now - _end(bucket) < RECENT_MS or not 0 < rest <= LONGEST_REST_MS

    def _reached(self, feed: FeedState, bucket: int, now: int) -> list[int]:
        """The bucket and those after it whose figures look back on it; nothing while that cannot be written."""
        reach, counts = lookback(self._catalogue, feed.code), feed.counts
        if bucket > 0:
            later = [hour for hour in counts.hours if bucket < hour < bucket + reach]
        else:
            days = range(1 - bucket, 1 - bucket + ceil(reach / HOURS_A_DAY))
            later = [-day for day in days if day in counts.days]
            later += [hour for hour in counts.hours if day_of_hour(hour) in days]
        ended = [b for b in (bucket, *later) if _end(b) + GRACE_MS <= now]
        waits = any((feed.code, _day(b)) in self._given for b in ended)
        return ended if bucket in ended and not waits else []

    def _write_day(self, plan: Plan, now: int) -> Iterator[None]:
        """Write the history of hours of one day, and of the day when it is over."""
        feed, key = plan.feed, (plan.feed.code, plan.day)
        todo: list[tuple[int, Step]] = [(_end(bucket), "hour") for bucket in plan.buckets if bucket > 0]
        if _midnight(plan.day) + GRACE_MS <= now:
            todo.append((_midnight(plan.day), "day"))
        self._given.add(key)
        written = 0
        for at, step in todo:
            start = at - STEP_MS[step]
            past = Past(self._catalogue, feed, self._stands(feed.code), start, at, now - at < PRESENT_MS, plan.units)
            yield from past.run()
            points = self._points(past.told, step, at)
            closed = step == "day" and at <= period_at(now, "month").start_ms
            yield from self._write_all(feed, points, now if closed else None)
            written += len(points)
            if step == "hour" and at + SLOT_MS <= now < at + STEP_MS[step] and self._halves.get(feed.code) != at:
                yield from self._half(feed, at, now, plan.units)
        self._rests[key] = now + min(LONGEST_REST_MS, REST_MS * written)
        while not self._writer.give(lambda: None, lambda nothing: self._finished(plan)):
            yield

    def _half(self, feed: FeedState, hour: int, now: int, units: set[str]) -> Iterator[None]:
        """The half hour after the last full one, for sparks: who has just started did not live through it."""
        self._halves[feed.code] = hour
        at = hour + SLOT_MS
        past = Past(self._catalogue, feed, self._stands(feed.code), hour, at, now - at < PRESENT_MS, units)
        yield from past.run()
        for scope, code, figure in past.told:
            if "/" not in scope and ":" not in scope:
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
            if point.step == "hour" and "/" not in point.scope and ":" not in point.scope:
                self._sparks.put_hour(point.scope, point.indicator, point.t, point.v)

    def _finished(self, plan: Plan) -> None:
        """Everything of a day is written, or has failed and is to be done again."""
        key = (plan.feed.code, plan.day)
        self._given.discard(key)
        if plan.feed.code in self._failed:
            self._rests.pop(key, None)
            return
        for part, bucket, touch in plan.touched:
            if part.late.get(bucket) == touch:  # nothing has come since
                del part.late[bucket]

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


def _end(bucket: int) -> int:
    return end_ms(bucket) if bucket > 0 else _midnight(-bucket)


def _day(bucket: int) -> int:
    return day_of_hour(bucket) if bucket > 0 else -bucket


def _midnight(day: int) -> int:
    """The end of a day in Vietnam."""
    return (day + 1) * DAY_MS - OFFSET_MS
