"""From events to frames: figures of communes, units and the nation, their age, severity and doubt."""

from __future__ import annotations

from typing import Any

import msgspec

from feeds.catalogue.clock import iso
from feeds.intake.event import Event
from tests.engine.rig import KEYS, Rig, settle, tick


def test_a_reading_becomes_a_figure_of_its_commune_its_unit_and_the_nation(rig: Rig) -> None:
    engine = rig.engine()
    rig.post(
        rig.reading("A", pm25=30), rig.reading("B", pm25=70, place="2025:01/00008"),
        rig.reading("C", pm25=40, place="2025:04"),
    )  # fmt: skip
    settle(rig, engine)
    nation, hanoi = rig.snapshot("vn"), rig.snapshot("01")
    assert nation["indicators"]["pm"]["v"] == 70  # worst
    assert nation["indicators"]["pm_mean"]["v"] == round((30 + 70 + 40) / 3, 2)
    assert nation["indicators"]["valid_day"]["v"] == 3
    order, columns = nation["units"]["order"], nation["units"]["columns"]
    assert [columns["pm"][order.index(code)] for code in ("01", "04", "79")] == [70, 40, None]
    order, columns = hanoi["units"]["order"], hanoi["units"]["columns"]
    assert [columns["pm"][order.index(key)] for key in ("01/00004", "01/00008")] == [30, 70]
    assert columns["valid_day"][order.index("01/00004")] == 1
    figure = nation["indicators"]["pm"]
    assert (figure["n"], figure["at"], figure["state"], figure["source"]) == (3, iso(rig.clock.ms), "live", "src")
    assert figure["extra"]["entity"] == "B"


def test_a_frame_says_all_that_the_contract_says(rig: Rig) -> None:
    engine = rig.engine()
    rig.post(rig.reading("A", pm25=30))
    settle(rig, engine)
    tick(rig, engine, 2)
    frame = rig.snapshot("01:air")
    assert frame.keys() >= {
        "scope", "epoch", "version", "world", "at", "tick_ms", "indicators", "units", "entities", "alerts", "feeds",
        "stamp", "missing",
    }  # fmt: skip
    assert (frame["scope"], frame["epoch"], frame["world"], frame["stamp"]) == ("01:air", 1, "sim", "DỮ LIỆU MÔ PHỎNG")
    assert rig.volatile.hget(KEYS.snapshot("01:air"), "id") == f"1-{frame['version']}".encode()
    assert frame["indicators"].keys() == {"pm", "pm_mean", "valid_day", "passed"}
    assert frame["indicators"]["valid_day"]["basis"] == "Quyết định 1", "what is computed by a decision names it"
    assert "basis" not in frame["indicators"]["pm_mean"]
    assert frame["missing"] == ["pm_probe"]
    assert frame["feeds"]["air"]["accepted"] == 1
    assert frame["feeds"]["air"].keys() == {"age", "cadence", "lag", "accepted", "rejected", "duplicates", "gaps"}
    (station,) = frame["entities"]
    assert (station["code"], station["place"], station["state"], station["values"]) == (
        "A", "01/00004", "live", {"pm": 30, "pm_mean": 30},
    )  # fmt: skip


def test_severity_is_lost_when_the_figure_is_stale(rig: Rig) -> None:
    engine = rig.engine()
    rig.post(rig.reading("A", pm25=120))
    settle(rig, engine)
    assert rig.figure("pm")["severity"] == 2
    assert rig.figure("pm")["limit"] == 100
    tick(rig, engine, 500)
    assert (rig.figure("pm")["state"], rig.figure("pm")["severity"]) == ("late", 2)
    tick(rig, engine, 600)
    stale = rig.figure("pm")
    assert (stale["state"], stale["severity"], stale["v"]) == ("stale", None, 120)
    units = rig.snapshot("vn")["units"]
    seat = units["order"].index("01")
    assert (units["state"]["pm"][seat], units["severity"]["pm"][seat]) == ("stale", None)


