"""The archive of readings: packed once, found again newest first, gone after two days."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.scope import NATION, OutOfScope, Scope
from feeds.store.blocks import Archive, Block
from feeds.store.database import Database
from feeds.store.tables import event_blocks

NOW = 1_790_000_000_000


class Seen(msgspec.Struct, frozen=True, array_like=True):
    at: int
    entity: str | None
    v: int = 0


decode = msgspec.msgpack.Decoder(list[Seen]).decode


@pytest.fixture
def archive(database: Database) -> Archive[Seen]:
    return Archive(database, decode)


def block(first: str, events: list[Seen], last: str = "", part: str = "01") -> Block:
    times = [event.at for event in events]
    return Block("air", part, first, last or first, min(times), max(times), len(events), msgspec.msgpack.encode(events))


def test_events_come_back_newest_first(archive: Archive[Seen]) -> None:
    events = [Seen(NOW + i, "A", i) for i in range(5)]
    archive.write([block("1-0", events[:3]), block("4-0", events[3:])], epoch=1)
    assert archive.page(NATION, "air", "01").events == events[::-1]


def test_a_late_event_stands_in_its_time(archive: Archive[Seen]) -> None:
    archive.write([block("1-0", [Seen(NOW, "A"), Seen(NOW + 10, "A")])], 1)
    archive.write([block("2-0", [Seen(NOW + 5, "A"), Seen(NOW + 20, "A")])], 1)
    assert [event.at - NOW for event in archive.page(NATION, "air", "01").events] == [20, 10, 5, 0]


def test_one_entity_in_one_stretch_of_time(archive: Archive[Seen]) -> None:
    archive.write([block("1-0", [Seen(NOW + i, "AB"[i % 2]) for i in range(10)])], 1)
    found = archive.page(NATION, "air", "01", entity="A", from_ms=NOW + 2, to_ms=NOW + 6).events
    assert [event.at - NOW for event in found] == [4, 2]


def test_a_block_told_again_is_the_same_block(archive: Archive[Seen]) -> None:
    archive.write([block("1-0", [Seen(NOW, "A")])], epoch=2)
    archive.write([block("1-0", [Seen(NOW, "A"), Seen(NOW + 1, "A")], last="3-0")], epoch=2)
    assert len(archive.page(NATION, "air", "01").events) == 2
    archive.write([block("1-0", [Seen(NOW + 99, "paused")])], epoch=1)
    assert {event.entity for event in archive.page(NATION, "air", "01").events} == {"A"}


def test_the_archive_knows_where_it_stands(archive: Archive[Seen]) -> None:
    assert archive.position("air", "01") is None
    archive.write([block("1790000000000-9", [Seen(NOW, "A")], last="1790000000000-9")], 1)
    archive.write([block("1790000000000-10", [Seen(NOW, "A")], last="1790000000000-11")], 1)
    assert archive.position("air", "01") == "1790000000000-11"
    assert archive.position("air", "79") is None


def test_blocks_are_kept_two_days(archive: Archive[Seen]) -> None:
    old = [Seen(NOW - 49 * HOUR_MS, "A")]
    archive.write([block("1-0", old), block("2-0", [*old, Seen(NOW - 47 * HOUR_MS, "A")])], 1)
    assert archive.prune(NOW) == 1
    assert len(archive.page(NATION, "air", "01").events) == 2


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    told=st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=5), min_size=1, max_size=6),
    limit=st.integers(1, 5),
    entity=st.sampled_from([None, "A", "B"]),
)
def test_pages_follow_each_other_without_gap_or_repeat(
    database: Database, archive: Archive[Seen], told: list[list[int]], limit: int, entity: str | None
) -> None:
    with database.write() as connection:
        connection.execute(delete(event_blocks))
    number = iter(range(100))
    blocks = [[Seen(NOW + at, "AB"[at % 2], next(number)) for at in ats] for ats in told]
    archive.write([block(f"{i + 1}-0", events) for i, events in enumerate(blocks)], 1)
    seen: list[Seen] = []
    cursor = None
    while True:
        events, cursor = archive.page(NATION, "air", "01", entity, cursor=cursor, limit=limit)
        seen += events
        if cursor is None:
            break
    wanted = [event for events in blocks for event in events if entity in (None, event.entity)]
    assert sorted(seen, key=lambda event: event.v) == wanted
    assert [event.at for event in seen] == sorted((event.at for event in wanted), reverse=True)


@pytest.mark.parametrize("cursor", ["x", "1", "1:x", ":", "9" * 40 + ":1"])
def test_a_cursor_of_another_list_is_refused(archive: Archive[Seen], cursor: str) -> None:
    with pytest.raises(ValueError, match="start from its beginning"):
        archive.page(NATION, "air", "01", cursor=cursor)


def test_a_foreign_scope_reads_nothing(archive: Archive[Seen]) -> None:
    archive.write([block("1-0", [Seen(NOW, "A")]), block("1-0", [Seen(NOW, "B")], part="79")], 1)
    hanoi = Scope(frozenset({"01"}))
    assert [event.entity for event in archive.page(hanoi, "air", "01").events] == ["A"]
    for foreign in ("79", "vn"):
        with pytest.raises(OutOfScope):
            archive.page(hanoi, "air", foreign)
