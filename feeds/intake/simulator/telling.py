"""What the story tells, and who speaks when: each at a second of its own, so that none shout together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from feeds.catalogue.clock import OFFSET_MS
from feeds.intake.simulator.cast import Actor

Body = dict[str, Any]  # an event as posted but for `source` and `seq`; times are milliseconds of the story


class Told(NamedTuple):
    """An event of the story. `at` is when it is told; what it tells may be older (back-fill)."""

    at: int
    feed: str
    province: str  # whose source tells it: a code of 2025, or `vn`
    body: Body


class Teller(Protocol):
    """One part of the story. Both calls give the same events however a stretch of time is cut into pieces."""

    def tell(self, start: int, end: int) -> Iterator[Told]:
        """Everything told from `start` up to, not including, `end`."""
        ...

    def recall(self, start: int, end: int) -> Iterator[Told]:
        """The same stretch as a first start remembers it: sparser, with the same sums and means."""
        ...


class Rota:
    """Whose turn it is: actors spread evenly over the seconds of a cadence, or over its `last_ms` alone.

    Laps begin at midnight in Vietnam.
    """

    def __init__(self, actors: Sequence[Actor], cadence_ms: int, last_ms: int = 0) -> None:
        self._cadence = cadence_ms
        self._last = last_ms or cadence_ms
        self._turns: dict[int, list[Actor]] = {}
        for actor in actors:
            self._turns.setdefault(self._offset(actor), []).append(actor)
        self._offsets = sorted(self._turns)

    def turns(self, start: int, end: int) -> Iterator[tuple[int, Actor]]:
        """Times and actors from `start` up to, not including, `end`, in order."""
        lap = self._lap(start)
        while lap < end:
            for offset in self._offsets:
                at = lap + offset
                if start <= at < end:
                    for actor in self._turns[offset]:
                        yield at, actor
            lap += self._cadence

    def last(self, actor: Actor, before: int) -> int:
        """The last turn of an actor before a time."""
        offset = self._offset(actor)
        return self._lap(before - 1 - offset) + offset

    def _lap(self, at: int) -> int:
        return (at + OFFSET_MS) // self._cadence * self._cadence - OFFSET_MS

    def _offset(self, actor: Actor) -> int:
        return self._cadence - self._last + actor.key % (self._last // 1000) * 1000


def place_of(key: str) -> str:
    """A place as events write it."""
    return key if key == "vn" else f"2025:{key}"
