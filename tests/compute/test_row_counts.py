"""What a row counts: every measure and every question asked by itself says the same as all of them at once."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.model import Feed, Measure
from feeds.compute.explode import Plan, matches, size_part
from feeds.compute.row_counts import RowCounts
from feeds.compute.standing import BASE, CAME, LATE_CAME, LATE_WENT, OPEN, ROW, TURNED, WENT, Questions, variant
from feeds.compute.standing import Row as Standings

T = 1_790_000_000_000 // HOUR_MS * HOUR_MS
MEASURES = {
    "received": Measure(at="received"),
    "online": Measure(at="received", where={"channel": "online"}),
    "some": Measure(at="received", where={"channel": ["online", "post"], "type": "dossier"}),
    "told": Measure(where={"state": "finished"}),
    "days": Measure(at="finished", value="days", where={"state": "finished"}),
    "by": Measure(at="finished", by="channel"),
}
OPENED: list[dict[str, Any]] = [{}, {"channel": "online"}]
ROWS: list[dict[str, Any]] = [{"type": "dossier"}, {"channel": ["online", None], "state": "finished"}]
FEED = Feed(code="x", vi="X", en="X", kind="records", owner="X", cadence=60, measures=MEASURES)
PLAN = Plan(FEED, sized=["days"])
COUNTS = RowCounts(PLAN, Questions({variant(w): w for w in OPENED}, {variant(w): w for w in ROWS}))

hour = st.integers(0, 5)
told = st.fixed_dictionaries(
    {"type": st.sampled_from(["dossier", "procedure"]), "state": st.sampled_from(["received", "finished"])},
    optional={
        "channel": st.sampled_from(["online", "post", "counter", None]),
        "days": st.sampled_from([0, 2, 3.5, "x"]),
    },
)
times = st.dictionaries(st.sampled_from(["received", "finished"]), hour.map(lambda h: T + h * HOUR_MS + 7))


def by_measure(name: str, said: dict[str, Any]) -> dict[str, float]:
    """What one measure counts, by itself."""
    measure = MEASURES[name]
    amount = 1 if measure.value is None else said.get(measure.value)
    if not matches(measure.where, said) or not isinstance(amount, int | float):
        return {}
    found: dict[str, float] = {name: amount}
    if measure.by and said.get(measure.by) is not None:
        found[f"{name}:{said[measure.by]}"] = amount
    if name == "days":
        found[size_part(name, float(amount))] = 1
    return found


def flows(row: Standings) -> dict[str, int]:
    """Where a row stands, came and went; and the same of its being late."""
    found = {CAME: row.began} | ({OPEN: row.due} if row.ended is None else {WENT: row.ended})
    due = row.due - BASE
    late_from = max(row.began, due)
    if row.due < 2 * BASE and (row.ended is None or late_from < row.ended or due < row.began):
        found[TURNED if due >= row.began else LATE_CAME] = late_from
        found |= {} if row.ended is None else {LATE_WENT: row.ended}
    return found


@given(said=told, times=times, at=hour, began=hour, lasts=st.none() | hour, due=st.none() | st.integers(-3, 9))
def test_all_at_once_is_each_by_itself(
    said: dict[str, Any], times: dict[str, int], at: int, began: int, lasts: int | None, due: int | None
) -> None:
    row = Standings(
        100 + began, 2 * BASE if due is None else BASE + 100 + due, None if lasts is None else 100 + began + lasts
    )
    expected: dict[int, dict[str, float]] = {}
    for name, measure in MEASURES.items():
        when = T + at if measure.at == "at" else times.get(measure.at)
        if when is not None:
            expected.setdefault(when // HOUR_MS, {}).update(by_measure(name, said))
    for where in OPENED:
        for kind, when in flows(row).items() if matches(where, said) else ():
            expected.setdefault(when, {})[kind + variant(where)] = 1
    for where in ROWS:
        if matches(where, said):
            expected.setdefault(BASE, {})[ROW + variant(where)] = 1
    found = COUNTS.of(said, times, T + at, row)
    sums = {hour: {name: total for name, (_, total) in tally.items()} for hour, tally in found.items()}
    assert {hour: tally for hour, tally in sums.items() if tally} == {
        h: tally for h, tally in expected.items() if tally
    }
    assert {n for tally in found.values() for n, _ in tally.values()} <= {1}
