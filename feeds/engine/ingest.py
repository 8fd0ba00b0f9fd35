"""From the streams into the cells: readings directly, records and entities through SQL first."""

from __future__ import annotations

import logging
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from feeds.catalogue.clock import HOUR_MS
from feeds.compute.counts import MINUTE_MS, own_leaf
from feeds.compute.standing import BASE
from feeds.compute.station import bucket_of_hour
from feeds.engine.archive import MOST_WAITING, Keeper
from feeds.engine.checkpoint import Checkpoints
from feeds.engine.directory import Directory, declared
from feeds.engine.entity_frames import EntityFrames
from feeds.engine.entry import unpacked
from feeds.engine.feed import FeedState
from feeds.engine.figures import Figures
from feeds.engine.partition import Partition
from feeds.engine.posts import Posts
from feeds.engine.reader import Batch, Reader
from feeds.engine.records import RecordFeed
from feeds.engine.take import admit, take
from feeds.engine.writer import SqlWriter
from feeds.intake.event import Event
from feeds.store.entities import Entities, Entity
from feeds.store.record_tallies import Hour

log = logging.getLogger("ioc.aggregator")

SQL_ROOM = 40  # jobs that must fit before a partition of a record feed is read
JUST_MS = 1_000  # what waits no longer has only just come
BACKLOG_MS = 3_000  # what was read had waited that long: catching up comes first
AT_ONCE = 2_500  # events: a transaction of as many takes up nothing more


class Admitted(NamedTuple):
    """What of a batch of a partition is on its way through SQL, and the position after it."""

    part: Partition
    new: list[Event]
    duplicates: int
    last: str


