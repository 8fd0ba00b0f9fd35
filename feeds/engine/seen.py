"""Which numbers of each source a feed has had: duplicates counted once, gaps counted and shown.

A source may speak in several partitions with one sequence of numbers, so what is known is kept for the whole feed.
Each partition saves with its own new numbers all that other partitions have saved before: together they are compact,
and none claims a number whose effect could still be lost.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from feeds.intake.ranges import Ranges

HEARD_A_CHUNK = 256
MOST_SPANS = 10_000  # a source that jumps about more than this gives up its oldest holes


class Seen:
    """The numbers of every source of one feed: all applied, and those whose effect is checkpointed."""

    def __init__(self) -> None:
        self.applied: dict[str, Ranges] = {}
        self._saved: dict[str, Ranges] = {}
        self.given_up = 0

    def of(self, source: str) -> Ranges:
        """The numbers applied of `source`; adding to it marks them."""
        ranges = self.applied.get(source)
        if ranges is None:
            ranges = self.applied[source] = Ranges()
        return ranges

    def restore(self, source: str, text: bytes) -> None:
        """Take in what a partition had saved."""
        for table in (self.applied, self._saved):
            table.setdefault(source, Ranges()).merge(Ranges.parse(text))

    def text(self, source: str, fresh: Iterable[int]) -> str:
        """What a partition saves of `source` with the numbers `fresh` it has applied since it last did."""
        return self._with(source, fresh).text

    def saved(self, source: str, fresh: Iterable[int]) -> None:
        """The numbers `fresh` are checkpointed now."""
        ranges = self._saved[source] = self._with(source, fresh)
        if ranges.spans > MOST_SPANS:
            ranges.shrink(MOST_SPANS // 2)
            self.given_up += self.of(source).shrink(MOST_SPANS // 2)

    def missing(self, sources: Iterable[str] | None = None) -> int:
        """How many numbers were never seen between the first and the last of each source."""
        asked = self.applied if sources is None else sources
        return sum(self.applied[source].missing() for source in asked if source in self.applied)

    def _with(self, source: str, fresh: Iterable[int]) -> Ranges:
        ours = Ranges(_spans(sorted(fresh)))
        return ours.merge(self._saved[source]) if source in self._saved else ours


def _spans(numbers: list[int]) -> Iterable[tuple[int, int]]:
    """Rising numbers as ranges; one range when none is missing, as is usual."""
    if numbers and numbers[-1] - numbers[0] == len(numbers) - 1:
        return ((numbers[0], numbers[-1]),)
    return ((number, number) for number in numbers)


class Heard:
    """Events without a number in one bucket, known by their hash; saved in chunks that only grow at the end."""

    __slots__ = ("_known", "_order")

    def __init__(self) -> None:
        self._known: set[int] = set()
        self._order = array("Q")

    def add(self, known_as: int) -> bool:
        """Remember a hash; False when it is known."""
        if known_as in self._known:
            return False
        self._known.add(known_as)
        self._order.append(known_as)
        return True

    def __contains__(self, known_as: int) -> bool:
        return known_as in self._known

    def extend(self, other: Heard) -> None:
        """Remember all of another bucket."""
        for known_as in other._order:
            self.add(known_as)

    @property
    def last_chunk(self) -> int:
        """Number of the chunk the newest hash lies in."""
        return max(len(self._order) - 1, 0) // HEARD_A_CHUNK

    def chunk(self, number: int) -> bytes:
        """The bytes of one chunk."""
        first = number * HEARD_A_CHUNK
        return self._order[first : first + HEARD_A_CHUNK].tobytes()

    def restore(self, number: int, chunk: bytes) -> None:
        """Put back the bytes of chunk `number`; chunks may come in any order."""
        hashes = array("Q")
        hashes.frombytes(chunk)
        short = number * HEARD_A_CHUNK + len(hashes) - len(self._order)
        if short > 0:
            self._order.extend(array("Q", bytes(8 * short)))
        first = number * HEARD_A_CHUNK
        self._order[first : first + len(hashes)] = hashes
        self._known.update(hashes)
