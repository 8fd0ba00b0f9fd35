"""What was corrected: an hour or a day of the nation or a unit that had been written and then changed its value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isclose
from typing import Protocol

import msgspec
from sqlalchemy import Connection, delete, select

from feeds.catalogue.clock import DAY_MS
from feeds.catalogue.places import NATION_KEY
from feeds.catalogue.scope import Scope
from feeds.store.database import Database
from feeds.store.tables import history, revisions
from feeds.store.upsert import or_leave, put_many

KEEP_MS = 90 * DAY_MS
WITHIN = 1e-6  # of the value: less is the rounding of a sum, not a correction
MINUTE = 1
Key = tuple[str, str, int, int]


class Written(Protocol):
    """A bucket of history about to be written."""

    @property
    def scope(self) -> str:
        """Whose."""
        ...

    @property
    def indicator(self) -> str:
        """Of what."""
        ...

    @property
    def step(self) -> int:
        """Minutes."""
        ...

    @property
    def t(self) -> int:
        """Start."""
        ...

    @property
    def v(self) -> float | None:
        """Value."""
        ...

    @property
    def n(self) -> int | None:
        """Observations behind it."""
        ...


class Revision(msgspec.Struct, frozen=True):
    """The bucket `t` of `step` minutes said `old` until `at`; `n_old` and `n_new` observations stand behind the two."""

    scope: str
    indicator: str
    step: int
    t: int
    at: int
    old: float
    new: float | None
    n_old: int | None
    n_new: int | None


class Revisions:
    """The corrections of one world."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def note(self, connection: Connection, points: Iterable[Written], epoch: int, version: int, now_ms: int) -> int:
        """Keep what writing `points` corrects and say how much; to be called in their transaction, before they are
        written.

        Points that an older (epoch, version) than what stands would write correct nothing.
        """
        wide = {(p.scope, p.indicator, p.step, p.t): p for p in points if p.step > MINUTE and _wide(p.scope)}
        if not wide:
            return 0
        found = [
            Revision(*key, now_ms, v, wide[key].v, n, wide[key].n)
            for key, v, n, age in self._standing(connection, wide)
            if v is not None and age <= (epoch, version) and not _same(v, wide[key].v)
        ]
        if found:
            put_many(self._db, connection, revisions, found, or_leave, epoch=epoch, version=version)
        return len(found)

    def latest(self, scope: Scope, name: str, indicator: str, limit: int = 5) -> list[Revision]:
        """The last corrections of a figure, newest first."""
        scope.check(name)
        columns = [revisions.c[field] for field in Revision.__struct_fields__]
        query = select(*columns).where(revisions.c.scope == name, revisions.c.indicator == indicator)
        query = query.order_by(revisions.c.at.desc(), revisions.c.t.desc()).limit(max(1, min(limit, 500)))
        with self._db.read() as connection:
            return [Revision(*row) for row in connection.execute(query)]

    def everywhere(self, scope: Scope, name: str, limit: int) -> list[Revision]:
        """The last corrections of a unit, or of all units and the nation together; newest first."""
        scope.check(name)
        columns = [revisions.c[field] for field in Revision.__struct_fields__]
        query = select(*columns).order_by(revisions.c.at.desc(), revisions.c.t.desc()).limit(limit)
        if name != NATION_KEY:
            query = query.where(revisions.c.scope == name)
        elif scope.units is not None:
            query = query.where(revisions.c.scope.in_(sorted(scope.units)))
        with self._db.read() as connection:
            return [Revision(*row) for row in connection.execute(query)]

    def prune(self, now_ms: int, keep_ms: int = KEEP_MS) -> int:
        """Delete what was corrected longer ago than it is kept; returns how many went."""
        with self._db.write() as connection:
            return connection.execute(delete(revisions).where(revisions.c.at < now_ms - keep_ms)).rowcount

    def _standing(
        self, connection: Connection, wide: dict[Key, Written]
    ) -> list[tuple[Key, float | None, int | None, tuple[int, int]]]:
        """What stands in the buckets about to be written."""
        scopes, codes, steps, times = (_each(wide, place) for place in range(4))
        c = history.c
        query = select(c.scope, c.indicator, c.step, c.t, c.v, c.n, c.epoch, c.version)
        query = query.where(c.scope.in_(scopes), c.indicator.in_(codes), c.step.in_(steps), c.t.in_(times))
        rows = ((tuple(row[:4]), row) for row in connection.execute(query))
        return [(key, row.v, row.n, (row.epoch, row.version)) for key, row in rows if key in wide]


def _each(keys: Iterable[Key], place: int) -> Sequence[str | int]:
    return sorted({key[place] for key in keys})


def _wide(scope: str) -> bool:
    """The nation and the units: communes and stations are too many to remember every correction of."""
    return "/" not in scope and ":" not in scope


def _same(old: float, new: float | None) -> bool:
    return new is not None and isclose(old, new, rel_tol=WITHIN, abs_tol=WITHIN)
