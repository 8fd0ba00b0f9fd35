"""Which readings were handed out before: one reading for each station, parameter and time, however often it is sent.

The event's hash already keeps a file that is sent again from counting twice. This memory is for the file that comes
again *changed*: with more symbols for the same time, or with another value. It holds the last three days in a ring of
hours, so that it stays as small as it is; older than that, only the hash stands.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from feeds.catalogue.clock import hour_of
from feeds.intake.formats.reading import Given, Moment
from feeds.intake.sources.seam import Outlet

HOURS = 72


class Hour(msgspec.Struct):
    """What was taken of one station in one hour: minute and second -> parameter -> digest, `!` before a fault's."""

    hour: int
    taken: dict[str, dict[str, str]] = {}


class Taken:
    """What one pass over a source knows; `keep` after the events have been sent."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._hours: dict[str, Hour] = {}
        self._changed: set[str] = set()

    def fresh(self, code: str, moment: Moment) -> tuple[dict[str, Given], list[str]]:
        """The values of a moment that were not taken before, and the names of those that were, with another value."""
        at = datetime.fromisoformat(moment.at)
        key, hour = self._hour(code, hour_of(int(at.timestamp() * 1000)))
        if hour is None:
            return moment.values, []
        taken = hour.taken.setdefault(f"{at.minute:02}{at.second:02}", {})
        fresh: dict[str, Given] = {}
        changed: list[str] = []
        for name, given in moment.values.items():
            before, now = taken.get(name, ""), _digest(given)
            if before == "" or (before[0] == "!" and now[0] != "!"):  # a fault that was measured after all
                fresh[name] = given
                taken[name] = now
                self._changed.add(key)
            elif before != now:
                changed.append(name)
        return fresh, changed

    def keep(self) -> None:
        """Remember what was sent."""
        for key in sorted(self._changed):
            self._outlet.remember(key, msgspec.json.encode(self._hours[key]).decode())
        self._changed.clear()

    def _hour(self, code: str, number: int) -> tuple[str, Hour | None]:
        """The memory of an hour; None when the ring has gone past it."""
        key = f"taken:{code}:{number % HOURS}"
        hour = self._hours.get(key)
        if hour is None:
            said = self._outlet.recall(key)
            hour = msgspec.json.decode(said, type=Hour) if said else Hour(number)
        if hour.hour < number:
            hour = Hour(number)
        self._hours[key] = hour
        return key, hour if hour.hour == number else None


def _digest(given: dict[str, Any]) -> str:
    said = "|".join(_words(given))
    return ("!" if "status" in given else "") + f"{zlib.crc32(said.encode()):08x}"


def _words(given: dict[str, Any]) -> Iterator[str]:
    return (f"{key}={given[key]}" for key in sorted(given))
