"""A partition's state and its position move in one atomic step, or not at all.

One Lua call compares the writer's epoch and the position it started from, then writes every changed cell as an
absolute value and moves the position. A paused aggregator that wakes finds a newer epoch and writes nothing; a reply
that was lost is answered by loading again. State and hours lie in one hash slot with the partition's stream.

Fields of the state hash: `_pos`, `_epoch`, `_n` (accepted, duplicates), `_hours`, `_late`, `_seen:<source>`,
`s:<station>` (its leaf), `t:<leaf>` (when it was last spoken for, where the counts are in SQL), and for each day
`d<day>:` before the fields of an hour. Fields of an hour: `r:<station>` (row), `c:<leaf>` (tally and when it was last
spoken for), `m<minute>:<leaf>` (tally), `h:<chunk>` (hashes).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec
import redis

from feeds.catalogue.keys import Keys
from feeds.compute.counts import MINUTES
from feeds.engine import restore
from feeds.engine.feed import FeedState
from feeds.engine.partition import Partition
from feeds.intake.ranges import seen_field

pack = msgspec.msgpack.Encoder().encode
PARTS_A_PIPE = 32

# Lua unpacks no more than some thousands at once: 2,000 fields a call.
SAVE = b"""
local epoch = redis.call('HGET', KEYS[1], '_epoch')
if epoch and tonumber(epoch) > tonumber(ARGV[1]) then return -2 end
if (redis.call('HGET', KEYS[1], '_pos') or '0-0') ~= ARGV[2] then return -1 end
local at = 4
while at <= #ARGV do
  local verb, key, last = ARGV[at], KEYS[tonumber(ARGV[at + 1])], at + 2 + tonumber(ARGV[at + 2])
  if verb == 'DEL' then redis.call('DEL', key) end
  for first = at + 3, last, 2000 do
    redis.call(verb, key, unpack(ARGV, first, math.min(first + 1999, last)))
  end
  at = last + 1
end
redis.call('HSET', KEYS[1], '_pos', ARGV[3], '_epoch', ARGV[1])
return 1
"""

CLAIM = b"""
local epoch = redis.call('HGET', KEYS[1], '_epoch')
if epoch and tonumber(epoch) > tonumber(ARGV[1]) then return -2 end
redis.call('HSET', KEYS[1], '_epoch', ARGV[1])
return redis.call('HGETALL', KEYS[1])
"""


class Fenced(RuntimeError):
    """A newer aggregator has taken over: this one may write nothing any more."""


class Overtaken(RuntimeError):
    """The position is not where it was left (a reply was lost, or a rival wrote): load again, nothing is harmed."""


class Checkpoints:
    """Loads and saves partitions under one epoch."""

    def __init__(self, durable: redis.Redis, keys: Keys, epoch: int) -> None:
        self._redis = durable
        self._keys = keys
        self.epoch = epoch
        self._save = durable.register_script(SAVE)
        self._claim = durable.register_script(CLAIM)

    def load(self, feeds: Iterable[FeedState], names: Iterable[tuple[str, str]]) -> None:
        """Put back every partition of `names` (feed, part) as its last checkpoint left it, and claim it."""
        states = {feed.code: feed for feed in feeds}
        parts = [(states[code], states[code].partition(part)) for code, part in names if code in states]
        for some in _batches(parts, PARTS_A_PIPE):
            self._load(some)

    def _load(self, parts: list[tuple[FeedState, Partition]]) -> None:
        states = self._claimed([part for _, part in parts])
        pipe = self._redis.pipeline(transaction=False)
        for (feed, part), state in zip(parts, states, strict=True):
            restore.state(feed, part, state)
            for hour in sorted(part.windows):
                pipe.hgetall(self._keys.window(part.feed, part.part, hour))
        windows = iter(pipe.execute())
        for feed, part in parts:
            for hour in sorted(part.windows):
                restore.hour(feed, part, hour, next(windows))
            restore.finish(feed, part)

    def _claimed(self, parts: list[Partition]) -> list[dict[bytes, bytes]]:
        pipe = self._redis.pipeline(transaction=False)
        for part in parts:
            self._claim(keys=[self._keys.state(part.feed, part.part)], args=[self.epoch], client=pipe)
        answers = pipe.execute()
        if any(answer == -2 for answer in answers):
            raise Fenced(f"epoch {self.epoch} is over")
        return [dict(zip(flat[::2], flat[1::2], strict=True)) for flat in answers]

    def save(self, feeds: Iterable[FeedState]) -> int:
        """Checkpoint every partition that has changed; returns how many. Raises Fenced or Overtaken."""
        dirty = [(feed, part) for feed in feeds for part in feed.partitions.values() if part.dirty]
        for some in _batches(dirty, PARTS_A_PIPE):
            pipe = self._redis.pipeline(transaction=False)
            for feed, part in some:
                self._save(*self._call(feed, part), client=pipe)
            _check(pipe.execute())
            for feed, part in some:
                _saved(feed, part)
        return len(dirty)

    def _call(self, feed: FeedState, part: Partition) -> tuple[list[str], list[bytes | str | int]]:
        """KEYS and ARGV of one partition's checkpoint."""
        keys = [self._keys.state(part.feed, part.part)]
        args: list[bytes | str | int] = [self.epoch, part.saved, part.pos]
        changes = Changes(feed, part)
        _write(args, "HSET", 1, changes.state)
        _write(args, "HDEL", 1, changes.state_gone)
        for hour in sorted({*changes.hours, *changes.hours_gone, *part.dropped}):
            keys.append(self._keys.window(part.feed, part.part, hour))
            if hour in part.dropped:
                args += ("DEL", len(keys), 0)
                continue
            _write(args, "HSET", len(keys), changes.hours.get(hour, []))
            _write(args, "HDEL", len(keys), changes.hours_gone.get(hour, []))
        return keys, args


