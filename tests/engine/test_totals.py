"""The nation as a province's staff may see it: totals of many places, and no byte that is another place's."""

from __future__ import annotations

import json
from typing import Any

from feeds.catalogue.scope import TOTALS
from feeds.engine.totals import LEAST
from tests.engine.rig import KEYS, Rig, settle, tick

UNITS = ("01", "04", "08", "11", "12", "14")


def totals(rig: Rig) -> dict[str, Any]:
    body = rig.volatile.hget(KEYS.snapshot("vn", TOTALS), "json")
    return dict(json.loads(body)) if body else {}


def report(rig: Rig, *units: str, value: float = 40.0) -> None:
    rig.post(*(rig.reading(f"ST-{unit}", pm25=value + int(unit), place=f"2025:{unit}") for unit in units))


def test_totals_hold_no_word_of_any_place(rig: Rig) -> None:
    engine = rig.engine()
    report(rig, *UNITS)
    settle(rig, engine)
    told, whole = totals(rig), rig.snapshot("vn")
    assert told["indicators"]["pm_mean"]["v"] == whole["indicators"]["pm_mean"]["v"]
    assert told["indicators"]["valid_day"]["v"] == len(UNITS)
    assert (told["scope"], told["version"], told["stamp"]) == ("vn", whole["version"], whole["stamp"])
    assert "pm" not in told["indicators"], "the worst is the figure of one place"
    assert (told["units"]["order"], told["units"]["columns"], told["alerts"], told["feeds"]) == ([], {}, [], {})
    said = json.dumps(told)
    assert "ST-" not in said and "src" not in said and '"source"' not in said and '"extra"' not in said
    assert set(told["indicators"]["pm_mean"]) == {"v", "at", "age", "state", "severity", "unit", "cadence", "lag"}


def test_a_total_of_few_places_is_withheld(rig: Rig) -> None:
    engine = rig.engine()
    report(rig, *UNITS[: LEAST - 1])
    settle(rig, engine)
    assert rig.figure("pm_mean")["v"] is not None
    held = totals(rig)["indicators"]["pm_mean"]
    assert (held["v"], held["at"], held["state"]) == (None, None, "missing")
    report(rig, *UNITS, value=50.0)
    settle(rig, engine)
    assert totals(rig)["indicators"]["pm_mean"]["v"] == rig.figure("pm_mean")["v"]


def test_deltas_of_totals_follow_the_same_versions(rig: Rig) -> None:
    engine = rig.engine()
    report(rig, *UNITS)
    settle(rig, engine)
    with rig.volatile.pubsub() as heard:
        heard.subscribe(KEYS.tick("vn", TOTALS))
        before = totals(rig)["version"]
        report(rig, *UNITS, value=60.0)
        settle(rig, engine)
        tick(rig, engine, 1)
        said = [m["data"] for _ in range(20) if (m := heard.get_message(timeout=0.1)) and m["type"] == "message"]
    deltas = [json.loads(body.partition(b"\n")[2]) for body in said]
    assert deltas and deltas[0]["from"] == before
    assert all(each["units"] == {} and each.keys() <= {"scope", "epoch", "version", "from", "at", "tick_ms",
               "indicators", "units"} for each in deltas)  # fmt: skip
    assert any("pm_mean" in each["indicators"] for each in deltas)
    assert not any("pm" in each["indicators"] for each in deltas)
