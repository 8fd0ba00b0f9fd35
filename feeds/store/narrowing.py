"""Which records a list is narrowed to, as conditions of both databases: place, state, fields, times, what is late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, ColumnElement, String, and_, case, cast, false, func, or_, true, type_coerce
from sqlalchemy.dialects.postgresql import JSONB

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.question import Unmeant
from feeds.catalogue.scope import Scope
from feeds.store.tables import records

Value = str | bool | int
Where = Mapping[str, Value | Sequence[Value]]  # state, type, or a field: the value it must have, or one of several
ENDS = ("finished", "returned", "stopped", "refused", "withdrawn")  # the first that is known of
COLUMNS = ("id", "type", "state", "place", "source", "at", "due")  # of a row, besides what its JSON holds


class During(msgspec.Struct, frozen=True):
    """Records whose time `name` (`at`, `due`, or one the record carries) lies in [from_ms, to_ms)."""

    name: str
    from_ms: int
    to_ms: int


class Late(msgspec.Struct, frozen=True):
    """Open records that are late at `now_ms`; with `by_ms` those that are not yet and will be by then."""

    now_ms: int
    by_ms: int | None = None


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of records is narrowed to; an empty filter is everything in scope."""

    place: str | None = None  # `vn` (everything), a unit, `<unit>/<commune>` or `agency:<code>`
    states: tuple[str, ...] = ()
    open: bool | None = None
    due_from: int | None = None  # due in [from, to)
    due_to: int | None = None
    where: Where = {}
    any_of: tuple[Where, ...] = ()  # at least one of these as well
    id_prefix: str = ""
    search: str = ""  # anywhere in the number
    during: During | None = None
    or_open: Where | None = None  # those of `during`, and the open ones that are so
    late: Late | None = None


def inside(scope: Scope) -> ColumnElement[bool]:
    """Rows a session may see."""
    return true() if scope.units is None else records.c.unit.in_(sorted(scope.units))


def narrowed(scope: Scope, filter: Filter, postgres: bool) -> list[ColumnElement[bool]]:
    """Everything a row must be; OutOfScope when the filter names a place outside."""
    wanted = [inside(scope), *_at_place(scope, filter.place), *equal(filter.where, postgres)]
    if filter.any_of:
        wanted.append(or_(*(and_(true(), *equal(where, postgres)) for where in filter.any_of)))
    if filter.states:
        wanted.append(records.c.state.in_(filter.states))
    if filter.open is not None:
        wanted.append(records.c.open if filter.open else ~records.c.open)
    if filter.due_from is not None:
        wanted.append(records.c.due >= filter.due_from)
    if filter.due_to is not None:
        wanted.append(records.c.due < filter.due_to)
    if filter.id_prefix:
        wanted.append(records.c.id.startswith(filter.id_prefix, autoescape=True))
    if filter.search:
        wanted.append(records.c.id.icontains(filter.search, autoescape=True))
    return [*wanted, *_in_time(filter, postgres), *([is_late(filter.late, postgres)] if filter.late else [])]


def equal(where: Where, postgres: bool) -> list[ColumnElement[bool]]:
    """Fields with the values they must have."""
    return [
        or_(*(_equals(name, each, postgres) for each in ([value] if isinstance(value, Value) else value)))
        for name, value in where.items()
    ]


def expression(name: str, postgres: bool) -> ColumnElement[Any]:
    """A column, a time or a field of a row, or `late_from`, to be sorted and grouped by; Unmeant for a name that cannot
    be one."""
    if name == "late_from":
        return late_from(postgres)
    if name in COLUMNS:
        return records.c[name]
    kind, _, key = name.partition(".")
    if kind not in ("times", "fields") or not key.isidentifier():
        raise Unmeant(f"{name!r} is no column of a list of records")
    return moment(key, postgres) if kind == "times" else text_of(key, postgres)


def moment(name: str, postgres: bool) -> ColumnElement[int]:
    """A time of a row, in ms; `ended` by the rule of feeds/compute/dossier.py (a test holds both together)."""
    if name in ("at", "due"):
        return records.c[name]
    if name == "ended":
        return func.coalesce(*(moment(end, postgres) for end in ENDS), case((~records.c.open, records.c.at)))
    if postgres:
        return cast(type_coerce(records.c.times, JSONB)[name].astext, BigInteger)
    return func.json_extract(records.c.times, f"$.{name}")


def text_of(name: str, postgres: bool) -> ColumnElement[Any]:
    """A field of a row as text."""
    if postgres:
        return cast(type_coerce(records.c.fields, JSONB)[name].astext, String)
    return cast(func.json_extract(records.c.fields, f"$.{name}"), String)


def is_late(late: Late, postgres: bool) -> ColumnElement[bool]:
    """The rule of feeds/compute/standing.py, which counts late records by the hour in which they become so."""
    limit, twice = _limit(postgres), _asked_twice(postgres)
    now = late.now_ms // HOUR_MS * HOUR_MS
    overdue = or_(twice, limit <= now)
    if late.by_ms is None:
        return and_(records.c.open, overdue)
    return and_(records.c.open, ~func.coalesce(twice, false()), limit > now, limit <= late.by_ms // HOUR_MS * HOUR_MS)


def late_from(postgres: bool) -> ColumnElement[int | None]:
    """When an open record becomes late, by the rule of feeds/compute/dossier.py (`falls_late`); NULL for never."""
    at, due = records.c.at, records.c.due
    return case((_asked_twice(postgres), case((due < at, due), else_=at)), else_=_limit(postgres))


def _in_time(filter: Filter, postgres: bool) -> list[ColumnElement[bool]]:
    if filter.during is None:
        return []
    at = moment(filter.during.name, postgres)
    inside_it = and_(at >= filter.during.from_ms, at < filter.during.to_ms)
    if filter.or_open is None:
        return [inside_it]
    return [or_(inside_it, and_(records.c.open, *equal(filter.or_open, postgres)))]


def _limit(postgres: bool) -> ColumnElement[int | None]:
    """When an open record becomes late: its due time and what the citizen was waited for; NULL while he is."""
    start, stop = moment("supplement_from", postgres), moment("supplement_to", postgres)
    until = case((stop > records.c.at, records.c.at), else_=stop)  # what is still to come has not been waited
    return case(
        (start.is_(None), records.c.due),
        (or_(stop.is_(None), stop < start), None),
        (until < start, records.c.due),
        else_=records.c.due + until - start,
    )


def _asked_twice(postgres: bool) -> ColumnElement[bool]:
    if postgres:
        return func.coalesce(cast(type_coerce(records.c.fields, JSONB)["supplements"].astext, BigInteger), 0) >= 2
    return func.coalesce(func.json_extract(records.c.fields, "$.supplements"), 0) >= 2


def _at_place(scope: Scope, place: str | None) -> list[ColumnElement[bool]]:
    if place is None:
        return []
    scope.check(place)
    if place.startswith("agency:"):
        return [records.c.place == place]
    unit, _, commune = place.partition("/")
    wanted = [] if unit == "vn" else [records.c.unit == unit]
    return [*wanted, records.c.commune == commune] if commune else wanted


def _equals(name: str, value: Value, postgres: bool) -> ColumnElement[bool]:
    """Equal in value and in kind; a field that is text never fails a comparison with a number."""
    if name in ("state", "type"):
        return records.c[name] == value
    if not name.isidentifier():
        raise Unmeant(f"{name!r} is no field of a record")
    if postgres:
        return type_coerce(records.c.fields, JSONB).contains({name: value})
    return func.json_extract(records.c.fields, f"$.{name}") == value
