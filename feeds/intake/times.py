"""When: posted times become milliseconds since the epoch, and times that cannot be true are refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from feeds.intake.reasons import Refused

AHEAD_MS = 5 * 60_000  # how far a source's clock may run fast
ANCIENT_MS = 946_684_800_000  # 2000-01-01: an older stamp is a clock that lost its battery
FAR_MS = 10 * 366 * 86_400_000  # a deadline further away is a slip of the pen
ZONE_MS = 7 * 3_600_000
ZONE_SLACK_MS = 15 * 60_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def parse_time(text: str, field: str) -> int:
    """Milliseconds since the epoch of an ISO 8601 time with its zone."""
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


def record_time(text: str, field: str, now: int) -> int:
    """A time in a record's life: past for what has happened, at most ten years ahead for a deadline."""
    at = parse_time(text, field)
    if at < ANCIENT_MS:
        raise Refused("time_ancient", field=field, text=text)
    if field in HAPPENED or at > now + FAR_MS:
        not_ahead(at, text, field, now)
    return at


@lru_cache(maxsize=8192)  # a batch repeats its stamps
def _parse(text: str) -> int:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise LookupError(text)
    return (moment - _EPOCH) // _MS
