"""Control-room rules that the catalogue keeps: what may raise an alert at all, and why none of them chatters."""

from __future__ import annotations

import pytest

from feeds.catalogue import loader
from feeds.catalogue.model import Catalogue, Threshold
from feeds.catalogue.settings import ROOT
from feeds.compute.alert import AlertState
from feeds.compute.severity import Limit

MINUTE_MS = 60_000
CHATTERS = 3  # crossings within a minute: an alert that rings so often is torn off the wall
SLOW_S = 60  # a figure told no more often cannot cross its limit three times in a minute


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return loader.load(ROOT / "data" / "catalogue")


def every(catalogue: Catalogue) -> list[tuple[str, Threshold]]:
    return [(i.code, t) for i in catalogue.indicators.values() for t in i.thresholds]


def test_nothing_is_an_alert_that_nobody_can_answer_rule_14(catalogue: Catalogue) -> None:
    """An alert is a threshold crossed, never a figure by itself; each names its basis, and its feed somebody in
    charge, who is asked to act. Everything else is a figure or a record."""
    for code, threshold in every(catalogue):
        indicator = catalogue.indicators[code]
        assert threshold.source.strip(), f"{code}: why this is an alert"
        feed = catalogue.feeds.get(indicator.feed or "")
        assert feed is None or feed.owner.strip(), f"{code}: who is to act"
    silent = AlertState()
    for minute, value in enumerate((0.0, 1e9, -1e9)):
        silent = silent.step(minute * MINUTE_MS, value, [])
    assert silent.level is None, "without a threshold no value is an alert"


def test_the_top_level_is_rare_rules_8_17(catalogue: Catalogue) -> None:
    """At most four levels; of the thresholds no more than one in twenty is of the highest, and a notice is none."""
    levels = [threshold.level for _, threshold in every(catalogue)]
    assert set(levels) <= {1, 2, 3, 4}
    assert levels.count(1) / len(levels) <= 0.05
    assert levels.count(3) > levels.count(2) > levels.count(1), "most of what is asked for is not urgent"


def test_no_threshold_can_chatter_rule_17(catalogue: Catalogue) -> None:
    """It waits, or lets go only well inside, or its figure is told too seldom to cross three times in a minute."""
    loose = [
        (code, t.level)
        for code, t in every(catalogue)
        if not (t.hold or t.hysteresis or catalogue.indicators[code].cadence >= SLOW_S)
    ]
    assert loose == []


@pytest.mark.parametrize(
    "limit",
    [Limit(0, 3, high=50, hold_ms=MINUTE_MS), Limit(0, 3, high=50, hysteresis=2)],
    ids=["holds", "lets go well inside"],
)
def test_a_value_that_trembles_at_its_limit_rings_once_at_most_rule_17(limit: Limit) -> None:
    """A reading a second for an hour, a little above and a little below in turn."""
    state, began = AlertState(), 0
    for second in range(3600):
        before = state.level
        state = state.step(second * 1000, 50.5 if second % 2 else 49.5, [limit])
        began += before is None and state.level is not None
    assert began <= 1 < CHATTERS
    loose, rings = AlertState(), 0
    for second in range(60):
        before = loose.level
        loose = loose.step(second * 1000, 50.5 if second % 2 else 49.5, [Limit(0, 3, high=50)])
        rings += before is None and loose.level is not None
    assert rings > CHATTERS, "a threshold with neither would chatter, so the test can fail"


def test_what_came_and_went_at_once_is_no_alert_rule_17() -> None:
    """Fleeting: gone before anybody could look."""
    state = AlertState()
    for second, value in enumerate((40, 60, 60, 40, 40)):
        state = state.step(second * 1000, float(value), [Limit(0, 3, high=50, hold_ms=MINUTE_MS)])
        assert state.level is None
