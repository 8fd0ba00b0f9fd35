"""Windows that are moved say what windows that are added up say, to the last bit (hypothesis)."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.catalogue.clock import HOUR_MS
from feeds.compute.counts import Counts
from feeds.compute.sliding import Sliding
from feeds.compute.windows import spans

NOW = 1_795_000_000_000 // HOUR_MS * HOUR_MS
WINDOWS = ("hour", "24h", "7d", "day", "month")
amounts = st.one_of(st.integers(-3, 9), st.sampled_from([0.1, 0.7, 2.0, 1e16, 3.3]))
facts = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from(["01/00004", "04/"]), st.sampled_from("abc"), amounts), max_size=60
)


def above(leaf: str) -> tuple[str, ...]:
    return (leaf[:2], "vn")


@settings(max_examples=60, deadline=None)
@given(facts, st.lists(st.integers(0, 200), min_size=2, max_size=8), st.integers(0, 300))
def test_a_window_that_is_moved_is_the_window_added_up(
    given_facts: list[tuple[int, str, str, float]], ends: list[int], folded: int
) -> None:
    last = NOW // HOUR_MS
    counts = Counts(above)
    for back, leaf, measure, amount in given_facts:
        counts.add_hour(leaf, last - back, {measure: amount})
    list(counts.fold(last - 100 - folded))
    sliding = Sliding(counts)
    for back in ends:
        for place in ("vn", "01", "04", "01/00004"):
            for window in WINDOWS:
                over = spans(window, NOW - back * HOUR_MS, by_minute=False)
                plain = counts.tally(place, over)
                found = sliding.tally(place, window, over)
                assert {name: n for name, n in found.items() if n} == {name: n for name, n in plain.items() if n}


def test_what_nobody_asks_for_need_not_be_exact() -> None:
    counts = Counts(above)
    for back in range(3):
        counts.add_hour("04/", NOW // HOUR_MS - 1 - back, {"a": 0.1, "b": 0.1, "b#7": 1})
    sliding = Sliding(counts, {"a"})
    for back in range(2):
        found = sliding.tally("04", "hour", spans("hour", NOW - back * HOUR_MS, by_minute=False))
        assert (found["a"], found["b#7"]) == (0.1, 1)
