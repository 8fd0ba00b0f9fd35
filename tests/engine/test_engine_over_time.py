"""Alerts, history, records, archive, restarts and rivals: what an engine does as time passes."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from feeds.catalogue.clock import DAY_MS, HOUR_MS
from feeds.catalogue.model import Catalogue
from feeds.catalogue.scope import NATION
from feeds.engine.checkpoint import Fenced
from feeds.engine.engine import Engine
from feeds.store.alerts import Alerts
from feeds.store.fence import Superseded
from feeds.store.history import History, Point
from tests.engine.rig import KEYS, Rig, settle, tick


def alerts(rig: Rig, scope: str = "vn") -> list[tuple[str, int]]:
    return [(alert["place"], alert["level"]) for alert in rig.snapshot(scope)["alerts"]]


def test_an_alert_holds_out_climbs_and_clears_well_inside(rig: Rig) -> None:
    engine = rig.engine()
    rig.post(rig.reading("A", pm25=60))
    settle(rig, engine)
    begun = rig.clock.ms
    assert rig.figure("pm", "01")["severity"] == 3
    assert alerts(rig) == []  # not for its duration yet
    tick(rig, engine, 61)
    assert alerts(rig) == [("01", 3), ("vn", 3)] or alerts(rig) == [("vn", 3), ("01", 3)]
    assert alerts(rig, "01") == [("01", 3)] and alerts(rig, "01:air") == [("01", 3)]
    assert alerts(rig, "04") == [] and alerts(rig, "vn:social") == []
    rig.post(rig.reading("A", pm25=130))
    settle(rig, engine)
    tick(rig, engine, 61)
    (shown,) = rig.snapshot("01")["alerts"]
    assert (shown["level"], shown["value"], shown["limit"], shown["entity"]) == (2, 130, 100, "A")
    assert abs(_ms(shown["since"]) - begun) < 1000  # abnormal since it first was
    assert shown["vi"].startswith("Hà Nội: pm") and "ngưỡng 100" in shown["vi"]
    assert shown["en"].startswith("Ha Noi: pm") and "limit 100" in shown["en"], "also of what is called alike in both"
    rig.post(rig.reading("A", pm25=48))
    settle(rig, engine)
    assert alerts(rig, "01") == [("01", 3)]  # inside, but not by more than the hysteresis
    assert rig.figure("pm", "01")["severity"] == 3, "a figure and its alert say the same"
    rig.post(rig.reading("A", pm25=44))
    settle(rig, engine)
    assert alerts(rig, "01") == []
    settle(rig, engine)
    stored = Alerts(rig.database)
    assert stored.active(NATION, "01") == []
    (gone,) = stored.cleared(NATION, "01", 0)
    assert gone.cleared is not None and gone.since == _near(gone.since, begun)


def test_an_alert_goes_on_after_a_restart(rig: Rig) -> None:
    engine = rig.engine()
    rig.post(rig.reading("A", pm25=60))
    settle(rig, engine)
    tick(rig, engine, 61)
    since = rig.snapshot("01")["alerts"][0]["since"]
    settle(rig, engine)
    rig.clock.tick(30)
    again = rig.engine()
    settle(rig, again)
    assert [alert["since"] for alert in rig.snapshot("01")["alerts"]] == [since]
    rig.post(rig.reading("A", pm25=10))
    settle(rig, again)
    assert alerts(rig, "01") == []


def test_what_only_marks_a_figure_alerts_nobody(rig: Rig) -> None:
    """An index of the year is abnormal all year: the nation's may be an alert, its provinces' are marks."""
    rig.catalogue = marking(rig.catalogue, "nation")
    engine = rig.engine()
    rig.post(rig.reading("A", pm25=130))
    settle(rig, engine)
    tick(rig, engine, 61)
    assert rig.figure("pm", "01")["severity"] == 2, "the figure, its map and its ranking are marked"
    assert alerts(rig) == [("vn", 2)] and alerts(rig, "01") == []


def marking(catalogue: Catalogue, whose: str) -> Catalogue:
    """The catalogue with thresholds of `pm` that are alerts of these alone."""
    known = catalogue.indicators
    thresholds = [msgspec.structs.replace(each, alert=whose) for each in known["pm"].thresholds]
    changed = msgspec.structs.replace(known["pm"], thresholds=thresholds)
    return msgspec.structs.replace(catalogue, indicators=known | {"pm": changed})


@pytest.mark.parametrize("now_is", ["gone", "without a threshold", "a mark alone"])
def test_an_alert_that_nobody_judges_any_more_is_cleared_by_the_next_start(rig: Rig, now_is: str) -> None:
    """A domain was taken out, or a threshold struck, while the alert stood."""
    engine = rig.engine()
    rig.post(rig.reading("A", pm25=60))
    settle(rig, engine)
    tick(rig, engine, 61)
    settle(rig, engine)
    known = rig.catalogue.indicators
    if now_is == "gone":
        rig.catalogue = without(rig.catalogue, "pm")
    elif now_is == "a mark alone":
        rig.catalogue = marking(rig.catalogue, "none")
    else:
        changed = msgspec.structs.replace(known["pm"], thresholds=[])
        rig.catalogue = msgspec.structs.replace(rig.catalogue, indicators=known | {"pm": changed})
    settle(rig, again := rig.engine())
    assert alerts(rig) == []
    settle(rig, again)
    assert Alerts(rig.database).active(NATION, "vn") == []


def without(catalogue: Catalogue, code: str) -> Catalogue:
    """The catalogue of a country that has one indicator less."""
    domains = {
        name: msgspec.structs.replace(domain, indicators=[each for each in domain.indicators if each.code != code])
        for name, domain in catalogue.domains.items()
    }
    indicators = {name: each for name, each in catalogue.indicators.items() if name != code}
    order = [name for name in catalogue.order if name != code]
    return msgspec.structs.replace(catalogue, domains=domains, indicators=indicators, order=order)


def test_a_silent_feed_does_not_end_an_alert_but_its_figure_loses_its_colour(rig: Rig) -> None:
    engine = rig.engine()
    rig.post(rig.reading("A", pm25=60))
    settle(rig, engine)
    tick(rig, engine, 61)
    tick(rig, engine, 3600)
    assert rig.figure("pm", "01")["severity"] is None
    assert alerts(rig, "01") == [("01", 3)]


def hour_of_history(rig: Rig, name: str, indicator: str, ago: int) -> float | None:
    start = (rig.clock.ms // HOUR_MS - ago) * HOUR_MS
    return History(rig.database).series(NATION, name, indicator, start, start + 1, "hour").v[0]


def finish_history(rig: Rig, engine: Engine) -> None:
    """Write all that waits, also what is old and first waits for calm."""
    engine.chronicle.step(rig.clock.ms)
    rig.clock.tick(2)
    for _ in range(200):
        if not engine.chronicle.step(rig.clock.ms):
            break
    settle(rig, engine)


def test_an_hour_is_written_when_it_is_over_and_corrected_by_what_comes_late(rig: Rig) -> None:
    engine = rig.engine()
    then = rig.clock.ms
    rig.post(rig.reading("A", pm25=10), rig.reading("B", pm25=20, place="2025:04"))
    settle(rig, engine)
    tick(rig, engine, 3600)
    finish_history(rig, engine)
    assert hour_of_history(rig, "vn", "pm_mean", 1) == 15
    assert hour_of_history(rig, "01/00004", "pm_mean", 1) == 10
    assert hour_of_history(rig, "01:air:A", "pm", 1) == 10
    assert hour_of_history(rig, "vn", "valid_day", 1) == 2
    assert hour_of_history(rig, "vn", "pm_mean", 2) is None  # a gap, not a zero
    rig.post(rig.reading("A", at=then + 1, pm25=30))
    settle(rig, engine)
    finish_history(rig, engine)
    assert hour_of_history(rig, "vn", "pm_mean", 1) == 20
    assert hour_of_history(rig, "vn", "valid_day", 1) == 3
    assert hour_of_history(rig, "vn", "pm_mean", 0) is None  # the hour in progress is not over


def test_hours_missed_while_nobody_aggregated_are_written_by_the_next(rig: Rig) -> None:
    engine = rig.engine()
    rig.post(rig.reading("A", pm25=10))
    settle(rig, engine)
    rig.clock.tick(3 * 3600)
    rig.post(rig.reading("A", at=rig.clock.ms - 2 * HOUR_MS, pm25=40))
    again = rig.engine()
    settle(rig, again)
    finish_history(rig, again)
    assert hour_of_history(rig, "01", "pm", 3) == 10
    assert hour_of_history(rig, "01", "pm", 2) == 40


def test_days_are_written_after_midnight(rig: Rig) -> None:
    engine = rig.engine()
    day = rig.clock.ms
    rig.post(rig.reading("A", pm25=10))
    settle(rig, engine)
    rig.clock.tick(14 * 3600)  # 00:30 of the next day
    settle(rig, engine)
    finish_history(rig, engine)
    found = History(rig.database).series(NATION, "01", "valid_day", day - DAY_MS, day + DAY_MS, "day")
    assert [value for value in found.v if value is not None] == [1]


def test_minutes_are_written_as_they_pass_and_sparks_remember_a_day(rig: Rig) -> None:
    engine = rig.engine()
    rig.post(rig.reading("A", pm25=10))
    settle(rig, engine)
    tick(rig, engine, 61)
    settle(rig, engine)
    start = rig.clock.ms // 60_000 * 60_000 - 60_000
    assert History(rig.database).series(NATION, "01", "pm", start, start + 1, "minute").v == [10]
    rig.post(rig.reading("A", pm25=11))
    settle(rig, engine)
    spark = rig.figure("pm", "01")["spark"]
    assert len(spark) == 48 and spark[-1] == 10 and spark[:-1] == [None] * 47


def test_a_paused_engine_writes_nothing_anywhere(rig: Rig) -> None:
    old = rig.engine()
    rig.post(rig.reading("A", pm25=10), rig.dossier("1", "received", received=-1, due=48))
    settle(rig, old)
    rig.post(rig.reading("A", pm25=20), rig.dossier("2", "received", received=-1, due=48))
    old.ingest.read(1)  # and here it is paused
    new = rig.engine()
    settle(rig, new)
    state, snapshot = rig.durable.hgetall(KEYS.state("air", "01")), rig.volatile.hgetall(KEYS.snapshot("01"))
    with pytest.raises((Fenced, Superseded)):
        for _ in range(3):
            settle(rig, old)
    with pytest.raises(Fenced):
        old.publisher.publish(old.screens.everything(rig.clock.ms))
    with pytest.raises(Superseded):
        old.stores.history.write([Point("vn", "pm", "hour", 0, 1.0)], old.epoch, 1)
    assert rig.durable.hgetall(KEYS.state("air", "01")) == state
    assert rig.volatile.hgetall(KEYS.snapshot("01")) == snapshot
    assert rig.figure("open")["v"] == 2 and rig.figure("valid_day")["v"] == 2


def test_a_volatile_redis_that_forgot_everything_is_filled_again(rig: Rig) -> None:
    engine = rig.engine()
    rig.post(rig.reading("A", pm25=10))
    settle(rig, engine)
    rig.volatile.flushall()
    tick(rig, engine, 2)
    assert rig.figure("pm", "01")["v"] == 10
    pages, totals = 35 * (1 + len(rig.catalogue.domains)), 1  # the nation's totals, for who may see no province but his
    assert len(list(rig.volatile.scan_iter("sim:snap:*"))) == pages + totals


def test_readings_are_archived_once_and_streams_cut_below(rig: Rig) -> None:
    engine = rig.engine()
    rig.post(*(rig.reading("A", pm25=value) for value in range(5)))
    rig.post(*(rig.reading("A", pm25=value) for value in range(5, 8)))
    settle(rig, engine)
    stream = KEYS.stream("air", "01")
    assert rig.durable.xlen(stream) == 2  # checkpointed, but not archived yet
    tick(rig, engine, 30)
    tick(rig, engine, 6)
    assert rig.durable.xlen(stream) == 1
    found = engine.stores.archive.page(NATION, "air", "01", limit=50).events
    assert sorted(event.values["pm25"] for event in found) == list(range(8))


def test_what_was_checkpointed_but_not_archived_is_archived_by_the_next(rig: Rig) -> None:
    engine = rig.engine()
    rig.post(*(rig.reading("A", pm25=value) for value in range(5)))
    settle(rig, engine)
    again = rig.engine()
    rig.post(*(rig.reading("A", pm25=value) for value in range(5, 9)))
    settle(rig, again)
    for _ in range(3):
        tick(rig, again, 30)
    found = again.stores.archive.page(NATION, "air", "01", limit=50).events
    assert sorted(event.values["pm25"] for event in found) == list(range(9))


def test_an_entity_is_declared_moved_and_known_again(rig: Rig) -> None:
    from feeds.intake.event import Event, Record

    def declared(name: str, place: str, **fields: Any) -> Event:
        record = Record("A", "air", "active", {}, {"vi": name, "en": name, **fields})
        at = rig.clock.ms
        return Event("entities", "ioc", rig.number("ioc"), place, "A", at, at, record=record, lat=21.0, lon=105.8)

    engine = rig.engine()
    rig.post(declared("Trạm A", "2025:01/00004", bd1=3))
    settle(rig, engine)
    (entity,) = rig.snapshot("01:air")["entities"]
    assert (entity["vi"], entity["state"], entity["lat"], entity["fields"]) == ("Trạm A", "missing", 21.0, {"bd1": 3})
    rig.post(rig.reading("A", pm25=10, place="2025:01"))  # its events are less exact than its declaration
    settle(rig, engine)
    (entity,) = rig.snapshot("01:air")["entities"]
    assert (entity["place"], entity["values"]["pm"]) == ("01/00004", 10)
    rig.clock.tick(1)
    rig.post(declared("Trạm A2", "2025:01/00008"))
    settle(rig, engine)
    again = rig.engine()
    settle(rig, again)
    (entity,) = rig.snapshot("01:air")["entities"]
    assert (entity["vi"], entity["place"]) == ("Trạm A2", "01/00008")
    units = rig.snapshot("01")["units"]
    assert units["columns"]["pm"][units["order"].index("01/00008")] == 10
    assert units["columns"]["pm"][units["order"].index("01/00004")] is None


def _ms(text: str) -> int:
    from datetime import datetime

    return round(datetime.fromisoformat(text).timestamp() * 1000)


def _near(value: int, other: int) -> int:
    return value if abs(value - other) < 1000 else -1


def test_hours_are_kept_until_their_history_is_written(rig: Rig) -> None:
    engine = rig.engine()
    rig.post(rig.reading("A", pm25=10))
    settle(rig, engine)
    rig.clock.tick(5 * 24 * 3600)  # longer than hours are kept
    again = rig.engine()
    settle(rig, again)
    finish_history(rig, again)
    assert hour_of_history(rig, "01", "pm", 120) == 10
    tick(rig, again, 3600)
    assert not again.feeds["air"].counts.hours
