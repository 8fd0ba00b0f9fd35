"""Revisions: what was written and then corrected is remembered, once, with both values; rounding is no correction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Connection

from feeds.catalogue.clock import DAY_MS, HOUR_MS, TickClock
from feeds.catalogue.scope import NATION, OutOfScope, Scope
from feeds.store import history
from feeds.store.database import Database
from feeds.store.history import History, Point
from feeds.store.revisions import KEEP_MS, Revision, Revisions

NOON = 1_795_237_200_000
CODE = "air_aqi_hour"


@pytest.fixture
def clock() -> TickClock:
    return TickClock(NOON + 2 * HOUR_MS)


@pytest.fixture
def corrected(database: Database, clock: TickClock) -> History:
    return History(database, clock)


def said(v: float | None, n: int = 3, scope: str = "01", step: str = "hour") -> Point:
    return Point(scope, CODE, step, NOON, v, n)  # type: ignore[arg-type]


def of(database: Database, name: str = "01") -> list[Revision]:
    return Revisions(database).latest(NATION, name, CODE)


def test_a_correction_keeps_old_and_new_and_how_many_stood_behind_each(
    corrected: History, database: Database, clock: TickClock
) -> None:
    corrected.write([said(61.5)], 1, 1)
    assert of(database) == []
    corrected.write([said(64.25, n=5)], 1, 2)
    assert of(database) == [Revision("01", CODE, 60, NOON, clock.ms, 61.5, 64.25, 3, 5)]


def test_the_newest_stands_first_and_a_repeated_write_says_nothing_twice(
    corrected: History, database: Database, clock: TickClock
) -> None:
    for version, value in enumerate((61.5, 64.0, 62.0), 1):
        corrected.write([said(value)], 1, version)
        clock.tick(60)
    corrected.write([said(62.0)], 1, 3)
    assert [(r.old, r.new) for r in of(database)] == [(64.0, 62.0), (61.5, 64.0)]


def test_rounding_is_no_correction_and_a_value_taken_back_is_one(corrected: History, database: Database) -> None:
    corrected.write([said(0.1 + 0.2), said(5.0, scope="vn")], 1, 1)
    corrected.write([said(0.3), said(None, scope="vn")], 1, 2)
    assert of(database) == []
    assert [(r.old, r.new) for r in of(database, "vn")] == [(5.0, None)]


def test_an_older_writer_corrects_nothing(corrected: History, database: Database) -> None:
    corrected.write([said(61.5)], 2, 1)
    corrected.write([said(99.0)], 1, 9)
    assert of(database) == []


def test_minutes_communes_and_stations_leave_no_revision(corrected: History, database: Database) -> None:
    for version, value in enumerate((1.0, 2.0), 1):
        rows = [said(value, scope="01/00004"), said(value, scope="01:ST-1"), said(value, step="minute")]
        corrected.write([*rows, said(value, step="day", scope="vn")], 1, version)
    assert of(database) == of(database, "01/00004") == []
    assert [r.step for r in of(database, "vn")] == [1440]


def test_old_revisions_go_and_scope_is_checked(corrected: History, database: Database, clock: TickClock) -> None:
    corrected.write([said(1.0)], 1, 1)
    corrected.write([said(2.0)], 1, 2)
    with pytest.raises(OutOfScope):
        Revisions(database).latest(Scope(frozenset({"79"})), "01", CODE)
    assert Revisions(database).prune(clock.ms + DAY_MS) == 0
    assert corrected.prune(clock.ms + KEEP_MS + 1, {}) == 1
    assert of(database) == []


def test_only_what_stands_is_compared(corrected: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "TOGETHER", 2)
    compared: list[int] = []

    def noting(self: Revisions, connection: Connection, points: Sequence[Point], *rest: Any) -> int:
        compared.append(len(points))
        return note(self, connection, points, *rest)

    note = Revisions.note
    monkeypatch.setattr(Revisions, "note", noting)
    corrected.write([said(9.0)], 1, 1)
    found: list[int] = []
    hours = [Point("01", CODE, "hour", NOON + n * HOUR_MS, float(n)) for n in range(5)]
    corrected.write(hours, 1, 2, found.append)
    assert (compared, found) == ([2], [1])
    series = corrected.series(NATION, "01", CODE, NOON, NOON + 5 * HOUR_MS, "hour")
    assert series.v == [0.0, 1.0, 2.0, 3.0, 4.0]
