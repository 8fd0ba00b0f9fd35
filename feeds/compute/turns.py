"""When the clock alone changes what a station says: until its next row nothing else does, so it need not be asked.

A turn is a moment after which the answer may be another one: all moments up to it, and all after it up to the next
turn, have one answer as long as the station has no newer row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.model import Feed
from feeds.compute.cells import AT
from feeds.compute.conditions import Condition, holds_since
from feeds.compute.member_figures import patience_ms
from feeds.compute.station import Station, bucket_start, day_of_hour, first_hour

Args = Mapping[str, Any]
Turns = Callable[[Station, int, int, Args, Feed], Iterator[int]]  # station, its newest bucket, now, arguments, feed


def _bulletin(station: Station, bucket: int, now: int, args: Args, feed: Feed) -> Iterator[int]:
    cell = station.newest(args["param"], now)
    if cell is not None:
        yield int(cell[AT]) + int(args["hours"]) * HOUR_MS


def _end_of_day(station: Station, bucket: int, now: int, args: Args, feed: Feed) -> Iterator[int]:
    yield first_hour(day_of_hour(bucket_start(bucket)) + 1) * HOUR_MS


def _condition(station: Station, bucket: int, now: int, args: Args, feed: Feed) -> Iterator[int]:
    condition = Condition.of(args)
    cell = None if condition is None else station.newest(condition.param, now)
    if condition is None or cell is None:
        return
    yield int(cell[AT] + patience_ms(feed))
    since = holds_since(station, condition, now) if args.get("for") else None
    if since is not None:
        yield int(since + args["for"] * 1000) - 1


def _reported(station: Station, bucket: int, now: int, args: Args, feed: Feed) -> Iterator[int]:
    within = int(args["within"] * 1000)
    yield station.at - 1
    yield station.at + within
    if bucket > 0:
        yield (bucket + 1) * HOUR_MS
        yield max((int(cell[AT]) for cell in (station.row(bucket) or {}).values()), default=0) + within


TURNS: Mapping[str, Turns] = {
    "bulletin": _bulletin,
    "exceedances": _end_of_day,
    "entities": _condition,
    "entities_share": _condition,
    "reporting_share": _reported,
}
MOVING = ("valid_share", "quotient")  # another answer at every moment, or one that is dated by the moment
