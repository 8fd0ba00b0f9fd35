"""What stands open, and what stood open at any hour before, follow from the same cells (hypothesis)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.model import Feed
from feeds.compute.counts import Counts
from feeds.compute.explode import Plan
from feeds.compute.place_figures import RECORDS, PlaceView
from feeds.compute.row_counts import RowCounts
from feeds.compute.standing import BASE, NEVER, Questions, Row, Standing, due_bucket, variant

NOW = 500  # the hour of the clock
ROW_COUNTS = RowCounts(
    Plan(Feed(code="x", vi="X", en="X", kind="records", owner="X", cadence=60)), Questions({"": {}}, {})
)
hours = st.integers(400, NOW)


def above(leaf: str) -> tuple[str, ...]:
    return ("01", "vn")


@st.composite
def rows(draw: st.DrawFn) -> Row:
    began = draw(hours)
    ended = draw(st.one_of(st.none(), st.integers(began, NOW)))
    due = draw(st.one_of(st.just(NEVER), st.integers(380, 520).map(lambda hour: hour + BASE)))
    return Row(began, due, ended)


def counted(said: list[Row]) -> tuple[Counts, Standing]:
    counts, standing = Counts(above), Standing(above)
    standing.advance(NOW * HOUR_MS + 1, (NOW + 24) * HOUR_MS)
    for row in said:
        for hour, facts in ROW_COUNTS.of({}, {}, 0, row).items():
            for measure, (_, amount) in facts.items():
                if hour >= BASE:
                    standing.add("01/00004", measure, hour, amount)
                else:
                    counts.add_hour("01/00004", hour, {measure: amount})
    return counts, standing


def view(counts: Counts, standing: Standing, now: int) -> PlaceView:
    return PlaceView("vn", now, counts, standing, False, 1, 1, "", lambda code: None)


@given(st.lists(rows(), max_size=12), hours)
def test_what_stood_at_an_hour_past(said: list[Row], hour: int) -> None:
    counts, standing = counted(said)
    end = (hour + 1) * HOUR_MS if hour < NOW else NOW * HOUR_MS + 1  # its end, or now
    open_then = [row for row in said if row.began <= hour and (row.ended is None or row.ended > hour)]
    late_then = [row for row in open_then if row.due != NEVER and row.due - BASE < min(hour + 1, NOW)]
    found = view(counts, standing, end).stood("")
    if hour < NOW:
        open_then = [row for row in said if row.began <= hour and (row.ended is None or row.ended > hour)]
    assert found == (len(open_then), len(late_then))


def test_what_is_due_within_a_working_day_is_known_for_the_present() -> None:
    counts, standing = counted(
        [Row(490, BASE + NOW + 3, None), Row(490, BASE + NOW + 60, None), Row(490, BASE + 490, None)]
    )
    args = {"when": "due_24h", "where": {}}
    assert RECORDS["records_open"](view(counts, standing, NOW * HOUR_MS + 1), args).v == 1


def test_a_record_that_waits_for_the_citizen_is_not_late_and_a_second_request_makes_it_so() -> None:
    at = NOW * HOUR_MS
    due = {"due": at - 9 * HOUR_MS}
    assert due_bucket(due, {}, at) == BASE + NOW - 10
    assert due_bucket(due | {"supplement_from": at - 20 * HOUR_MS}, {}, at) == NEVER
    waited = {"supplement_from": at - 20 * HOUR_MS, "supplement_to": at - 8 * HOUR_MS}
    assert due_bucket(due | waited, {}, at) == BASE + NOW + 2
    assert due_bucket({"due": at + HOUR_MS}, {"supplements": 2}, at) < BASE + NOW
    assert due_bucket({}, {}, at) == NEVER


def test_a_condition_has_one_name() -> None:
    assert variant({"b": [1, 2], "a": True}) == "a=True,b=1/2"
