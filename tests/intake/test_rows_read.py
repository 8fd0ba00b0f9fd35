"""A record in the feed's own words is read faster, and to the same record or refusal as any other."""

import random

from feeds.intake.posted import PostedRow
from feeds.intake.reasons import Refused
from feeds.intake.rows import Words, check_known, read_row
from tests.intake.feed_samples import CATALOGUE

NOW = 1_795_231_800_000
TIMES = ("2026-11-20T10:17:05+07:00", "2026-12-20T10:17:05+07:00", "1970-01-01T00:00:00Z", "2036-12-20T00:00:00Z", "x")
VALUES = ("TTHC 1", "a\u202eb", "x" * 600, 3, 2.5, True, None, 2**64)


def slowly(feed, row):
    for what, said, known in (
        ("state", [row.state], feed.states), ("type", [row.type], feed.types),
        ("times", row.times, feed.times), ("fields", row.fields, feed.fields),
    ):  # fmt: skip
        check_known(what, said, known, feed.code)
    return read_row(row, NOW)


def outcome(read, *row):
    try:
        return read(*row)
    except Refused as refused:
        return refused.rejection


def drawn(feed, chance):
    """A record of `feed`, mostly in its words."""

    def one(words, odd):
        return chance.choice([*words, *odd] if chance.random() < 0.1 else words or odd)

    return PostedRow(
        id=one(["D-1", "H-26/0003"], ["@1", ""]),
        type=one(feed.types, ["parcel", "x" * 70]),
        state=one(feed.states, ["lost"]),
        times={one(feed.times, ["Sent", "later"]): one(TIMES[:2], TIMES) for _ in range(chance.randrange(4))},
        fields={one(feed.fields, ["Bad", "worse"]): one(VALUES[:1], VALUES) for _ in range(chance.randrange(5))},
    )


def test_the_short_way_and_the_long_one_end_alike():
    chance, taken = random.Random(11), 0
    feeds = [feed for feed in CATALOGUE.feeds.values() if feed.kind == "records"]
    for feed in feeds:
        words = Words.of(feed)
        for _ in range(300):
            row = drawn(feed, chance)
            fast, slow = outcome(words.read, row, NOW), outcome(slowly, feed, row)
            assert fast == slow, row
            taken += hasattr(fast, "state")
    assert 0 < taken < 300 * len(feeds)
