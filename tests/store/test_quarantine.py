import pytest

from feeds.catalogue.scope import NATION, OutOfScope, Scope
from feeds.store import quarantine
from feeds.store.quarantine import Held, Quarantine

DAY = 86_400_000
NOW = 20_000 * DAY


def message(number=1, source="a", feed="air", code="value_low", unit="01", received=NOW, size=None):
    return Held(
        feed=feed, source=source, received=received, stage="meaning", code=code, reason="Vì sao", connector="http",
        bytes=b"\x00\xff" + (b"x" * size if size else str(number).encode()), unit=unit, at=received, offset=number,
    )  # fmt: skip


@pytest.fixture
def store(database):
    return Quarantine(database)


def test_bytes_come_back_as_they_were(store):
    store.put([message(7)])
    (row,) = store.page(NATION)
    assert row.bytes == b"\x00\xff7"
    assert (row.state, row.offset, row.reason) == ("held", 7, "Vì sao")
    assert store.get(NATION, row.id) == row
    assert store.get(NATION, row.id + 1) is None


def test_pages_newest_first_and_filters(store):
    store.put([message(n, code="value_low" if n % 2 else "time_late") for n in range(10)])
    assert [row.offset for row in store.page(NATION, limit=3)] == [9, 8, 7]
    last = store.page(NATION, limit=3)[-1]
    assert [row.offset for row in store.page(NATION, limit=2, before=last.id)] == [6, 5]
    assert {row.offset for row in store.page(NATION, code="time_late")} == {0, 2, 4, 6, 8}
    assert store.page(NATION, source="b") == []
    assert store.reasons(NATION) == {"value_low": 5, "time_late": 5}
    assert store.reasons(NATION, since=NOW + 1) == {}


def test_quota_drops_the_oldest_of_that_source_and_counts_it(database):
    store = Quarantine(database, most_rows=10)
    store.put([message(0, source="quiet")])
    for n in range(25):
        store.put([message(n, source="loud")])
    kept = [row.offset for row in store.page(NATION, source="loud")]
    assert kept == list(range(24, 14, -1))
    assert len(store.page(NATION, source="quiet")) == 1
    (loud,) = [count for count in store.counts(NATION) if count.source == "loud"]
    assert (loud.n, loud.kept) == (25, 10)
    assert store.rejected(NATION) == {"air": 26}


def test_one_huge_batch_keeps_its_newest(database):
    store = Quarantine(database, most_rows=10)
    store.put([message(n) for n in range(100)])
    assert [row.offset for row in store.page(NATION)] == list(range(99, 89, -1))
    assert store.rejected(NATION) == {"air": 100}


def test_bytes_have_a_quota_too(database):
    store = Quarantine(database, most_bytes=1000)
    for n in range(5):
        store.put([message(n, size=400)])
    kept = store.page(NATION)
    assert len(kept) == 2
    store.put([message(9, size=4000)])  # alone larger than the quota: counted, not kept, and it washes nothing away
    assert store.page(NATION) == kept
    assert store.rejected(NATION) == {"air": 6}


def test_invented_names_share_a_quota_of_bytes(database, monkeypatch):
    monkeypatch.setattr(quarantine, "MOST_SOURCES_BYTES", 1000)
    store = Quarantine(database)
    for n in range(6):
        store.put([message(n, source=f"invented-{n}", size=400)])
    assert [row.source for row in store.page(NATION)] == ["invented-5", "invented-4"]
    assert store.rejected(NATION) == {"air": 6}


def test_a_province_sees_its_own_messages_only(store):
    store.put([message(1, unit="01"), message(2, unit="48"), message(3, unit=None)])
    hanoi = Scope(frozenset({"01"}))
    assert [row.offset for row in store.page(hanoi)] == [1]
    assert store.reasons(hanoi) == {"value_low": 1}
    foreign = store.page(NATION)[1]
    assert store.get(hanoi, foreign.id) is None
    with pytest.raises(OutOfScope):
        store.counts(hanoi)
    with pytest.raises(OutOfScope):
        store.rejected(hanoi)


def test_a_row_is_closed_once(store):
    store.put([message()])
    (row,) = store.page(NATION)
    assert store.close_row(row.id, "replayed", by="ops", at=NOW, why="sửa đơn vị")
    assert not store.close_row(row.id, "dropped", by="ops", at=NOW, why="")
    assert store.page(NATION) == []
    (closed,) = store.page(NATION, state=None)
    assert (closed.state, closed.replayed_by, closed.replayed_why) == ("replayed", "ops", "sửa đơn vị")


def test_retention_forgets_rows_and_counts(store):
    store.put([message(1, received=NOW - 100 * DAY), message(2)])
    assert store.retain(NOW, days=90) == 1
    assert [row.offset for row in store.page(NATION)] == [2]
    assert store.rejected(NATION) == {"air": 1}


def test_nothing_to_put_is_no_write(store):
    store.put([])
    assert store.page(NATION) == []
