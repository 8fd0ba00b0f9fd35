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
    assert scopes(page_of("/", pick="52")) == [("vn", "Toàn quốc"), ("52", "Gia Lai")]
    assert scopes(page_of("/", at="HN-KHI-001")) == [("vn", "Toàn quốc")]


def test_what_lies_outside_the_session_is_left_out(page_of: Callable[..., Page]) -> None:
    asked: Asked = []
    drawn = chart(page_of("/", pick="52"), reader(asked), Scope(frozenset({"52"})), NOW)
    assert [scope for _, scope, _, _ in asked] == ["52"]
    assert drawn[1].id == "trend"
    with pytest.raises(OutOfScope):
        history(page_of("/"), reader([]), Scope(frozenset({"52"})), "vn", NOW)


def test_a_young_world_shows_its_last_hours(page_of: Callable[..., Page]) -> None:
    asked: Asked = []
    times, values = history(
        page_of("/d/air"), reader(asked, lambda hours: 1 if hours == 24 else 200), NATION, "vn", NOW
    )
    assert [hours for _, _, _, hours in asked] == [24, 6]
    assert len(times) == len(values) == 200


def test_a_failed_read_is_said_and_not_drawn(page_of: Callable[..., Page], caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: Any) -> Mapping[str, Any]:
        raise OSError("database is gone")

    page = page_of("/d/air")
    drawn = chart(page, broken, NATION, NOW)
    assert drawn[1].children == page.words("trend.failed")
    assert "could not be read" in caplog.text
