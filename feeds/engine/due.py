"""Which hours and days of history are to be written, in which order, and which wait: the plans of the chronicle.

Every bucket that an event touches is remembered with its partition until its history has been written. A record feed's
communes are a hundred times as many as its units and are looked at one by one, so they are planned apart and come last;
so are communes and stations of other feeds while much is owed, as after a past was told.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

from feeds.catalogue.clock import DAY_MS, HOUR_MS, OFFSET_MS
from feeds.catalogue.model import Catalogue
from feeds.compute.station import HOURS_A_DAY, day_of_hour
from feeds.compute.windows import day_at
from feeds.engine.feed import FeedState, lookback
from feeds.engine.partition import Partition
from feeds.engine.past import Extent, end_ms

GRACE_MS = 90_000  # an hour is written so long after its end, for what is on its way
RECENT_MS = 3 * 3_600_000
CALM_MS = 1_000  # older hours are written when in so long only few of them were touched
FEW = 0.05
MANY = 500  # touched again and again, of all feeds together, are those of a past that is being told
LONGEST_STORM_MS = 60_000  # or when they have waited so long
DAYS_OF_A_CROWD = 4  # while there is one the days before these wait
REST_MS = 1  # after each point of a day that was written its older hours rest so long: corrections take few per cent
LONGEST_REST_MS = 900_000
MUCH, LITTLE = 2_000, 1_000  # buckets of partitions: what is much stays so until little of it is left

Touched = tuple[Partition, int, int]  # whose, which bucket, which touch
Key = tuple[str, int, bool]  # feed, day, whether of communes alone


class Plan(NamedTuple):
    """What of one day of a feed is to be written."""

    day: int
    feed: FeedState
    extent: Extent
    buckets: list[int]
    touched: list[Touched]
    units: set[str]  # partitions whose places are concerned; the nation always is

    @property
    def key(self) -> Key:
        """Which plan of a round this is."""
        return self.feed.code, self.day, self.extent == "communes"


@dataclass(slots=True)
class Storm:
    """The older buckets of a feed that wait: since when, and how they stood when that was last looked at."""

    since: int
    at: int
    known: Mapping[tuple[Partition, int], int]
    again: int  # of them were touched between the last two looks
    calm: bool = False


class Due:
    """What waits to be written. Ask for `plans`, say which is `begun`, which has `ended`, and whether it is written."""

    def __init__(
        self, catalogue: Catalogue, feeds: Mapping[str, FeedState], is_read: Callable[[FeedState], bool]
    ) -> None:
        """`is_read`: whether everything that was sent to a feed has been read."""
        self._feeds = feeds
        self._is_read = is_read
        self._reach = {code: lookback(catalogue, code) for code in feeds}
        self._begun: set[Key] = set()
        self._wide: dict[tuple[Partition, int], int] = {}  # touches of which all but the communes is written
        self._rests: dict[Key, int] = {}  # until when corrections are collected
        self._storms: dict[str, Storm] = {}  # by feed
        self._crowded: int | None = None  # since when events wait that come before history
        self._looked = 0
        self.now = 0
        self.records = True  # whether record feeds are looked at
        self.owed = 0  # older buckets of which not even what all look at first was written when that was last asked
        self.much = False  # whether that is much

    @property
    def now(self) -> int:
        """The time that all of this is about."""
        return self._now

    @now.setter
    def now(self, ms: int) -> None:
        self._now = ms
        since = ms - RECENT_MS  # what ended after that is recent: asked of tens of thousands of buckets at each look
        self._recent_since = since // HOUR_MS, (since + OFFSET_MS) // DAY_MS

    def follow(self, before: Due, feeds: Set[str]) -> None:
        """Wait on where `before` waited for these feeds."""
        self._wide = {key: touch for key, touch in before._wide.items() if key[0].feed in feeds}
        self._rests = {key: rest for key, rest in before._rests.items() if key[0] in feeds}
        self._storms = {feed: storm for feed, storm in before._storms.items() if feed in feeds}
        self.owed, self.much = before.owed, before.much

    @property
    def left(self) -> bool:
        """True while much is left for later."""
        return len(self._wide) > MUCH

    def crowd(self, crowded: bool) -> None:
        """Whether events wait that come before history, as while a long past is being told. Then it is looked at all
        the time who has been told his, and the last hours, of which there will be more, wait as well; not for longer
        than a while. How much is owed is looked at in any case: a round may stand for long while SQL is busy."""
        if not 0 <= self.now - self._looked < CALM_MS:
            self._looked = self.now
            self._owe(sum(map(self._owed, self._feeds.values())))
            for feed in self._feeds.values() if self._is_told(crowded) else ():
                self._is_calm(feed.code, self._touched(feed, communes=False))
        if not self._is_told(crowded):
            self._crowded = None
        elif self._crowded is None:
            self._crowded = self.now

    def _is_told(self, crowded: bool) -> bool:
        return crowded or (self.much and sum(storm.again for storm in self._storms.values()) > MANY)

    def plans(self, communes: bool) -> list[Plan]:
        """The newest day of every feed first, so that the last hours are soon whole: what looks back on a bucket is
        written before the bucket itself. `communes`: what was left for later, or all but that."""
        feeds = [feed for feed in self._feeds.values() if self.records or not feed.in_sql]
        if not communes:
            self._owe(sum(self._owed(feed) for feed in feeds))
        plans = [plan for feed in feeds for plan in self._of(feed, communes) if plan.buckets]
        first = day_at(self.now) - DAYS_OF_A_CROWD if self.is_crowded else 0
        return sorted((plan for plan in plans if plan.day > first), key=lambda plan: -plan.day)

    def put_off(self, plan: Plan) -> Plan:
        """The plan without the last hours, while a crowd comes before them: as if something had just come for these."""
        last = [bucket for bucket in plan.buckets if self.is_crowded and self._recent(bucket)]
        for unit in plan.units if last else ():
            for bucket in last:
                plan.feed.partitions[unit].touch(bucket)
        older = [bucket for bucket in plan.buckets if bucket not in last]
        return plan._replace(buckets=older, touched=[one for one in plan.touched if one[1] not in last])

    def begin(self, plan: Plan) -> None:
        """It is on its way: nothing of it is planned meanwhile."""
        self._begun.add(plan.key)

    def rest(self, plan: Plan, points: int) -> None:
        """So much of it was written: corrections of its older hours are collected for a while, but not the rest of a
        past that is being told."""
        if not self.is_crowded and not all(self._recent(bucket) for _, bucket, _ in plan.touched):
            self._rests[plan.key] = self.now + min(LONGEST_REST_MS, REST_MS * points)

    def end(self, plan: Plan, written: bool) -> None:
        """Everything of it is written, or something has failed and all is to be done again."""
        self._begun.discard(plan.key)
        if not written:
            self._rests.pop(plan.key, None)
            return
        for part, bucket, touch in plan.touched:
            if part.late.get(bucket) != touch:  # something has come since
                continue
            self._owe(self.owed - (plan.extent != "communes" and not self._recent(bucket)))
            if plan.extent == "wide":
                self._wide[part, bucket] = touch
            else:
                part.written(bucket)
                self._wide.pop((part, bucket), None)

    def _owe(self, buckets: int) -> None:
        self.owed = buckets
        self.much = buckets > (LITTLE if self.much else MUCH)

    def _owed(self, feed: FeedState) -> int:
        return sum(
            not self._recent(bucket) and self._wide.get((part, bucket)) != touch
            for part in feed.partitions.values()
            for bucket, touch in part.late.items()
        )

    def _of(self, feed: FeedState, communes: bool) -> Iterator[Plan]:
        """The days of a feed whose history must be written: which of their buckets, and because of which touches."""
        late = [one for one in self._late(feed, communes) if self._waited(feed, one[1], communes)]
        if not late:
            return
        ended = sorted(hour for hour in feed.counts.hours if self._is_over(hour))
        reached = {bucket: self._reached(feed, bucket, ended, communes) for bucket in {bucket for _, bucket, _ in late}}
        days: dict[int, list[int]] = defaultdict(list)
        for bucket in sorted(set[int]().union(*reached.values()), reverse=True):
            days[day_of(bucket)].append(bucket)
        units = {part.part for part, bucket, _ in late if reached[bucket]}
        for day, buckets in days.items():
            touched = [one for one in late if reached[one[1]] and day_of(one[1]) == day]
            yield self.put_off(Plan(day, feed, self._extent(feed, communes), buckets, touched, units))

    def _extent(self, feed: FeedState, communes: bool) -> Extent:
        """Stations are asked twice when their feed is written in two parts: only where others wait less for that."""
        if communes:
            return "communes"
        return "wide" if feed.in_sql or self.much else "all"

    def _late(self, feed: FeedState, communes: bool) -> list[Touched]:
        """Touches that wait for this, without the older ones while more of them are just coming."""
        late = self._touched(feed, communes)
        if communes:
            return late
        calm, lately = self._is_calm(feed.code, late), not self.is_crowded
        return [one for one in late if (lately if self._recent(one[1]) else calm)]

    def _touched(self, feed: FeedState, communes: bool) -> list[Touched]:
        return [
            (part, bucket, touch)
            for part in feed.partitions.values()
            for bucket, touch in part.late.items()
            if (self._wide.get((part, bucket)) == touch) == communes
        ]

    @property
    def is_crowded(self) -> bool:
        """True while something comes before the last hours."""
        return self._crowded is not None and 0 <= self.now - self._crowded < LONGEST_STORM_MS

    def _is_calm(self, feed: str, late: Iterable[Touched]) -> bool:
        """False while many older buckets are touched again and again, as when a source tells its past: to write them
        now would be to write them twice. In a backlog nothing may be read of a feed for a while of which much was sent.
        Not for longer than a while, and a clock that was set back ends it."""
        older = {(part, bucket): touch for part, bucket, touch in late if not self._recent(bucket)}
        storm = self._storms.get(feed)
        if storm is None or not older:
            self._storms[feed] = Storm(self.now, self.now, older, len(older))
            return not older
        if not 0 <= self.now - storm.at < CALM_MS:
            again = sum(storm.known.get(key) != touch for key, touch in older.items())
            storm.calm = again <= len(older) * FEW and self._is_read(self._feeds[feed])
            storm.at, storm.known, storm.again = self.now, older, again
        return storm.calm or not 0 <= self.now - storm.since < LONGEST_STORM_MS

    def _recent(self, bucket: int) -> bool:
        hour, day = self._recent_since
        return bucket >= hour if bucket > 0 else -bucket >= day

    def _waited(self, feed: FeedState, bucket: int, communes: bool) -> bool:
        """An hour just over is written at once; what is corrected later is collected for a while.

        A clock that was set back does not make it wait for longer than it may.
        """
        rest = self._rests.get((feed.code, day_of(bucket), communes), 0) - self.now
        return self._recent(bucket) or not 0 < rest <= LONGEST_REST_MS

    def _reached(self, feed: FeedState, bucket: int, ended: list[int], communes: bool) -> list[int]:
        """The bucket and those after it whose figures look back on it; nothing while that cannot be written. `ended`
        are the feed's hours that are over, in order."""
        if not self._is_over(bucket):
            return []
        reach = self._reach[feed.code]
        if bucket > 0:
            found = [bucket, *ended[bisect_right(ended, bucket) : bisect_left(ended, bucket + reach)]]
        else:
            days = range(1 - bucket, 1 - bucket + ceil(reach / HOURS_A_DAY))
            found = [bucket, *(-day for day in days if day in feed.counts.days and self._is_over(-day))]
            found += [hour for hour in ended if day_of_hour(hour) in days]
        waits = self._begun and any((feed.code, day_of(b), communes) in self._begun for b in found)
        return [] if waits else found

    def _is_over(self, bucket: int) -> bool:
        return end_of(bucket) + GRACE_MS <= self.now


def end_of(bucket: int) -> int:
    """The moment an hour or a day is complete."""
    return end_ms(bucket) if bucket > 0 else midnight(-bucket)


def day_of(bucket: int) -> int:
    """The day an hour lies in, or that the bucket is."""
    return day_of_hour(bucket) if bucket > 0 else -bucket


def midnight(day: int) -> int:
    """The end of a day in Vietnam."""
    return (day + 1) * DAY_MS - OFFSET_MS
