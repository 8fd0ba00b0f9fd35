"""From a figure to the records behind it: rows, trails, readings, stations and alerts as JSON."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import delete

from feeds.catalogue.clock import HOUR_MS
from feeds.intake.event import Event, encode
from feeds.serve.parts import Parts
from feeds.store import tables
from feeds.store.alerts import Alert, Alerts
from feeds.store.blocks import Archive, Block
from feeds.store.entities import Entities, Entity
from feeds.store.fold import Change, Rules
from feeds.store.records import Records
from tests.serve.running import Site

NOW = 1_795_231_800_000
ISO = "2026-11-21T10:30:00+07:00"
HANOI = {"unit": "01", "commune": "00004", "place": "2025:01/00004"}


def change(number: int, state: str) -> Change:
    times = {"received": NOW, "due": NOW + HOUR_MS}
    return Change(
        id=f"H26/{number}", source="desk", seq=number, at=NOW + number, received=NOW, type="dossier", state=state,
        times=times, fields={"channel": "online"}, **HANOI,
    )  # fmt: skip


def event(seq: int) -> Event:
    at = NOW + seq * 1000
    return Event("air", "s", seq, "2025:01", "ST-1", at, at, values={"pm25": 20.0 + seq})


@pytest.fixture
def api(site: Site, parts: Parts) -> httpx.Client:
    """A front whose world knows three dossiers, a station, two readings and an alert."""
    rules = Rules(frozenset({"finished"}), lambda row: {}, lambda row: {})
    Records(parts.database).apply("dossiers", [change(n, "registered") for n in (1, 2, 3)], rules)
    station = {"feed": "air", "code": "ST-1", "vi": "Trạm 1", "en": "Station 1", "fields": {"type": "auto"}}
    Entities(parts.database).upsert([Entity(**station, lat=21.0, lon=105.8, at=NOW, **HANOI)])  # type: ignore[arg-type]
    events = [event(1), event(2)]
    block = Block("air", "01", "1-0", "2-0", NOW, NOW + 2000, 2, encode(events))
    Archive(parts.database, lambda body: events).write([block], epoch=1)
    words = {"place_vi": "Hà Nội", "indicator": "air_aqi_hour", "unit": "", "source": "TT", "vi": "cao", "en": "high"}
    alert = Alert(id="a", scope="01:air", place="01", level=3, since=NOW, value=160.0, limit=150.0, **words)  # type: ignore[arg-type]
    Alerts(parts.database).upsert([alert], 1, 1)
    yield httpx.Client(base_url=f"{site.url}/api/v1")
    with parts.database.write() as connection:
        for table in (tables.records, tables.trail, tables.record_tallies, tables.entities, tables.event_blocks):
            connection.execute(delete(table))
        connection.execute(delete(tables.alerts))


@pytest.mark.parametrize("place", ["2025:01", "2025:01/00004"])
def test_a_place_may_carry_its_scheme(api: httpx.Client, place: str) -> None:
    rows = api.get("/records/dossiers", params={"place": place}).json()["rows"]
    assert [row["id"] for row in rows] == ["H26/3", "H26/2", "H26/1"]
    if "/" not in place:
        assert api.get("/entities/air", params={"unit": place}).json()
        assert api.get("/events/air", params={"part": place}).json()["rows"]


def test_records_come_in_pages(api: httpx.Client) -> None:
    first = api.get("/records/dossiers", params={"place": "01", "limit": 2}).json()
    assert [row["id"] for row in first["rows"]] == ["H26/3", "H26/2"]
    second = api.get("/records/dossiers", params={"limit": 2, "cursor": first["next"]}).json()
    assert ([row["id"] for row in second["rows"]], second["next"]) == (["H26/1"], None)
    assert first["rows"][0]["times"] == {"received": ISO, "due": "2026-11-21T11:30:00+07:00"}
    assert first["rows"][0]["due"] == "2026-11-21T11:30:00+07:00"


def test_a_record_comes_with_its_trail(api: httpx.Client) -> None:
    answer = api.get("/records/dossiers/H26/2").json()
    assert answer["row"]["state"] == "registered"
    assert [step["seq"] for step in answer["trail"]] == [2]


def test_readings_come_newest_first(api: httpx.Client) -> None:
    asked = {"part": "01", "entity": "ST-1", "from": NOW, "to": NOW + 60_000}
    rows = api.get("/events/air", params=asked).json()["rows"]
    assert [row["values"]["pm25"] for row in rows] == [22.0, 21.0]
    assert rows[0]["at"] == "2026-11-21T10:30:02+07:00"


def test_stations_and_alerts_are_listed(api: httpx.Client) -> None:
    [station] = api.get("/entities/air", params={"unit": "01"}).json()
    assert (station["vi"], station["fields"]) == ("Trạm 1", {"type": "auto"})
    [alert] = api.get("/alerts/01", params={"from": NOW - HOUR_MS, "to": NOW + HOUR_MS}).json()
    assert (alert["since"], alert["limit"], alert["cleared"]) == (ISO, 150.0, None)
