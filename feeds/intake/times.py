"""When: posted times become milliseconds since the epoch, and times that cannot be true are refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from feeds.intake.reasons import Refused

AHEAD_MS = 5 * 60_000  # how far a source's clock may run fast
ANCIENT_MS = 946_684_800_000  # 2000-01-01: an older stamp is a clock that lost its battery
FAR_MS = 10 * 366 * 86_400_000  # a deadline further away is a slip of the pen
ZONE_MS = 7 * 3_600_000
ZONE_SLACK_MS = 15 * 60_000
LONGEST = 40  # characters of a time that is remembered
_SECONDS = {f"{second:02}": second * 1000 for second in range(60)}
_HEAD = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def parse_time(text: str, field: str) -> int:
    """Milliseconds since the epoch of an ISO 8601 time with its zone."""
    second = _SECONDS.get(text[17:19])
    if second is not None and len(text) <= LONGEST:  # as nearly all write it: the minute is known by now
        minute = _minute(text[:17], text[19:])
        if minute is not None:
            return minute + second
    try:
        return _parse(text)
    except LookupError:
        raise Refused("time_no_zone", field=field, text=text) from None
    except (ValueError, OverflowError):
        raise Refused("time_unreadable", field=field, text=text) from None


def observed(text: str, now: int, late_ms: int, feed: str) -> int:
    """The time of an observation that arrived at `now` on a feed that waits `late_ms`."""
    at = parse_time(text, "at")
    if now - late_ms <= at <= now + AHEAD_MS:
        return at
    not_ahead(at, text, "at", now)
    if at < ANCIENT_MS:
        raise Refused("time_ancient", field="at", text=text)
    raise Refused("time_late", text=text, feed=feed, hours=late_ms // 3_600_000)


def not_ahead(at: int, text: str, field: str, now: int) -> None:
    """Refuse a time of something that has happened but lies in the future."""
    if at <= now + AHEAD_MS:
        return
    if abs(at - now - ZONE_MS) <= ZONE_SLACK_MS:
        raise Refused("time_zone_wrong", field=field, text=text)
    raise Refused("time_future", field=field, text=text)


HAPPENED = frozenset(  # these cannot lie ahead; `due` may
    ("registered", "received", "refused", "supplement_from", "stopped", "withdrawn", "finished", "returned")
)


def record_times(posted: dict[str, str], now: int) -> dict[str, int]:
    """The times in a record's life: past for what has happened, at most ten years ahead for a deadline."""
    found = {}
    for field, text in posted.items():
        at = found[field] = parse_time(text, field)
        if at < ANCIENT_MS:
            raise Refused("time_ancient", field=field, text=text)
        if at > now and (field in HAPPENED or at > now + FAR_MS):
            not_ahead(at, text, field, now)
    return found


@lru_cache(maxsize=65_536)  # those of a month and more
def _minute(head: str, zone: str) -> int | None:
    """When the minute of `2026-11-20T10:17:` begins; None for what is not written so or is no time."""
    if _HEAD.fullmatch(head) is None:
        return None
    try:
        return _parse(f"{head}59{zone}") - 59_000  # its last second: the first one of 24:00 is a time to some
    except (LookupError, ValueError, OverflowError):
        return None


def _parse(text: str) -> int:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise LookupError(text)
    return (moment - _EPOCH) // _MS
