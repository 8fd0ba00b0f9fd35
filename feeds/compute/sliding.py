"""Windows that move on hour by hour: only what comes in is added and what goes out is taken off.

The hours of a day look back on the same week or month. Adding it up anew for each of them reads every hour again and
again; a window that has been seen is moved instead. What is no whole number is not moved, for a rest of rounding would
stay behind: of such a measure the window is added up as `Counts.tally` adds it, so both give the same to the last bit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from feeds.compute.counts import Bucket, Counts, Span, Tally

LARGEST = float(1 << 43)  # a thousand of these are still added without rounding
NOWHERE = range(0)
MARKS = re.compile("[:#]")  # between a measure and its parts


@dataclass(slots=True)
class Held:
    """One window at one place, as it stood last."""

    tally: Tally = field(default_factory=dict)
    rough: set[str] = field(default_factory=set)  # measures that cannot be moved
    ranges: dict[str, range] = field(default_factory=dict)  # table -> its buckets


class Sliding:
    """The windows of one feed's counts, which must not change as long as they are asked."""

    def __init__(self, counts: Counts, asked: Set[str] | None = None) -> None:
        """`asked`: the measures that must be exact where they are no whole numbers, with their parts; or all."""
        self._counts = counts
        self._asked = asked
        self._held: dict[tuple[str, str], Held] = {}  # place, name of the window
        self._names: dict[str, bool] = {}  # measures, with their parts -> whether they are asked

    def tally(self, place: str, name: str, spans: Sequence[Span]) -> Tally:
        """What `Counts.tally` says of `spans`, which `name` stands for: to be read before it is asked again."""
        if any(kind == "minutes" for kind, _ in spans):
            return self._counts.tally(place, spans)
        held = self._held.get((place, name))
        if held is None or any(_apart(held.ranges.get(kind, NOWHERE), _range(buckets)) for kind, buckets in spans):
            held = self._held[place, name] = Held()
        for kind, buckets in spans:
            self._move(held, place, kind, _range(buckets))
        if rough := [measure for measure in held.rough if self._is_asked(measure)]:
            sums = self._counts.sums_of(place, rough, spans)
            for measure in rough:
                held.tally.pop(measure, None)
            held.tally.update(sums)
        return held.tally

    def _is_asked(self, measure: str) -> bool:
        if self._asked is None:
            return True
        known = self._names.get(measure)
        if known is None:
            known = self._names[measure] = MARKS.split(measure)[0] in self._asked
        return known

    def _move(self, held: Held, place: str, kind: str, to: range) -> None:
        table: dict[int, Bucket] = getattr(self._counts, kind)
        at = held.ranges.get(kind, NOWHERE)
        for bucket in (*range(to.start, min(to.stop, at.start)), *range(max(to.start, at.stop), to.stop)):
            found = table.get(bucket)
            if found is not None and place in found:
                _take_in(held, found[place])
        for bucket in (*range(at.start, min(at.stop, to.start)), *range(max(at.start, to.stop), at.stop)):
            found = table.get(bucket)
            if found is not None and place in found:
                _take_off(held.tally, found[place])
        held.ranges[kind] = to


def _take_in(held: Held, tally: Mapping[str, float]) -> None:
    sums = held.tally
    for measure, more in tally.items():
        sums[measure] = sums.get(measure, 0) + more
        if more % 1 or not -LARGEST < more < LARGEST:
            held.rough.add(measure)


def _take_off(sums: Tally, tally: Mapping[str, float]) -> None:
    for measure, less in tally.items():
        left = sums.get(measure, 0) - less
        if left:
            sums[measure] = left
        else:
            sums.pop(measure, None)


def _range(buckets: Iterable[int]) -> range:
    """Buckets that follow each other, as a range that counts upwards."""
    if not isinstance(buckets, range):
        buckets = tuple(buckets)
        return range(min(buckets), max(buckets) + 1) if buckets else NOWHERE
    return buckets if buckets.step > 0 else buckets[::-1]


def _apart(first: range, second: range) -> bool:
    """True when to move from one to the other is more than to begin anew."""
    return bool(first) and (first.stop <= second.start or second.stop <= first.start)
