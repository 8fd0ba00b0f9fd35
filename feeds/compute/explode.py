"""From one event or record to the facts it counts: pure, compiled once for each feed of the catalogue.

Beside the measures a feed declares, every feed counts `valid` and `invalid` values, and the running sum of each
parameter that an indicator totals (`=vehicles`). A measure whose median is asked for is also counted by size, in
parts named `wait_min#37`, so that a median over any time and any set of places follows from counts alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import ceil, log
from typing import Any

from feeds.catalogue.model import Catalogue, Feed, Measure
from feeds.compute.counts import Tally

VALID, INVALID = "valid", "invalid"
GROWTH = 1.02  # a median is exact to 1 %
SMALLEST = 1e-9
REMEMBERED = 10_000  # combinations of fields

Fact = tuple[int, float]  # how many rows count it, and how much
Facts = Mapping[str, Fact]  # measure -> fact
ONE: Fact = (1, 1.0)
NO_FACTS: Facts = {}
NUMBERS = (int, float)


def total_name(param: str) -> str:
    """The measure that sums a parameter's readings."""
    return f"={param}"


def size_part(measure: str, value: float) -> str:
    """The part of `measure` that counts values about as large as `value`."""
    if value < SMALLEST:
        return f"{measure}#z"
    return f"{measure}#{ceil(log(value, GROWTH))}"


@lru_cache(maxsize=REMEMBERED)
def size_of(part: str) -> float:
    """The value a part made by `size_part` stands for."""
    size = part.partition("#")[2]
    return 0.0 if size == "z" else float(2 * GROWTH ** int(size) / (GROWTH + 1))


class Plan:
    """What events of one feed count."""

    def __init__(self, feed: Feed, totals: Iterable[str] = (), sized: Iterable[str] = ()) -> None:
        self.feed = feed
        self._sized = frozenset(sized)
        timed = {name: measure for name, measure in feed.measures.items() if measure.at == "at"}
        sums = {name: m.value for name, m in timed.items() if m.value in feed.parameters and not m.where and not m.by}
        self._sums = [(param, total_name(param), False) for param in totals]
        self._sums += [(param, name, name in self._sized) for name, param in sums.items() if param is not None]
        self._summed = frozenset(param for param, _, _ in self._sums)
        self._measures = [(name, measure) for name, measure in timed.items() if name not in sums]
        self._of_records = list(feed.measures.items())
        self._valued: dict[tuple[str, float], Facts] = {}  # of measures and amounts
        self.wheres = [measure.where for _, measure in self._of_records]  # conditions of the measures of records

    @classmethod
    def of(cls, catalogue: Catalogue, feed: Feed) -> Plan:
        """The plan of `feed`, with what the indicators computed from it ask for."""
        asked = [i.compute for i in catalogue.of_feed(feed.code)]
        totals = {c.args["param"] for c in asked if c.fn == "total"}
        sized = {c.args["measure"] for c in asked if c.fn in ("median", "percentile")}
        return cls(feed, sorted(totals), sized)

    def facts(self, values: Mapping[str, float], bad: Mapping[str, str], fields: Mapping[str, Any]) -> Tally:
        """What one reading, post or camera state counts where and when it happened."""
        tally: Tally = {}
        if values:
            tally[VALID] = len(values)
            if not self._summed.isdisjoint(values):
                self._sum(tally, values)
        if bad:
            tally[INVALID] = len(bad)
        if self._measures:
            said = {**values, **fields}
            for name, measure in self._measures:
                _count(tally, name, measure, said, name in self._sized)
        return tally

    def _sum(self, tally: Tally, values: Mapping[str, float]) -> None:
        """The measures that add up a parameter, by far the most frequent."""
        for param, name, sized in self._sums:
            if param in values:
                value = tally[name] = values[param]
                if sized:
                    tally[size_part(name, value)] = 1

    def of_records(self, met: Iterable[int]) -> tuple[list[tuple[str, Facts]], list[tuple[str, Measure]]]:
        """The measures of these numbers: those that count one, by the time at which they do; and those that look at
        the row."""
        simple: dict[str, dict[str, Fact]] = {}
        others = []
        for name, measure in map(self._of_records.__getitem__, met):
            if measure.value is measure.by is None and name not in self._sized:
                simple.setdefault(measure.at, {})[name] = ONE
            else:
                others.append((name, measure))
        return list(simple.items()), others

    def valued(self, name: str, measure: Measure, said: Mapping[str, Any]) -> Facts:
        """What a row counts for a measure whose condition it meets, and which looks at what else the row says. The
        facts are shared: they must not be changed."""
        amount = 1 if measure.value is None else said.get(measure.value)
        if not isinstance(amount, NUMBERS):
            return NO_FACTS
        if measure.by is not None:
            return _facts(name, measure, said, name in self._sized)
        found = self._valued.get((name, amount))
        if found is None:
            if len(self._valued) >= REMEMBERED:
                self._valued.clear()
            found = self._valued[name, amount] = _facts(name, measure, said, name in self._sized)
        return found


def _facts(name: str, measure: Measure, said: Mapping[str, Any], sized: bool) -> Facts:
    tally: Tally = {}
    _add(tally, name, measure, said, sized)
    return {part: (1, float(amount)) for part, amount in tally.items()}


class Conditions:
    """Which of many conditions are met, remembered by the few fields that they name: most rows are alike."""

    def __init__(self, wheres: Sequence[Mapping[str, Any]]) -> None:
        self._wheres = wheres
        self._names = sorted({name for where in wheres for name in where})
        self._known: dict[tuple[Any, ...], tuple[int, ...]] = {}

    def of(self, said: Mapping[str, Any]) -> tuple[int, ...]:
        """Numbers of the conditions that `said` meets, in their order."""
        key = tuple(map(said.get, self._names))
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            found = tuple(number for number, where in enumerate(self._wheres) if matches(where, said))
            self._known[key] = found
        return found


def _count(tally: Tally, name: str, measure: Measure, said: Mapping[str, Any], sized: bool) -> None:
    if matches(measure.where, said):
        _add(tally, name, measure, said, sized)


def _add(tally: Tally, name: str, measure: Measure, said: Mapping[str, Any], sized: bool) -> None:
    amount = 1 if measure.value is None else said.get(measure.value)
    if not isinstance(amount, NUMBERS):
        return
    tally[name] = tally.get(name, 0) + amount
    if measure.by is not None and (part := said.get(measure.by)) is not None:
        tally[f"{name}:{part}"] = amount
    if sized:
        tally[size_part(name, float(amount))] = 1


def matches(where: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """True when every field of `where` has its value, or one of its values."""
    for name, wanted in where.items():
        found = said.get(name)
        if (found not in wanted) if isinstance(wanted, list) else (found != wanted):
            return False
    return True
