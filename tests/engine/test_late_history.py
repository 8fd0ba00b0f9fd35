"""A late event corrects its own hour, and every hour and day after it whose figures look back on it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from feeds.catalogue.clock import DAY_MS, HOUR_MS
from feeds.catalogue.scope import NATION
from feeds.engine import due
from feeds.engine.engine import Engine
from feeds.store.history import History
from tests.engine.rig import Rig, settle


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Corrections are not collected, except where that is the point."""
    monkeypatch.setattr(due, "REST_MS", 0)
    monkeypatch.setattr(due, "CALM_MS", 0)


def hours(rig: Rig, indicator: str, count: int, name: str = "01") -> list[float | None]:
    """The figure at the end of the last `count` hours that are over, oldest first."""
    end = rig.clock.ms // HOUR_MS * HOUR_MS
    return History(rig.database).series(NATION, name, indicator, end - count * HOUR_MS, end, "hour").v


def write(rig: Rig, engine: Engine) -> None:
    settle(rig, engine)
    for _ in range(400):
        if not engine.chronicle.step(rig.clock.ms):
            break
    settle(rig, engine)


def hourly(rig: Rig, *ago: int, pm25: float = 10) -> None:
    rig.post(*(rig.reading("A", at=rig.clock.ms - back * HOUR_MS, pm25=pm25) for back in ago))


def test_the_hours_after_a_late_event_are_corrected_too(rig: Rig) -> None:
    engine = rig.engine()
    hourly(rig, 5, 4, 3, 2, 1)
    write(rig, engine)
    assert hours(rig, "valid_day", 5) == [1, 2, 3, 4, 5]
    assert hours(rig, "pm_mean", 5) == [10] * 5
    hourly(rig, 4, pm25=30)
    write(rig, engine)
    assert hours(rig, "valid_day", 5) == [1, 3, 4, 5, 6]
    assert hours(rig, "pm_mean", 5) == [10, 15, 40 / 3, 12.5, 12]
    assert rig.figure("valid_day", "01")["v"] == 6


def test_the_half_hour_before_the_start_is_no_gap_in_a_spark(rig: Rig) -> None:
    """Who starts at a quarter to eleven has hours from history, and tells the half hour since ten from what came."""
    rig.post(*(rig.reading("A", at=rig.clock.ms - ago * 60_000, pm25=10) for ago in (150, 90, 50, 20, 2)))
    rig.clock.ms += 15 * 60_000
    engine = rig.engine()
    write(rig, engine)
    engine.sparks.advance(rig.clock.ms)
    spark = engine.sparks.of("01", "pm_mean") or []
    assert spark[-4:] == [10, 10, 10, None], (
        "hours, the half hour since ten, and the present, which nobody has told yet"
    )


def test_it_reaches_over_midnight_as_far_as_its_window(rig: Rig) -> None:
    engine = rig.engine()
    hourly(rig, 40, 12, 2, 1)  # it is half past ten: 12 hours ago was yesterday
    write(rig, engine)
    hourly(rig, 12, pm25=50)
    write(rig, engine)
    assert hours(rig, "valid_day", 2) == [1, 2]  # today's counts have nothing to do with yesterday
    assert hours(rig, "pm_mean", 2) == [(30 + 10) / 2, (30 + 10 + 10) / 3]
    end = rig.clock.ms
    days = History(rig.database).series(NATION, "01", "valid_day", end - 3 * DAY_MS, end, "day").v
    assert [value for value in days if value is not None] == [1, 2]


def test_what_could_not_be_written_is_written_again(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = rig.engine()
    hourly(rig, 12, 2, 1)
    write(rig, engine)
    hourly(rig, 12, pm25=50)
    real, left = engine.stores.history.write, [1]

    def away_once(*words: Any) -> int:
        if left:
            left.pop()
            raise OperationalError("insert", {}, Exception("database is locked"))
        return real(*words)

    monkeypatch.setattr(engine.stores.history, "write", away_once)
    write(rig, engine)
    write(rig, engine)
    assert hours(rig, "pm_mean", 2) == [20, 50 / 3]


def test_it_is_written_once_and_then_rests(rig: Rig) -> None:
    engine = rig.engine()
    hourly(rig, 5, 4, 3)
    write(rig, engine)
    assert all(
        not set(part.late) - {rig.clock.ms // HOUR_MS} for f in engine.feeds.values() for part in f.partitions.values()
    )
    assert not engine.chronicle.step(rig.clock.ms)


def test_corrections_of_older_hours_are_collected_for_a_while(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "REST_MS", 60_000)
    engine = rig.engine()
    hourly(rig, 8, 7, 1)
    write(rig, engine)
    hourly(rig, 8, pm25=30)
    write(rig, engine)
    assert hours(rig, "valid_day", 8)[:2] == [1, 2]  # not yet
    rig.clock.tick(900)
    write(rig, engine)
    assert hours(rig, "valid_day", 8)[:2] == [2, 3]


def test_an_hour_in_which_most_were_silent_is_a_gap_in_the_shares_of_stations(rig: Rig) -> None:
    engine = rig.engine()
    hour = rig.clock.ms // HOUR_MS * HOUR_MS
    for code in "ABC":
        rig.post(*(rig.reading(code, at=hour - back * HOUR_MS - 1000, feed="cameras", online=1) for back in (2, 5)))
    rig.post(rig.reading("A", at=hour - 3 * HOUR_MS - 1000, feed="cameras", online=1))
    write(rig, engine)
    assert hours(rig, "cams_on", 6) == [100, None, None, 100, None, None]
