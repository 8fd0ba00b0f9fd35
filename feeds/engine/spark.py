"""The last 24 hours of each figure of the nation and the units, in half hours: what a tile draws."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from feeds.catalogue.clock import HOUR_MS

SLOTS = 48
SLOT_MS = HOUR_MS // 2
_encode = msgspec.json.Encoder().encode


class Sparks:
    """Values by place, indicator and half hour; a half hour without a value is a gap."""

    def __init__(self) -> None:
        self._slots: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
        self._packed: dict[tuple[str, str], bytes | None] = {}
        self._lived: dict[tuple[str, str], int] = defaultdict(int)  # a bit for each half hour somebody lived through
        self._last = 0

    def put(self, place: str, code: str, at: int, value: float | None) -> None:
        """The figure at `at` is that of its half hour."""
        slots = self._open(place, code)
        slot = (at - 1) // SLOT_MS
        if value is None:
            slots.pop(slot, None)
        else:
            slots[slot] = float(f"{value:.5g}")
            self._lived[place, code] |= _bit(slot)

    def fill(self, place: str, code: str, at: int, value: float | None) -> None:
        """The figure at the end of a half hour that nobody lived through, as often as it is told anew; what was lived
        through stays."""
        slot = (at - 1) // SLOT_MS
        if value is not None and not self._lived[place, code] & _bit(slot):
            self._open(place, code)[slot] = float(f"{value:.5g}")

    def put_hour(self, place: str, code: str, start: int, value: float | None) -> None:
        """The figure of a whole hour that began at `start`, as often as it is corrected; it stands for its first half
        as well unless that was lived through: what was told of it before may have been told before all was known."""
        if value is not None:
            slots = self._open(place, code)
            first = start // SLOT_MS
            slots[first + 1] = float(f"{value:.5g}")
            if not self._lived[place, code] & _bit(first):
                slots[first] = slots[first + 1]

    def advance(self, now: int) -> None:
        """Let the newest half hour be that of `now`, and forget what is older than a day."""
        last, self._last = self._last, (now - 1) // SLOT_MS
        self._packed.clear()
        for slots in self._slots.values():
            for slot in [slot for slot in slots if slot <= self._last - SLOTS]:
                del slots[slot]
        begun = 0  # half hours that begin: their bits are those of a day ago
        for slot in range(max(last, self._last - SLOTS) + 1, self._last + 1):
            begun |= _bit(slot)
        for key in self._lived if begun else ():
            self._lived[key] &= ~begun

    def of(self, place: str, code: str) -> list[float | None] | None:
        """The 48 half hours up to now; None when all are gaps."""
        slots = self._slots.get((place, code))
        if not slots:
            return None
        return [slots.get(slot) for slot in range(self._last - SLOTS + 1, self._last + 1)]

    def packed(self, place: str, code: str) -> bytes | None:
        """The same as the last member of a JSON object, written once for all frames until it changes."""
        key = place, code
        if key not in self._packed:
            found = self.of(place, code)
            self._packed[key] = None if found is None else b',"spark":' + _encode(found)
        return self._packed[key]

    def _open(self, place: str, code: str) -> dict[int, float]:
        """The slots of a figure, to be written."""
        self._packed.pop((place, code), None)
        return self._slots[place, code]

    def restore(self, points: Iterable[tuple[str, str, int, float | None]]) -> None:
        """Take in hours from history: place, indicator, start, value."""
        for place, code, start, value in points:
            self.put_hour(place, code, start, value)


def _bit(slot: int) -> int:
    """Its place among the half hours of a day."""
    return 1 << slot % SLOTS
