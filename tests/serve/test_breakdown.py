"""Records in parts: by desk and by field, counted in the reporting month, inside one's scope only."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from sqlalchemy import delete

from feeds.catalogue.clock import DAY_MS, HOUR_MS, TickClock
from feeds.catalogue.scope import NATION, OutOfScope, Scope
from feeds.serve.breakdown import BreakdownReader
from feeds.serve.caching import Memory, cached
from feeds.serve.parts import Parts
from feeds.serve.readers import Unknown
from feeds.store import tables
from feeds.store.fold import Change, Rules
from feeds.store.ledger import Ledger
from feeds.store.narrowing import Filter, Late
from feeds.store.records import Records
from feeds.store.register import Register

NOW = 1_795_231_800_000  # 21/11/2026 10:30
MEASURES = ("received", "ended", "ended_on_time")
DESKS = {"own": ("01", ""), "ward": ("01", "00004"), "other": ("79", "26734")}


def change(
    number: int, desk: str, state: str, field: str, due: int, ended: int | None = None, **more: object
) -> Change:
    unit, commune = DESKS[desk]
    times = {"received": NOW - 2 * DAY_MS, "due": due} | ({"finished": ended} if ended else {})
    place = f"2025:{unit}/{commune}" if commune else f"2025:{unit}"
    return Change(
        id=f"H/{number}", source="desk", seq=number, at=ended or NOW - HOUR_MS, received=NOW, type="dossier",
        state=state, times=times, fields={"field": field, **more}, unit=unit, commune=commune, place=place,
    )  # fmt: skip


@pytest.fixture
def reader(parts: Parts) -> Iterator[BreakdownReader]:
    rules = Rules(frozenset({"finished"}), lambda row: {}, lambda row: {})
    told = [
        change(1, "own", "processing", "Đất đai", NOW - DAY_MS),
        change(2, "own", "processing", "Đất đai", NOW + DAY_MS),
        change(3, "ward", "processing", "Hộ tịch", NOW - 3 * DAY_MS),
        change(4, "ward", "finished", "Hộ tịch", NOW, NOW - HOUR_MS, on_time=True),
        change(5, "ward", "finished", "Hộ tịch", NOW, NOW - HOUR_MS, on_time=False),
        change(6, "ward", "finished", "Hộ tịch", NOW - 40 * DAY_MS, NOW - 41 * DAY_MS, on_time=True),
        change(7, "other", "processing", "Đất đai", NOW - DAY_MS),
    ]
    Records(parts.database).apply("dossiers", told, rules)
    yield BreakdownReader(parts.catalogue, parts.places, parts.database, TickClock(NOW))
    with parts.database.write() as connection:
        for table in (tables.records, tables.trail, tables.record_tallies):
            connection.execute(delete(table))


def test_desks_of_a_unit_with_what_they_received_and_ended_on_time(reader: BreakdownReader) -> None:
    answer = reader.breakdown(NATION, "dossiers", "01", "desk", MEASURES)
    own, ward = sorted(answer["rows"], key=lambda row: row["key"])
    assert (own["key"], own["open"], own["overdue"], own["counts"]["received"]) == ("01/", 2, 1, 2)
    assert (ward["key"], ward["vi"], ward["overdue"]) == ("01/00004", "Phường Ba Đình", 1)
    assert ward["counts"] == {"received": 3, "ended": 2, "ended_on_time": 1}  # not what ended 41 days ago
    assert answer["since"] == "2026-11-15T00:00:00+07:00"


def test_fields_of_a_unit_and_of_the_nation(reader: BreakdownReader) -> None:
    rows = reader.breakdown(NATION, "dossiers", "01", "field", MEASURES)["rows"]
    assert {row["key"]: (row["open"], row["overdue"]) for row in rows} == {"Đất đai": (2, 1), "Hộ tịch": (1, 1)}
    whole = reader.breakdown(NATION, "dossiers", "vn", "field", MEASURES)["rows"]
    assert {row["key"]: row["overdue"] for row in whole} == {"Đất đai": 2, "Hộ tịch": 1}
    desks = reader.breakdown(NATION, "dossiers", "vn", "desk", ())["rows"]
    assert [(row["key"], row["overdue"]) for row in desks] == [("01", 2), ("79", 1)]


def test_a_dossier_whose_citizen_was_waited_for_is_late_nowhere_until_it_is_late(
    reader: BreakdownReader, parts: Parts
) -> None:
    """Overdue is one number: of the figure, of its parts, of the list behind it, of the page of records."""
    ago = NOW - DAY_MS
    waited = change(1, "own", "processing", "Đất đai", ago)
    waited = msgspec.structs.replace(
        waited, seq=8, mark="", at=NOW - 60_000,
        times=waited.times | {"supplement_from": NOW - 2 * DAY_MS, "supplement_to": NOW - HOUR_MS},
    )  # fmt: skip
    still = msgspec.structs.replace(
        change(7, "other", "supplementing", "Đất đai", ago),
        seq=9,
        mark="",
        at=NOW,
        times={"supplement_from": ago - HOUR_MS},
    )
    Records(parts.database).apply("dossiers", [waited, still], Rules(frozenset({"finished"}), lambda row: {}))
    desks = {row["key"]: row for row in reader.breakdown(NATION, "dossiers", "vn", "desk", ())["rows"]}
    assert (desks["01"]["open"], desks["01"]["overdue"]) == (3, 1), "only the ward's"
    assert (desks["79"]["overdue"], desks["79"]["oldest"]) == (0, None)
    late = Filter(place="01", late=Late(NOW))
    assert Ledger(parts.database).count(NATION, "dossiers", late) == 1
    page = Register(parts.database).page(NATION, "dossiers", Filter(place="01", open=True), order="due")
    told = dict(zip((row.id for row in page.rows), page.late_from, strict=True))
    assert [number for number, at in told.items() if at is not None and at <= NOW] == ["H/3"]
    assert told["H/1"] == ago + 47 * HOUR_MS, "the day promised, moved by the waiting"


def test_what_lies_outside_is_refused(reader: BreakdownReader) -> None:
    hanoi = Scope(units=frozenset({"01"}))
    assert reader.breakdown(hanoi, "dossiers", "01", "desk", ())["rows"]
    for place in ("vn", "79"):
        with pytest.raises(OutOfScope):
            reader.breakdown(hanoi, "dossiers", place, "desk", ())
    for feed, place, by, measures in (
        ("air", "01", "desk", ()), ("dossiers", "99", "desk", ()), ("dossiers", "01", "'; drop", ()),
        ("dossiers", "01", "desk", ("legal_days",)),
    ):  # fmt: skip
        with pytest.raises(Unknown):
            reader.breakdown(NATION, feed, place, by, measures)


def test_an_answer_is_kept_for_one_scope_only(reader: BreakdownReader) -> None:
    ask = cached(Memory(2), reader.breakdown, 60)
    assert ask(NATION, "dossiers", "01", "desk", ()) is ask(NATION, "dossiers", "01", "desk", ())
    with pytest.raises(OutOfScope):
        ask(Scope(units=frozenset({"79"})), "dossiers", "01", "desk", ())
