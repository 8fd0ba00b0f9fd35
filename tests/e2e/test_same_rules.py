"""Rules that stand in Python and in the browser are the same rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Page

from feeds.catalogue.clock import HOUR_MS
from feeds.compute.age import age_state
from feeds.compute.interval import rank_ranges, wilson
from feeds.compute.periods import midnight_ms, period_at
from layouts.numbers import bare, number
from tests.e2e.conftest import Stage

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(browser: Browser, served: Stage) -> Iterator[Page]:
    """One page for all: its scripts are asked, it is not looked at."""
    page = browser.new_page()
    page.set_default_timeout(60_000)
    page.goto(served.url + "/")
    yield page
    page.close()


def test_age_state(page: Page) -> None:
    cases = [
        (age, cadence, lag, suspect)
        for cadence, lag in ((60, 0), (300, 300), (3600, 0), (86400, 3600))
        for age in (None, 0, cadence, 1.5 * cadence + lag, 1.6 * cadence + lag, 3 * cadence + lag, 3.1 * cadence + lag)
        for suspect in (False, True)
    ]
    said = page.evaluate(
        """async (cases) => { const { ageState } = await import('/assets/js/clock.js');
        return cases.map(([age, cadence, lag, doubt]) => ageState(age, cadence, lag, doubt ? 'suspect' : 'live')) }""",
        cases,
    )
    assert said == [age_state(*case) for case in cases]


def test_closed_offices_are_taken_at_the_servers_word_while_it_is_well(page: Page) -> None:
    said = page.evaluate(
        """async () => { const { ageState } = await import('/assets/js/clock.js');
        return ['live', 'late', 'stale'].map((said) => ageState(40000, 300, 300, said, true)) }"""
    )
    assert said == ["live", "late", "stale"]


PACES = """async ({ paces, query }) => {
  const { beat, present } = await import(`/assets/js/clock.js?${query}`); // of this test's own
  let at = 1000;
  performance.now = () => at;
  try {
    for (const [ms, later] of paces) { at += later; beat(ms); }
    at += 1000;
    return present();
  } finally { delete performance.now; }
}"""


def test_the_clock_runs_as_the_servers_does_whenever_its_beats_come(page: Page) -> None:
    steady = [[n * 120_000, 2000] for n in range(4)]  # a world that is played sixty times as fast
    assert page.evaluate(PACES, {"paces": steady, "query": "steady"}) == 3 * 120_000 + 60_000
    together = [[n * 2000, 2] for n in range(6)]  # for ten seconds the page had no processor
    assert page.evaluate(PACES, {"paces": together, "query": "together"}) == 5 * 2000 + 1000


def test_a_page_is_connected_from_the_first_beat_on(page: Page) -> None:
    said = page.evaluate(
        """async () => { const { hear, connected } = await import('/assets/js/watch.js?alone');
        hear(null); const before = connected(); hear({ ms: Date.now() }); return [before, connected()] }"""
    )
    assert said == [False, True]


def test_intervals_and_ranks(page: Page) -> None:
    shares = [(good / n, n) for n in (1, 12, 400, 2_000_000) for good in (0, n // 3, n)]
    said = page.evaluate(
        """async (shares) => { const { wilson, rankRanges } = await import('/assets/js/fair.js');
        const all = shares.map(([share, n]) => wilson(share, n)); return [all, rankRanges(all)] }""",
        shares,
    )
    ours = [wilson(*case) for case in shares]
    assert [tuple(pair) for pair in said[0]] == [pytest.approx(pair) for pair in ours]
    assert [tuple(pair) for pair in said[1]] == rank_ranges(ours)


def test_borders_of_reporting_periods(page: Page) -> None:
    days = [date(2026, m, d) for m, d in ((1, 1), (3, 14), (3, 15), (12, 14), (12, 15), (12, 31))]
    cases = [(by, midnight_ms(day) + hours * HOUR_MS) for by in ("month", "year") for day in days for hours in (0, 17)]
    said = page.evaluate(
        """async (cases) => { const { border, before } = await import('/assets/js/spans.js');
        return cases.map(([by, ms]) => [border(by, ms), before(by, ms)]) }""",
        cases,
    )
    for (by, ms), (border, before) in zip(cases, said, strict=True):
        here = period_at(ms, by)
        assert border == here.start_ms
        assert before == (here.shifted(-1).start_ms if ms == here.start_ms else here.start_ms)


def test_numbers(page: Page) -> None:
    cases = [(v, d) for v in (0, -0.04, 5, -5, 1234567.8, 0.5, 98, 1.25, 99.999, 12345) for d in (0, 1, 2)]
    said = page.evaluate(
        """async (cases) => { const { number, bare } = await import('/assets/js/format.js');
        return cases.map(([v, d]) => [number(v, d), bare(v)]) }""",
        cases,
    )
    halves = {(0.5, 0), (1.25, 1)}  # an exact half may go either way: nobody reads a meaning into it
    for case, (as_number, as_bare) in zip(cases, said, strict=True):
        if case not in halves:
            assert as_number == number(*case), case
        assert as_bare == bare(case[0]), case
