"""Puts a partition back from the fields of its checkpoint (feeds/engine/checkpoint.py writes and lists them)."""

from __future__ import annotations

import msgspec

from feeds.compute.cells import AT, RECEIVED
from feeds.compute.station import Station
from feeds.engine.feed import FeedState
from feeds.engine.partition import START, Partition
from feeds.engine.seen import Heard
from feeds.intake.ranges import seen_field

SEEN = seen_field("")

_numbers = msgspec.msgpack.Decoder(list[int]).decode
_tally = msgspec.msgpack.Decoder(dict[str, float]).decode
_stamp = msgspec.msgpack.Decoder(tuple[int, int, str]).decode
_stamped = msgspec.msgpack.Decoder(tuple[dict[str, float], int, int, str]).decode


def state(feed: FeedState, part: Partition, fields: dict[bytes, bytes]) -> None:
    """Put back what the state hash holds: position, numbers, stations, days."""
    part.pos = part.saved = fields.get(b"_pos", START.encode()).decode()
    if b"_n" in fields:
        part.accepted, part.duplicates = _numbers(fields[b"_n"])
    part.windows = set(_numbers(fields[b"_hours"])) if b"_hours" in fields else set()
    for bucket in _numbers(fields[b"_late"]) if b"_late" in fields else ():
        part.touch(bucket)
    part.late_moved = False
    for name, packed in fields.items():
        if name.startswith(SEEN):
            source = name[len(SEEN) :].decode()
            part.sources.add(source)
            feed.seen.restore(source, packed)
        elif name.startswith(b"s:"):
            part.station(name[2:].decode(), packed.decode())
        elif name.startswith(b"t:"):
            part.stamp(name[2:].decode()).newer(*_stamp(packed))
    part.changed_stations.clear()
    for name, packed in fields.items():
        if name.startswith(b"d"):
            day, _, rest = name[1:].partition(b":")
            _field(feed, part, -int(day), rest, packed)


def hour(feed: FeedState, part: Partition, number: int, fields: dict[bytes, bytes]) -> None:
    """Put back the fields of one hour."""
    for name, packed in fields.items():
        _field(feed, part, number, name, packed)


def finish(feed: FeedState, part: Partition) -> None:
    """What follows from the cells: when each station and each place last spoke."""
    for station in part.stations.values():
        _stamp_station(station)
    for leaf, stamp in part.stamps.items():
        feed.stamp_above(leaf, stamp)


def _field(feed: FeedState, part: Partition, bucket: int, name: bytes, packed: bytes) -> None:
    kind, _, key = name.partition(b":")
    if kind == b"r":
        code = key.decode()
        station = part.stations.get(code)
        if station is not None:
            station.rows[bucket] = packed
    elif kind == b"c":
        _restore_tally(feed, part, bucket, key.decode(), packed)
    elif kind == b"h":
        _restore_heard(part, bucket, int(key), packed)
    elif kind.startswith(b"m"):
        feed.counts.restore_minute(key.decode(), int(kind[1:]), _tally(packed))


def _restore_tally(feed: FeedState, part: Partition, bucket: int, leaf: str, packed: bytes) -> None:
    tally, at, received, source = _stamped(packed)
    feed.counts.add_bucket(leaf, bucket, tally)
    part.stamp(leaf).newer(at, received, source)


def _restore_heard(part: Partition, bucket: int, chunk: int, packed: bytes) -> None:
    part.heard.setdefault(bucket, Heard()).restore(chunk, packed)


def _stamp_station(station: Station) -> None:
    hours, days = [b for b in station.rows if b > 0], [b for b in station.rows if b < 0]
    for bucket in (*sorted(hours)[-1:], *sorted(days)[:1]):
        for cell in (station.row(bucket) or {}).values():
            station.at = max(station.at, int(cell[AT]))
            station.received = max(station.received, int(cell[RECEIVED]))