Fields = list[bytes | str]


class Changes:
    """The fields of one partition's checkpoint: what to set and what to delete, in the state and in each hour."""

    def __init__(self, feed: FeedState, part: Partition) -> None:
        self.state: Fields = ["_n", pack([part.accepted, part.duplicates])]
        self.state_gone: Fields = []
        self.hours: dict[int, Fields] = {}
        self.hours_gone: dict[int, Fields] = {}
        self._feed = feed
        self._part = part
        self._sources()
        self._rows()
        self._counts()
        self._heard()
        self._hours()

    def _sources(self) -> None:
        for source, fresh in self._part.fresh.items():
            self.state += (seen_field(source), self._feed.seen.text(source, fresh))
        for code in self._part.changed_stations:
            self.state += (f"s:{code}", self._part.stations[code].leaf)
        for leaf in self._part.changed_stamps:
            stamp = self._part.stamp(leaf)
            self.state += (f"t:{leaf}", pack([stamp.at, stamp.received, stamp.source]))

    def _rows(self) -> None:
        for code, bucket in self._part.changed_rows:
            row = self._part.stations[code].rows.get(bucket)
            packed = row if row is None or row.__class__ is bytes else pack(row)
            self._put(bucket, f"r:{code}", packed)

    def _counts(self) -> None:
        counts = self._feed.counts
        for leaf, bucket in self._part.changed_counts:
            tally = counts.at_leaf(leaf, bucket)
            stamp = self._part.stamp(leaf)
            packed = pack([tally, stamp.at, stamp.received, stamp.source]) if tally else None
            self._put(bucket, f"c:{leaf}", packed)
        for leaf, minute in self._part.changed_minutes:
            tally = counts.at_minute(leaf, minute)
            if minute // MINUTES >= counts.horizon:
                self._put(minute // MINUTES, f"m{minute}:{leaf}", pack(tally) if tally else None)

    def _heard(self) -> None:
        for bucket, chunk in self._part.changed_heard:
            heard = self._part.heard.get(bucket)
            self._put(bucket, f"h:{chunk}", heard.chunk(chunk) if heard else None)

    def _put(self, bucket: int, name: str, packed: bytes | None) -> None:
        """Set or delete a field of an hour, or of a day in the state hash."""
        if bucket < 0:
            name = f"d{-bucket}:{name}"
            self.state_gone.append(name) if packed is None else self.state.extend((name, packed))
        elif bucket in self._part.dropped:
            return
        elif packed is None:
            self.hours_gone.setdefault(bucket, []).append(name)
        else:
            self.hours.setdefault(bucket, []).extend((name, packed))

    def _hours(self) -> None:
        windows = (self._part.windows | self.hours.keys()) - self._part.dropped
        if windows != self._part.windows:
            self.state += ("_hours", pack(sorted(windows)))
            self._part.windows = windows
        if self._part.late_moved:
            self.state += ("_late", pack(sorted(self._part.late)))


def _write(args: list[bytes | str | int], verb: str, key: int, fields: Fields) -> None:
    if fields:
        args += (verb, key, len(fields), *fields)


def _check(answers: list[int]) -> None:
    if -2 in answers:
        raise Fenced("a newer aggregator has taken over")
    if -1 in answers:
        raise Overtaken(f"{answers.count(-1)} positions are not where they were left")


def _saved(feed: FeedState, part: Partition) -> None:
    for source, fresh in part.fresh.items():
        feed.seen.saved(source, fresh)
    part.checkpointed()


def _batches(items: list[tuple[FeedState, Partition]], size: int) -> Iterator[list[tuple[FeedState, Partition]]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
