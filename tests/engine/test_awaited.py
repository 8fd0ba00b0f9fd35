"""A sum of what stands at each station, told of the past only where most of them spoke."""

from __future__ import annotations

import msgspec

from feeds.catalogue.clock import DAY_MS, HOUR_MS
from feeds.catalogue.scope import NATION
from feeds.engine.engine import Engine
from feeds.store.history import History
from tests.engine.conftest import indicator
from tests.engine.rig import Rig, settle

MINUTE_MS = 60_000


def stocked(rig: Rig) -> None:
    """The rig's catalogue with one such sum."""
    known, stock = rig.catalogue, indicator("stock", "latest", "sum", args={"param": "count"})
    rig.catalogue = msgspec.structs.replace(
        known,
        domains=known.domains | {"air": msgspec.structs.replace(known.domains["air"], indicators=[stock])},
        indicators=known.indicators | {"stock": msgspec.structs.replace(stock, domain="air")},
        order=[*known.order, "stock"],
    )


def hours(rig: Rig, engine: Engine, name: str, count: int) -> list[float | None]:
    settle(rig, engine)
    rig.clock.tick(5)
    for _ in range(400):
        if not engine.chronicle.step(rig.clock.ms):
            break
    settle(rig, engine)
    end = rig.clock.ms // HOUR_MS * HOUR_MS
    return History(rig.database).series(NATION, name, "stock", end - count * HOUR_MS, end, "hour").v


def test_an_hour_in_which_few_of_them_spoke_is_a_gap_and_no_smaller_sum(rig: Rig) -> None:
    stocked(rig)
    engine = rig.engine()
    end = rig.clock.ms // HOUR_MS * HOUR_MS
    for ago, speak in ((4, "ABCD"), (3, "A"), (2, "ABC"), (1, "BD")):
        at = end - (ago - 1) * HOUR_MS - MINUTE_MS
        rig.post(*(rig.reading(name, at, "2025:01" if name < "C" else "2025:04", count=10) for name in speak))
    assert hours(rig, engine, "vn", 4) == [40, None, 30, None]
    assert hours(rig, engine, "01", 4) == [20, None, 20, None]
    assert hours(rig, engine, "04", 4) == [20, None, None, None]


def test_who_was_taken_away_is_not_waited_for_for_ever(rig: Rig) -> None:
    stocked(rig)
    engine = rig.engine()
    end = rig.clock.ms // HOUR_MS * HOUR_MS
    rig.post(*(rig.reading(name, end - 4 * DAY_MS, count=10) for name in "BCD"))
    rig.post(rig.reading("A", end - MINUTE_MS, count=10))
    assert hours(rig, engine, "01", 1) == [10]
