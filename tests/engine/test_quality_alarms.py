"""With the product's own thresholds: feeds that are refused, change, repeat, jump or fall silent become alerts."""

from __future__ import annotations

import pytest

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.loader import load
from feeds.engine.engine import Engine
from feeds.store.quarantine import Held, Quarantine
from tests.conftest import ROOT
from tests.engine.rig import Rig, tick

OURS = {"dq_odd", "dq_reject", "dq_changed", "dq_alive"}


@pytest.fixture
def product(rig: Rig) -> Rig:
    """An engine's surroundings with the catalogue of the product."""
    rig.catalogue = load(ROOT / "data" / "catalogue")
    return rig


def hours_of(rig: Rig, first: int, last: int, other: bool) -> None:
    """Hourly readings of four stations of one source; A stands still, B is sound; with another gas, or without."""
    for ago in range(first, last, -1):
        at = rig.clock.ms - ago * HOUR_MS
        more = {"no2": 20.0 + ago % 5} if other else {}
        rig.post(
            rig.reading("A", at, pm25=41.5, **more),
            *(rig.reading(name, at, pm25=30.0 + 3 * (ago % 4), **more) for name in "BCD"),
        )


def refuse(rig: Rig, n: int) -> None:
    """What the door refused just now."""
    one = Held(
        feed="air", source="src", received=rig.clock.ms, stage="value", code="value_high", reason="", connector="t",
        bytes=b"x", unit="01",
    )  # fmt: skip
    Quarantine(rig.database).put([one] * n)


def minutes(rig: Rig, engine: Engine, count: int, names: str = "ABCD") -> set[str]:
    """About so many minutes, four at a time, in which stations speak; which of ours alert at the end."""
    for minute in range(0, count, 4):
        rig.post(*(rig.reading(name, pm25=41.5 if name == "A" else 30.0 + minute % 3) for name in names))
        tick(rig, engine, 240)
    return {alert["indicator"] for alert in rig.snapshot("01")["alerts"]} & OURS


def test_each_fault_of_a_feed_becomes_an_alert_and_none_before(product: Rig) -> None:
    engine = product.engine()
    hours_of(product, 20, 0, other=True)
    assert minutes(product, engine, 8) == set(), "what has just begun is not judged"
    assert minutes(product, engine, 36) == {"dq_odd"}, "A has stood still for hours; nothing else is wrong"
    product.post(*(product.reading("B", product.clock.ms - n, pm25=31.0) for n in range(30)))
    refuse(product, 60)
    assert minutes(product, engine, 16) == {"dq_odd", "dq_reject"}
    reject = next(alert for alert in product.snapshot("01")["alerts"] if alert["indicator"] == "dq_reject")
    assert reject["place"] == "01" and reject["value"] > reject["limit"] and reject["level"] in (2, 3)
    for _ in range(3):
        product.clock.tick(3600)
        hours_of(product, 1, 0, other=False)
    assert "dq_changed" in minutes(product, engine, 16), "no2 has gone from all of the source"
    assert "dq_alive" in minutes(product, engine, 44, "B"), "A, C and D have said nothing for a while"
