"""On time by the rule of Decision 766: ends, waiting, second supplement."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from feeds.catalogue.clock import DAY_MS, HOUR_MS
from feeds.compute.dossier import deadline, derive, overdue, waiting
from feeds.compute.periods import midnight_ms
from feeds.compute.workdays import add

MONDAY = midnight_ms(date(2026, 11, 16)) + 9 * HOUR_MS
DUE = add(MONDAY, 3)
HOUR = HOUR_MS


def of(state="finished", fields=None, at=0, **times):
    return derive("dossier", state, at, {"received": MONDAY, "due": DUE, **times}, fields or {})


def test_on_the_minute_is_on_time_and_a_second_later_is_late():
    assert of(finished=DUE)["on_time"] is True
    assert of(finished=DUE + 1000)["on_time"] is False
    assert of(finished=DUE)["working_days"] == 3


def test_the_end_is_handled_then_returned_then_stopped():
    assert of("returned", finished=DUE, returned=DUE + DAY_MS)["on_time"] is True
    assert of("returned", returned=DUE + DAY_MS)["on_time"] is False
    assert of("stopped", stopped=DUE)["on_time"] is True
    assert of("refused", at=DUE - 1)["on_time"] is True  # a source that gives no time for a refusal


def test_open_has_no_verdict_yet():
    assert of("processing") == {"on_time": None, "working_days": None, "waited_ms": 0, "promised_days": 3}


def test_waiting_for_the_citizen_is_subtracted():
    late = DUE + 5 * HOUR
    assert of(finished=late)["on_time"] is False
    waited = of(finished=late, supplement_from=MONDAY + HOUR, supplement_to=MONDAY + 6 * HOUR)
    assert waited == {"on_time": True, "working_days": 3.0, "waited_ms": 5 * HOUR, "promised_days": 3}


def test_a_second_supplement_counts_as_late():
    assert of(finished=MONDAY + HOUR, fields={"supplements": 2})["on_time"] is False
    assert of(finished=MONDAY + HOUR, fields={"supplements": 1})["on_time"] is True
    assert overdue({"due": DUE}, {"supplements": 2}, MONDAY)


def test_no_promise_no_verdict():
    assert derive("dossier", "finished", 0, {"finished": DUE}, {})["on_time"] is None
    assert deadline({}, {}, DUE) is None
    assert not overdue({}, {}, DUE)


def test_an_open_dossier_is_compared_with_now():
    times = {"received": MONDAY, "due": DUE}
    assert not overdue(times, {}, DUE)
    assert overdue(times, {}, DUE + 1)


def test_while_it_waits_the_deadline_moves():
    times = {"received": MONDAY, "due": DUE, "supplement_from": DUE - HOUR}
    assert not overdue(times, {}, DUE + 100 * DAY_MS)
    back = times | {"supplement_to": DUE + 3 * HOUR}
    assert deadline(back, {}, DUE + 4 * HOUR) == DUE + 4 * HOUR
    assert overdue(back, {}, DUE + 4 * HOUR + 1)


def test_a_procedure_is_published_on_time_or_not():
    assert derive("procedure", "published", 0, {"published": 5, "due": 5}, {})["on_time"] is True
    assert derive("procedure", "published", 0, {"published": 6, "due": 5}, {})["on_time"] is False
    assert derive("procedure", "unpublished", 0, {"due": 5}, {})["on_time"] is None


TIMES = st.dictionaries(
    st.sampled_from(["received", "due", "finished", "returned", "supplement_from", "supplement_to"]),
    st.integers(MONDAY, MONDAY + 40 * DAY_MS),
)


@given(TIMES, st.integers(0, 3))
def test_whatever_a_source_sends_the_answer_is_whole(times, supplements):
    found = derive("dossier", "finished", MONDAY, times, {"supplements": supplements})
    assert set(found) == {"on_time", "working_days", "waited_ms", "promised_days"}
    assert found["waited_ms"] >= 0
    assert found["working_days"] is None or found["working_days"] >= 0


@given(TIMES, st.integers(MONDAY, MONDAY + 60 * DAY_MS), st.integers(0, 10 * DAY_MS))
def test_waiting_only_grows(times, now, more):
    assert 0 <= waiting(times, now) <= waiting(times, now + more)
