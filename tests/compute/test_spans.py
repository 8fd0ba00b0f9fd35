"""Spans of time of a record: from the last start known, in working days where the law counts so."""

from datetime import datetime

import pytest

from feeds.catalogue.clock import TZ
from feeds.catalogue.model import Span
from feeds.compute.spans import derive


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=TZ).timestamp() * 1000)


ANSWER = {"answer": Span(since=["received", "moved"], until="finished", unit="working_days", limit=15)}
MONDAY = ms("2026-11-02T09:00")


@pytest.mark.parametrize(
    ("times", "days", "late"),
    [
        ({"finished": ms("2026-11-23T09:00")}, 15, False),
        ({"finished": ms("2026-11-23T10:00")}, 15, True),
        ({"finished": ms("2026-11-24T09:00")}, 16, True),
        ({"finished": ms("2026-11-24T09:00"), "moved": ms("2026-11-03T09:00")}, 15, False),  # moved on: counted anew
        ({"finished": ms("2026-11-24T09:00"), "moved": ms("2026-11-25T09:00")}, 16, True),  # moved after the answer
        ({}, None, None),
    ],
)
def test_working_days_from_the_last_start(times, days, late):
    found = derive(ANSWER, {"received": MONDAY, **times})
    assert found["answer_late"] is late
    assert found["answer"] == (None if days is None else pytest.approx(days, abs=0.5))


def test_a_span_in_minutes_without_a_limit():
    spans = {"ack_min": Span(since=["sent"], until="accepted", unit="minutes")}
    assert derive(spans, {"sent": 0, "accepted": 90_000}) == {"ack_min": 1.5}
    assert derive(spans, {"sent": 1, "accepted": 0}) == derive(spans, {"sent": 1}) == {"ack_min": None}
