"""The chart's callback: whose history is read, with whose eyes, and what is said when it cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

import callbacks
from callbacks.drill import chart, history, scopes
from feeds.catalogue.clock import HOUR_MS, iso
from feeds.catalogue.scope import NATION, OutOfScope, Scope
from feeds.catalogue.settings import Settings
from layouts import address
from layouts.site import Page, Site

NOW = 1_795_300_000_000
Asked = list[tuple[Scope, str, str, int]]


@pytest.fixture(scope="module")
def site() -> Site:
    return callbacks.site(Settings())


@pytest.fixture
def page_of(site: Site) -> Callable[..., Page]:
    def make(path: str, **query: str) -> Page:
        return Page(site, address.read(path, query, site.catalogue, site.places), date(2026, 11, 21))

    return make


def reader(asked: Asked, known: Callable[[int], int] = lambda hours: 24) -> Any:
    def series(sight: Scope, scope: str, indicator: str, start: int, end: int) -> Mapping[str, Any]:
        sight.check(scope)
        hours = (end - start) // HOUR_MS
        asked.append((sight, scope, indicator, hours))
        values = [1.0] * known(hours)
        return {"t": [iso(start + n * 60_000) for n in range(len(values))], "v": values}

    return series


def test_history_is_read_with_the_sight_of_the_session(page_of: Callable[..., Page]) -> None:
    asked: Asked = []
    sight = Scope(frozenset({"01"}))
    chart(page_of("/p/01/air", hours="72"), reader(asked), sight, NOW)
    assert asked == [(sight, "01", "air_aqi_hour", 72)]


def test_picked_unit_is_drawn_beside_the_nation(page_of: Callable[..., Page]) -> None:
    assert scopes(page_of("/", pick="52")) == [("vn", "Cả nước"), ("52", "Gia Lai")]
    assert scopes(page_of("/", at="HN-KHI-001")) == [("vn", "Cả nước")]


def test_what_lies_outside_the_session_is_left_out(page_of: Callable[..., Page]) -> None:
    asked: Asked = []
    drawn = chart(page_of("/", pick="52"), reader(asked), Scope(frozenset({"52"})), NOW)
    assert [scope for _, scope, _, _ in asked] == ["52"]
    assert drawn[1].id == "trend"
    with pytest.raises(OutOfScope):
        history(page_of("/"), reader([]), Scope(frozenset({"52"})), "vn", NOW)


def test_a_young_world_shows_its_last_hours(page_of: Callable[..., Page]) -> None:
    asked: Asked = []
    told = history(page_of("/d/air"), reader(asked, lambda hours: 1 if hours == 24 else 200), NATION, "vn", NOW)
    assert [hours for _, _, _, hours in asked] == [24, 6]
    assert len(told["t"]) == len(told["v"]) == 200


@pytest.mark.parametrize(("step", "later"), [("hour", HOUR_MS), ("minute", 60_000), ("day", 0), ("", 0)])
def test_a_figure_stands_in_the_chart_when_its_hour_ended(page_of: Callable[..., Page], step: str, later: int) -> None:
    starts = [NOW - 3 * HOUR_MS, NOW - 2 * HOUR_MS, NOW - 1_000]
    told = {"step": step, "t": [iso(t) for t in starts], "v": [1.0] * 10}
    times = history(page_of("/p/01/air"), lambda *asked: told, NATION, "01", NOW)["t"]
    assert times[:2] == [iso(t + later) for t in starts[:2]]
    assert times[2] == iso(NOW if later else starts[2]), "what still runs is told of the present"


LEVELS = {"bd1": 1.0, "bd2": 2.0, "bd3": 3.5, "type": "river"}
STATION = {"unit": "46", "vi": "Kim Long", "en": "Kim Long", "fields": LEVELS}


def test_picked_station_is_drawn_with_its_levels_and_its_rain(page_of: Callable[..., Page]) -> None:
    asked: Asked = []
    page = page_of("/p/46/hydrology", pick="46-TV-001")
    graph = chart(page, reader(asked), NATION, NOW, lambda sight, feed, code: STATION)[1]
    assert [(scope, code) for _, scope, code, _ in asked] == [
        ("46:hydrology:46-TV-001", "hyd_level"),
        ("46:hydrology:46-TV-001", "hyd_rain_1h"),
    ]
    names = [note["text"] for note in graph.figure["layout"]["annotations"]]
    assert {"BĐ I 1", "BĐ II 2", "BĐ III 3,5"} <= set(names)
    solid = [s["y0"] for s in graph.figure["layout"]["shapes"] if s["line"]["dash"] == "solid"]
    assert solid == [1.0], "the level reached is solid, the others dotted"
    rain = graph.figure["data"][-1]
    assert (rain["type"], graph.figure["layout"]["yaxis2"]["range"][1]) == ("bar", 0)


def test_a_station_nobody_declared_or_out_of_sight_leaves_the_place(page_of: Callable[..., Page]) -> None:
    page = page_of("/p/46/hydrology", i="hyd_level", pick="46-TV-001")

    def outside(sight: Scope, feed: str, code: str) -> Mapping[str, Any] | None:
        raise OutOfScope(code)

    for station in (outside, lambda sight, feed, code: None):
        asked: Asked = []
        chart(page, reader(asked), NATION, NOW, station)
        assert {scope for _, scope, _, _ in asked} == {"46"}


def test_a_failed_read_is_said_and_not_drawn(page_of: Callable[..., Page], caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: Any) -> Mapping[str, Any]:
        raise OSError("database is gone")

    page = page_of("/d/air")
    drawn = chart(page, broken, NATION, NOW)
    assert drawn[1].children == page.words("trend.failed")
    assert "could not be read" in caplog.text
