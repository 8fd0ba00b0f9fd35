"""The registry of calculations, and the calculations of stations and places by example."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.functions import FUNCTIONS
from feeds.catalogue.loader import load
from feeds.compute.cells import add
from feeds.compute.entity_figures import ENTITY, station_figure
from feeds.compute.figures import REGISTRY, looks_at
from feeds.compute.health_figures import HEALTH, FeedHealth, HealthView
from feeds.compute.member_figures import MEMBER
from feeds.compute.place_figures import PLACE, RECORDS
from feeds.compute.station import Station

NOW = 500_000 * HOUR_MS + HOUR_MS // 2
HOUR = 500_000


def station(*readings: tuple[float, str, float], **fields: Any) -> Station:
    """A station with readings (hours ago, parameter, value)."""
    made = Station("S", "01/00004", "src")
    made.fields = fields
    for ago, param, value in readings:
        at = round(NOW - ago * HOUR_MS)
        add(made.open_row(at // HOUR_MS), {param: value}, at, at + 1)
        made.at = max(made.at, at)
    return made


def value(fn: str, made: Station, now: int = NOW, **args: Any) -> float | None:
    return ENTITY[fn](made, now, args).v


def test_the_registry_knows_exactly_what_a_catalogue_may_name() -> None:
    assert set(REGISTRY) == set(FUNCTIONS)
    levels = {"entity": ENTITY, "place": {**MEMBER, **PLACE}, "records": RECORDS, "health": HEALTH}
    for name, function in FUNCTIONS.items():
        assert name in levels[function.level], name


def test_every_indicator_of_the_catalogue_can_be_computed() -> None:
    catalogue = load(Path(__file__).resolve().parents[2] / "data" / "catalogue")
    assert {looks_at(indicator) for indicator in catalogue.indicators.values()} == {
        "station", "member", "place", "health",
    }  # fmt: skip


def test_latest_is_the_newest_reading_not_the_last_to_arrive() -> None:
    made = station((0.1, "t", 20), (0.4, "t", 10), (5, "t", 1))
    figure = ENTITY["latest"](made, NOW, {"param": "t"})
    assert (figure.v, figure.n, figure.at, figure.source) == (20, 1, round(NOW - 0.1 * HOUR_MS), "src")
    assert value("latest", made, (HOUR - 1) * HOUR_MS, param="t") == 1  # as it was then
    assert value("latest", made, param="other") is None


def test_a_mean_is_of_hourly_means_and_needs_enough_hours() -> None:
    made = station((0, "x", 10), (0.1, "x", 20), (1, "x", 40), (2, "x", 60))
    assert value("mean", made, param="x", hours=1) == 15
    assert value("mean", made, param="x", hours=3, min_hours=3) == pytest.approx((15 + 40 + 60) / 3)
    assert value("mean", made, param="x", hours=24, min_hours=18) is None
    assert ENTITY["mean"](made, NOW, {"param": "x", "hours": 24, "min_hours": 18}).n == 3


def test_sums_and_extremes() -> None:
    made = station((0, "rain", 1), (0.1, "rain", 2), (1, "rain", 4), (30, "rain", 99))
    assert value("sum", made, param="rain", hours=24) == 7
    assert value("sum", made, param="rain", hours=1) == 3
    assert value("max", made, param="rain", hours=2) == 4


def test_a_station_stands_on_its_newest_hour() -> None:
    made = station(*((ago, "pm25", 60.0) for ago in range(10, 14)))
    figure = ENTITY["vn_aqi_hour"](made, NOW, {})
    assert figure.v == 117  # 60 µg/m³, though ten hours old
    assert figure.at == NOW - 10 * HOUR_MS
    assert figure.extra == {"level": "Kém", "main": "pm25"}


def test_a_day_of_air_needs_eighteen_hours() -> None:
    midnight = (HOUR * HOUR_MS + 7 * HOUR_MS) // (24 * HOUR_MS) * 24 * HOUR_MS - 7 * HOUR_MS
    since = (NOW - midnight) / HOUR_MS
    yesterday = [(since + ago + 0.5, "pm25", 30.0) for ago in range(24)]
    today = [(since - 0.5, "pm25", 500.0)]
    figure = ENTITY["vn_aqi_day"](station(*yesterday, *today), NOW, {})
    assert figure.v == 60  # yesterday's; one hour of today says nothing yet
    assert value("vn_aqi_day", station(*yesterday[:10])) is None


def test_floods_reservoirs_wind_and_permits() -> None:
    river = station((0, "level", 2.5), bd1=1, bd2=2, bd3=3)
    assert value("flood_alert", river, param="level") == 2
    assert value("to_next_alert", river, param="level") == 50
    assert value("flood_alert", station((0, "level", 9)), param="level") is None  # nobody says its levels
    lake = station((0, "v", 60), dead=10, useful=100)
    assert value("fill", lake, param="v", dead="dead", useful="useful") == 50
    assert value("beaufort", station((0, "gust", 11)), param="gust") == 6
    outlet = station((0, "cod", 90), (1, "cod", 10), (2, "cod", 90), permit_cod=75)
    assert value("exceedances", outlet, params=["cod", "tss"], count="total") == 2
    assert value("exceedances", outlet, params="cod", count="run") == 1


def test_a_ratio_of_hours_is_that_of_their_sums() -> None:
    calls = [(ago, "calls", 100.0) for ago in range(30)]
    found = station((0, "bad", 50.0), (23, "bad", 10.0), (25, "bad", 90.0), *calls)
    figure = ENTITY["ratio_of"](found, NOW, {"num": "bad", "den": "calls", "hours": 24, "scale": 100})
    assert (figure.v, figure.n) == (60 / 2400 * 100, 24), "not the 50 % of the last reading"
    assert value("ratio_of", found, num="bad", den="calls", scale=100) == 50
    assert value("ratio_of", station((0, "bad", 1.0)), num="bad", den="calls", hours=24) is None
    assert value("ratio_of", station((0, "calls", 5.0)), num="bad", den="calls", hours=24) is None


def test_a_ratio_over_nothing_is_no_figure() -> None:
    assert value("ratio_of", station((0, "a", 1), (0, "b", 0)), num="a", den="b") is None
    assert value("ratio_of", station((0, "a", 1), (0, "b", 4)), num="a", den="b", scale=100) == 25


def test_a_silent_feed_is_not_alive_and_its_gaps_are_missing() -> None:
    feeds = [FeedHealth("a", 60, 0, NOW - 60_000, accepted=90, gaps=10), FeedHealth("b", 60, 0, NOW - 600_000)]
    view = HealthView(NOW, [*feeds, FeedHealth("c", 60, 0, 0)])
    told = {name: HEALTH[name](view, args).v for name, args in (
        ("feeds_live", {}), ("data_age", {}), ("missing_share", {}),
    )}  # fmt: skip
    assert told == {"feeds_live": 1, "data_age": 10, "missing_share": 10}
    assert HEALTH["feeds_live"](view, {"state": "all"}).v == 3


def test_a_limit_of_rivers_does_not_hold_for_an_outlet() -> None:
    args = {"param": "ph", "where": {"type": ["river", None]}}
    for kind, expected in (("river", 7.0), ("effluent", None)):
        assert station_figure("latest", station((0.1, "ph", 7.0), type=kind), NOW, args).v == expected
    assert station_figure("latest", station((0.1, "ph", 7.0)), NOW, args).v == 7.0, "a station that does not say"


def test_one_who_speaks_but_never_of_it_is_not_in_the_share() -> None:
    feed = load(Path(__file__).resolve().parents[2] / "data" / "catalogue").feeds["cameras"]
    args = {"param": "fps", "op": ">", "value": 0}
    probed_only, silent = station((0.001, "online", 1)), station()
    assert MEMBER["entities_share"](probed_only, NOW, args, feed) is None, "no picture is known: not zero"
    assert MEMBER["entities_share"](silent, NOW, args, feed)[:2] == (0, 1), "one that never spoke is not working"
    assert MEMBER["entities_share"](station((0.001, "fps", 25)), NOW, args, feed)[:2] == (1, 1)
