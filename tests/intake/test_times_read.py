"""Times that are remembered by the minute are read as ISO 8601 reads them, and no other way."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from feeds.intake.reasons import Refused
from feeds.intake.times import parse_time

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ODD = (
    "2026-11-20T10:17:60+07:00", "2026-11-20T24:00:00+07:00", "2026-11-20T24:00:30+07:00", "2026-11-20T10:60:00+07:00",
    "2026-02-30T10:17:05+07:00", "2026-11-20T10:17:05", "2026-11-20T10:17:05Z", "2026-11-20T10:17:05+0700",
    "2026-11-20T10:17:05.123456+07:00", "2026-11-20T10:17:05,5-03:30", "2026-11-20 10:17:05+07:00",
    "20261120T103000.123+07:00", "2026W47T10:30+07:00:00.12", "2026-W47-5T10:30:07+07:00", "2026-11-20T10:17:05+25:00",
    "٢026-11-20T10:17:05+07:00", "2026-11-20T10:17:٠5+07:00", "0001-01-01T00:00:05+14:00", "9999-12-31T23:59:59-14:00",
    "2026-11-20T10:17+07:00", "2026-11-20T10:17:05+07:00:30", "2026-11-20T10:17:05+07:00 ", "", "05" * 20,
)  # fmt: skip


def by_the_book(text):
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return "time_unreadable"
    return "time_no_zone" if moment.tzinfo is None else (moment - EPOCH) // timedelta(milliseconds=1)


def read(text):
    try:
        return parse_time(text, "at")
    except Refused as refused:
        return refused.rejection.code


@pytest.mark.parametrize("text", ODD)
def test_odd_times_are_read_by_the_book(text):
    assert read(text) == read(text) == by_the_book(text)


def test_times_with_a_sign_changed_are_read_by_the_book():
    chance = random.Random(7)
    for _ in range(4000):
        day, hour, second = chance.randrange(1, 33), chance.randrange(25), chance.randrange(62)
        text = f"2026-1{chance.randrange(3)}-{day:02}T{hour:02}:17:{second:02}+07:00"
        at = chance.randrange(len(text))
        changed = text[:at] + chance.choice("0123456789:-+TZ. ,W") + text[at + chance.randrange(2) :]
        assert read(text) == by_the_book(text)
        assert read(changed) == by_the_book(changed), changed
