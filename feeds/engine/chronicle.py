"""Writes history: minutes as they pass, hours and days when they are over, and again when events come late.

Every bucket that an event touches is remembered with the partition's checkpoint until its history has been written,
so a late event corrects its own hour and day and those after it whose figures look back on it, and an aggregator that
was down makes up for it when it starts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence, Set
from functools import partial

import msgspec

from feeds.catalogue.clock import DAY_MS
from feeds.catalogue.model import Catalogue
from feeds.compute.periods import period_at
from feeds.engine.ahead import Ahead, Begun, Errand, Share, pack
from feeds.engine.aside import Aside
from feeds.engine.board import Board
from feeds.engine.due import GRACE_MS, RECENT_MS, Due, Plan, end_of, midnight
from feeds.engine.feed import FeedState
from feeds.engine.hours import POINTS_AT_ONCE, PRESENT_MS, End, Hours, Stands, is_present, place_in_table
from feeds.engine.outbox import Outbox
from feeds.engine.past import Told
from feeds.engine.spark import SLOT_MS, Sparks
from feeds.engine.writer import SqlWriter
from feeds.store.history import STEP_MS, History, Left, Point, Quality, Step, is_narrow

MINUTE_MS = 60_000
MINUTE_CADENCE = 15 * 60  # slower figures have no minutes
LOOK_MS = 1_000  # between two looks whether something wider has come while communes are written
POINTS_GATHERED = 100_000  # at most, before they are written
MUCH_WORK = 2_000  # hours of stations and places that are worth a child
WIDE_WORK = 1_500  # what an hour of the nation and the units costs, be it of a hundred stations or of a thousand
ENOUGH_WORK = 300_000  # that one is given
LEAST_WORK = 50_000  # that one is sent for while more is about to come
WORKS, WAITS = True, False  # what a slice of work says: more can be done at once, or not before something has come

Work = Generator[bool, None, None]
unpack_blocks = msgspec.msgpack.Decoder(list[bytes]).decode
unpack_points = msgspec.msgpack.Decoder(list[Point]).decode


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
        is_read: Callable[[FeedState], bool],
        epoch: int,
    ) -> None:
        self._catalogue = catalogue
        self._feeds = feeds
        self._board = board
        self._sparks = sparks
        self._history = history
        self._outbox = Outbox(writer, self._write)
        self._hours = Hours(catalogue, stands)
        self._epoch = epoch
        self._version = 0
        self._looked = 0  # when it was last asked what all look at first
        self._found = True  # whether there was something of it then
        self._work: Work | None = None
        self._plans: list[Plan] | None = None  # of the round, while what all look at first is written
        self._writes = 0  # which of these is being written
        self._narrowly = True  # whether communes are looked at
        self.ahead = Ahead(self._errand)
        self._due = Due(catalogue, feeds, is_read)
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
    def hurries(self) -> bool:
        """True when it need not wait for the next tick: something was worked out, or nobody works out what is owed."""
        return self.ahead.ready or (self.owes and self.ahead.rests)

    @property
    def waits(self) -> bool:
        """True while it can do nothing because SQL has so much to do."""
        return self._outbox.full

    @property
    def written(self) -> bool:
        """True when all that was told has been written."""
        return self._outbox.empty

    def end(self) -> None:
        """Give SQL what is told, and begin nothing more."""
        self.ahead.end()
        self._outbox.flush()

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
        self._outbox.put(points)

    def revisions(self, now: int) -> int:
        """How many values of closed reporting periods were corrected in the last 24 hours."""
        while self._revised and now - self._revised[0][0] > DAY_MS:
            self._revised.popleft()
        return sum(count for _, count in self._revised)

    def step(self, now: int, records: bool = True, communes: bool = True) -> bool:
        """Do one slice of work; False when nothing is due, or others must come first. Without `records` nothing of them
        is begun, without `communes` nothing of what all look at last."""
        self._due.now, self._due.records, self._narrowly = now, records, communes
        self._due.crowd(not communes)
        if self._work is None:
            if self.owes and not self._found and 0 <= now - self._looked < LOOK_MS:
                return False
            self._work = self._round()
        elif self.owes:
            self._plan_more()
        self.ahead.go_on()
        self._outbox.go_on()
        try:
            return next(self._work)
        except StopIteration:
            self._work = None
            return False

    def _round(self) -> Work:
        """What all look at first; communes, and what else was left, when that stands."""
        if self._outbox.empty:  # else what failed belongs to a day of which the end has not been heard yet
            self._failed.clear()
        crowded = self._due.is_crowded  # then the last hours, which were put off, come next
        yield from self._widely()
        if self._narrowly and not crowded and not self.owes:
            yield from self._write_days(self._due.plans(communes=True), at_once=1)

    def _widely(self) -> Work:
        self._looked = self._due.now
        self._plans = self._due.plans(communes=False)
        self._found = bool(self._plans)
        yield from self._write_days(self._plans, at_once=2)
        self._plans = None

    def _plan_more(self) -> None:
        """Writing waits while SQL is busy, working out need not: what has come to rest since joins the round."""
        if self._plans is not None and not 0 <= self._due.now - self._looked < LOOK_MS:
            self._looked = self._due.now
            waiting = {plan.key for plan in self._plans[self._writes :]}
            self._plans += [plan for plan in self._due.plans(communes=False) if plan.key not in waiting]

    def _write_days(self, plans: list[Plan], at_once: int) -> Work:
        """One day after the other; where hours are many they are worked out aside, the next while one is written."""
        line = self.ahead.line(plans, at_once)
        for number, planned in enumerate(plans):  # more of them may come meanwhile
            if plans is self._plans:
                self._writes = number
            while len(line.begun) <= number:
                yield WAITS
            share = line.begun[number]
            blocks = (yield from self._wait(planned, share)) if share else None
            plan = self._due.put_off(planned)
            if plan.buckets:
                yield from self._write_day(plan, blocks)
            else:
                self._due.end(plan, written=False)
        self.ahead.left()

    def _wait(self, plan: Plan, share: Share) -> Generator[bool, None, list[bytes] | None]:
        while not share.errand.aside.ready:
            yield from self._look_up(plan)
            yield WAITS
        given = self.ahead.take(share)
        return unpack_blocks(given) if given else None

    def _look_up(self, plan: Plan) -> Work:
        """Something wider may have come while communes are written."""
        if plan.extent == "communes" and not 0 <= self._due.now - self._looked < LOOK_MS:
            yield from self._widely()

    def _write_day(self, plan: Plan, blocks: list[bytes] | None) -> Work:
        """Write the history of hours of one day, and of the day when it is over; `blocks` are points of its older ones,
        where they were worked out.

        What is told of several hours is written together in the order of its keys: a series lies in one place of the
        table, an hour of all series is spread over all of it.
        """
        self._due.begin(plan)
        gathered: list[Point] = []
        told = 0
        for block in blocks or ():
            points = unpack_points(block)
            told += len(points)
            yield from self._write_all(plan.feed, points)
        for at, step in self._todo(plan):
            if blocks is not None and self._is_old(at, step):
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
        self._outbox.put((), lambda corrected: self._ended(plan))

    def _is_closed(self, at: int) -> bool:
        """A day of a reporting month that is over."""
        return at <= period_at(self._due.now, "month").start_ms

    def _is_old(self, at: int, step: Step) -> bool:
        """What may be worked out aside: nothing of it is told otherwise when it is told a little earlier."""
        since = 2 * PRESENT_MS if self.owes else RECENT_MS
        return self._due.now - at >= since and not (step == "day" and self._is_closed(at))

    def _errand(self, plans: Sequence[Plan]) -> Begun:
        """Send a child for the older hours of the next days, as many as are enough: what is touched meanwhile is
        written again."""
        given: list[tuple[Plan, list[End]]] = []
        work = count = 0
        while count < len(plans) and work < ENOUGH_WORK:
            plan, count = plans[count], count + 1
            if old := [one for one in self._todo(plan) if self._is_old(*one)]:
                given.append((plan, old))
                work += len(old) * _asked(plan)
        if self._due.is_crowded and work < LEAST_WORK:  # more is about to come to rest
            return []
        errand = self._sent(given) if work >= (1 if self.owes else MUCH_WORK) else None
        days = {plan.key: n for n, (plan, _) in enumerate(given)}
        return [Share(errand, days[plan.key]) if errand and plan.key in days else None for plan in plans[:count]]

    def _sent(self, given: list[tuple[Plan, list[End]]]) -> Errand | None:
        """A child on its way; None when no memory or no process is left for one."""
        for plan, _ in given:
            self._due.begin(plan)
        try:
            return Errand(
                Aside(lambda: pack([self._hours.worked_out(*one, self._due.now) for one in given])), len(given)
            )
        except OSError:
            return None

    def _todo(self, plan: Plan) -> list[End]:
        """The ends of what is to be written: hours, newest first, then the day."""
        todo: list[End] = [(end_of(bucket), "hour") for bucket in plan.buckets if bucket > 0]
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
        return self._hours.points(told, step, at)

    def _past(self, plan: Plan, start: int, at: int) -> Generator[bool, None, list[Told]]:
        """The figures of a plan at a time past."""
        past = self._hours.past(plan)
        for _ in past.run(start, at, is_present(at, self._due.now)):
            yield WORKS
        return past.told

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
        points.sort(key=place_in_table)
        for first in range(0, len(points), POINTS_AT_ONCE):
            some = points[first : first + POINTS_AT_ONCE]
            while self._outbox.full:
                yield WAITS
            self._outbox.put(some, partial(self._heard, feed, some, closed), alone=closed is not None)
            yield WORKS

    def _heard(self, feed: FeedState, points: list[Point], closed: int | None, corrected: int | None) -> None:
        """They are written, and so many corrected what stood; None: they are not."""
        if corrected is None:
            self._failed.add(feed.code)  # what was to come before an older day is missing: all of it again
            return
        if closed is not None and corrected:
            self._revised.append((closed, corrected))
        for point in points:
            if point.step == "hour" and not is_narrow(point.scope):
                self._sparks.put_hour(point.scope, point.indicator, point.t, point.v)

    def _ended(self, plan: Plan) -> None:
        """Everything of a day is written, or has failed and is to be done again."""
        self._due.end(plan, written=plan.feed.code not in self._failed)

    def _write(self, points: Sequence[Point], corrected: Callable[[int], None]) -> None:
        """On the writer's thread."""
        self._version += 1
        self._history.write(points, self._epoch, self._version, corrected)


def _asked(plan: Plan) -> int:
    """Stations and places that are asked for an hour of a plan."""
    if plan.extent == "wide":
        return WIDE_WORK
    return sum(len(part.stations) + len(part.stamps) for part in plan.feed.partitions.values())