class Ingest:
    """Takes what the reader finds into the feeds' states and tells `figures` what it touched."""

    def __init__(
        self,
        feeds: Mapping[str, FeedState],
        records: Mapping[str, RecordFeed],
        reader: Reader,
        checkpoints: Checkpoints,
        keeper: Keeper,
        writer: SqlWriter,
        directory: Directory,
        entities: Entities,
        frames: EntityFrames,
        figures: Figures,
        posts: Mapping[str, Posts],
    ) -> None:
        self._feeds = feeds
        self._records = records
        self._reader = reader
        self._checkpoints = checkpoints
        self._keeper = keeper
        self._writer = writer
        self._directory = directory
        self._entities = entities
        self._frames = frames
        self._figures = figures
        self._posts = posts
        self.now = 0
        self._counted = -1  # partitions that have received an event, when they were last looked for
        self._waits: set[str] = set()  # feeds whose partitions are not taken up yet
        self.lag_ms = 0  # how old what was read last had become in its stream
        self._sql_lag_ms = 0  # the same of what goes through SQL, until that is done and nothing more is found
        self._waiting: dict[str, deque[list[Admitted]]] = defaultdict(deque)  # feed -> what SQL has not begun with
        self._in_sql = 0  # how many batches are on their way through it

    @property
    def behind(self) -> bool:
        """True while events wait so long that catching up comes before everything else."""
        return self.lag_ms > BACKLOG_MS

    @property
    def sql_behind(self) -> bool:
        """True while events that go through SQL wait so long: the SQL thread is what they wait for."""
        return self._sql_lag_ms > BACKLOG_MS

    @property
    def sql_rests(self) -> bool:
        """True while nothing that was read is on its way through SQL."""
        return not self._in_sql

    def follow(self, before: Ingest) -> None:
        """What waits has not changed."""
        self.now, self.lag_ms, self._sql_lag_ms = before.now, before.lag_ms, before._sql_lag_ms

    @property
    def waits(self) -> bool:
        """True while a feed is not taken up yet."""
        return bool(self._waits)

    def wait(self, feed: str) -> None:
        """Take up no partition of a feed, and so read and tell nothing of it, until it is to `go_on`."""
        self._waits.add(feed)

    def go_on(self, feed: str) -> None:
        """Take up the partitions of a feed that waited."""
        self._waits.discard(feed)
        self._counted = -1
        self.find_parts()

    def find_parts(self) -> list[Partition]:
        """Take up partitions that have received their first event, as their last checkpoint left them; returns these.

        A partition is claimed before it is read: what a predecessor still writes there is found, or refused.
        """
        count = self._reader.count()
        if count == self._counted:  # none is ever taken away
            return []
        new = [(feed, part) for feed, part in self._reader.parts() if self._is_new(feed, part)]
        self._counted = count
        if not new:
            return []
        self._checkpoints.load(self._feeds.values(), new)
        found = [self._feeds[feed].partitions[part] for feed, part in new]
        self._keeper.resume(part for part in found if not self._feeds[part.feed].in_sql)
        return found

    def _is_new(self, feed: str, part: str) -> bool:
        return feed in self._feeds and feed not in self._waits and part not in self._feeds[feed].partitions

    def read(self, wait_ms: int) -> int:
        """Read once, waiting at most so long for something to come; returns how many batches there were."""
        batches = self._reader.read(self._readable(), wait_ms)
        through_sql: dict[str, list[Batch]] = defaultdict(list)
        for batch in batches:
            feed = self._feeds[batch.part.feed]
            if feed.in_sql:
                through_sql[feed.code].append(batch)
            else:
                self._direct(feed, batch)
        for code, some in through_sql.items():
            self._through_sql(self._feeds[code], some)
        self.lag_ms = _oldest_ms(batches)
        if through_sql:
            self._sql_lag_ms = max(map(_oldest_ms, through_sql.values()))
        elif not self._in_sql:
            self._sql_lag_ms = 0
        return len(batches)

    def is_read(self, feed: FeedState) -> bool:
        """True when what was sent to a feed has been taken in and rolled up, but for what has only just come."""
        old = (self.now - HOUR_MS) // MINUTE_MS
        if any(minute < old for part in feed.partitions.values() for _, minute in part.tallies):
            return False
        ready = [part for part in feed.partitions.values() if not part.busy]
        if self.sql_behind and len(ready) < len(feed.partitions):
            return False
        return _oldest_ms(self._reader.oldest(ready)) <= JUST_MS

    def roll_up(self, feeds: Iterable[FeedState] | None = None) -> None:
        """Bring what was taken, of some feeds or all, up to units and nation, and tell what is to be computed anew."""
        for feed in feeds or self._feeds.values():
            for part in feed.partitions.values():
                if not part.changed_rows and not part.tallies:
                    continue
                for code, bucket in part.changed_rows:
                    station = part.stations[code]
                    station.note(bucket)
                    self._figures.touch_station(feed.code, station)
                self._figures.touch_leaves(feed.code, feed.roll_up(part))

    def _readable(self) -> list[Partition]:
        """What there is room for; of what goes through SQL nothing more before the last of it is checkpointed."""
        sql, kept = self._writer.room >= SQL_ROOM, self._keeper.waiting < MOST_WAITING
        return [
            part
            for feed in self._feeds.values()
            if (sql if feed.in_sql else kept)
            for part in feed.partitions.values()
            if not feed.in_sql or part.pos == part.saved
        ]

    def _direct(self, feed: FeedState, batch: Batch) -> None:
        posts = self._posts.get(feed.code)
        for stream_id, packed in batch.entries:
            events, sound = unpacked(packed, batch.part.name)
            new = take(feed, batch.part, events)
            self._keeper.keep(batch.part, stream_id, new, sound if new is events else None, self.now)
            if posts is not None:
                posts.take(new)
            if feed.feed.fields:
                self._listen(feed.code, new)
        batch.part.pos = batch.last

    def _listen(self, feed: str, events: Sequence[Event]) -> None:
        """What entities say beside their values: a camera's state."""
        for event in events:
            if event.entity is not None and event.fields and "text" not in event.fields:
                self._frames.said[feed, event.entity] = event.fields

    def _through_sql(self, feed: FeedState, batches: list[Batch]) -> None:
        """One transaction for what was read of all partitions of a feed, and with it what is read while it waits, or
        several where that is much, for others write too; their positions move when theirs is done."""
        waiting = self._waiting[feed.code]
        apply, applied = self._sql(feed)

        def work() -> tuple[list[Admitted], Any]:
            some = _next(waiting)
            return some, apply([event for each in some for event in each.new]) if some else None

        def done(result: tuple[list[Admitted], Any]) -> None:
            self._in_sql -= 1
            some, found = result
            if some:
                applied(found)
            for part, new, duplicates, last in some:
                self._spoken(feed, part, new)
                part.accepted += len(new)
                part.duplicates += duplicates
                part.pos, part.busy = last, False
            if waiting:  # that there was no room for a job of its own
                self._in_sql += self._writer.give(work, done)

        for some in _portions([_admit(feed, batch) for batch in batches]):
            waiting.append(some)
            self._in_sql += self._writer.give(work, done)

    def _spoken(self, feed: FeedState, part: Partition, events: Iterable[Event]) -> None:
        """Places were spoken for, whether or not their counts changed."""
        for event in events:
            part.stamp(feed.where.leaf(event.place)).newer(event.at, event.received, event.source)
        leaves = {feed.where.leaf(event.place) for event in events}
        for leaf in leaves:
            feed.stamp_above(leaf, part.stamp(leaf))
        part.changed_stamps |= leaves
        self._figures.touch_leaves(feed.code, leaves)

    def _sql(self, feed: FeedState) -> tuple[Callable[[list[Event]], Any], Callable[[Any], None]]:
        """What the SQL thread does with events, and what the engine does afterwards."""
        if feed.code in self._records:
            records = self._records[feed.code]
            return records.apply, partial(self._count, feed, records)

        def declare(events: list[Event]) -> list[Entity]:
            found = [entity for event in events if (entity := declared(event, feed.where)) is not None]
            self._entities.upsert(found)
            return found

        return declare, self._known

    def _count(self, feed: FeedState, records: RecordFeed, deltas: Sequence[Hour]) -> None:
        part_of = feed.where.part
        for part, hour in {(part_of(own_leaf(d.place)), d.hour) for d in deltas if d.hour < BASE}:
            feed.partition(part).touch(bucket_of_hour(hour, feed.counts.horizon))
        self._figures.touch_leaves(feed.code, records.count(deltas))

    def _known(self, found: Iterable[Entity]) -> None:
        for state, station in self._directory.take(found):
            self._figures.touch_station(state.code, station)


