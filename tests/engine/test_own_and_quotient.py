"""Figures that are never added up, and those that are divided only after adding up: from readings to the nation."""

from __future__ import annotations

import msgspec

from feeds.catalogue.clock import DAY_MS
from feeds.catalogue.model import Domain, Feed
from tests.engine.conftest import indicator
from tests.engine.rig import Rig, settle

YEAR = 366 * 86_400
OFFICES = Feed(
    code="offices", vi="Sở", en="Offices", kind="readings", owner="Bộ", cadence=YEAR, late_window=3 * YEAR,
    optional=True, parameters=["growth", "beds", "patients"],
)  # fmt: skip
FIGURES = [
    msgspec.structs.replace(figure, cadence=YEAR)
    for figure in (
        indicator("growth", "latest", "own", "offices", args={"param": "growth"}),
        indicator("taken", "quotient", "pooled", "offices", args={"num": "patients", "den": "beds"}),
    )
]


def extended(rig: Rig) -> None:
    """The rig's catalogue with one domain more."""
    known = rig.catalogue
    domain = Domain(code="offices", vi="Sở", en="Offices", feeds=[OFFICES], indicators=FIGURES)
    more = {i.code: msgspec.structs.replace(i, domain="offices") for i in FIGURES}
    rig.catalogue = msgspec.structs.replace(
        known, domains=known.domains | {"offices": domain}, feeds=known.feeds | {"offices": OFFICES},
        indicators=known.indicators | more, order=[*known.order, *more],
    )  # fmt: skip


def test_own_figures_are_not_added_up_and_quotients_are_divided_last(rig: Rig) -> None:
    extended(rig)
    engine = rig.engine()
    half_a_year_ago = rig.clock.ms - 180 * DAY_MS

    def say(entity: str, place: str, at: int = half_a_year_ago, **values: float) -> None:
        rig.post(rig.reading(entity, at, place, "offices", **values))

    say("A", "2025:01", growth=8)
    say("B", "2025:04", growth=6)
    say("BV-1", "2025:01/00004", beds=100, patients=100)
    say("BV-2", "2025:01/00008", beds=300, patients=180)
    say("BV-3", "2025:04", beds=100, patients=70)
    settle(rig, engine)
    assert (rig.figure("growth", "01")["v"], rig.figure("growth", "04")["v"]) == (8, 6)
    assert rig.snapshot("vn")["indicators"].get("growth", {}).get("v") is None, "the nation has not spoken"
    assert rig.snapshot("vn")["units"]["columns"]["growth"][:1] == [8]
    assert rig.figure("taken", "01")["v"] == 70  # 280 of 400, not the mean of 100 % and 60 %
    here = {each["code"]: each["values"] for each in rig.snapshot("01:offices")["entities"]}
    assert (here["BV-1"]["taken"], here["BV-2"]["taken"], here["A"].get("taken")) == (100, 60, None), "each its own"
    assert rig.figure("taken")["v"] == 70
    assert rig.figure("taken")["state"] == "live"
    assert rig.figure("taken")["age"] >= 180 * 86_400, "half a year old, and it says so"

    say("C", "vn", growth=7)
    say("BV-1", "2025:01/00004", rig.clock.ms, growth=1)  # speaks of something else: the beds are as old as they were
    settle(rig, engine)
    assert rig.figure("growth")["v"] == 7
    assert rig.figure("growth", "01")["v"] == 8, "a commune's own figure is its own"
    assert rig.figure("taken", "01")["age"] >= 180 * 86_400


def test_what_is_told_of_a_closed_period_for_the_first_time_corrects_nothing(rig: Rig) -> None:
    extended(rig)
    engine = rig.engine()
    half_a_year_ago = rig.clock.ms - 180 * DAY_MS

    def written() -> int:
        settle(rig, engine)
        engine.chronicle.step(rig.clock.ms)
        rig.clock.tick(2)  # what is old waits for calm
        for _ in range(300):
            engine.chronicle.step(rig.clock.ms)
        settle(rig, engine)
        return engine.chronicle.revisions(rig.clock.ms)

    rig.post(rig.reading("A", half_a_year_ago, "2025:01", "offices", growth=8))
    assert written() == 0
    rig.clock.tick(7200)
    rig.post(rig.reading("A", half_a_year_ago + 1000, "2025:01", "offices", growth=7))
    assert written() >= 1
