"""Windows over counted facts, and pools of members, held against plain lists (hypothesis)."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.catalogue.clock import DAY_MS, HOUR_MS, OFFSET_MS, day_of
from feeds.catalogue.model import Compute, Indicator
from feeds.compute.cells import Row, add, merge
from feeds.compute.counts import Counts
from feeds.compute.explode import size_of, size_part
from feeds.compute.figure import Figure
from feeds.compute.periods import period_at
from feeds.compute.pool import Pool, Pooling
from feeds.compute.rollup import Member, roll_up
from feeds.compute.station import Station
from feeds.compute.windows import spans

MINUTE_MS = 60_000
START = 1_795_000_000_000 // HOUR_MS * HOUR_MS
LEAVES = ("01/00004", "01/00008", "01/", "04/", "vn/")
Fact = tuple[int, str, int]  # at, leaf, amount
facts = st.lists(
    st.tuples(st.integers(START - 40 * DAY_MS, START), st.sampled_from(LEAVES), st.integers(1, 9)), max_size=40
)


def above(leaf: str) -> tuple[str, ...]:
    return ("vn",) if leaf == "vn/" else (leaf[:2], "vn")


def counted(given_facts: Iterable[Fact], horizon: int = 0) -> Counts:
    counts = Counts(above, horizon)
    for at, leaf, amount in given_facts:
        counts.add(leaf, at // MINUTE_MS, {"m": amount})
    return counts


def window_start(window: str, now: int) -> int:
    """When a window began, in the words of its definition."""
    minute, hour = (now - 1) // MINUTE_MS, (now - 1) // HOUR_MS
    match window:
        case "minute" | "10m":
            return (minute - {"minute": 0, "10m": 9}[window]) * MINUTE_MS
        case "hour":
            return (minute - 59) * MINUTE_MS
        case "24h" | "7d":
            return (hour - {"24h": 23, "7d": 167}[window]) * HOUR_MS
        case "day":
            return day_of(now - 1) * DAY_MS - OFFSET_MS
    return period_at(now - 1, "month" if window == "month" else "year").start_ms


def at_place(leaf: str, place: str) -> bool:
    return place in (leaf, *above(leaf))


@given(facts, st.sampled_from(["minute", "10m", "hour", "24h", "7d", "day", "month", "year"]),
       st.integers(START - 8 * DAY_MS, START), st.sampled_from(["01/00004", "01", "vn", "79"]))  # fmt: skip
def test_a_window_holds_what_happened_in_it(said: list[Fact], window: str, now: int, place: str) -> None:
    past = [fact for fact in said if fact[0] < now]  # what has not happened yet is counted when it has
    found = counted(past).total(place, ["m"], spans(window, now))
    assert found == sum(n for at, leaf, n in past if at >= window_start(window, now) and at_place(leaf, place))


@given(facts, st.integers(START - 30 * DAY_MS, START), st.integers(0, 9))
def test_folding_hours_into_days_changes_no_total(said: list[Fact], fold_at: int, late: int) -> None:
    counts = counted(said[late:])
    moved = list(counts.fold(fold_at // HOUR_MS))
    for at, leaf, amount in said[:late]:  # and what comes late goes straight to its day
        counts.add(leaf, at // MINUTE_MS, {"m": amount})
    everything = [("hours", list(counts.hours)), ("days", list(counts.days))]
    for place in ("01/00004", "01", "vn"):
        assert counts.total(place, ["m"], everything) == sum(n for _, leaf, n in said if at_place(leaf, place))
    assert all(hour < fold_at // HOUR_MS for hour, _ in moved)
    assert all(hour >= fold_at // HOUR_MS for hour in counts.hours)


@given(facts, st.integers(START - 30 * DAY_MS, START))
def test_a_day_is_the_same_before_and_after_its_hours_are_folded(said: list[Fact], now: int) -> None:
    past = [fact for fact in said if fact[0] < now]
    for window in ("day", "month"):
        whole, folded = counted(past), counted(past)
        list(folded.fold(now // HOUR_MS))
        assert whole.total("vn", ["m"], spans(window, now)) == folded.total("vn", ["m"], spans(window, now))


readings = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(-50, 50)), max_size=20)


@given(readings, st.randoms(use_true_random=False), st.integers(0, 20))
def test_cells_do_not_mind_the_order_nor_where_they_were_filled(
    said: list[tuple[int, int, int]], dice: object, cut: int
) -> None:
    def filled(some: list[tuple[int, int, int]]) -> Row:
        row: Row = {}
        for at, later, value in some:
            add(row, {"x": float(value)}, at, at + later)
        return row

    whole, mixed = filled(said), list(said)
    dice.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis' random
    assert filled(mixed) == whole
    left, right = filled(mixed[:cut]), filled(mixed[cut:])
    merge(left, right)
    assert left == whole


@given(st.lists(st.tuples(st.integers(0, 30 * 24), st.floats(-9, 9)), min_size=1, max_size=30), st.integers(0, 40 * 24))
def test_a_station_keeps_its_newest_reading_through_folding(said: list[tuple[int, float]], horizon: int) -> None:
    station = Station("S", "01/")
    for hour, value in said:
        add(station.open_row(1000 + hour), {"x": value}, (1000 + hour) * HOUR_MS, 0)
    newest = max(said, key=lambda reading: (reading[0], reading[1]))
    station.fold(1000 + horizon)
    cell = station.newest("x", 5000 * HOUR_MS)
    assert cell is not None and cell[4] == newest[1]
    assert sum(station.row(bucket)["x"][0] for bucket in station.rows) == len(said)  # type: ignore[index]  # a row


@given(st.floats(1e-6, 1e9))
def test_a_size_is_kept_to_one_percent(value: float) -> None:
    assert size_of(size_part("m", value)) == pytest.approx(value, rel=0.0101)


RULES = ("sum", "mean", "worst", "max", "min", "median", "count", "harmonic")
members = st.lists(
    st.tuples(st.one_of(st.none(), st.floats(-1e6, 1e6)), st.floats(0.1, 1e3), st.integers(0, 3)),
    min_size=1,
    max_size=12,
)


@settings(max_examples=200)
@given(st.sampled_from(RULES), st.sampled_from(["up", "down", "band"]), members)
def test_pools_joined_step_by_step_are_the_roll_up_of_all(
    rule: str, direction: str, said: list[tuple[float | None, float, int]]
) -> None:
    indicator = Indicator(
        code="x", vi="x", en="x", unit="–", direction=direction, cadence=60, formula_vi="f", formula_en="f",  # type: ignore[arg-type]
        compute=Compute(fn="latest"), rollup=rule, range_p=(0, 100),  # type: ignore[arg-type]
    )  # fmt: skip
    if rule == "harmonic":
        said = [(v if v is None else abs(v), w, c) for v, w, c in said]  # no speed is below 0
    pooling = Pooling(indicator)
    communes: dict[int, list[Pool]] = {}
    for value, weight, commune in said:
        figure = Figure(value, 1, 1000, 1000, "s", weight)
        communes.setdefault(commune, []).append(pooling.of_figure(figure, "c"))
    units = {unit: pooling.join(pooling.join(communes[c]) for c in communes if c % 2 == unit) for unit in (0, 1)}
    found = pooling.figure(pooling.join(units.values()), "owner")
    middle = 50.0 if direction == "band" else None
    truth = roll_up(rule, [Member(v, w) for v, w, _ in said], direction, middle)  # type: ignore[arg-type]  # one of them
    if not truth.n:
        assert found.v is None
    else:
        assert found.n == truth.n
        assert found.v == pytest.approx(truth.value, rel=1e-9, abs=1e-6)


def test_a_member_too_old_to_stand_beside_the_newest_is_left_out() -> None:
    indicator = Indicator(
        code="x", vi="x", en="x", unit="–", direction="down", cadence=60, formula_vi="f", formula_en="f",
        compute=Compute(fn="latest"), rollup="mean",
    )  # fmt: skip
    pooling = Pooling(indicator)
    old, new = Figure(100, 1, 0, 0, "a"), Figure(10, 1, 200_000, 200_000, "b")
    assert (
        pooling.figure(pooling.join([pooling.of_figure(old._replace(at=1), "a"), pooling.of_figure(new, "b")]), "o").v
        == 10
    )
    assert pooling.figure(pooling.of_figure(old._replace(at=1), "a"), "o").v == 100  # all that is known, and its age
