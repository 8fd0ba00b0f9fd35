"""Hours told together say what each says that is told alone, and that is what its stations' cells say then."""

from __future__ import annotations

import random
from collections import deque
from typing import Any

import msgspec
import pytest

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.model import Catalogue, Domain, Feed, Indicator
from feeds.compute.age import age_state
from feeds.compute.cells import add
from feeds.compute.entity_figures import STANDS_ON, station_figure
from feeds.compute.figures import looks_at
from feeds.compute.member_figures import MEMBER
from feeds.compute.station import Station, bucket_of_hour, hour_at
from feeds.compute.turns import MOVING, TURNS
from feeds.engine.feed import FeedState
from feeds.engine.past import Extent, Past, Told, end_ms, station_scope
from feeds.engine.where import Where
from tests.engine.conftest import indicator

NOW = 1_795_144_620_000
LAST = hour_at(NOW)
HOURS = 60
LEAVES = ("01/00004", "01/00008", "01/", "04/01273", "vn/")
FEED = Feed(
    code="air", vi="x", en="x", kind="readings", owner="sở", cadence=3600, lag=600, parameters=["pm25", "o3", "up"]
)
GIVEN: list[tuple[str, str, dict[str, Any]]] = [
    ("latest", "mean", {"param": "pm25"}),
    ("latest", "sum", {"param": "up"}),
    ("mean", "worst", {"param": "o3", "hours": 24, "min_hours": 3}),
    ("sum", "sum", {"param": "up", "hours": 3, "where": {"type": ["a", None]}}),
    ("ratio_of", "mean", {"num": "pm25", "den": "o3", "hours": 5}),
    ("vn_aqi_hour", "worst", {}),
    ("vn_aqi_day", "worst", {}),
    ("bulletin", "max", {"param": "up", "hours": 7}),
    ("exceedances", "sum", {"params": ["pm25", "o3"], "count": "run"}),
    ("entities", "sum", {"param": "up", "op": ">", "value": 0, "for": 7000}),
    ("entities", "sum", {"where": {"type": "b"}}),
    ("entities_share", "pooled", {"param": "pm25", "value": 40}),
    ("reporting_share", "pooled", {"within": 20_000}),
    ("valid_share", "pooled", {"hours": 24}),
    ("quotient", "pooled", {"num": "pm25", "den": "o3"}),
    ("total", "sum", {"param": "up", "window": "day"}),
    ("ratio", "pooled", {"num": "bad", "den": "valid", "window": "24h"}),
]
FIGURES = [
    msgspec.structs.replace(indicator(f"i{n:02}", fn, rollup, args=args), cadence=3600 * (1 + n % 3))
    for n, (fn, rollup, args) in enumerate(GIVEN)
]


def catalogue(figures: list[Indicator]) -> Catalogue:
    return Catalogue(
        domains={"air": Domain(code="air", vi="x", en="x", feeds=[FEED], indicators=figures)},
        feeds={"air": FEED}, indicators={i.code: i for i in figures}, parameters={}, order=[i.code for i in figures],
    )  # fmt: skip


CATALOGUE = catalogue(FIGURES)
STEADY = catalogue([i for i in FIGURES if i.compute.fn not in MOVING])  # whose stations are not asked at every hour


def told_of(dice: random.Random, where: Where) -> FeedState:
    """Stations that speak always, seldom or never, with what was folded into days, and counts beside them."""
    state = FeedState(CATALOGUE, FEED, where, NOW)
    horizon = state.counts.horizon = LAST - HOURS - 20
    for n in range(9):
        leaf = dice.choice(LEAVES)
        station = Station(f"S-{n}", leaf, dice.choice(["sở", "bộ"]))
        station.fields = {"permit_pm25": 50, "permit_o3": 60} | ({"type": dice.choice("ab")} if n % 3 else {})
        state.partition(where.part(leaf)).stations[station.code] = station
        often = dice.choice([0.0, 0.01, 0.04, 0.3, 1.0])
        for hour in range(horizon - 50, LAST + 1):
            if dice.random() < often:
                _say(state, station, hour, horizon, dice)
    return state


def _say(state: FeedState, station: Station, hour: int, horizon: int, dice: random.Random) -> None:
    at = hour * HOUR_MS + dice.randrange(HOUR_MS)
    values = {name: dice.uniform(0, 99) for name in ("pm25", "o3") if dice.random() < 0.8} | {
        "up": float(dice.randrange(3))
    }
    row = station.open_row(bucket_of_hour(hour, horizon))
    if state.runs:
        state.runs.mark(station, row, values, at, at)
    add(row, values, at, at + 60_000)
    station.at, station.received = max(station.at, at), max(station.received, at + 60_000)
    state.counts.add_hour(station.leaf, hour, {"=up": values["up"] / 7, "valid": 1, "bad": dice.randrange(2)})


def told(past: Past, ends: list[tuple[int, int]]) -> list[list[Told]]:
    """The newest hours are asked for shares of stations although most of them were silent."""
    found = []
    for start, at in ends:
        deque(past.run(start, at, present=at > NOW - 40 * HOUR_MS), maxlen=0)
        found.append(sorted(past.told, key=lambda one: one[:2]))
    return found


@pytest.mark.parametrize("extent", ["wide", "communes", "all"])
def test_hours_told_together_say_what_each_says_alone(where: Where, extent: Extent) -> None:
    spoken = 0
    for seed in range(3):
        state = told_of(random.Random(seed), where)
        ends = [(end_ms(hour) - HOUR_MS, end_ms(hour)) for hour in range(LAST - 1, LAST - HOURS, -1)]
        ends += [(end_ms(LAST - 9) - 24 * HOUR_MS, end_ms(LAST - 9)), ends[3]]  # a day, and back to an hour before
        ends += ends[40:20:-1]  # and forwards

        def past(state: FeedState = state, steady: bool = seed > 0) -> Past:
            return Past(STEADY if steady else CATALOGUE, state, None, {"01", "04"}, extent)

        together, alone = told(past(), ends), [told(past(), [one])[0] for one in ends]
        for (_, at), one, other in zip(ends, together, alone, strict=True):
            assert [(*who, f.v, f.n) for *who, f in one] == [(*who, f.v, f.n) for *who, f in other], (seed, at)
        spoken += sum(map(len, together))
    assert spoken > 1000, "there is something to compare"


def test_a_station_says_at_each_hour_what_its_cells_say(where: Where) -> None:
    for seed in range(2):
        state = told_of(random.Random(seed), where)
        ends = [(end_ms(hour) - HOUR_MS, end_ms(hour)) for hour in range(LAST - 1, LAST - HOURS, -1)]
        found = told(Past(CATALOGUE, state, None, {"01", "04"}, "all"), ends)
        for (start, at), figures in zip(ends, found, strict=True):
            own = {(scope, code): figure for scope, code, figure in figures if ":" in scope}
            plain = {}
            for station in state.stations():
                for i in (i for i in FIGURES if looks_at(i) == "station"):
                    figure = station_figure(i.compute.fn, station, at, i.compute.args)
                    fresh = figure.at >= start or age_state((at - figure.at) / 1000, i.cadence, i.lag) != "stale"
                    if figure.v is not None and figure.at and fresh:
                        plain[station_scope(state, station), i.code] = figure
            assert own == plain, (seed, at)


def test_everything_the_clock_changes_is_tried_here() -> None:
    tried = {fn for fn, _, _ in GIVEN}
    assert {*TURNS, *MOVING, *STANDS_ON, *MEMBER} <= tried
