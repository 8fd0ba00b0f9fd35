"""Record feeds split by a field or by desk: what is open, what is late, and what was counted in a period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, case, false, func, or_, select, true

from feeds.catalogue.model import Measure
from feeds.catalogue.scope import Scope
from feeds.store.database import Database
from feeds.store.narrowing import Late, is_late, late_from, moment
from feeds.store.tables import records

DESK = "desk"  # to split by who handles: the commune, or the unit's own desk
SELF = ("type", "state")


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Records of one desk or of one value of a field; `oldest`: the first time something open is late from."""

    key: str
    open: int
    overdue: int
    oldest: int | None
    counts: dict[str, int]


class Breakdowns:
    """Reads the record feeds of one world in parts."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def parts(
        self, scope: Scope, feed: str, place: str, by: str, now_ms: int, since_ms: int, measures: Mapping[str, Measure]
    ) -> list[Part]:
        """Parts of the records at `place`, the most overdue first; `measures` count from `since_ms` on.

        Of the whole nation only what is open is read, and its desks are the units: nothing is counted then.
        """
        scope.check(place)
        whole, pg = place == "vn", self._db.is_postgres
        key = _key(by, whole)
        late = case((is_late(Late(now_ms), pg), 1))
        counted = [] if whole else [func.count(_counts(measure, since_ms, pg)) for measure in measures.values()]
        query = (
            select(
                key,
                func.count(case((records.c.open, 1))),
                func.count(late),
                func.min(case((records.c.open, late_from(pg)))),
                *counted,
            )
            .where(records.c.feed == feed, *_inside(scope, place, whole), _touched(since_ms))
            .group_by(key)
        )
        with self._db.read() as connection:
            rows = [_part(row, [] if whole else list(measures)) for row in connection.execute(query)]
        return sorted(rows, key=lambda part: (-part.overdue, -part.open, part.key))


def _key(by: str, whole: bool) -> ColumnElement[Any]:
    if by == DESK:
        return records.c.unit if whole else records.c.commune
    if not by.isidentifier():
        raise ValueError(f"{by!r} is no field of a record")
    value: ColumnElement[Any] = records.c.fields[by].as_string()
    return value


def _inside(scope: Scope, place: str, whole: bool) -> list[ColumnElement[bool]]:
    if not whole:
        return [records.c.unit == place]
    return [records.c.open, true() if scope.units is None else records.c.unit.in_(sorted(scope.units))]


def _touched(since_ms: int) -> ColumnElement[bool]:
    """A record that closed before the period and was not touched since adds nothing to any part."""
    return or_(records.c.open, records.c.at >= since_ms)


def _counts(measure: Measure, since_ms: int, postgres: bool) -> ColumnElement[Any]:
    """1 where a record counts for `measure` in the period."""
    wanted = (_matches(name, value) for name, value in measure.where.items())
    return case((and_(moment(measure.at, postgres) >= since_ms, *wanted), 1))


def _matches(name: str, wanted: Any) -> ColumnElement[bool]:
    values: Sequence[Any] = wanted if isinstance(wanted, list) else [wanted]
    if not values:
        return false()
    if name in SELF:
        return records.c[name].in_(values)
    field = records.c.fields[name]
    if all(isinstance(value, bool) for value in values):
        return or_(*(field.as_boolean() == value for value in values))
    found: ColumnElement[bool] = field.as_string().in_([str(value) for value in values])
    return found


def _part(row: Any, measures: list[str]) -> Part:
    key, open_, overdue, oldest, *counts = row
    counted = dict(zip(measures, (int(n) for n in counts), strict=True))
    return Part(key=str(key or ""), open=int(open_), overdue=int(overdue), oldest=oldest, counts=counted)