def _admit(feed: FeedState, batch: Batch) -> Admitted:
    """The new events of a batch and how many were not; its partition is busy from here on."""
    events = [event for _, packed in batch.entries for event in unpacked(packed, batch.part.name)[0]]
    new = admit(feed, batch.part, events)
    batch.part.busy = True
    return Admitted(batch.part, new, len(events) - len(new), batch.last)


def _portions(admitted: Iterable[Admitted]) -> Iterator[list[Admitted]]:
    """Partitions together, about as many as have events enough for a transaction."""
    some: list[Admitted] = []
    count = 0
    for each in admitted:
        some.append(each)
        count += len(each.new)
        if count >= AT_ONCE:
            yield some
            some, count = [], 0
    if some:
        yield some


def _next(waiting: deque[list[Admitted]]) -> list[Admitted]:
    """Take the read that has waited longest, and those after it while they are few events together; nothing when an
    earlier one has taken all."""
    found: list[Admitted] = []
    while waiting and sum(len(each.new) for each in found) < AT_ONCE:
        found += waiting.popleft()
    return found


def _oldest_ms(batches: Iterable[Batch]) -> int:
    """How long ago the last entries of these batches were put into their streams, at most."""
    now = round(time.time() * 1000)
    return max((now - int(batch.last.partition("-")[0]) for batch in batches), default=0)
