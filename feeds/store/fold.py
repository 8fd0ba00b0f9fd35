"""A record as the fold of its events: whatever order they arrive in, and however often, the row is the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec.structs import force_setattr

Cell = tuple[str, int]  # place, hour
Tally = dict[str, tuple[int, float]]  # measure -> n, sum
Cells = dict[Cell, Tally]
NOTHING = (0, 0.0)
NONE: Tally = {}


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One event of a record feed; `unit` and `commune` are where it counts today, `place` what the source wrote."""

    id: str
    type: str
    state: str
    source: str
    seq: int | None
    at: int
    received: int
    unit: str
    commune: str = ""
    place: str
    times: dict[str, int] = {}
    fields: dict[str, Any] = {}
    mark: str = ""  # the same for the same event sent twice, different for any other event of the record

    def __post_init__(self) -> None:
        if not self.mark:
            force_setattr(self, "mark", self._mark())

    def _mark(self) -> str:
        if self.seq is not None:
            return f"{self.source}#{self.seq}"
        said = (self.type, self.state, self.at, self.place, sorted(self.times.items()), sorted(self.fields.items()))
        return f"{self.source}~{blake2b(msgspec.msgpack.encode(said), digest_size=12).hexdigest()}"

    @property
    def order(self) -> tuple[int, int, int, str]:
        """Where the event stands among the events of its record; never equal for two different ones."""
        return (self.at, -1 if self.seq is None else self.seq, self.received, self.mark)


class Row(msgspec.Struct, frozen=True):
    """Current state of a record. Built from columns by their order: thousands a batch."""

    id: str
    type: str
    state: str
    open: bool
    unit: str
    commune: str
    place: str
    source: str
    at: int
    seq: int | None
    due: int | None
    times: dict[str, int]
    fields: dict[str, Any]
    rev: int = 0

    def precedes(self, change: Change) -> bool:
        """True when `change` certainly came after everything in this row."""
        if change.at != self.at:
            return change.at > self.at
        return change.seq is not None and self.seq is not None and change.seq > self.seq


@dataclass(frozen=True, slots=True)
class Rules:
    """What the catalogue says about a record feed, as pure functions.

    `cells` says what a row counts towards, in dicts that the caller may keep and change. `derive` gives fields that
    follow from the rest of the row; it names all of its fields every time (None where it knows nothing), so that a row
    depends on its events alone.
    """

    closed: frozenset[str]
    cells: Callable[[Row], Cells]
    derive: Callable[[Row], Mapping[str, Any]] | None = None


def fold(row: Row | None, changes: Iterable[Change], rules: Rules) -> Row:
    """`row` (or nothing) after `changes`, given in their order: the last word on state, on each time, on each field."""
    changes = list(changes)
    last = changes[-1]
    times, fields = _told(row, changes)
    folded = Row(
        id=last.id,
        type=last.type,
        state=last.state,
        open=last.state not in rules.closed,
        unit=last.unit,
        commune=last.commune,
        place=last.place,
        source=last.source,
        at=last.at,
        seq=last.seq,
        due=times.get("due"),
        times=times,
        fields=fields,
        rev=row.rev if row else 0,
    )
    if rules.derive:
        fields.update(rules.derive(folded))  # the dict inside `folded`: nobody else holds it yet
    return folded


def _told(row: Row | None, changes: Sequence[Change]) -> tuple[dict[str, int], dict[str, Any]]:
    """The last word on each time and on each field; the fields are nobody else's."""
    if row is None and len(changes) == 1:  # nearly every record of a past
        return changes[0].times, dict(changes[0].fields)
    times = dict(row.times) if row else {}
    fields = dict(row.fields) if row else {}
    for change in changes:
        times.update(change.times)
        fields.update(change.fields)
    return times, fields


def add_new(totals: Cells, new: Cells) -> None:
    """Add to `totals` what a record counts that counted nothing before; the tallies of `new` are given away."""
    for key, tally in new.items():
        held = totals.get(key)
        if held is None:
            if tally:
                totals[key] = tally
            continue
        for measure, (n, amount) in tally.items():
            n0, amount0 = held.get(measure, NOTHING)
            held[measure] = (n0 + n, amount0 + amount)


def add_difference(totals: Cells, old: Cells, new: Cells) -> None:
    """Add to `totals` what changes when a record that counted `old` counts `new`; nothing else is changed."""
    for key, tally in new.items():
        known = old.get(key, NONE)
        if tally == known:
            continue
        held = totals.get(key)
        if held is not None:
            _change(held, known, tally)
        elif known:
            totals[key] = _change({}, known, tally)
        else:
            totals[key] = dict(tally)
    for key, known in old.items():
        if key not in new:
            _change(totals.setdefault(key, {}), known, NONE)


def _change(held: Tally, old: Tally, new: Tally) -> Tally:
    """Add to `held` what `new` counts more than `old`; what both count alike is left alone, so that no sum is rounded
    for nothing."""
    for measure, value in new.items():
        known = old.get(measure, NOTHING)
        if value != known:
            n, total = held.get(measure, NOTHING)
            held[measure] = (n + value[0] - known[0], total + value[1] - known[1])
    for measure, (n0, total0) in old.items():
        if measure not in new:
            n, total = held.get(measure, NOTHING)
            held[measure] = (n - n0, total - total0)
    return held
