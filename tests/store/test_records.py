"""Records: whatever order events arrive in, and however often, rows, trail and counts are the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.scope import NATION, OutOfScope, Scope
from feeds.store.database import Database
from feeds.store.fold import Cells, Change, Row, Rules
from feeds.store.record_tallies import Hour
from feeds.store.records import Overtaken, Records
from feeds.store.register import BadCursor, Filter, Register
from feeds.store.tables import record_tallies, trail
from feeds.store.tables import records as table

T = 1_790_000_000_000 // HOUR_MS * HOUR_MS
DAY = 24 * HOUR_MS
SHARED = [HealthCheck.function_scoped_fixture]  # each example empties the tables itself


def count(row: Row) -> Cells:
    """Received and finished records of the unit, and the days they took."""
    cells: Cells = {}
    if "received" in row.times:
        cells[row.unit, row.times["received"] // HOUR_MS] = {"received": (1, 1.0)}
    if "finished" in row.times and "received" in row.times:
        days = (row.times["finished"] - row.times["received"]) / DAY
        cells.setdefault((row.unit, row.times["finished"] // HOUR_MS), {})["days"] = (1, days)
    return cells


def derive(row: Row) -> dict[str, bool | None]:
    finished = row.times.get("finished")
    return {"on_time": None if finished is None or row.due is None else finished <= row.due}


RULES = Rules(closed=frozenset({"finished", "withdrawn"}), cells=count, derive=derive)


def change(id: str = "D1", seq: int | None = 1, at: int = T, **more: object) -> Change:
    said: dict[str, object] = {"type": "dossier", "state": "received", "source": "hn", "unit": "01", "commune": "00004"}
    said |= {"received": at + 5, "place": "2025:01/00004", "times": {"received": at, "due": at + DAY}}
    return msgspec.convert({"id": id, "seq": seq, "at": at, **said, **more}, Change)


def finish(id: str = "D1", seq: int | None = 2, at: int = T + HOUR_MS, **more: object) -> Change:
    return change(id, seq, at, **{"state": "finished", "times": {"finished": at}, **more})


@pytest.fixture
def records(database: Database) -> Records:
    return Records(database)


@pytest.fixture
def register(database: Database) -> Register:
    return Register(database)


def cells(database: Database, feed: str = "dossiers") -> dict[tuple[str, str, int], tuple[int, float]]:
    """What is counted, as (how many, sum)."""
    held = record_tallies.c
    with database.read() as connection:
        found = connection.execute(select(held.place, held.hour, held.tally).where(held.feed == feed)).all()
    return {
        (place, measure, hour - T // HOUR_MS): (n, total)
        for place, hour, tally in found
        for measure, (n, total) in tally.items()
        if n
    }


def test_a_record_is_what_its_events_made_it(records: Records, register: Register) -> None:
    records.apply("dossiers", [change(fields={"channel": "online", "paid": "none"})], RULES)
    records.apply("dossiers", [finish(fields={"paid": "local"})], RULES)
    assert register.one(NATION, "dossiers", "D1") == Row(
        id="D1",
        type="dossier",
        state="finished",
        open=False,
        unit="01",
        commune="00004",
        place="2025:01/00004",
        source="hn",
        at=T + HOUR_MS,
        seq=2,
        due=T + DAY,
        times={"received": T, "due": T + DAY, "finished": T + HOUR_MS},
        fields={"channel": "online", "paid": "local", "on_time": True},
        rev=2,
    )


def test_ends_of_lines_in_a_field_are_kept(records: Records, register: Register) -> None:
    said = {"channel": "one\ntwo\r\n\u2028three\x0b\x85", "paid": "\\n"}
    records.apply("dossiers", [change("D1", fields=said), change("D2", fields={"paid": "\n"})], RULES)
    steps = [register.trail(NATION, "dossiers", id)[0].fields for id in ("D1", "D2")]
    rows = [row.fields for id in ("D1", "D2") if (row := register.one(NATION, "dossiers", id))]
    assert steps == [said, {"paid": "\n"}]
    assert rows == [said | {"on_time": None}, {"paid": "\n", "on_time": None}]


def test_what_a_batch_added_to_the_cells_is_told(records: Records, database: Database) -> None:
    told = records.apply("dossiers", [change("D1"), change("D2"), finish("D2")], RULES)
    hour = T // HOUR_MS
    assert told == [Hour("01", hour, {"received": (2, 2.0)}), Hour("01", hour + 1, {"days": (1, 1 / 24)})]
    assert cells(database) == {("01", "days", 1): (1, 1 / 24), ("01", "received", 0): (2, 2.0)}


def test_a_redelivered_batch_changes_nothing(records: Records, register: Register, database: Database) -> None:
    batch = [change(), finish(), change("D2", seq=None), change("D3", seq=7, state="processing")]
    records.apply("dossiers", batch, RULES)
    before = (register.page(NATION, "dossiers", Filter()), cells(database))
    assert records.apply("dossiers", batch, RULES) == []
    assert records.apply("dossiers", batch[:1], RULES) == []
    assert (register.page(NATION, "dossiers", Filter()), cells(database)) == before


def test_an_unnumbered_event_sent_again_later_is_known(records: Records, register: Register) -> None:
    one, two = change(seq=None), change(seq=None, state="processing", received=T + 6)
    records.apply("dossiers", [one, two], RULES)
    records.apply("dossiers", [change(seq=None, received=T + 7)], RULES)
    assert [step.state for step in register.trail(NATION, "dossiers", "D1")] == ["received", "processing"]
    row = register.one(NATION, "dossiers", "D1")
    assert row is not None and row.state == "processing"


def test_a_record_that_changes_its_place_is_counted_there_only(records: Records, database: Database) -> None:
    records.apply("dossiers", [change()], RULES)
    moved = change(seq=2, at=T + 1, unit="79", times={})
    told = records.apply("dossiers", [moved], RULES)
    assert {(delta.place, delta.tally["received"][0]) for delta in told} == {("01", -1), ("79", 1)}
    assert cells(database) == {("79", "received", 0): (1, 1.0)}


def test_a_late_event_fills_the_past_and_keeps_the_present(records: Records, register: Register) -> None:
    records.apply("dossiers", [finish()], RULES)
    records.apply("dossiers", [change(fields={"channel": "post"})], RULES)
    row = register.one(NATION, "dossiers", "D1")
    assert row is not None and (row.state, row.fields["channel"], row.fields["on_time"]) == ("finished", "post", True)
    assert set(row.times) == {"received", "due", "finished"}


def test_feeds_do_not_share_records(records: Records, register: Register, database: Database) -> None:
    records.apply("dossiers", [change()], RULES)
    assert register.one(NATION, "petitions", "D1") is None
    assert cells(database, "petitions") == {}


def test_nothing_is_half_applied(records: Records, register: Register) -> None:
    def broken(row: Row) -> Cells:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        records.apply("dossiers", [change()], Rules(RULES.closed, broken))
    assert register.one(NATION, "dossiers", "D1") is None
    assert records.apply("dossiers", [], RULES) == []
    assert len(records.apply("dossiers", [change()], RULES)) == 1


EVENTS = st.lists(
    st.builds(
        change,
        id=st.sampled_from(["D1", "D2"]),
        seq=st.none() | st.integers(1, 6),
        at=st.integers(0, 4).map(lambda hours: T + hours * HOUR_MS),
        state=st.sampled_from(["received", "processing", "finished"]),
        unit=st.sampled_from(["01", "79"]),
        times=st.dictionaries(
            st.sampled_from(["received", "due", "finished"]), st.integers(0, 5).map(lambda h: T + h * HOUR_MS)
        ),
        fields=st.dictionaries(st.sampled_from(["channel", "paid"]), st.sampled_from(["a", "b", None])),
    ),
    min_size=1,
    max_size=9,
    unique_by=lambda event: (event.id, event.mark),
)


@settings(max_examples=60, deadline=None, suppress_health_check=SHARED)
@given(events=EVENTS, data=st.data())
def test_order_repetition_and_batches_do_not_matter(
    database: Database, records: Records, register: Register, events: list[Change], data: st.DataObject
) -> None:
    told = data.draw(st.permutations(events + data.draw(st.lists(st.sampled_from(events), max_size=4))))
    expected = _apply_anew(database, records, register, [sorted(events, key=lambda event: event.order)])
    size = data.draw(st.integers(1, len(told)))
    batches = [told[start : start + size] for start in range(0, len(told), size)]
    assert _apply_anew(database, records, register, batches) == expected


def _apply_anew(
    database: Database, records: Records, register: Register, batches: Sequence[Sequence[Change]]
) -> tuple[object, ...]:
    """State after `batches` on empty tables; checks on the way that cells and deltas say what the rows say."""
    with database.write() as connection:
        for each in (table, trail, record_tallies):
            connection.execute(delete(each))
    summed: Counter[tuple[str, str, int]] = Counter()
    for batch in batches:
        for delta in records.apply("dossiers", batch, RULES):
            for measure, (n, _) in delta.tally.items():
                summed[delta.place, measure, delta.hour - T // HOUR_MS] += n
    rows = sorted(register.page(NATION, "dossiers", Filter()).rows, key=lambda row: row.id)
    kept = {key: (n, round(total, 9)) for key, (n, total) in cells(database).items()}
    assert {key: n for key, n in summed.items() if n} == {key: n for key, (n, _) in kept.items()}
    records.rebuild_cells("dossiers", RULES)
    assert {key: (n, round(total, 9)) for key, (n, total) in cells(database).items()} == kept
    trails = [register.trail(NATION, "dossiers", row.id) for row in rows]
    return [msgspec.structs.replace(row, rev=0) for row in rows], kept, trails


def test_a_writer_that_missed_a_revision_starts_again(
    database: Database, records: Records, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two writers meet a record neither has seen: the second must not write over what it has not read."""
    records.apply("dossiers", [change()], RULES)
    real, calls = Records._rows, []

    def blind_once(self: Records, *args: object) -> dict[str, Row]:
        calls.append(1)
        return {} if len(calls) == 1 else real(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Records, "_rows", blind_once)
    records.apply("dossiers", [finish()], RULES)
    row = register.one(NATION, "dossiers", "D1")
    assert row is not None and (len(calls), row.rev, row.times["received"]) == (2, 2, T)
    assert cells(database)["01", "received", 0] == (1, 1.0)


