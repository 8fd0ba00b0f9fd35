"""The receiver of dossier syncs over HTTP: logged in, read, durable, answered in the protocol's own words."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest
import redis

from feeds.catalogue.clock import TZ
from feeds.catalogue.keys import Keys
from feeds.catalogue.settings import Settings
from feeds.intake.event import decode_batch
from feeds.serve import key_words, senders
from feeds.serve.parts import Parts
from tests.intake.formats.dossier_samples import AGENCY, FULL, STEP, request
from tests.serve.running import Site, serve

KEYS = Keys("sim")
SECRET = "s" * 40
HEADERS = {"Content-Type": "application/json"}


def today(**changes: object) -> dict[str, object]:
    """The full dossier, received and finished in the last hours."""
    stamp = datetime.fromtimestamp(time.time() - 60, TZ).strftime("%Y%m%d%H%M%S")
    return {**FULL, "NgayTiepNhan": stamp, "NgayKetThucXuLy": stamp, "NgayHenTra": stamp} | changes


@pytest.fixture
def door(site: Site) -> httpx.Client:
    return httpx.Client(base_url=f"{site.url}/api/v1", headers=HEADERS)


def test_synced_dossiers_are_durable_before_the_answer(
    door: httpx.Client, durable: redis.Redis, nothing_refused: None
) -> None:
    body = request(today(), today(MaHoSo="x-2", TrangThaiHoSo="77"), today(MaHoSo="x-3"))
    answer = door.post("/sync", content=body)
    told = answer.json()
    assert (answer.status_code, told["error_code"], told["response_code"]) == (200, 0, "00")
    assert (told["accepted"], told["duplicates"]) == (2, 0)
    assert [(row["index"], row["MaHoSo"], row["code"]) for row in told["rejected"]] == [(1, "x-2", "sync_state")]
    ((_, entry),) = durable.xrange(KEYS.stream("dossiers", "01"))
    events = decode_batch(entry[b"b"])
    assert [event.record.id for event in events if event.record] == [FULL["MaHoSo"], "x-3"]
    assert {event.connector for event in events} == {"sync"}
    rows = door.get("/quarantine", params={"feed": "dossiers"}).json()["rows"]
    assert [(row["code"], row["source"], row["unit"]) for row in rows] == [("sync_state", AGENCY, "01")]


def test_a_sync_sent_twice_counts_once(door: httpx.Client) -> None:
    body = request(today())
    assert door.post("/sync", content=body).json()["accepted"] == 1
    again = door.post("/sync", content=body).json()
    assert (again["accepted"], again["duplicates"], again["error_code"]) == (0, 1, 0)


def test_the_door_refuses_a_dossier_by_its_place_in_the_request(door: httpx.Client) -> None:
    ahead = today(MaHoSo="f-1", NgayTiepNhan="20990101000000")
    told = door.post("/sync", content=request(today(MaHoSo="x", TrangThaiHoSo="0"), today(), ahead)).json()
    assert [(row["index"], row["code"]) for row in told["rejected"]] == [(0, "sync_state"), (2, "time_future")]


def test_a_service_in_the_address_takes_a_bare_list(door: httpx.Client) -> None:
    query = {"MaDinhDanhDV": AGENCY, "isUpdating": "True"}
    answer = door.post("/sync/DongBoHoSoMC", params=query, content=json.dumps([today(MaHoSo="b-1")]))
    assert answer.json()["accepted"] == 1
    step = {**STEP, "ThoiDiemXuLy": today()["NgayTiepNhan"]}
    assert door.post("/sync", content=request(step, service="CapNhatTienDoHoSoMC")).json()["accepted"] == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (request(FULL, service="Xoa"), 400), (request({**FULL, "MaHoSo": ""}), 422), (b"[" * 9000, 400)],
)
def test_a_sync_that_cannot_be_read_says_so(door: httpx.Client, body: bytes, status: int) -> None:
    answer = door.post("/sync", content=body)
    assert (answer.status_code, answer.json()["error_code"], answer.json()["response_code"]) == (status, -1, "-1")


def test_an_empty_sync_is_no_error(door: httpx.Client) -> None:
    assert door.post("/sync", content=request()).json()["response_code"] == "00"


def test_the_sync_door_is_not_read(door: httpx.Client) -> None:
    assert door.get("/sync").status_code == 405
    assert door.post("/sync", content=b"[" + b" " * 10_000_000 + b"]").status_code == 413


@pytest.fixture
def closed(
    parts: Parts, volatile: redis.Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[httpx.Client]:
    """The door outside of the demo."""
    monkeypatch.setattr(senders, "ASK_S", 0.0)
    for site in serve(parts, tmp_path, demo=False, secret_key=SECRET):
        yield httpx.Client(base_url=f"{site.url}/api/v1", headers=HEADERS)


def made(parts: Parts, name: str, feeds: str = "dossiers", **asked: object) -> str:
    """A key as the operator makes it."""
    said = {"feeds": feeds, "places": "01", "sources": "000.*", "rate": 1000} | asked
    settings = Settings(var=parts.settings.var, demo=False, secret_key=SECRET)
    lines: list[str] = []
    assert key_words.make(settings, argparse.Namespace(name=name, **said), lines.append) == 0
    return lines[0]


def test_a_key_syncs_for_its_agency_and_province_alone(closed: httpx.Client, parts: Parts) -> None:
    bearer = {"Authorization": f"Bearer {made(parts, 'hn-alone')}"}
    body = request(today(), agency="000.00.00.H22")
    told = closed.post("/sync", content=body, headers=bearer).json()
    assert [row["code"] for row in told["rejected"]] == ["place_not_yours"]
    other = {"Authorization": f"Bearer {made(parts, 'air-alone', feeds='air')}"}
    assert closed.post("/sync", content=body, headers=other).status_code == 403


def test_a_sync_beyond_the_rate_comes_again_later(closed: httpx.Client, parts: Parts) -> None:
    bearer = {"Authorization": f"Bearer {made(parts, 'hn-slow', rate=10)}"}
    answers = [closed.post("/sync", content=request(today(), today()), headers=bearer) for _ in range(60)]
    told = next(answer for answer in answers if answer.status_code == 429)
    assert (told.json()["error_code"], int(told.headers["retry-after"]) >= 1) == (-1, True)


def test_outside_of_the_demo_a_session_is_needed(closed: httpx.Client, parts: Parts) -> None:
    assert closed.post("/sync", content=request(today())).status_code == 401
    key = made(parts, "hn-motcua")
    assert closed.post("/sync/login", json={"username": AGENCY, "password": "wrong"}).status_code == 401
    session = closed.post("/sync/login", json={"username": AGENCY, "password": key}).json()["session"]
    told = today()
    assert closed.post("/sync", content=request(told, session=session)).json()["accepted"] == 1
    bearer = {"Authorization": f"Bearer {key}"}
    assert closed.post("/sync", content=request(told), headers=bearer).json()["duplicates"] == 1
