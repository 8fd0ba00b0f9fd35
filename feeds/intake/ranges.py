"""Which numbers of a source have been seen, as compact sorted ranges: `1-10,12-15`.

A set of ranges answers three questions exactly: is this number a duplicate, how many numbers are missing, and which.
A late or back-filled number that fills a hole is new; only a number inside a range is a duplicate. The text form is
what the aggregator keeps in the field `_seen:<source>` of a partition's state hash.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator


def seen_field(source: str) -> bytes:
    """Name of the field of a partition's state hash that holds the seen ranges of `source`."""
    return b"_seen:" + source.encode()


class Ranges:
    """Sorted, disjoint, non-touching ranges of whole numbers."""

    __slots__ = ("_high", "_low")

    def __init__(self, spans: Iterable[tuple[int, int]] = ()) -> None:
        self._low: list[int] = []
        self._high: list[int] = []
        for low, high in sorted(spans):
            self._append(low, high)

    @classmethod
    def parse(cls, text: str | bytes) -> Ranges:
        """The ranges written as `1-10,12`; raises ValueError for anything else."""
        text = text.decode("ascii") if isinstance(text, bytes) else text
        return cls(_span(word) for word in text.split(",") if word)

    @property
    def text(self) -> str:
        """The compact form that `parse` reads."""
        return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in self)

    def add(self, number: int) -> bool:
        """Mark `number` as seen; False when it was already (a duplicate)."""
        high = self._high
        if high and number == high[-1] + 1:  # the ordinary case: the next number
            high[-1] = number
            return True
        return self._insert(number)

    def __contains__(self, number: int) -> bool:
        at = bisect_right(self._low, number) - 1
        return at >= 0 and number <= self._high[at]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self._low, self._high, strict=True)

    def __len__(self) -> int:
        """How many numbers have been seen."""
        return sum(self._high) - sum(self._low) + len(self._low)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ranges) and self._low == other._low and self._high == other._high

    __hash__ = None  # type: ignore[assignment]  # it changes; Python's way of saying so

    def __repr__(self) -> str:
        return f"Ranges({self.text!r})"

    @property
    def spans(self) -> int:
        """How many ranges there are: what the set costs."""
        return len(self._low)

    @property
    def last(self) -> int | None:
        """The highest number seen."""
        return self._high[-1] if self._high else None

    def gaps(self) -> list[tuple[int, int]]:
        """The holes between the lowest and the highest number seen, lowest first."""
        return [(high + 1, low - 1) for high, low in zip(self._high, self._low[1:], strict=False)]

    def missing(self) -> int:
        """How many numbers lie in the holes."""
        return self._high[-1] - self._low[0] + 1 - len(self) if self._low else 0

    def merge(self, other: Ranges) -> Ranges:
        """Take in everything `other` has seen; returns self."""
        if other.spans:
            joined = Ranges([*self, *other])
            self._low, self._high = joined._low, joined._high
        return self

    def copy(self) -> Ranges:
        """An independent copy."""
        twin = Ranges()
        twin._low, twin._high = self._low.copy(), self._high.copy()
        return twin

    def shrink(self, limit: int) -> int:
        """Close the lowest holes until at most `limit` ranges are left; returns how many numbers were given up.

        A source that jumps about would otherwise grow its ranges for ever. A number given up counts as seen.
        """
        extra = self.spans - limit
        if extra <= 0:
            return 0
        before = len(self)
        self._low[: extra + 1] = self._low[:1]
        del self._high[:extra]
        return len(self) - before

    def _append(self, low: int, high: int) -> None:
        """Add a span that starts no lower than the last one."""
        if self._high and low <= self._high[-1] + 1:
            self._high[-1] = max(self._high[-1], high)
        else:
            self._low.append(low)
            self._high.append(high)

    def _insert(self, number: int) -> bool:
        low, high = self._low, self._high
        at = bisect_right(low, number)  # the range before is at - 1, the one after is `at`
        if at and number <= high[at - 1]:
            return False
        joins_left = at > 0 and high[at - 1] == number - 1
        joins_right = at < len(low) and low[at] == number + 1
        if joins_left and joins_right:
            high[at - 1] = high[at]
            del low[at], high[at]
        elif joins_left:
            high[at - 1] = number
        elif joins_right:
            low[at] = number
        else:
            low.insert(at, number)
            high.insert(at, number)
        return True


def _span(word: str) -> tuple[int, int]:
    low, dash, high = word.partition("-")
    if not (word.isascii() and low.isdecimal() and (high.isdecimal() if dash else True)):
        raise ValueError(f"not a range of numbers: {word!r}")
    span = int(low), int(high or low)
    if span[0] > span[1]:
        raise ValueError(f"a range that runs backwards: {word!r}")
    return span
