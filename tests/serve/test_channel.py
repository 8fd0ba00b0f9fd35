"""What a client lacks, from what the hub holds of one scope."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from feeds.serve.channel import MOST_BYTES, MOST_STEPS, Base, Channel, Step
from feeds.serve.frames import Frame

BIG, SMALL = Frame(b"s" * 1000), Frame(b"d" * 10)


def step(start: int, end: int, frame: Frame = SMALL) -> Step:
    return Step((1, start), (1, end), frame)


def channel(base: int, *ends: int) -> Channel:
    made = Channel("vn")
    made.rebase(Base((1, base), BIG))
    for start, end in zip((base, *ends), ends, strict=False):
        made.announce(step(start, end))
    return made


def ends(way: list[Step | Base] | None) -> list[int] | None:
    return None if way is None else [piece.end[1] for piece in way]


def test_a_new_client_gets_snapshot_and_what_came_after() -> None:
    assert ends(channel(5, 6, 7).since(None)) == [5, 6, 7]


def test_a_client_gets_only_what_it_lacks() -> None:
    held = channel(5, 6, 7)
    assert ends(held.since((1, 6))) == [7]
    assert ends(held.since((1, 7))) == []


def test_a_client_from_before_gets_the_snapshot() -> None:
    assert ends(channel(5, 6).since((1, 2))) == [5, 6]


def test_a_gap_asks_for_a_snapshot() -> None:
    held = channel(5, 6)
    held.announce(step(8, 9))
    assert held.head == (1, 9)
    assert held.since((1, 6)) is None
    assert ends(held.since((1, 8))) == [9]
    held.rebase(Base((1, 9), BIG))
    assert ends(held.since((1, 6))) == [9]


def test_old_news_are_no_news() -> None:
    held = channel(5, 6)
    assert not held.announce(step(4, 5))
    assert not held.announce(step(5, 6))
    assert ends(held.since((1, 5))) == [6]


def test_a_snapshot_may_be_ahead_of_its_announcement() -> None:
    held = channel(5, 6)
    held.rebase(Base((1, 7), BIG))
    assert ends(held.since(None)) == [7]
    assert ends(held.since((1, 6))) == []
    held.announce(step(6, 7))
    assert ends(held.since((1, 6))) == [7]
    assert ends(held.since((1, 7))) == []


def test_a_snapshot_older_than_what_was_told_voids_the_past() -> None:
    held = channel(5, 6)
    held.announce(step(8, 9))
    assert held.rebase(Base((1, 3), BIG))
    assert held.head == (1, 3)
    assert ends(held.since(None)) == [3]


def test_after_a_lost_link_the_snapshot_is_the_truth() -> None:
    held = channel(5, 6)
    assert not held.restart(Base((1, 6), BIG))
    assert held.restart(Base((1, 9), BIG))
    assert ends(held.since((1, 6))) == [9]


def test_a_new_aggregator_is_newer_whatever_its_versions() -> None:
    held = channel(500)
    assert held.announce(Step((2, 0), (2, 1), SMALL))
    assert held.head == (2, 1)


def test_memory_is_bounded_in_steps_and_bytes() -> None:
    held = channel(0, *range(1, 500))
    assert len(held.steps) == MOST_STEPS
    big = channel(0)
    for version in range(20):
        big.announce(step(version, version + 1, Frame(b"x" * (MOST_BYTES // 5))))
    assert len(big.steps) == 5
    assert big.base is None


def test_of_two_ways_the_shorter_is_taken() -> None:
    held = channel(1)
    for version in range(1, 9):
        held.announce(step(version, version + 1, Frame(b"d" * 400)))
    held.rebase(Base((1, 9), BIG))
    assert ends(held.since((1, 2))) == [9]
    assert ends(held.since((1, 7))) == [8, 9]


@given(st.lists(st.sampled_from(["tick", "skip", "read", "lost"]), max_size=40), st.data())
def test_whatever_happens_a_client_ends_at_the_head_or_waits_for_a_snapshot(
    happen: list[str], data: st.DataObject
) -> None:
    held, truth, client = Channel("vn"), 1, None
    for what in happen:
        if what in ("tick", "skip"):
            truth += 1 + (what == "skip")
            held.announce(step(truth - 1, truth))
        elif what == "read":
            held.rebase(Base((1, truth), BIG))
        elif held.restart(Base((1, truth), BIG)):
            client = None
        if data.draw(st.booleans()):
            way = held.since(client)
            if way:
                for piece in way:
                    assert isinstance(piece, Base) or piece.start == client
                    client = piece.end
            if way is not None and held.head is not None:
                assert client is not None and client >= held.head