def test_a_station_says_which_figure_is_severe(rig: Rig) -> None:
    engine = rig.engine()
    rig.post(rig.reading("A", pm25=120), rig.reading("B", pm25=30))
    settle(rig, engine)
    told = {entity["code"]: (entity["severity"], entity["by"]) for entity in rig.snapshot("01:air")["entities"]}
    assert told == {"A": (2, "pm"), "B": (None, None)}


def test_two_sources_that_disagree_make_a_figure_suspect(rig: Rig) -> None:
    engine = rig.engine()
    rig.post(rig.reading("A", pm25=30), rig.reading("P", pm25=35, feed="probe"))
    settle(rig, engine)
    assert rig.figure("pm", "01")["state"] == "live"
    assert rig.figure("pm", "01")["second"] == {"source": "src", "v": 35}
    rig.clock.tick(1)
    rig.post(rig.reading("P", pm25=60, feed="probe"))
    settle(rig, engine)
    assert rig.figure("pm", "01")["state"] == "suspect"
    assert rig.figure("pm", "01")["second"]["v"] == 60
    tick(rig, engine, 1200)
    assert rig.figure("pm", "01")["state"] == "stale"  # two old figures prove nothing


def test_missing_is_not_zero(rig: Rig) -> None:
    engine = rig.engine()
    settle(rig, engine)
    frame = rig.snapshot("vn")
    assert "valid_day" not in frame["indicators"] and "valid_day" in frame["missing"]
    rig.post(Event("air", "src", 1, "2025:01", "A", rig.clock.ms, rig.clock.ms, {}, {"pm25": "02"}))
    settle(rig, engine)
    assert rig.figure("valid_day")["v"] == 0  # heard of, and nothing counted
    assert "pm" in rig.snapshot("vn")["missing"]


def test_a_camera_counts_as_offline_only_after_its_time(rig: Rig) -> None:
    engine = rig.engine()
    for minute in range(35):
        rig.post(
            rig.reading("C", feed="cameras", online=0 if minute else 1), rig.reading("D", feed="cameras", online=1)
        )
        settle(rig, engine)
        if minute == 20:
            assert rig.figure("cams_off")["v"] == 0
        rig.clock.tick(60)
    tick(rig, engine, 16)  # the clock alone moves such figures, every 15 s
    assert rig.figure("cams_off")["v"] == 1
    assert rig.figure("cams_on")["v"] == 50
    assert rig.figure("cams")["v"] == 2


def test_a_silent_camera_is_neither_online_nor_offline(rig: Rig) -> None:
    engine = rig.engine()
    rig.post(rig.reading("C", feed="cameras", online=1), rig.reading("D", feed="cameras", online=1))
    settle(rig, engine)
    tick(rig, engine, 300)
    rig.post(rig.reading("D", feed="cameras", online=1))
    settle(rig, engine)
    tick(rig, engine, 16)
    assert rig.figure("cams_on")["v"] == 50


def test_a_median_over_places_comes_from_counts(rig: Rig) -> None:
    engine = rig.engine()
    for place, waits in (("2025:01/00004", (1, 2, 30)), ("2025:04", (100, 40))):
        rig.post(*(rig.reading("C", feed="cameras", place=place, wait=wait) for wait in waits))
    settle(rig, engine)
    assert abs(rig.figure("wait")["v"] - 30) <= 0.3
    assert abs(rig.figure("wait", "01")["v"] - 2) <= 0.03


def test_posts_are_listed_and_counted_by_topic(rig: Rig) -> None:
    engine = rig.engine()
    for number, (topic, tone) in enumerate((("health", "negative"), ("health", "positive"), ("roads", "negative"))):
        fields: dict[str, Any] = {"text": f"tin {number}", "topic": topic, "tone": tone, "paper": "Báo"}
        rig.post(Event("social", "bao", number, "2025:46", None, rig.clock.ms - number, rig.clock.ms, fields=fields))
    settle(rig, engine)
    frame = rig.snapshot("46:social")
    assert frame["indicators"]["talk"]["v"] == 3
    assert round(frame["indicators"]["bad_talk"]["v"], 1) == 66.7
    assert frame["topics"] == [{"code": None, "n": 3}]  # too few of each to be told apart
    for number in range(5):
        fields = {
            "text": f"người dân viết {number}",
            "topic": "roads",
            "tone": "negative",
            "author_hash": f"{number:064x}",
        }
        rig.post(Event("social", "mxh", number, "2025:46", None, rig.clock.ms - 100, rig.clock.ms, fields=fields))
    settle(rig, engine)
    roads, few = rig.snapshot("46:social")["topics"]
    assert (roads["code"], roads["n"], roads["hour"], few) == ("roads", 6, 6, {"code": None, "n": 2})
    assert [item["text"] for item in frame["items"]] == ["tin 0", "tin 1", "tin 2"]
    assert rig.snapshot("vn:social")["items"] == frame["items"], "what people write is counted, never listed"


