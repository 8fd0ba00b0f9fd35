"""What each entity adds to a figure about entities: how many there are, meet a condition, report, give valid values.

An entity adds `value` of `weight`; at a place both are summed, and a share is their quotient. A reading that has gone
stale meets no condition: a silent camera is neither online nor known to be offline.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from feeds.catalogue.model import Feed
from feeds.compute.age import LATE
from feeds.compute.cells import AT, LAST, RECEIVED
from feeds.compute.conditions import Condition, holds_since
from feeds.compute.station import Station, hour_at

Args = Mapping[str, Any]


class Share(NamedTuple):
    """What one entity adds: `part` of `whole`. None of both when it does not belong."""

    part: float
    whole: float
    at: int = 0  # when it was observed and received, where that is not when its entity last spoke
    received: int = 0


MemberFunction = Callable[[Station, int, Args, Feed], Share | None]


def meets(station: Station, now: int, args: Args, feed: Feed) -> Share | None:
    """1 (or the field `weight`) when the entity meets the condition, of 1 (or that field)."""
    if not belongs(station, args):
        return None
    whole = station.fields.get(args["weight"]) if "weight" in args else 1
    if not isinstance(whole, int | float):
        return None
    condition = Condition.of(args)
    if condition is None or _holds(station, condition, now, args, feed):
        return Share(whole, whole)
    return Share(0, whole)


def share_of_known(station: Station, now: int, args: Args, feed: Feed) -> Share | None:
    """As `meets`; an entity that speaks but never of this parameter says nothing about it: it is not in the share."""
    param = args.get("param")
    if param and station.at and station.newest(param, now) is None:
        return None
    return meets(station, now, args, feed)


def reports(station: Station, now: int, args: Args, feed: Feed) -> Share | None:
    """1 when the entity has reported within `within` seconds."""
    if not belongs(station, args):
        return None
    at = (
        station.at
        if station.at <= now
        else max((int(c[AT]) for c in (station.row(hour_at(now)) or {}).values()), default=0)
    )
    return Share(int(now - at <= args["within"] * 1000), 1)


def valid(station: Station, now: int, args: Args, feed: Feed) -> Share | None:
    """How many hourly values of its parameters the entity has given, of those expected since it is known."""
    last = hour_at(now)
    first = station.first_hour
    hours = range(max(last + 1 if first is None else first, last - int(args["hours"]) + 1), last + 1)
    rows = [[name for name in row if name[0] not in "?="] for hour in hours if (row := station.row(hour))]
    params = set[str]().union(*rows)
    if not params or not hours:
        return None
    return Share(sum(map(len, rows)), len(params) * len(hours))


def quotient(station: Station, now: int, args: Args, feed: Feed) -> Share | None:
    """The entity's latest `num` of its latest `den`: what a place adds up and divides, so no small one weighs like a
    large one. An entity that lacks either says nothing."""
    num, den = station.newest(args["num"], now), station.newest(args["den"], now)
    if num is None or den is None or not belongs(station, args):
        return None
    part = num[LAST] * args.get("scale", 100) / 100
    return Share(part, den[LAST], int(min(num[AT], den[AT])), int(min(num[RECEIVED], den[RECEIVED])))


MEMBER: dict[str, MemberFunction] = {
    "entities": meets,
    "entities_share": share_of_known,
    "reporting_share": reports,
    "valid_share": valid,
    "quotient": quotient,
}


def _holds(station: Station, condition: Condition, now: int, args: Args, feed: Feed) -> bool:
    cell = station.newest(condition.param, now)
    if cell is None or now - cell[AT] > patience_ms(feed):
        return False
    if not condition.holds(cell[LAST], station.fields):
        return False
    if not args.get("for"):
        return True
    since = holds_since(station, condition, now)
    return since is not None and now - since >= args["for"] * 1000


def patience_ms(feed: Feed) -> float:
    """For how long a reading of the feed says something about the present."""
    return (LATE * feed.cadence + feed.lag) * 1000


def belongs(station: Station, args: Args) -> bool:
    """True when the station's declared fields are as `where` asks; in a list, null stands for a field nobody said."""
    for name, wanted in args.get("where", {}).items():
        found = station.fields.get(name)
        if (found not in wanted) if isinstance(wanted, list) else (found != wanted):
            return False
    return True
