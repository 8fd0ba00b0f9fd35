"""Things with a life (documents, alerts): all that becomes of what begins in a slot of time, told when it happens."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from feeds.intake.simulator.telling import Told

SPARE = 60  # slots remembered beyond a life


class Lives:
    """A teller of lives, none longer than `life_ms`; a kind of them says what becomes of a slot."""

    def __init__(self, slot_ms: int, life_ms: int) -> None:
        self._slot_ms = slot_ms
        self._life_ms = life_ms
        self._slots: dict[int, list[Told]] = {}

    def tell(self, start: int, end: int) -> Iterator[Told]:
        """Everything told from `start` up to, not including, `end`."""
        found: list[Told] = []
        for slot in range((start - self._life_ms) // self._slot_ms, -(-end // self._slot_ms)):
            told = self._slot(slot)
            found += told[_first(told, start) : _first(told, end)]
        yield from sorted(found, key=lambda told: told.at)

    recall = tell  # a life is remembered as it went

    def _made(self, slot: int) -> Iterable[Told]:
        """Everything that becomes of what begins in a slot, in any order, the same each time."""
        raise NotImplementedError

    def _slot(self, slot: int) -> list[Told]:
        """All that becomes of what begins in a slot, in order."""
        told = self._slots.get(slot)
        if told is None:
            if len(self._slots) >= self._life_ms // self._slot_ms + SPARE:
                del self._slots[min(self._slots)]
            told = self._slots[slot] = sorted(self._made(slot), key=lambda told: told.at)
        return told


def _first(told: list[Told], at: int) -> int:
    return bisect_left(told, at, key=lambda one: one.at)
