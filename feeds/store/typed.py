"""Figures that people typed: every revision is a row that stays, and only a second person moves it on.

A slot is (feed, parameter, place, time); its rows in order are its trail of revisions, the newest approved one is what
holds. What is decided is decided once: of two people at the same moment one comes too late.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, func, insert, select, true, update
from sqlalchemy.engine import Row

from feeds.catalogue.scope import Scope
from feeds.store.database import Database
from feeds.store.tables import typed_figures

rows = typed_figures.c
WAITING, SENDING, APPROVED, REFUSED = "waiting", "sending", "approved", "refused"


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A figure as somebody typed it; `value` in the parameter's declared unit, times in ms."""

    feed: str
    param: str
    unit: str
    place: str
    at: int
    value: float
    note: str
    by: str
    made: int


class Typed(Proposal, frozen=True, kw_only=True):
    """A revision as it is kept. `live` tells whether it went into the live figures."""

    id: int
    state: str
    decided_by: str | None = None
    decided: int | None = None
    why: str | None = None
    live: bool = False


class TypedFigures:
    """The typed figures of one world."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, scope: Scope, proposals: list[Proposal]) -> list[int]:
        """Keep proposals, all or none; their numbers. Raises OutOfScope for a unit that `scope` does not see."""
        for proposal in proposals:
            scope.check(proposal.unit)
        fresh = {"state": WAITING, "live": False}
        with self._db.write() as connection:
            made = [
                connection.execute(insert(typed_figures).values(**msgspec.structs.asdict(proposal), **fresh))
                for proposal in proposals
            ]
            return [int(each.inserted_primary_key[0]) for each in made if each.inserted_primary_key]

    def get(self, scope: Scope, number: int) -> Typed | None:
        """One revision, when `scope` may see it."""
        with self._db.read() as connection:
            row = connection.execute(select(typed_figures).where(rows.id == number, _visible(scope))).first()
        return None if row is None else _typed(row)

    def page(
        self, scope: Scope, *, state: str | None = None, before: int | None = None, limit: int = 100
    ) -> list[Typed]:
        """The newest revisions in scope, with numbers below `before`."""
        wanted = [_visible(scope)]
        if state is not None:
            wanted.append(rows.state == state)
        if before is not None:
            wanted.append(rows.id < before)
        query = select(typed_figures).where(*wanted).order_by(rows.id.desc()).limit(limit)
        with self._db.read() as connection:
            return [_typed(row) for row in connection.execute(query)]

    def trail(self, scope: Scope, of: Proposal) -> list[Typed]:
        """Every revision of the slot, the oldest first."""
        query = select(typed_figures).where(_visible(scope), *_slot(of)).order_by(rows.id)
        with self._db.read() as connection:
            return [_typed(row) for row in connection.execute(query)]

    def holding(self, scope: Scope, of: Proposal) -> Typed | None:
        """What holds for the slot: its newest approved revision."""
        return next((each for each in reversed(self.trail(scope, of)) if each.state == APPROVED), None)

    def claim(self, scope: Scope, number: int, by: str, at: int, why: str) -> bool:
        """Begin to approve: only a second person, only what waits (or was left half-way); False for anybody else."""
        return self._move(scope, number, (WAITING, SENDING), SENDING, {"decided_by": by, "decided": at, "why": why})

    def release(self, scope: Scope, number: int) -> bool:
        """Let go of what could not be sent: it waits again."""
        free = {"decided_by": None, "decided": None, "why": None}
        return self._move(scope, number, (SENDING,), WAITING, free)

    def approve(self, scope: Scope, number: int, live: bool) -> bool:
        """It was sent (`live`), or holds without being sent."""
        return self._move(scope, number, (SENDING,), APPROVED, {"live": live})

    def refuse(self, scope: Scope, number: int, by: str, at: int, why: str) -> bool:
        """Decline what waits; its own author may take it back so."""
        return self._move(scope, number, (WAITING,), REFUSED, {"decided_by": by, "decided": at, "why": why})

    def _move(self, scope: Scope, number: int, old: tuple[str, ...], new: str, said: dict[str, Any]) -> bool:
        which = [rows.id == number, rows.state.in_(old), _visible(scope)]
        if new == SENDING:
            which.append(func.lower(rows.by) != str(said["decided_by"]).lower())
        with self._db.write() as connection:
            changed = connection.execute(update(typed_figures).where(*which).values(state=new, **said))
        return changed.rowcount == 1


def _visible(scope: Scope) -> ColumnElement[bool]:
    return true() if scope.units is None else rows.unit.in_(sorted(scope.units))


def _slot(of: Proposal) -> list[ColumnElement[bool]]:
    return [rows.feed == of.feed, rows.param == of.param, rows.place == of.place, rows.at == of.at]


def _typed(row: Row[Any]) -> Typed:
    return Typed(**row._asdict())
