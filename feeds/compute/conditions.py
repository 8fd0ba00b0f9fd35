"""Conditions on the latest reading of an entity, and since when they hold without a break."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from feeds.catalogue.model import Catalogue
from feeds.compute.cells import AT, LAST, Row
from feeds.compute.station import Station

OPS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
}
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """The latest `param` stands in relation `op` to `value`, or to `value` times the entity's own `field`."""

    param: str
    op: str
    value: float
    field: str | None = None

    @classmethod
    def of(cls, args: Mapping[str, Any]) -> Condition | None:
        """The condition a function's arguments state; None when they ask for every entity."""
        if "param" not in args:
            return None
        return cls(args["param"], args.get("op", ">"), args.get("value", 0), args.get("field"))

    @property
    def name(self) -> str:
        """The cell that keeps since when it holds."""
        return f"?{self.param}{self.op}{self.value:g}{self.field or ''}"

    def holds(self, reading: float, fields: Fields) -> bool:
        """True when `reading` meets the condition; an entity without the field never does."""
        limit = self.value
        if self.field is not None:
            own = fields.get(self.field)
            if not isinstance(own, int | float):
                return False
            limit *= own
        return OPS[self.op](reading, limit)


class Runs:
    """Keeps, for every condition that must hold for a while, since when it does."""

    def __init__(self, conditions: Iterable[Condition]) -> None:
        self._conditions = tuple((each, each.name) for each in dict.fromkeys(conditions))

    @classmethod
    def of(cls, catalogue: Catalogue, feed: str) -> Runs | None:
        """The runs that the indicators of `feed` ask for; None when there are none."""
        asked = [Condition.of(i.compute.args) for i in catalogue.of_feed(feed) if i.compute.args.get("for")]
        found = [condition for condition in asked if condition is not None]
        return cls(found) if found else None

    def mark(self, station: Station, row: Row, values: Mapping[str, float], at: int, received: int) -> None:
        """Take note of what `values`, observed at `at`, say about the conditions; an old reading changes no run."""
        for condition, name in self._conditions:
            reading = values.get(condition.param)
            if reading is None:
                continue
            held = row.get(name) or station.newest(name, at + 1)
            if held is not None and at < held[AT]:
                continue
            since: float = 0
            if condition.holds(reading, station.fields):
                since = (held[LAST] if held is not None else 0) or at
            row[name] = [1, since, since, since, since, at, received]


def holds_since(station: Station, condition: Condition, now: int) -> int | None:
    """Since when the condition holds at `station`; None when it does not."""
    cell = station.newest(condition.name, now)
    return int(cell[LAST]) if cell is not None and cell[LAST] else None
