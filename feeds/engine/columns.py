"""Child units of a place as columns in a declared order, kept as they change and packed once for all its scopes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import Any

import msgspec

from feeds.engine.alarms import rounded
from feeds.engine.board import Board, Entry

SECOND_MS = 1_000
_encode = msgspec.json.Encoder().encode

Aged = tuple[int, int, msgspec.Raw]  # from when until when ages are as written
Moments = tuple[int, ...]  # when each child was observed, 0: never


class Column:
    """One indicator of all children."""

    __slots__ = ("aged", "at", "levels", "raw", "states", "values")

    def __init__(self, size: int) -> None:
        self.values: list[float | None] = [None] * size
        self.levels: list[int | None] = [None] * size
        self.states: list[str] = ["missing"] * size
        self.at: list[int] = [0] * size  # 0: never
        self.raw: tuple[msgspec.Raw, msgspec.Raw, msgspec.Raw] | None = None
        self.aged: Aged | None = None

    def packed(self) -> tuple[msgspec.Raw, msgspec.Raw, msgspec.Raw]:
        """Values, levels and states as JSON."""
        if self.raw is None:
            lists: tuple[list[Any], ...] = (self.values, self.levels, self.states)
            values, levels, states = (msgspec.Raw(_encode(items)) for items in lists)
            self.raw = (values, levels, states)
        return self.raw

    def ages(self, now: int, written: dict[Moments, Aged]) -> msgspec.Raw:
        """Whole seconds since each was observed, as JSON: written once until one of them is a second older, and once
        for all columns of the same moments; `written` holds those of `now`."""
        if self.aged is None or not self.aged[0] <= now < self.aged[1]:
            moments = tuple(self.at)
            found = written.get(moments)
            if found is None:
                found = written[moments] = _aged(moments, now)
            self.aged = found
        return self.aged[2]


class Columns:
    """All indicators of the children of one place; one nobody has a figure of has no column."""

    def __init__(self, order: Sequence[str], board: Board) -> None:
        self.order = list(order)
        self._seat = {child: i for i, child in enumerate(self.order)}
        self._board = board
        self._columns: dict[str, Column] = {}
        self._written: tuple[int, dict[Moments, Aged]] = (0, {})  # ages at one time: what one event told shares them

    def follow(self, before: Columns, codes: Set[str]) -> None:
        """Take over the columns of these indicators."""
        self._columns |= {code: column for code, column in before._columns.items() if code in codes}

    def put(self, code: str, child: str, entry: Entry) -> None:
        """A child's figure or its conclusions have changed."""
        seat = self._seat.get(child)
        if seat is None:
            return
        column = self._columns.get(code)
        if column is None:
            column = self._columns[code] = Column(len(self.order))
        figure = entry.figure
        value = rounded(figure.v, self._board.indicator(code))
        column.at[seat] = figure.at if value is not None else 0
        column.aged = None
        if (column.values[seat], column.levels[seat], column.states[seat]) != (value, entry.level, entry.state):
            column.values[seat], column.levels[seat], column.states[seat] = value, entry.level, entry.state
            column.raw = None

    def known(self, code: str) -> int:
        """How many children have a figure of an indicator."""
        column = self._columns.get(code)
        return sum(value is not None for value in column.values) if column else 0

    def shown(self, codes: Iterable[str], now: int) -> dict[str, Any]:
        """The columns of `codes` as frames carry them."""
        found = [(code, column) for code in codes if (column := self._columns.get(code)) is not None]
        packed = {code: column.packed() for code, column in found}
        if self._written[0] != now:
            self._written = (now, {})
        written = self._written[1]
        return {
            "order": self.order,
            "columns": {code: raw[0] for code, raw in packed.items()},
            "age": {code: column.ages(now, written) for code, column in found},
            "severity": {code: raw[1] for code, raw in packed.items()},
            "state": {code: raw[2] for code, raw in packed.items()},
        }

    def news(self, code: str, children: Iterable[tuple[str, bool]], now: int) -> dict[str, Any]:
        """Changed children of one indicator: a bare value where nothing but a value of this second is to be told."""
        column = self._columns.get(code)
        news: dict[str, Any] = {}
        for child, concluded in children:
            seat = self._seat.get(child)
            if column is None or seat is None:
                continue
            at, value = column.at[seat], column.values[seat]
            age = max(0, (now - at) // 1000) if at else None
            if concluded:
                levels, states = column.levels, column.states
                news[child] = {"v": value, "age": age, "severity": levels[seat], "state": states[seat]}
            else:
                news[child] = value if age == 0 else {"v": value, "age": age}
        return news


def _aged(moments: Moments, now: int) -> Aged:
    ages = [None if not at else 0 if at > now else (now - at) // SECOND_MS for at in moments]
    until = now + SECOND_MS - max([(now - at) % SECOND_MS for at in moments if at], default=0)
    return now, until, msgspec.Raw(_encode(ages))