def test_two_writers_at_once_count_everything_once(database: Database, register: Register) -> None:
    batches = [[change(f"D{i}"), finish(f"D{i}")] for i in range(12)]

    def write(mine: Sequence[Sequence[Change]]) -> None:
        for batch in mine:
            Records(database).apply("dossiers", batch, RULES)

    with ThreadPoolExecutor() as pool:  # both tell every story, from opposite ends
        list(pool.map(write, [batches, batches[::-1]]))
    assert {key: n for key, (n, _) in cells(database).items()} == {
        ("01", "received", 0): 12,
        ("01", "days", 1): 12,
    }
    assert len(register.page(NATION, "dossiers", Filter(open=False)).rows) == 12


def test_a_writer_that_is_always_overtaken_says_so(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    records.apply("dossiers", [change()], RULES)
    monkeypatch.setattr(Records, "_rows", lambda *args: {})
    with pytest.raises(Overtaken, match="met other writers"):
        records.apply("dossiers", [finish()], RULES)


def test_cells_are_counted_anew_when_the_catalogue_counts_otherwise(records: Records, database: Database) -> None:
    records.apply("dossiers", [change(), change("D2"), finish()], RULES)
    records.rebuild_cells("dossiers", Rules(RULES.closed, lambda row: {(row.unit, 0): {"all": (1, 2.5)}}))
    assert cells(database) == {("01", "all", -(T // HOUR_MS)): (2, 5.0)}


def test_closed_records_are_forgotten_and_open_ones_are_not(
    records: Records, register: Register, database: Database
) -> None:
    records.apply("dossiers", [change(), finish(), change("D2"), finish("D3", at=T + 9 * HOUR_MS)], RULES)
    records.apply("dossiers", [change("D2", seq=2, at=T + 1, unit="79", times={})], RULES)
    before = cells(database)
    assert records.forget("dossiers", T + 2 * HOUR_MS) == 1
    assert {row.id for row in register.page(NATION, "dossiers", Filter()).rows} == {"D2", "D3"}
    assert register.trail(NATION, "dossiers", "D1") == []
    assert len(register.trail(NATION, "dossiers", "D3")) == 1
    assert cells(database) == before


FIELDS = {"paid": "local", "digitised": True, "supplements": 2}


@pytest.mark.parametrize(
    ("narrow", "expected"),
    [
        (Filter(), ["D5", "D4", "D3", "D2", "D1"]),
        (Filter(place="vn"), ["D5", "D4", "D3", "D2", "D1"]),
        (Filter(place="79"), ["D3"]),
        (Filter(place="01/00004"), ["D4", "D2", "D1"]),
        (Filter(place="agency:mof"), ["D5"]),
        (Filter(states=("finished", "withdrawn")), ["D2"]),
        (Filter(open=True), ["D5", "D4", "D3", "D1"]),
        (Filter(open=False), ["D2"]),
        (Filter(due_to=T + DAY + 3 * HOUR_MS), ["D3", "D1"]),
        (Filter(due_from=T + DAY + 1), ["D4", "D3"]),
        (Filter(where={"paid": "local"}), ["D1"]),
        (Filter(where={"digitised": True, "supplements": 2}), ["D1"]),
        (Filter(where={"paid": ["none", "local"], "type": ["dossier"]}), ["D1"]),
        (Filter(where={"paid": 5}), []),
        (Filter(where={"state": "received", "type": "dossier"}), ["D5", "D4", "D3", "D1"]),
        (Filter(id_prefix="D1"), ["D1"]),
        (Filter(id_prefix="%"), []),
    ],
)
def test_a_list_is_narrowed(records: Records, register: Register, narrow: Filter, expected: list[str]) -> None:
    batch = [change("D1", fields=FIELDS), finish("D2"), change("D3", at=T + 2 * HOUR_MS, unit="79")]
    batch += [change("D4", at=T + 3 * HOUR_MS)]
    batch += [change("D5", at=T + 4 * HOUR_MS, unit="vn", commune="", place="agency:mof", times={})]
    records.apply("dossiers", batch, RULES)
    assert [row.id for row in register.page(NATION, "dossiers", narrow).rows] == expected


@pytest.mark.parametrize(
    ("order", "expected"), [("newest", ["D5", "D4", "D3", "D2", "D1"]), ("due", ["D2", "D3", "D1"])]
)
def test_pages_follow_each_other_without_gap_or_repeat(
    records: Records, register: Register, order: str, expected: list[str]
) -> None:
    due = {"D1": {"due": T + 3}, "D2": {"due": T + 1}, "D3": {"due": T + 1}}
    records.apply("dossiers", [change(f"D{i}", at=T + i // 2, times=due.get(f"D{i}", {})) for i in range(1, 6)], RULES)
    seen, cursor = [], None
    while True:
        rows, cursor, _ = register.page(NATION, "dossiers", Filter(), cursor, limit=2, order=order)  # type: ignore[arg-type]
        seen += [row.id for row in rows]
        if cursor is None:
            break
    assert seen == expected


@pytest.mark.parametrize("cursor", ["nonsense", ":", "12:", "x:D1", "9" * 40 + ":D1", "-1:D1"])
def test_a_cursor_of_another_list_is_refused(register: Register, cursor: str) -> None:
    with pytest.raises(BadCursor, match="start from its beginning"):
        register.page(NATION, "dossiers", Filter(), cursor)


def test_a_field_that_cannot_be_one_is_refused(register: Register) -> None:
    with pytest.raises(ValueError, match="no field"):
        register.page(NATION, "dossiers", Filter(where={"a'b": 1}))


def test_a_foreign_scope_reads_nothing(records: Records, register: Register) -> None:
    hanoi = Scope(frozenset({"01"}))
    records.apply("dossiers", [change(), change("D2", unit="79"), change("D3", unit="vn", place="agency:mof")], RULES)
    assert [row.id for row in register.page(hanoi, "dossiers", Filter()).rows] == ["D1"]
    for foreign in ("79", "79/00004", "vn", "agency:mof"):
        with pytest.raises(OutOfScope):
            register.page(hanoi, "dossiers", Filter(place=foreign))
    for id in ("D2", "D3"):
        with pytest.raises(OutOfScope):
            register.one(hanoi, "dossiers", id)
        with pytest.raises(OutOfScope):
            register.trail(hanoi, "dossiers", id)


def test_a_commune_lies_in_its_province() -> None:
    assert Scope(frozenset({"01"})).allows("01/00004")
    assert not Scope(frozenset({"79"})).allows("01/00004")
