"""What the parsers of readings hand out: readings of one station at one time, and the pieces that nobody can read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from feeds.catalogue.clock import TZ
from feeds.intake.reasons import Refused, Rejection, rejection

MOST_UNREAD = 100  # of one file; what comes after is kept in one piece
MOST_BYTES = 64 * 1024  # of such a piece
VALID = "00"
STATUSES = {"0": "00", "1": "01", "2": "02", "3": "03", "00": "00", "01": "01", "02": "02", "03": "03"}

Given = dict[str, Any]  # a value as the contract has it: {"v", "unit"?, "status"?}


class Unread(NamedTuple):
    """A piece that could not be read: its bytes, why, and where it stood."""

    raw: bytes
    why: Rejection
    offset: str


@dataclass(slots=True)
class Moment:
    """Readings of one station at one time (ISO 8601, +07:00), by the names that the source uses."""

    station: str
    at: str
    values: dict[str, Given] = field(default_factory=dict)
    raw: bytes = b""  # where it came from: the first line
    offset: str = ""


@dataclass(slots=True)
class Readings:
    """Everything that one file or message said. The same bytes give the same moments in the same order."""

    moments: dict[tuple[str, str], Moment] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)

    def add(self, station: str, at: str, name: str, given: Given, raw: bytes, offset: str) -> None:
        """Take in one reading; Refused when the same name already stands here for this time with another value."""
        moment = self.moments.get((station, at)) or Moment(station, at, {}, raw, offset)
        before = moment.values.setdefault(name, given)
        if before != given:
            raise Refused("reading_changed", name=name, at=at)
        self.moments[station, at] = moment

    def refuse(self, raw: bytes, why: Rejection, offset: str) -> None:
        """Keep a piece that could not be read."""
        self.unread.append(Unread(raw[:MOST_BYTES], why, offset))

    @property
    def full(self) -> bool:
        """True when so much could not be read that the rest is not worth trying."""
        return len(self.unread) >= MOST_UNREAD

    def give_up(self, rest: bytes, offset: str) -> None:
        """Keep the beginning of all that was not tried."""
        self.refuse(rest, rejection("unread_many", n=MOST_UNREAD), offset)

    def sorted(self) -> list[Moment]:
        """The moments by station and time."""
        return [self.moments[key] for key in sorted(self.moments)]


def local_time(text: str, form: str, field: str) -> str:
    """ISO 8601 with +07:00 of a local time written in the `strptime` form `form`; Refused when it is none."""
    try:
        return datetime.strptime(text, form).replace(tzinfo=TZ).isoformat()
    except ValueError:
        raise Refused("stamp_unreadable", field=field, text=text, form=form) from None


def status_of(text: str) -> str:
    """A status as Circular 10/2021 numbers it, also when its first zero was lost; Refused for any other word."""
    status = STATUSES.get(text)
    if status is None:
        raise Refused("status_unknown", status=text)
    return status


def measured(name: str, text: str, value: float | None, unit: str | None, status: str) -> Given:
    """The value for the contract; Refused when a valid reading has no number."""
    if value is None:
        if status == VALID:
            raise Refused("number_unreadable", name=name, text=text)
        value = 0.0  # a fault has no number; the door keeps only its status
    given: Given = {"v": value}
    if unit is not None:
        given["unit"] = unit
    return given if status == VALID else given | {"status": status}
