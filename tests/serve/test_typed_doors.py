"""Typed figures at the doors: proposed by form or file, approved by a second person, live only then."""

from __future__ import annotations

import io
from base64 import b64encode
from typing import Any

import httpx
import pytest
import redis
from openpyxl import load_workbook

from feeds.catalogue.clock import iso
from feeds.intake.event import decode_batch
from feeds.intake.formats.figure_sheet import TITLE
from tests.serve.running import KEYS, Site

PATH = "/api/v1/figures"


def figure(site: Site, **more: Any) -> dict[str, Any]:
    now = site.app.hub.clock.now_ms()
    return {"feed": "traffic", "param": "accidents", "place": "2025:01", "at": iso(now), "value": 3} | more


def propose(site: Site, *figures: dict[str, Any], **more: Any) -> httpx.Response:
    return httpx.post(f"{site.url}{PATH}", json={"by": "Nguyễn An", "figures": list(figures)} | more)


def decide(site: Site, number: int, act: str, by: str = "Trần Chi", why: str = "") -> httpx.Response:
    return httpx.post(f"{site.url}{PATH}/{number}", json={"act": act, "by": by, "why": why})


def live(durable: redis.Redis, number: int) -> list[dict[str, float]]:
    entries = durable.xrange(KEYS.stream("traffic", "01"))
    events = [event for _, entry in entries for event in decode_batch(entry[b"b"])]
    return [event.values for event in events if (event.source, event.seq) == ("typed", number)]


def test_a_form_then_a_second_person_then_live(site: Site, durable: redis.Redis) -> None:
    answer = propose(site, figure(site, note="biên bản 7"))
    assert answer.status_code == 200, answer.text
    (number,) = answer.json()["numbers"]
    assert live(durable, number) == []
    waiting = httpx.get(f"{site.url}{PATH}?state=waiting").json()["figures"]
    assert (waiting[0]["id"], waiting[0]["vi"], waiting[0]["note"]) == (number, "Vụ tai nạn", "biên bản 7")
    same = decide(site, number, "approve", by="nguyễn an")
    assert (same.status_code, "Người duyệt phải là người khác" in same.text) == (422, True)
    assert decide(site, number, "approve").json()["live"] is True
    assert live(durable, number) == [{"accidents": 3.0}]
    assert decide(site, number, "approve").status_code == 422
    assert decide(site, 10**9, "approve").status_code == 404
    (row,) = httpx.get(f"{site.url}{PATH}/{number}").json()["figures"]
    assert (row["by"], row["decided_by"], row["state"]) == ("Nguyễn An", "Trần Chi", "approved")


def test_an_excel_file_goes_out_and_comes_back(site: Site, durable: redis.Redis) -> None:
    blank = httpx.get(f"{site.url}{PATH}/template.xlsx?feed=traffic&place=01&params=accidents,deaths")
    assert blank.status_code == 200
    book = load_workbook(io.BytesIO(blank.content))
    page = book[TITLE]
    assert [page.cell(3, column).value for column in (4, 5)] == ["accidents", "deaths"]
    page["D5"], page["E5"], page["D6"] = 2, 0, "ba"
    assert propose(site, sheet=packed(book)).json()["rejected"][0]["where"] == "D6"
    page["D6"] = -1
    answer = propose(site, sheet=packed(book))
    assert (answer.status_code, answer.json()["rejected"][0]["where"]) == (422, "D6")
    page["D6"] = None
    numbers = propose(site, sheet=packed(book)).json()["numbers"]
    assert len(numbers) == 2
    assert decide(site, numbers[1], "refuse").status_code == 422  # no reason
    assert decide(site, numbers[1], "refuse", why="không khớp").json()["state"] == "refused"
    assert live(durable, numbers[1]) == []


def packed(book: Any) -> str:
    out = io.BytesIO()
    book.save(out)
    return b64encode(out.getvalue()).decode()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b'{"by": "An", "face": 1}', 400),
        (b'{"by": "An", "figures": []}', 422),
        (b'{"by": "", "figures": [{"feed": "air", "param": "pm25", "place": "vn", "at": "x", "value": 1}]}', 422),
        (b'{"by": "An", "sheet": "%%%"}', 422),
        (b'{"by": "An", "sheet": "' + b"A" * 3_200_000 + b'"}', 413),
    ],
)
def test_what_cannot_be_read_is_refused(site: Site, body: bytes, status: int) -> None:
    answer = httpx.post(f"{site.url}{PATH}", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status


@pytest.mark.parametrize("query", ["feed=dossiers", "feed=air&place=99", "feed=nothing", "feed=air&place=../x"])
def test_there_is_no_template_for_what_is_not_there(site: Site, query: str) -> None:
    assert httpx.get(f"{site.url}{PATH}/template.xlsx?{query}").status_code in (400, 404)


def test_the_fields_are_those_of_the_catalogue(site: Site) -> None:
    told = httpx.get(f"{site.url}{PATH}/fields").json()
    assert len(told["places"]) == 34
    assert {"feed": "air", "param": "pm25"}.items() <= next(f for f in told["fields"] if f["param"] == "pm25").items()
    assert all(field["unit_en"] and field["en"] for field in told["fields"]), "both languages are told"
