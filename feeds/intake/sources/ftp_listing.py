"""What a folder on an FTP server holds, as servers list it: exactly (MLSD), or as `ls -l` or the DOS of Windows do it.

Only MLSD says when in a way that means the same everywhere (RFC 3659). The other listings tell minutes, or for older
files the day, by a clock whose zone nobody tells: it is taken for UTC, as most servers write it. A file is still told
from its later self by its size, and one that keeps changing is waited for as ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from feeds.intake.sources.tree import Entry

LONGEST = 2_000  # bytes of a line
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_UNIX = re.compile(
    r"([-dlbcps])\S{9}\S*\s+\d+\s+.*?(\d+)\s+([A-Z][a-z]{2})\s+(\d{1,2})\s+(?:(\d{1,2}):(\d{2})|(\d{4})) (.+)"
)
_DOS = re.compile(r"(\d{2})-(\d{2})-(\d{2}|\d{4})\s+(\d{2}):(\d{2})([AP]M)?\s+(?:(<DIR>)|(\d+))\s+(.+)")
_STAMP = re.compile(r"(\d{14})(?:\.\d+)?")


def exact(listing: bytes, _now_ms: int) -> list[Entry]:
    """Files and folders of an MLSD listing; ValueError when no line of it can be read."""
    return _all(listing, _fact)


def usual(listing: bytes, now_ms: int) -> list[Entry]:
    """Files and folders of a LIST listing, read at `now_ms`; ValueError when no line of it can be read."""
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    return _all(listing, lambda line: _unix(line, now) or _dos(line))


Read = Callable[[str], "Entry | str | None"]  # an entry; words, where a line is to be left alone; None: unreadable


def _all(listing: bytes, read: Read) -> list[Entry]:
    lines = [line for line in listing.splitlines() if line and not line.startswith(b"total ")]
    found = [read(said) for line in lines if (said := _text(line)) is not None]
    if lines and all(one is None for one in found):
        raise ValueError("no line of it can be read")
    return [one for one in found if isinstance(one, Entry) and one.name not in (".", "..") and "/" not in one.name]


def _text(line: bytes) -> str | None:
    """A line; None for one without end, and for a name in an encoding that we could not ask for again."""
    try:
        return line.decode() if len(line) <= LONGEST else None
    except UnicodeDecodeError:
        return None


def _fact(line: str) -> Entry | str | None:
    said, blank, name = line.partition(" ")
    facts = dict(fact.casefold().partition("=")[::2] for fact in said.rstrip(";").split(";"))
    kind, stamp = facts.get("type", ""), _STAMP.fullmatch(facts.get("modify", ""))
    if not blank or not name or not kind:
        return None
    if kind not in ("file", "dir"):
        return "left alone"
    try:
        at = datetime.strptime(stamp[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC) if stamp else None
    except ValueError:
        at = None
    size = facts.get("size", "")
    return Entry(name, kind == "dir", int(size) if size.isdecimal() else 0, at.timestamp() if at else 0.0)


def _unix(line: str, now: datetime) -> Entry | str | None:
    found = _UNIX.fullmatch(line)
    if found is None:
        return None
    kind, size, month, day, hour, minute, year, name = found.groups()
    if kind not in "-d":
        return "left alone"
    if month.lower() not in MONTHS:
        return None
    parts = MONTHS.index(month.lower()) + 1, int(day), int(hour or 0), int(minute or 0)
    at = _moment(int(year), *parts) if year else _lately(now, *parts)
    return Entry(name, kind == "d", int(size), at.timestamp()) if at else None


def _dos(line: str) -> Entry | None:
    found = _DOS.fullmatch(line)
    if found is None:
        return None
    month, day, year, hour, minute, half, folder, size, name = found.groups()
    of_day = int(hour) % 12 + 12 * (half == "PM") if half else int(hour)
    at = _moment(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day), of_day, int(minute))
    return Entry(name, bool(folder), int(size or 0), at.timestamp()) if at else None


def _lately(now: datetime, month: int, day: int, hour: int, minute: int) -> datetime | None:
    """The newest such moment that is not ahead of `now` by more than a day: such a listing names no year."""
    years: Sequence[int] = (now.year + 1, now.year, now.year - 1)
    found = (_moment(year, month, day, hour, minute) for year in years)
    return next((at for at in found if at is not None and at <= now + timedelta(days=1)), None)


def _moment(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime | None:
    try:
        return datetime(year, month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return None