def test_deltas_lead_from_one_snapshot_to_the_next(rig: Rig) -> None:
    engine = rig.engine()
    listener = rig.volatile.pubsub()
    listener.psubscribe(KEYS.tick("*"))
    rig.post(rig.reading("A", pm25=30), rig.reading("B", pm25=130, place="2025:04"))
    settle(rig, engine)
    before = {scope: rig.snapshot(scope) for scope in ("vn", "01", "01:air")}
    _messages(listener)
    rig.clock.tick(61)
    rig.post(rig.reading("A", pm25=55), rig.reading("N", pm25=5, place="2025:01/00008"))
    settle(rig, engine)
    tick(rig, engine, 1)
    for scope, snapshot in before.items():
        for head, delta in _messages(listener, scope):
            assert head == f"1-{delta['from']} 1-{delta['version']}"
            assert delta["from"] == snapshot["version"]
            _apply(snapshot, delta)
        after = rig.snapshot(scope)
        assert snapshot["version"] == after["version"]
        for what in ("columns", "severity", "state"):
            assert snapshot["units"][what] == after["units"][what], (scope, what)
        shown = {
            code: {k: f[k] for k in ("v", "state", "severity", "n", "at")} for code, f in after["indicators"].items()
        }
        assert {
            code: {k: f[k] for k in ("v", "state", "severity", "n", "at")} for code, f in snapshot["indicators"].items()
        } == shown
        assert sorted(a["id"] for a in snapshot["alerts"]) == sorted(a["id"] for a in after["alerts"])


def _figures(frame: dict[str, Any]) -> dict[str, dict[str, Any]]:
    told = ("v", "state", "severity", "n", "at")
    return {code: {name: figure[name] for name in told} for code, figure in frame["indicators"].items()}


_kept: list[tuple[str, str, dict[str, Any]]] = []


def _messages(listener: Any, scope: str = "") -> list[tuple[str, dict[str, Any]]]:
    quiet = 0
    while quiet < 3:
        message = listener.get_message(ignore_subscribe_messages=True, timeout=0.02)
        if message is None:
            quiet += 1
            continue
        head, _, body = message["data"].partition(b"\n")
        delta = msgspec.json.decode(body, type=dict[str, Any])
        _kept.append((delta["scope"], head.decode(), delta))
    if not scope:
        _kept.clear()
    return [(head, delta) for name, head, delta in _kept if name == scope]


def _apply(snapshot: dict[str, Any], delta: dict[str, Any]) -> None:
    """As a client does."""
    snapshot["version"] = delta["version"]
    for code, news in delta["indicators"].items():
        snapshot["indicators"].setdefault(code, {}).update(news)
    units = snapshot["units"]
    for code, places in delta["units"].items():
        for what, empty in (("columns", None), ("severity", None), ("state", "missing")):
            units[what].setdefault(code, [empty] * len(units["order"]))
        for place, news in places.items():
            seat = units["order"].index(place)
            full = news if isinstance(news, dict) else {"v": news}
            for what, name in (("columns", "v"), ("severity", "severity"), ("state", "state")):
                if name in full:
                    units[what][code][seat] = full[name]
    gone = set(delta.get("alerts", {}).get("cleared", []))
    new = {alert["id"]: alert for alert in delta.get("alerts", {}).get("set", [])}
    kept = [alert for alert in snapshot["alerts"] if alert["id"] not in gone | new.keys()]
    snapshot["alerts"] = [*kept, *new.values()]
