"""Another catalogue comes into force: the next engine goes on in memory, and does no more than what has changed."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

import msgspec
import pytest

from feeds.catalogue.model import Catalogue, Domain, Feed, Indicator, Measure
from feeds.catalogue.scope import NATION
from feeds.compute.station import Station
from feeds.engine.checkpoint import Checkpoints
from feeds.engine.engine import Engine
from feeds.engine.evaluate import FeedFigures
from feeds.engine.feed import FeedState
from feeds.engine.frames import scope_names
from feeds.engine.records import RecordFeed
from feeds.engine.screens import UNTOLD_A_TICK
from feeds.store.alerts import Alerts
from tests.engine.conftest import indicator
from tests.engine.rig import Rig, settle, tick

LATER = "alive"  # a figure about the feeds: an engine that starts has none for the first seconds
SNOW = Feed(code="snow", vi="Tuyết", en="Snow", kind="readings", owner="Đài", cadence=300, parameters=["pm25"])


def with_snow(known: Catalogue) -> Catalogue:
    """One domain more."""
    figure = indicator("snow_now", "latest", "max", "snow", args={"param": "pm25"})
    domain = Domain(code="snow", vi="Tuyết", en="Snow", feeds=[SNOW], indicators=[figure])
    return _built(known, {**known.domains, "snow": domain}, [*known.indicators.values(), figure])


def without(known: Catalogue, domain: str) -> Catalogue:
    """One domain less."""
    left = {code: each for code, each in known.domains.items() if code != domain}
    return _built(known, left, [i for i in known.indicators.values() if i.domain != domain])


def looser(known: Catalogue, code: str) -> Catalogue:
    """The same with other thresholds of one figure."""
    held = known.indicators[code]
    eased = [msgspec.structs.replace(t, above=(t.above or 0) + 100) for t in held.thresholds]
    changed = msgspec.structs.replace(held, thresholds=eased)
    return _built(known, known.domains, [changed if i.code == code else i for i in known.indicators.values()])


def counting_more(known: Catalogue, feed: str) -> Catalogue:
    """The same, but a record feed counts its records otherwise."""
    held = known.feeds[feed]
    more = msgspec.structs.replace(held, measures=held.measures | {"walked_in": Measure(where={"channel": "walk-in"})})
    home = next(each for each in known.domains.values() if held in each.feeds)
    domain = msgspec.structs.replace(home, feeds=[more if each is held else each for each in home.feeds])
    return _built(known, {**known.domains, home.code: domain}, list(known.indicators.values()))


def _built(known: Catalogue, domains: dict[str, Domain], indicators: list[Indicator]) -> Catalogue:
    feeds = {feed.code: feed for domain in domains.values() for feed in domain.feeds}
    named = {i.code: i for i in indicators}
    return msgspec.structs.replace(known, domains=domains, feeds=feeds, indicators=named, order=list(named))


def country(rig: Rig) -> Engine:
    """Something of every kind, and an alert that stands."""
    engine = rig.engine()
    air = [rig.reading(f"A{n}", place=f"2025:{u}", pm25=60 + n) for n, u in enumerate(("01/00004", "01", "79/26734"))]
    rig.post(*air, rig.reading("P", feed="probe", pm25=58), rig.reading("C", feed="cameras", online=1, wait=4))
    rig.post(rig.dossier("D1", "received", received=-1, due=2), rig.dossier("D2", "received", received=-9, due=-1))
    settle(rig, engine)
    tick(rig, engine, 61)
    return engine


def concluded(engine: Engine) -> dict[tuple[str, str], Any]:
    """What stands on the board, but for the names of single sources: a checkpoint does not keep those of stations."""
    return {
        (place, code): (
            entry.figure._replace(source=""), entry.state, entry.level, entry.limit, entry.second and entry.second.v,
        )
        for place, code, entry in engine.board.all()
        if code != LATER
    }  # fmt: skip


def test_what_an_heir_knows_is_what_an_engine_that_starts_would_know(rig: Rig) -> None:
    before = country(rig)
    heir = rig.follow(before, with_snow(rig.catalogue))
    for _ in range(5):
        settle(rig, heir)
    shown = {scope: rig.snapshot(scope) for scope in ("vn", "01", "01:air", "vn:dossiers", "01:snow")}
    rig.catalogue = with_snow(rig.catalogue)
    started = rig.engine()
    assert concluded(heir) == concluded(started)
    assert ("01", "pm") in concluded(heir) and heir.alarms.active == started.alarms.active != {}
    for scope, frame in shown.items():
        assert _told(frame) == _told(rig.snapshot(scope)), scope


def _told(frame: dict[str, Any]) -> dict[str, Any]:
    """A frame without its versions, ages and the names of single sources."""
    columns = {name: frame["units"][name] for name in ("columns", "severity", "state")}
    figures = {code: (said["v"], said["at"], said["state"], said["severity"], said["limit"])
               for code, said in frame["indicators"].items()}  # fmt: skip
    entities = {entity["code"]: (entity["values"], entity["state"]) for entity in frame.get("entities", ())}
    for told in (figures, *columns.values()):
        told.pop(LATER, None)
    missing = [code for code in frame["missing"] if code != LATER]
    return {"figures": figures, "columns": columns, "entities": entities, "missing": missing, "alerts": frame["alerts"]}


def test_an_heir_loses_nothing_and_counts_nothing_twice(rig: Rig) -> None:
    before = country(rig)
    again = rig.reading("A0", pm25=70, count=5)
    rig.post(again)
    settle(rig, before)
    rig.post(rig.reading("A0", pm25=71, count=2))  # accepted, not yet read
    heir = rig.follow(before, with_snow(rig.catalogue))
    rig.post(again, rig.reading("A0", pm25=72, count=1), rig.reading("S", feed="snow", pm25=3))
    rig.post(rig.dossier("D3", "received", received=-1, due=-1))
    settle(rig, heir)
    assert rig.figure("passed", "01")["v"] == 8
    assert rig.snapshot("01")["feeds"]["air"]["duplicates"] == 1
    assert (rig.figure("open")["v"], rig.figure("overdue")["v"], rig.figure("snow_now")["v"]) == (3, 2, 3)
    heir.stop()
    rig.catalogue = with_snow(rig.catalogue)
    rig.engine()
    assert (rig.figure("passed", "01")["v"], rig.figure("open")["v"]) == (8, 3), "as its checkpoint says"


def test_an_heir_does_no_more_than_what_the_catalogue_changes(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    before = country(rig)
    computed: list[str] = []
    loaded: list[str] = []
    of_station, load = FeedFigures.station, Checkpoints.load

    def compute(self: FeedFigures, station: Station, now: int) -> None:
        computed.append(station.code)
        of_station(self, station, now)

    def note(self: Checkpoints, feeds: Iterable[FeedState], names: Iterable[tuple[str, str]]) -> None:
        some = list(names)
        loaded.extend(feed for feed, _ in some)
        load(self, feeds, some)

    monkeypatch.setattr(FeedFigures, "station", compute)
    monkeypatch.setattr(Checkpoints, "load", note)
    heir = rig.follow(before, with_snow(rig.catalogue))
    assert (computed, loaded) == ([], []), "no station is looked at for a domain that nobody has spoken for"
    told = [len(heir.screens.due(rig.clock.ms)) for _ in range(2)]
    assert max(told) <= UNTOLD_A_TICK + 1, "not all scopes with one tick"
    heir = rig.follow(heir, looser(with_snow(rig.catalogue), "pm"))
    assert sorted(computed) == ["A0", "A1", "A2"] and set(loaded) == {"air"}, "the feed whose figure has changed"


def test_every_scope_is_told_under_the_new_epoch_within_some_ticks(rig: Rig) -> None:
    before = country(rig)
    heir = rig.follow(before, with_snow(rig.catalogue))
    scopes = scope_names(heir.catalogue, rig.places)
    for _ in range(len(scopes) // UNTOLD_A_TICK + 2):
        heir.tick()
    assert {rig.snapshot(scope)["epoch"] for scope in scopes} == {heir.epoch}


def test_alerts_follow_the_thresholds_of_the_new_catalogue(rig: Rig) -> None:
    before = country(rig)
    assert {alert["indicator"] for alert in rig.snapshot("01")["alerts"]} == {"pm"}
    since = rig.snapshot("01")["alerts"][0]["since"]
    kept = rig.follow(before, without(rig.catalogue, "social"))
    settle(rig, kept)
    assert rig.snapshot("01")["alerts"][0]["since"] == since, "the same alert"
    assert "talk" not in {**rig.snapshot("01")["indicators"], **dict.fromkeys(rig.snapshot("01")["missing"])}
    eased = rig.follow(kept, looser(kept.catalogue, "pm"))
    settle(rig, eased)
    assert rig.figure("pm", "01")["severity"] is None and rig.snapshot("01")["alerts"] == []
    gone = rig.follow(eased, without(eased.catalogue, "air"))
    settle(rig, gone)
    assert Alerts(rig.database).active(NATION, "vn") == [] == rig.snapshot("vn")["alerts"]


def test_an_alert_that_is_about_to_begin_begins_in_time_under_the_next_engine(rig: Rig) -> None:
    before = rig.engine()
    rig.post(rig.reading("A", pm25=60))
    settle(rig, before)
    tick(rig, before, 40)
    heir = rig.follow(before, with_snow(rig.catalogue))
    tick(rig, heir, 21)
    assert [alert["place"] for alert in rig.snapshot("01")["alerts"]] == ["01"], "a minute since it was crossed"


def test_records_that_are_counted_anew_hold_nobody_up(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a hundred thousand dossiers it took the engine ten seconds in which it did nothing else."""
    before = country(rig)
    load, done = RecordFeed.load, threading.Event()

    def slowly(feed: RecordFeed, now: int) -> None:
        assert done.wait(30)
        load(feed, now)

    monkeypatch.setattr(RecordFeed, "load", slowly)
    heir = rig.follow(before, counting_more(rig.catalogue, "dossiers"))
    rig.post(rig.reading("A0", pm25=91), rig.dossier("D3", "received", received=-1, due=-1))
    for _ in range(4):
        heir.ingest.read(10)
        rig.clock.tick(1)
        heir.tick()
    assert rig.figure("pm", "01")["v"] == 91, "everything else goes on"
    assert heir.ingest.waits and heir.board.figure("vn", "open") is None, "not counted yet is not none"
    done.set()
    settle(rig, heir)
    settle(rig, heir)
    assert not heir.ingest.waits
    assert (rig.figure("open")["v"], rig.figure("overdue")["v"]) == (3, 2), "with what came meanwhile"
    heir.stop()
    rig.catalogue = counting_more(rig.catalogue, "dossiers")
    rig.engine()
    assert (rig.figure("open")["v"], rig.figure("overdue")["v"]) == (3, 2)
