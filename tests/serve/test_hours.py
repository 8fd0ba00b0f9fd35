"""Hours of many places at once: what a map over time and the tiles of a past hour are drawn from."""

from __future__ import annotations

from datetime import datetime

import httpx
import pytest

from feeds.catalogue.clock import DAY_MS, HOUR_MS, TZ, TickClock, iso
from feeds.catalogue.scope import NATION, OutOfScope, Scope
from feeds.serve.caching import Memory
from feeds.serve.parts import Parts
from feeds.store.history import History, Point, Quality
from tests.serve.running import Site

HUE = Scope(frozenset({"46"}))
END = int(datetime(2026, 11, 3, 8, tzinfo=TZ).timestamp() * 1000)
START = END - 3 * HOUR_MS
MIDNIGHT = END - 8 * HOUR_MS
SHARE, AQI = "adm_ontime_rate", "air_aqi_hour"


@pytest.fixture(scope="module", autouse=True)
def written(parts: Parts) -> None:
    points = [Point("46", SHARE, "hour", START + HOUR_MS, 98.0, 400), Point("01", AQI, "hour", START, 140.0, 3)]
    points += [Point("31", SHARE, "hour", START, 100.0, 80, q=Quality.SUSPECT)]
    points += [Point("vn", SHARE, "hour", START + hour * HOUR_MS, 97.0 + hour, 9000) for hour in (0, 2)]
    points += [Point("46", SHARE, "day", MIDNIGHT - DAY_MS, 96.5, 900), Point("vn", SHARE, "day", MIDNIGHT, 97.5, 8000)]
    History(parts.database).write(points, epoch=1, version=1)


def test_one_answer_holds_all_units_with_gaps_as_gaps(parts: Parts) -> None:
    told = parts.readers.columns(NATION, "vn", SHARE, START, END)
    hue, hanoi = told["order"].index("46"), told["order"].index("01")
    assert len(told["order"]) == 34
    assert told["t"] == [iso(START + hour * HOUR_MS) for hour in range(3)]
    assert told["own"]["v"] == [97.0, None, 99.0]
    assert (told["v"][hue], told["n"][hue], told["v"][hanoi]) == ([None, 98.0, None], [None, 400, None], None)
    doubted = told["order"].index("31")
    assert (told["q"][doubted], told["q"][hue]) == ([2, None, None], None), "what was in doubt then is still in doubt"
    assert told["low"][hue][1] < 98.0 < told["high"][hue][1]
    assert (told["low"][hue][0], told["low"][hanoi]) == (None, None)


def test_what_is_no_share_claims_no_interval(parts: Parts) -> None:
    assert "low" not in parts.readers.columns(NATION, "vn", AQI, START, END)


def test_hours_of_a_place_are_every_figure_it_had(parts: Parts) -> None:
    told = parts.readers.hours(NATION, "vn", START, END)
    assert told["v"][SHARE] == [97.0, None, 99.0]
    assert (told["from"], told["hours"]) == (iso(START), 3)
    assert AQI not in told["v"], "what was never written is left out"


def test_what_is_older_than_hours_are_kept_is_asked_for_by_the_day(site: Site) -> None:
    asked = {"from": iso(MIDNIGHT - DAY_MS), "to": iso(END + DAY_MS), "step": "day"}
    with httpx.Client(base_url=f"{site.url}/api/v1") as api:
        columns, own = api.get(f"/columns/vn/{SHARE}", params=asked).json(), api.get("/hours/vn", params=asked).json()
    assert (columns["step"], columns["t"]) == ("day", [iso(MIDNIGHT - DAY_MS), iso(MIDNIGHT)]), "days of Vietnam"
    assert columns["v"][columns["order"].index("46")] == [96.5, None]
    assert (own["step"], own["v"][SHARE]) == ("day", [None, 97.5])


