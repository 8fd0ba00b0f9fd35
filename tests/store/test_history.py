"""History: a bucket belongs to its newest writer, a gap is a gap, a period is the sum of its days."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from feeds.catalogue.clock import DAY_MS, HOUR_MS, TZ
from feeds.catalogue.scope import NATION, OutOfScope, Scope
from feeds.store.database import Database
from feeds.store.history import History, Left, Point, Quality, Series, TooManyPoints, bucket_start
from feeds.store.tables import history as table

SHARED = [HealthCheck.function_scoped_fixture]  # each example empties the table itself


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=TZ).timestamp() * 1000)


NOON = ms("2026-11-21T12:00")


@pytest.fixture
def history(database: Database) -> History:
    return History(database)


def point(v: float | None, t: int = NOON, step: str = "hour", n: int | None = 1, scope: str = "01") -> Point:
    return Point(scope, "air_aqi_hour", step, t, v, n)


def hours(history: History, count: int = 1) -> list[float | None]:
    return history.series(NATION, "01", "air_aqi_hour", NOON, NOON + count * HOUR_MS, "hour").v


def test_a_series_is_a_regular_grid_with_gaps_as_none(history: History) -> None:
    history.write([point(61.5), point(None, NOON + HOUR_MS, n=0), point(70, NOON + 3 * HOUR_MS, n=2)], 1, 1)
    assert history.series(NATION, "01", "air_aqi_hour", NOON, NOON + 4 * HOUR_MS, "hour") == Series(
        t=[NOON, NOON + HOUR_MS, NOON + 2 * HOUR_MS, NOON + 3 * HOUR_MS],
        v=[61.5, None, None, 70],
        n=[1, 0, None, 2],
        q=[0, 0, None, 0],
    )


def test_zero_is_a_value_and_not_a_gap(history: History) -> None:
    history.write([point(0.0)], 1, 1)
    assert hours(history) == [0.0]


def test_a_point_lands_in_the_bucket_that_holds_it(history: History) -> None:
    history.write([point(5, NOON + 59 * 60_000)], 1, 1)
    assert hours(history) == [5]


def test_days_begin_at_midnight_in_vietnam() -> None:
    assert bucket_start(ms("2026-11-21T00:30"), "day") == ms("2026-11-21T00:00")
    assert bucket_start(ms("2026-11-21T23:59"), "day") == ms("2026-11-21T00:00")


def test_bounds_that_are_no_bucket_starts_give_the_buckets_between(history: History) -> None:
    history.write([point(1), point(2, NOON + HOUR_MS)], 1, 1)
    assert history.series(NATION, "01", "air_aqi_hour", NOON + 1, NOON + HOUR_MS + 1, "hour").t == [NOON + HOUR_MS]
    assert history.series(NATION, "01", "air_aqi_hour", NOON, NOON, "hour") == Series([], [], [], [])


def test_steps_and_indicators_are_kept_apart(history: History) -> None:
    history.write([point(1), point(2, step="minute"), point(3, step="day"), point(4, scope="79")], 1, 1)
    assert hours(history) == [1]


def test_a_bucket_told_twice_in_one_breath_keeps_the_last_word(history: History) -> None:
    history.write([point(1), point(2, NOON + 1)], 1, 1)
    assert hours(history) == [2]


def test_an_older_writer_changes_nothing(history: History) -> None:
    history.write([point(1)], epoch=2, version=7)
    history.write([point(2)], epoch=1, version=99)
    history.write([point(3)], epoch=2, version=6)
    assert hours(history) == [1]


def test_a_newer_writer_and_the_same_one_again_overwrite(history: History) -> None:
    history.write([point(1)], epoch=2, version=7)
    history.write([point(2)], epoch=2, version=7)
    assert hours(history) == [2]
    history.write([point(3)], epoch=3, version=1)
    assert hours(history) == [3]


writes = st.lists(
    st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(0, 2), st.floats(-1e9, 1e9)), min_size=1, max_size=12
)


@settings(max_examples=40, deadline=None, suppress_health_check=SHARED)
@given(writes=writes, data=st.data())
def test_whatever_the_order_and_repetition_the_newest_stands(
    database: Database, history: History, writes: list[tuple[int, int, int, float]], data: st.DataObject
) -> None:
    unique = {(epoch, version, hour): v for epoch, version, hour, v in writes}  # one writer says one thing
    told = data.draw(st.permutations(list(unique.items()) * 2))
    with database.write() as connection:
        connection.execute(delete(table))
    for (epoch, version, hour), v in told:
        history.write([point(v, NOON + hour * HOUR_MS)], epoch, version)
    newest = {hour: max((e, n, v) for (e, n, h), v in unique.items() if h == hour)[2] for _, _, hour in unique}
    assert hours(history, 3) == [newest.get(hour) for hour in range(3)]


def test_many_series_at_once(history: History) -> None:
    history.write([point(1), point(2, scope="79")], 1, 1)
    found = history.many(NATION, ["01", "79", "48"], ["air_aqi_hour"], NOON, NOON + HOUR_MS, "hour")
    assert {key: series.v for key, series in found.items()} == {
        ("01", "air_aqi_hour"): [1],
        ("79", "air_aqi_hour"): [2],
    }


def test_a_series_nobody_can_look_at_is_refused(history: History) -> None:
    with pytest.raises(TooManyPoints, match="shorter time or a longer step"):
        history.series(NATION, "vn", "air_aqi_hour", 0, NOON, "minute")


DAYS = [ms(f"2026-11-{day:02}T00:00") for day in range(1, 31)]


@pytest.mark.parametrize(("rule", "expected"), [("sum", 60), ("mean", 20), ("max", 30), ("min", 10), ("last", 30)])
def test_a_period_follows_the_indicators_rule(history: History, rule: str, expected: float) -> None:
    history.write([point(v, day, "day", n=1) for v, day in zip((10, 20, 30), DAYS[:3], strict=True)], 1, 1)
    series = history.periods(NATION, "01", "air_aqi_hour", [(DAYS[0], DAYS[3])], rule)
    assert series == Series([DAYS[0]], [expected], [3], [Quality.GOOD])


def test_the_mean_of_a_period_is_weighted_by_its_observations(history: History) -> None:
    history.write([point(100, DAYS[0], "day", n=1), point(0, DAYS[1], "day", n=3)], 1, 1)
    bounds = [(DAYS[0], DAYS[2])]
    assert history.periods(NATION, "01", "air_aqi_hour", bounds, "mean").v == [25]
    history.write([point(0, DAYS[1], "day", n=None)], 1, 2)
    assert history.periods(NATION, "01", "air_aqi_hour", bounds, "mean").v == [50]


def test_a_period_with_missing_days_is_partial_and_one_without_any_is_a_gap(history: History) -> None:
    history.write([point(10, DAYS[0], "day"), point(20, DAYS[2], "day")], 1, 1)
    series = history.periods(NATION, "01", "air_aqi_hour", [(DAYS[0], DAYS[3]), (DAYS[3], DAYS[6])], "sum")
    assert (series.t, series.v, series.q) == ([DAYS[0], DAYS[3]], [30, None], [Quality.PARTIAL, None])


def test_a_period_is_as_good_as_its_worst_day(history: History) -> None:
    history.write([Point("01", "air_aqi_hour", "day", DAYS[0], 1, 1, Quality.SUSPECT), point(1, DAYS[1], "day")], 1, 1)
    assert history.periods(NATION, "01", "air_aqi_hour", [(DAYS[0], DAYS[2])], "sum").q == [Quality.SUSPECT]


def test_each_step_is_kept_as_long_as_it_is_promised(history: History) -> None:
    ages = {"minute": 7 * DAY_MS, "hour": 90 * DAY_MS, "day": 3653 * DAY_MS}
    for step, age in ages.items():
        history.write([point(1, NOON - age - DAY_MS, step), point(2, NOON - age + DAY_MS, step)], 1, 1)
    assert history.prune(NOON) == 3
    assert history.prune(NOON) == 0
    for step, age in ages.items():
        left = history.series(NATION, "01", "air_aqi_hour", NOON - age - 2 * DAY_MS, NOON - age + 2 * DAY_MS, step)
        assert [v for v in left.v if v is not None] == [2]


def test_pruning_goes_in_small_bites(history: History) -> None:
    history.write([point(1, NOON - 8 * DAY_MS + minute * 60_000, "minute") for minute in range(5)], 1, 1)
    assert [history.prune(NOON, limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_a_foreign_scope_reads_nothing(history: History) -> None:
    hanoi = Scope(frozenset({"01"}))
    history.write([point(1), point(2, scope="79")], 1, 1)
    assert history.series(hanoi, "01", "air_aqi_hour", NOON, NOON + HOUR_MS, "hour").v == [1]
    for foreign in ("79", "vn", "79:air", "010"):
        with pytest.raises(OutOfScope):
            history.series(hanoi, foreign, "air_aqi_hour", NOON, NOON + HOUR_MS, "hour")
        with pytest.raises(OutOfScope):
            history.many(hanoi, ["01", foreign], ["air_aqi_hour"], NOON, NOON + HOUR_MS, "hour")
        with pytest.raises(OutOfScope):
            history.periods(hanoi, foreign, "air_aqi_hour", [(DAYS[0], DAYS[1])], "sum")


@pytest.mark.parametrize(
    ("left", "said"),
    [("", []), ("narrow", ["01/00004", "01:air:A"]), ("all", ["vn", "01", "01/00004", "01:air:A"])],
)
def test_a_gap_that_may_yet_fill_is_known(history: History, left: Left, said: list[str]) -> None:
    history.note_writing(left)
    assert [name for name in ("vn", "01", "01/00004", "01:air:A") if history.writing(NATION, name)] == said
    with pytest.raises(OutOfScope):
        history.writing(Scope(frozenset({"79"})), "01:air:A")
