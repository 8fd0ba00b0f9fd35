"""The table of records behind a figure: any page in any order, and what is late counted as the figure counts it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.scope import NATION, OutOfScope, Scope
from feeds.compute.dossier import CLOSED, falls_late, marked
from feeds.compute.standing import BASE, NEVER, due_bucket
from feeds.store.database import Database
from feeds.store.fold import Change, Rules
from feeds.store.ledger import Ledger, Order, Share
from feeds.store.narrowing import During, Filter, Late
from feeds.store.records import Records
from feeds.store.register import Register
from feeds.store.tables import records, trail

NOW = 1_795_231_800_000
RULES = Rules(frozenset({"finished"}), lambda row: {}, lambda row: {})
HOUR = HOUR_MS
BY_ID = Order("id", False)


def dossier(
    number: int, unit: str = "01", state: str = "processing", at: int = NOW, fields: object = None, **times: int
) -> Change:
    return Change(
        id=f"H{unit}-{number:03}", source="desk", seq=number, at=at, received=at, type="dossier", state=state,
        unit=unit, commune=f"{number % 2:05}", place=f"2025:{unit}", times=times, fields=fields or {"field": "Đất đai"},  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.fixture
def ledger(database: Database) -> Ledger:
    rows = [
        dossier(1, received=NOW - 5 * HOUR, due=NOW - 3 * HOUR),
        dossier(2, received=NOW - 4 * HOUR, due=NOW + 9 * HOUR, fields={"field": "Hộ tịch"}),
        dossier(3, state="finished", received=NOW - 90 * HOUR, finished=NOW - HOUR, due=NOW),
        dossier(4, unit="79", received=NOW - 2 * HOUR),
    ]
    Records(database).apply("dossiers", rows, RULES)
    return Ledger(database)


def ids(ledger: Ledger, filter: Filter, order: Order = BY_ID, start: int = 0, limit: int = 50) -> list[str]:
    return [row.id for row in ledger.page(NATION, "dossiers", filter, order, start, limit)]


def test_any_page_in_any_order_and_what_has_no_value_last(ledger: Ledger) -> None:
    assert ids(ledger, Filter(), Order("times.received", True)) == ["H79-004", "H01-002", "H01-001", "H01-003"]
    assert ids(ledger, Filter(), Order("due", False)) == ["H01-001", "H01-003", "H01-002", "H79-004"]
    assert ids(ledger, Filter(), BY_ID, 1, 2) == ["H01-002", "H01-003"]
    assert set(ids(ledger, Filter(), Order("fields.field", True))) == {f"H01-00{n}" for n in (1, 2, 3)} | {"H79-004"}
    assert [row.id for row in ledger.all(NATION, "dossiers", Filter(), Order("id", False), 3)][-1] == "H01-003"


def test_records_are_found_by_time_field_number_and_place(ledger: Ledger) -> None:
    during = During("received", NOW - 5 * HOUR, NOW - 2 * HOUR)
    assert ids(ledger, Filter(during=during)) == ["H01-001", "H01-002"]
    assert ids(ledger, Filter(during=During("finished", 0, NOW), or_open={"type": "dossier"})) == [
        "H01-001", "H01-002", "H01-003", "H79-004",
    ]  # fmt: skip
    assert ids(ledger, Filter(any_of=({"field": "Hộ tịch"}, {"state": "finished"}))) == ["H01-002", "H01-003"]
    assert ids(ledger, Filter(search="1-00", place="01")) == ["H01-001", "H01-002", "H01-003"]
    assert ids(ledger, Filter(search="%")) == [], "what is typed is no pattern"
    assert ledger.count(NATION, "dossiers", Filter(place="79")) == 1


def test_shares_say_how_the_records_divide(ledger: Ledger) -> None:
    parts = ledger.divided(NATION, "dossiers", Filter(), ["unit", "state"])
    assert parts["unit"] == [Share("01", 3), Share("79", 1)]
    assert parts["state"] == [Share("processing", 3), Share("finished", 1)]
    fields = ledger.divided(NATION, "dossiers", Filter(place="01"), ["fields.field"])["fields.field"]
    assert fields[0] == Share("Đất đai", 2)


def test_what_lies_outside_is_neither_counted_nor_shown(ledger: Ledger) -> None:
    hanoi = Scope(frozenset({"01"}))
    assert ledger.count(hanoi, "dossiers", Filter()) == 3
    assert {row.unit for row in ledger.page(hanoi, "dossiers", Filter(), Order(), 0, 9)} == {"01"}
    with pytest.raises(OutOfScope):
        ledger.count(hanoi, "dossiers", Filter(place="79"))


@pytest.mark.parametrize("name", ["rev", "times.x;y", "fields.", "body"])
def test_only_columns_can_be_sorted_by(ledger: Ledger, name: str) -> None:
    with pytest.raises(ValueError, match="is no column"):
        ledger.page(NATION, "dossiers", Filter(), Order(name), 0, 5)


near = st.one_of(st.none(), st.integers(-60, 60).map(lambda n: NOW + n * HOUR // 3))


@given(due=near, start=near, stop=near, supplements=st.sampled_from([None, 1, 2]), by=st.integers(0, 48))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_late_is_late_by_the_rule_of_the_figure(
    database: Database, due: int | None, start: int | None, stop: int | None, supplements: int | None, by: int
) -> None:
    with database.write() as connection:
        for table in (records, trail):
            connection.execute(delete(table))
    given_ = {"due": due, "supplement_from": start, "supplement_to": stop}
    times = {name: at for name, at in given_.items() if at is not None}
    fields = {} if supplements is None else {"supplements": supplements}
    Records(database).apply("dossiers", [dossier(1, fields=fields or {"x": 1}, **times)], RULES)
    (lately,) = Register(database).page(NATION, "dossiers", Filter()).late_from
    assert lately == falls_late(times, fields, NOW)
    bucket, ledger, horizon = due_bucket(times, fields, NOW), Ledger(database), NOW + by * HOUR
    past, soon = BASE + NOW // HOUR, BASE + horizon // HOUR
    assert ledger.count(NATION, "dossiers", Filter(late=Late(NOW))) == (bucket < past and bucket != NEVER)
    assert ledger.count(NATION, "dossiers", Filter(late=Late(NOW, horizon))) == (past <= bucket < soon)


ENDINGS = ("finished", "returned", "stopped", "refused", "withdrawn")


@given(
    state=st.sampled_from(["processing", *ENDINGS]),
    times=st.dictionaries(st.sampled_from(ENDINGS), st.integers(-9, 9).map(lambda n: NOW + n * HOUR), max_size=3),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_end_of_a_list_is_the_end_of_the_figure(database: Database, state: str, times: dict[str, int]) -> None:
    with database.write() as connection:
        for table in (records, trail):
            connection.execute(delete(table))
    rules = replace(RULES, closed=CLOSED)
    change = dossier(1, state=state, **times)
    Records(database).apply("dossiers", [change], rules)
    end = marked(state, change.at, times).get("ended")
    found = Ledger(database).count(NATION, "dossiers", Filter(during=During("ended", 0, 2 * NOW)))
    assert found == (end is not None)
    if end is not None:
        assert Ledger(database).count(NATION, "dossiers", Filter(during=During("ended", end, end + 1))) == 1
