"""What stands open, by the hour it is due: figures that change with the clock follow from cells like all others.

A record feed counts each current row that an indicator asks about, under the hour in which it becomes late. What is
overdue now is the sum of the hours past, so no row has to be looked at again when the clock moves on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.model import Catalogue, Compute, Feed
from feeds.compute import dossier
from feeds.compute.counts import Chain, Tally

BASE = 10_000_000  # standing cells lie in hours no event can have: they are of no hour
NEVER = 2 * BASE  # nothing was promised, or the citizen is waited for
OPEN, ROW = "open|", "row|"

Where = Mapping[str, Any]


def variant(where: Where) -> str:
    """The canonical name of a condition on records."""
    return ",".join(f"{name}={_text(where[name])}" for name in sorted(where))


def asked(catalogue: Catalogue, feed: Feed) -> tuple[dict[str, Where], dict[str, Where]]:
    """What the indicators of a record feed ask about its rows: of those open, and of all."""
    opened: dict[str, Where] = {}
    rows: dict[str, Where] = {}
    for compute in (i.compute for i in catalogue.of_feed(feed.code)):
        if compute.fn in ("records_open", "ontime_rate"):
            opened[variant(compute.args.get("where", {}))] = compute.args.get("where", {})
        if compute.fn == "records_share":
            rows |= {variant(compute.args[side]): compute.args[side] for side in ("num", "den")}
    return opened, rows


def due_bucket(times: Mapping[str, int], fields: Mapping[str, Any], at: int) -> int:
    """The standing hour in which an open record becomes late; NEVER while it waits for the citizen."""
    if (fields.get("supplements") or 0) >= 2:
        return BASE + at // HOUR_MS - 1  # a second request makes it late at once
    if "supplement_from" in times and times.get("supplement_to", 0) < times["supplement_from"]:
        return NEVER
    limit = dossier.deadline(times, fields, at)
    return NEVER if limit is None else BASE + (limit - 1) // HOUR_MS


class Standing:
    """Rows of a record feed that stand at each place: all, open, late, and due soon."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._due: dict[int, dict[str, Tally]] = {}  # bucket -> place -> variant -> how many
        self._past = self._soon = BASE
        self.rows: dict[str, Tally] = {}
        self.open: dict[str, Tally] = {}
        self.late: dict[str, Tally] = {}
        self.soon: dict[str, Tally] = {}

    def add(self, leaf: str, measure: str, hour: int, amount: float) -> None:
        """Count a change of a standing cell at `leaf` and above."""
        kind, _, name = measure.partition("|")
        places = (leaf, *self._chain(leaf))
        if kind == "row":
            _increase(self.rows, places, name, amount)
            return
        _increase(self.open, places, name, amount)
        _increase(self._due.setdefault(hour, {}), places, name, amount)
        if hour < self._past:
            _increase(self.late, places, name, amount)
        elif hour < self._soon:
            _increase(self.soon, places, name, amount)

    def advance(self, now: int, horizon: int) -> bool:
        """Let the clock stand at `now`; `horizon` is until when a record is due soon. True when anything moved."""
        past, soon = BASE + now // HOUR_MS, BASE + horizon // HOUR_MS
        if (past, soon) == (self._past, self._soon):
            return False
        self._past, self._soon = past, soon
        self.late, self.soon = {}, {}
        for bucket, places in self._due.items():
            if bucket < soon:
                table = self.late if bucket < past else self.soon
                for place, tally in places.items():
                    for name, amount in tally.items():
                        _increase(table, (place,), name, amount)
        return True

    def count(self, table: Mapping[str, Tally], place: str, name: str) -> float:
        """How many of a variant stand in one of the tables at `place`."""
        return table.get(place, {}).get(name, 0)


def cells(
    computed: Iterable[Mapping[str, Where]], matches: Callable[[Where], bool], bucket: int | None
) -> Iterator[tuple[str, int]]:
    """The standing cells of one row: (measure, hour). `bucket` is where it is due, None when it is closed."""
    opened, rows = computed
    for name, where in rows.items():
        if matches(where):
            yield ROW + name, BASE
    if bucket is not None:
        for name, where in opened.items():
            if matches(where):
                yield OPEN + name, bucket


def asks(compute: Compute) -> str:
    """The variant of open records that an indicator asks about."""
    return variant(compute.args.get("where", {}))


def _increase(table: dict[str, Tally], places: Iterable[str], name: str, amount: float) -> None:
    for place in places:
        tally = table.setdefault(place, {})
        tally[name] = tally.get(name, 0) + amount


def _text(value: Any) -> str:
    return "/".join(map(str, value)) if isinstance(value, list) else str(value)