def test_the_past_of_communes_is_one_reading_with_what_was_abnormal(parts: Parts, site: Site) -> None:
    first, second = parts.places.children("46")[:2]
    hour = START + HOUR_MS
    points = [Point(first, SHARE, "hour", START, 90.0, 400), Point(second, SHARE, "hour", START, 99.5, 400)]
    points += [Point(first, "sec_malware_hosts", "hour", START, 7.0, 1, q=Quality.SUSPECT)]
    History(parts.database).write(points, epoch=1, version=1)
    told = parts.beneath.then(NATION, "46", hour)
    at = told["order"].index
    assert told["columns"][SHARE][at(first)] == 90.0 and told["columns"][SHARE][at(second)] == 99.5
    assert told["severity"][SHARE][at(first)] in (1, 2, 3) and told["severity"][SHARE][at(second)] is None
    assert "sec_malware_hosts" not in told["severity"], "a share of what nobody told is no alarm"
    assert told["doubt"] == {"sec_malware_hosts": [first]}
    assert AQI not in told["columns"] and told["columns"][SHARE][-1] is None, "missing is not zero"
    with httpx.Client(base_url=f"{site.url}/api/v1") as api:
        answer = api.get("/then/46", params={"at": hour + 5000})
        assert answer.json() == told and answer.headers["cache-control"] == "private, max-age=20"
        assert api.get("/then/99", params={"at": hour}).status_code == 404


def test_hours_of_another_unit_are_refused(parts: Parts) -> None:
    for ask in (
        lambda: parts.readers.columns(HUE, "vn", SHARE, START, END),
        lambda: parts.readers.columns(HUE, "01", SHARE, START, END),
        lambda: parts.readers.hours(HUE, "vn", START, END),
        lambda: parts.beneath.then(HUE, "vn", END),
        lambda: parts.beneath.then(HUE, "01", END),
    ):
        with pytest.raises(OutOfScope):
            ask()


def test_doors_answer_whole_hours_packed_and_shared(site: Site) -> None:
    asked = {"from": iso(START + 5000), "to": iso(END + 5000)}
    with httpx.Client(base_url=f"{site.url}/api/v1") as api:
        columns, hours = api.get(f"/columns/vn/{SHARE}", params=asked), api.get("/hours/vn", params=asked)
        plain = api.get("/hours/vn", params=asked, headers={"accept-encoding": "identity"})
    assert columns.json()["t"][0] == iso(START) and len(columns.json()["t"]) == 3
    assert hours.json() == plain.json()
    assert (columns.headers["content-encoding"], plain.headers.get("content-encoding")) == ("gzip", None)
    assert columns.headers["cache-control"] == "private, max-age=20"


@pytest.mark.parametrize(
    ("path", "query", "status", "word"),
    [
        ("/columns/vn/nothing", "", 404, "indicator"),
        (f"/columns/99/{SHARE}", "", 404, "place"),
        ("/hours/99", "", 404, "place"),
        ("/hours/vn", "from=2026-11-21&to=2026-11-20", 400, "after"),
        ("/hours/vn", "from=2026-01-01&to=2026-11-20", 400, "7 days"),
        ("/hours/vn", "step=week", 400, "step"),
        ("/hours/vn", "step=day&from=2025-01-01&to=2026-11-20", 400, "400 days"),
    ],
)
def test_wrong_questions_are_told_what_to_ask(site: Site, path: str, query: str, status: int, word: str) -> None:
    answer = httpx.get(f"{site.url}/api/v1{path}?{query}")
    assert (answer.status_code, word in answer.json()["error"]) == (status, True)


def test_memory_forgets_with_time_and_without_room() -> None:
    clock = TickClock(DAY_MS)
    memory = Memory(2, lambda: clock.now_ms() / 1000)
    for name in ("a", "b", "c"):
        memory.set(name, name, 10)
    assert (memory.get("a"), memory.get("b"), memory.get("c")) == (None, "b", "c")
    clock.tick(11)
    assert memory.get("c") is None
