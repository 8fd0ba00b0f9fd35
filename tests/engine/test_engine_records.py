"""Records through the engine: counted from their rows, once, whatever dies; overdue by the clock alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from feeds.catalogue.model import Measure
from feeds.engine import ingest
from feeds.engine.records import RecordFeed
from feeds.intake.event import Event
from feeds.store.record_tallies import Hour
from tests.conftest import PATIENCE
from tests.engine.rig import Rig, settle, tick

Apply = Callable[[RecordFeed, Sequence[Event]], list[Hour]]
FRIDAY_16_H = 1_795_165_200_000  # 20/11/2026, 16:00 in Vietnam


def test_dossiers_are_counted_from_their_rows(rig: Rig) -> None:
    engine = rig.engine()
    rig.post(
        rig.dossier("1", "received", received=-1, due=48, channel="online"),
        rig.dossier("2", "received", received=-1, due=-2),
        rig.dossier("3", "received", place="2025:04", received=-1, due=5),
    )
    settle(rig, engine)
    assert [rig.figure(code)["v"] for code in ("received", "open", "overdue")] == [3, 3, 1]
    assert rig.figure("open", "01")["v"] == 2
    rig.post(rig.dossier("1", "finished", finished=0))
    settle(rig, engine)
    assert [rig.figure(code)["v"] for code in ("received", "open", "overdue")] == [3, 2, 1]
    assert rig.figure("ontime")["v"] == round((1 + 2 - 1) / (1 + 2) * 100, 2)
    tick(rig, engine, 6 * 3600)
    assert rig.figure("overdue")["v"] == 2  # the clock alone makes it late
    again = rig.engine()
    settle(rig, again)
    assert [rig.figure(code)["v"] for code in ("open", "overdue")] == [2, 2]


def test_a_crash_between_sql_and_checkpoint_counts_nothing_twice(rig: Rig) -> None:
    engine = rig.engine()
    settle(rig, engine)
    rig.post(rig.dossier("1", "received", received=-1, due=48), rig.dossier("2", "received", received=-1, due=48))
    engine.ingest.find_parts()
    engine.ingest.read(1)
    engine.writer.finish()  # SQL has it; the checkpoint never comes
    again = rig.engine()
    settle(rig, again)
    assert [rig.figure(code)["v"] for code in ("received", "open")] == [2, 2]
    part = again.feeds["dossiers"].partitions["01"]
    assert (part.accepted, part.duplicates) == (2, 0)


@pytest.mark.parametrize(("at_once", "expected"), [(5_000, [3]), (2, [2, 1])])
def test_what_is_read_while_sql_is_busy_goes_with_what_waits(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, at_once: int, expected: list[int]
) -> None:
    sizes: list[int] = []

    def apply(feed: RecordFeed, events: Sequence[Event], real: Apply = RecordFeed.apply) -> list[Hour]:
        sizes.append(len(events))
        return real(feed, events)

    monkeypatch.setattr(RecordFeed, "apply", apply)
    monkeypatch.setattr(ingest, "AT_ONCE", at_once)
    engine = rig.engine()
    settle(rig, engine)
    busy = threading.Event()
    engine.writer.give(lambda: busy.wait(PATIENCE))
    for unit in ("01", "04", "79"):
        rig.post(rig.dossier(unit, "received", place=f"2025:{unit}", received=-1, due=48))
        engine.ingest.find_parts()
        assert engine.ingest.read(1) == 1
    busy.set()
    settle(rig, engine)
    assert sizes == expected
    assert [rig.figure("received", place)["v"] for place in ("vn", "01", "04", "79")] == [3, 1, 1, 1]
    parts = engine.feeds["dossiers"].partitions.values()
    assert [(part.accepted, part.busy) for part in parts] == [(1, False)] * 3


def test_rows_are_counted_anew_when_the_catalogue_asks_otherwise(rig: Rig) -> None:
    engine = rig.engine()
    rig.post(
        rig.dossier("1", "received", received=-1, due=48, channel="online"), rig.dossier("2", "received", received=-1)
    )
    settle(rig, engine)
    assert rig.figure("received")["v"] == 2
    feed = rig.catalogue.feeds["dossiers"]
    measures = feed.measures | {"received": Measure(at="received", where={"channel": "online"})}
    rig.catalogue.feeds["dossiers"] = replace(feed, measures=measures)
    again = rig.engine()
    settle(rig, again)
    assert rig.figure("received")["v"] == 1


def test_old_hours_of_records_become_days_in_sql(rig: Rig) -> None:
    engine = rig.engine()
    rig.post(*(rig.dossier(str(day), "received", received=-24 * day) for day in range(6)))
    settle(rig, engine)
    engine.records["dossiers"].retain(rig.clock.ms)
    again = rig.engine()
    settle(rig, again)
    counts = again.feeds["dossiers"].counts
    assert counts.total("vn", ["received"], [("hours", list(counts.hours)), ("days", list(counts.days))]) == 6
    assert counts.days  # the oldest are known to the day only


def test_desks_that_are_closed_are_not_late_for_it(rig: Rig) -> None:
    rig.catalogue.feeds["dossiers"] = replace(rig.catalogue.feeds["dossiers"], schedule="office")
    rig.clock.ms = FRIDAY_16_H
    engine = rig.engine()
    rig.post(rig.dossier("1", "received", received=-1, due=-2))
    settle(rig, engine)
    told = []
    for hours in (18, 24, 24):  # Saturday, Sunday and Monday at 10:00
        tick(rig, engine, hours * 3600)
        told.append(rig.figure("overdue")["state"])
    assert told == ["live", "live", "stale"]


def test_an_optional_feed_counts_once_it_has_spoken_there(rig: Rig) -> None:
    rig.catalogue.feeds["social"] = replace(rig.catalogue.feeds["social"], optional=True)
    engine = rig.engine()
    settle(rig, engine)
    assert "social" not in rig.snapshot("vn")["feeds"]
    assert "air" in rig.snapshot("vn")["feeds"]
    now = rig.clock.ms
    rig.post(Event("social", "paper", 1, "2025:01", None, now, now, fields={"topic": "health", "tone": "neutral"}))
    settle(rig, engine)
    tick(rig, engine, 2)
    assert "social" in rig.snapshot("vn")["feeds"]
    assert "social" in rig.snapshot("01")["feeds"]
    assert "social" not in rig.snapshot("04")["feeds"]


def test_a_unit_does_not_miss_what_one_sender_says_for_the_whole_country(rig: Rig) -> None:
    rig.catalogue.feeds["cameras"] = replace(rig.catalogue.feeds["cameras"], partition="nation")
    engine = rig.engine()
    settle(rig, engine)
    told = {scope: rig.snapshot(scope) for scope in ("vn", "01")}
    assert "cameras" in told["vn"]["feeds"] and "cameras" not in told["01"]["feeds"]
    assert {"air", "dossiers"} <= told["01"]["feeds"].keys(), "its own feeds are missed while they are silent"
    assert len(engine.health.of("vn", rig.clock.ms)) == len(engine.health.of("01", rig.clock.ms)) + 1


def test_what_there_was_no_room_for_goes_through_sql_after_the_rest(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "AT_ONCE", 1)
    engine = rig.engine()
    for n, place in enumerate(("2025:01", "2025:48")):
        rig.post(rig.dossier(f"D{n}", "received", place=place, received=-1))
    give, refused = engine.writer.give, list[object]()

    def full_once(*job: Any, **failed: Any) -> bool:
        if not engine.ingest.sql_rests and not refused:
            refused.append(job)
            return False
        return give(*job, **failed)

    monkeypatch.setattr(engine.writer, "give", full_once)
    settle(rig, engine)
    assert refused and rig.figure("open")["v"] == 2
    assert not any(part.busy for part in engine.feeds["dossiers"].partitions.values())
