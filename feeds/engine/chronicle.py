"""Writes history: minutes as they pass, hours and days when they are over, and again when events come late.

Every bucket that an event touches is remembered with the partition's checkpoint until its history has been written,
so a late event corrects its own hour and day and those after it whose figures look back on it, and an aggregator that
was down makes up for it when it starts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Mapping, Set
from functools import partial

import msgspec

from feeds.catalogue.clock import DAY_MS
from feeds.catalogue.model import Catalogue
from feeds.compute.age import disagree
from feeds.compute.figure import Figure
from feeds.compute.periods import period_at
from feeds.compute.standing import Standing
from feeds.engine.ahead import Ahead
from feeds.engine.aside import Aside
from feeds.engine.board import Board
from feeds.engine.due import GRACE_MS, RECENT_MS, Due, Plan, end_of, midnight
from feeds.engine.feed import FeedState
from feeds.engine.past import Past, Told, has_hours
from feeds.engine.spark import SLOT_MS, Sparks
from feeds.engine.writer import SqlWriter
from feeds.store.history import STEP_MS, History, Left, Point, Quality, Step, is_narrow

PRESENT_MS = 600_000  # a figure of the present may still stand for an hour that ended so recently
MINUTE_MS = 60_000
MINUTE_CADENCE = 15 * 60  # slower figures have no minutes
LOOK_MS = 1_000  # between two looks whether something wider has come while communes are written
POINTS_AT_ONCE = 10_000  # in one transaction
POINTS_GATHERED = 100_000  # at most, before they are written
JOBS = 8  # for SQL, all together, that history may add to: what came waits behind it
MUCH_WORK = 2_000  # hours of stations and places that are worth a child
WORKS, WAITS = True, False  # what a slice of work says: more can be done at once, or not before something has come

Work = Generator[bool, None, None]
pack = msgspec.msgpack.Encoder().encode
unpack_blocks = msgspec.msgpack.Decoder(list[bytes]).decode
unpack_points = msgspec.msgpack.Decoder(list[Point]).decode
NO_BLOCKS = pack([])

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
        self._looked = 0  # when it was last asked what all look at first
        self._work: Work | None = None
        self._narrowly = True  # whether communes are looked at
        self.ahead = Ahead(self._aside)
        self._due = Due(catalogue, feeds)
        self._halves: dict[str, tuple[int, int]] = {}  # feed -> the hour after which its half hour was told, and when
        self._failed: set[str] = set()  # feeds of which something could not be written in this round
        self._revised: deque[tuple[int, int]] = deque()  # when, how many values of closed periods

    @property
    def owes(self) -> bool:
        """True while much of what all look at first is still to be written: a past was told, or was missed."""
        return self._due.much

    @property
    def left(self) -> Left:
        """Much of what is still to be written: of all, or of communes and stations alone."""
        return "all" if self.owes else "narrow" if self._due.left else ""

    @property
    def busy(self) -> bool:
        """True in the middle of a round."""
        return self._work is not None

    def follow(self, before: Chronicle, feeds: Set[str]) -> None:
        """Go on with what `before` still had to write; what it was in the middle of is begun again."""
        self._revised = before._revised
        self._halves = {feed: told for feed, told in before._halves.items() if feed in feeds}
        self._due.follow(before._due, feeds)

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

    def step(self, now: int, records: bool = True, communes: bool = True) -> bool:
        """Do one slice of work; False when nothing is due, or others must come first. Without `records` nothing of them
        is begun, without `communes` nothing of what all look at last."""
        self._due.now, self._due.records, self._narrowly = now, records, communes
        if self._work is None:
            self._work = self._round()
        self.ahead.go_on()
        try:
            return next(self._work)
        except StopIteration:
            self._work = None
            return False

    def _round(self) -> Work:
        """What all look at first; communes, and what else was left, when that stands."""
        self._failed.clear()
        yield from self._widely()
        if self._narrowly:
            yield from self._write_days(self._due.plans(communes=True), at_once=1)

    def _widely(self) -> Work:
        self._looked = self._due.now
        yield from self._write_days(self._due.plans(communes=False), at_once=2)

    def _write_days(self, plans: list[Plan], at_once: int) -> Work:
        """One day after the other; where hours are many they are worked out aside, the next while one is written."""
        line = self.ahead.line(plans, at_once)
        for number, plan in enumerate(plans):
            while len(line.begun) <= number:
                yield WAITS
            aside = line.begun[number]
            blocks = (yield from self._wait(plan, aside)) if aside else []
            yield from self._write_day(plan, blocks)
        self.ahead.left()

    def _wait(self, plan: Plan, aside: Aside) -> Generator[bool, None, list[bytes]]:
        while not aside.ready:
            yield from self._look_up(plan)
            yield WAITS
        return unpack_blocks(self.ahead.take(aside) or NO_BLOCKS)

    def _look_up(self, plan: Plan) -> Work:
        """Something wider may have come while communes are written."""
        if plan.extent == "communes" and not 0 <= self._due.now - self._looked < LOOK_MS:
            yield from self._widely()

    def _write_day(self, plan: Plan, blocks: list[bytes]) -> Work:
        """Write the history of hours of one day, and of the day when it is over; `blocks` are points of its older ones.

        What is told of several hours is written together in the order of its keys: a series lies in one place of the
        table, an hour of all series is spread over all of it.
        """
        self._due.begin(plan)
        gathered: list[Point] = []
        told = 0
        for block in blocks:
            points = unpack_points(block)
            told += len(points)
            yield from self._write_all(plan.feed, points)
        for at, step in self._todo(plan):
            if blocks and self._is_old(at, step):
                continue
            yield from self._look_up(plan)
            points = yield from self._told(plan, at, step)
            told += len(points)
            if step == "day" and self._is_closed(at):
                yield from self._write_all(plan.feed, points, closed=self._due.now)
                continue
            gathered += points
            if len(gathered) >= POINTS_GATHERED:
                yield from self._write_all(plan.feed, gathered)
                gathered = []
        yield from self._write_all(plan.feed, gathered)
        self._due.rest(plan, told)
        while not self._writer.give(lambda: None, lambda nothing: self._ended(plan)):
            yield WAITS

    def _is_closed(self, at: int) -> bool:
        """A day of a reporting month that is over."""
        return at <= period_at(self._due.now, "month").start_ms

    def _is_old(self, at: int, step: Step) -> bool:
        """What may be worked out aside: nothing of it is told otherwise when it is told a little earlier."""
        return self._due.now - at >= RECENT_MS and not (step == "day" and self._is_closed(at))

    def _aside(self, plan: Plan) -> Aside | None:
        """Work on the older hours of a plan where that is much; what is touched meanwhile is written again."""
        old = [one for one in self._todo(plan) if self._is_old(*one)]
        members = sum(len(part.stations) + len(part.stamps) for part in plan.feed.partitions.values())
        if len(old) * members < MUCH_WORK:
            return None
        self._due.begin(plan)
        try:
            return Aside(lambda: self._worked_out(plan, old))
        except OSError:  # no memory or no process left for a child
            return None

    def _worked_out(self, plan: Plan, ends: list[tuple[int, Step]]) -> bytes:
        """Points of these hours, in the order of the table, in blocks of one transaction each."""
        points: list[Point] = []
        for at, step in ends:
            past = self._of_past(plan, at - STEP_MS[step], at)
            deque(past.run(), maxlen=0)
            points += self._points(past.told, step, at)
        points.sort(key=_place_in_table)
        firsts = range(0, len(points), POINTS_AT_ONCE)
        return pack([pack(points[first : first + POINTS_AT_ONCE]) for first in firsts])

    def _todo(self, plan: Plan) -> list[tuple[int, Step]]:
        """The ends of what is to be written: hours, newest first, then the day."""
        todo: list[tuple[int, Step]] = [(end_of(bucket), "hour") for bucket in plan.buckets if bucket > 0]
        if midnight(plan.day) + GRACE_MS <= self._due.now:
            todo.append((midnight(plan.day), "day"))
        return todo

    def _told(self, plan: Plan, at: int, step: Step) -> Generator[bool, None, list[Point]]:
        """What stood at one time."""
        told = yield from self._past(plan, at - STEP_MS[step], at)
        now, (hour, when) = self._due.now, self._halves.get(plan.feed.code, (0, 0))
        due = hour != at or now - when >= MINUTE_MS  # told again when its hour is: more may be known by now
        if due and step == "hour" and at + SLOT_MS <= now < at + STEP_MS[step]:
            yield from self._half(plan, at)
        return self._points(told, step, at)

    def _past(self, plan: Plan, start: int, at: int) -> Generator[bool, None, list[Told]]:
        """The figures of a plan at a time past."""
        past = self._of_past(plan, start, at)
        for _ in past.run():
            yield WORKS
        return past.told

    def _of_past(self, plan: Plan, start: int, at: int) -> Past:
        feed, present = plan.feed, self._due.now - at < PRESENT_MS
        return Past(self._catalogue, feed, self._stands(feed.code), start, at, present, plan.units, plan.extent)

    def _half(self, plan: Plan, hour: int) -> Work:
        """The half hour after the last full one, for sparks: who has just started did not live through it."""
        self._halves[plan.feed.code] = hour, self._due.now
        at = hour + SLOT_MS
        told = yield from self._past(plan, hour, at)
        for scope, code, figure in told:
            if not is_narrow(scope):
                self._sparks.fill(scope, code, at, figure.v)

    def _write_all(self, feed: FeedState, points: list[Point], closed: int | None = None) -> Work:
        """In transactions short enough that nobody else waits long for the database; `closed`: the time, when what they
        correct belongs to a closed period. What is written there for the first time corrects nothing."""
        points.sort(key=_place_in_table)
        for first in range(0, len(points), POINTS_AT_ONCE):
            some = points[first : first + POINTS_AT_ONCE]
            heard = partial(self._heard, feed, some)
            while self._writer.waiting >= JOBS or not self._write(some, heard, closed):
                yield WAITS
            yield WORKS

    def _heard(self, feed: FeedState, points: list[Point], written: bool) -> None:
        if not written:
            self._failed.add(feed.code)  # what was to come before an older day is missing: all of it again
            return
        for point in points:
            if point.step == "hour" and not is_narrow(point.scope):
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


def _place_in_table(point: Point) -> tuple[str, str, int]:
    """Points of one step in the order in which they lie in the table."""
    return point.scope, point.indicator, point.t
