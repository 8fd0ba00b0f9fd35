"""Counted facts taken together, and hours folded into days without a fact lost."""

from __future__ import annotations

from feeds.catalogue.scope import NATION, Scope
from feeds.store.database import Database
from feeds.store.fold import Tally
from feeds.store.record_tallies import Hour, RecordTallies

DAY = 20_778
FIRST = DAY * 24 - 7  # midnight in Vietnam


def put(database: Database, *cells: tuple[str, str, int, float]) -> None:
    with database.write() as connection:
        hours: dict[tuple[str, int], Tally] = {}
        for place, measure, hour, amount in cells:
            hours.setdefault((place, hour), {})[measure] = (1 if amount > 0 else -1, amount)
        RecordTallies(database).add(connection, "dossiers", [Hour(*key, hours[key]) for key in sorted(hours)])


def loaded(database: Database, since: int = 0) -> dict[tuple[str, int], dict[str, float]]:
    return {(place, hour): tally for place, hour, tally in RecordTallies(database).load(NATION, "dossiers", since)}


def test_cells_of_a_place_and_hour_come_together(database: Database) -> None:
    put(database, ("01", "a", FIRST, 2), ("01", "b", FIRST, 0.5), ("04", "a", FIRST, 1), ("01", "a", FIRST - 1, 9))
    assert loaded(database, FIRST) == {("01", FIRST): {"a": 2, "b": 0.5}, ("04", FIRST): {"a": 1}}


def test_hours_become_days_and_later_changes_join_them(database: Database) -> None:
    put(
        database,
        ("01", "a", FIRST, 1),
        ("01", "a", FIRST + 1, 2),
        ("01", "a", FIRST + 23, 3),
        ("01", "a", FIRST + 24, 4),
    )
    assert RecordTallies(database).fold("dossiers", FIRST + 24) == 2
    assert loaded(database) == {("01", FIRST): {"a": 6}, ("01", FIRST + 24): {"a": 4}}
    put(database, ("01", "a", FIRST + 5, -1))
    assert sum(tally["a"] for tally in loaded(database).values()) == 9
    RecordTallies(database).fold("dossiers", FIRST + 24)
    assert loaded(database)["01", FIRST] == {"a": 5}
    assert RecordTallies(database).fold("dossiers", FIRST + 24) == 0


def test_what_is_old_enough_is_forgotten(database: Database) -> None:
    put(database, ("01", "a", FIRST - 1, 1), ("01", "a", FIRST, 2))
    assert RecordTallies(database).forget("dossiers", FIRST) == 1
    assert loaded(database) == {("01", FIRST): {"a": 2}}


def test_by_which_rules_cells_were_counted_is_remembered(database: Database) -> None:
    tallies = RecordTallies(database)
    assert tallies.counted_as("dossiers") is None
    tallies.note_counted_as("dossiers", "one")
    tallies.note_counted_as("dossiers", "two")
    assert (tallies.counted_as("dossiers"), tallies.counted_as("tasks")) == ("two", None)


def test_what_no_row_counts_any_more_is_left_out_and_so_is_what_the_scope_does_not_allow(database: Database) -> None:
    put(database, ("01", "a", FIRST, 1), ("01", "b", FIRST, 1.5), ("79", "a", FIRST, 1))
    put(database, ("01", "a", FIRST, -1), ("01", "c", FIRST, 2))
    assert loaded(database) == {("01", FIRST): {"b": 1.5, "c": 2}, ("79", FIRST): {"a": 1}}
    south = RecordTallies(database).load(Scope(frozenset({"79"})), "dossiers")
    assert [place for place, _, _ in south] == ["79"]
