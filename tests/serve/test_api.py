"""The JSON doors, asked rightly and wrongly."""

from __future__ import annotations

import gzip
import json
import time
from datetime import datetime

import httpx
import pytest
import redis

from feeds.catalogue.clock import HOUR_MS, TZ, iso
from feeds.catalogue.keys import Keys
from feeds.serve.asking import read_time
from feeds.serve.parts import Parts
from feeds.store.history import History, Point
from feeds.store.sources import SourceBook, SourceHealth
from tests.conftest import wait_until
from tests.serve.running import Publisher, Site

KEYS = Keys("sim")
NOW = 1_795_231_800_000 // HOUR_MS * HOUR_MS


@pytest.fixture
def api(site: Site) -> httpx.Client:
    return httpx.Client(base_url=f"{site.url}/api/v1")


@pytest.fixture
def indicator(parts: Parts) -> str:
    """Any indicator of the catalogue, with three hours of history that has a gap."""
    code = next(iter(parts.catalogue.indicators))
    points = [Point("01", code, "hour", NOW - hours * HOUR_MS, float(hours), 5) for hours in (3, 1)]
    History(parts.database).write(points, epoch=1, version=1)
    return code


def test_a_snapshot_is_what_stands_in_redis_with_its_version(api: httpx.Client, publisher: Publisher) -> None:
    publisher.snapshot()
    answer = api.get("/snapshot/vn")
    assert (answer.status_code, answer.headers["etag"], answer.json()["version"]) == (200, '"1-1"', 1)
    assert answer.headers["content-encoding"] == "gzip"
    assert api.get("/snapshot/vn", headers={"If-None-Match": '"1-1"'}).status_code == 304
    publisher.tick()
    assert api.get("/snapshot/vn", headers={"If-None-Match": '"1-1"'}).json()["version"] == 2


@pytest.mark.parametrize("scope", ["xx", "vn%3A", "1", "01%2F00004", "vn:air;drop", "%00"])
def test_a_scope_that_cannot_be_is_not_found(api: httpx.Client, scope: str) -> None:
    assert api.get(f"/snapshot/{scope}").status_code == 404


def test_a_scope_without_figures_says_so(api: httpx.Client) -> None:
    assert "no figures yet" in api.get("/snapshot/07").json()["error"]


def test_history_is_columns_with_gaps(api: httpx.Client, indicator: str, parts: Parts) -> None:
    asked = {"from": iso(NOW - 3 * HOUR_MS), "to": str(NOW), "step": "hour"}
    answer = api.get(f"/series/01/{indicator}", params=asked).json()
    assert answer["unit"] == parts.catalogue.indicators[indicator].unit
    assert (answer["scope"], answer["step"]) == ("01", "hour")
    assert (answer["v"], answer["n"], answer["q"]) == ([3.0, None, 1.0], [5, None, 5], [0, None, 0])
    assert answer["t"][0] == iso(NOW - 3 * HOUR_MS)


@pytest.mark.parametrize(
    ("path", "query", "status", "word"),
    [
        ("/series/01/nothing", "", 404, "indicator"),
        ("/series/99/{i}", "", 404, "place"),
        ("/series/01/{i}", "from=yesterday", 400, "from"),
        ("/series/01/{i}", "from=-5", 400, "from"),
        ("/series/01/{i}", "from=2026-11-21&to=2026-11-20", 400, "after"),
        ("/series/01/{i}", "step=second", 400, "step"),
        ("/series/01/{i}", "from=1990-01-01&step=minute", 400, "points"),
        ("/series/01/{i}", "form=1", 400, "form"),
        ("/records/nothing", "", 404, "feed"),
        ("/records/dossiers", "limit=0", 400, "limit"),
        ("/records/dossiers", "cursor=x", 400, "beginning"),
        ("/records/dossiers/none", "", 404, "record"),
        ("/records/dossiers", "place=99", 404, "place"),
        ("/events/air", "cursor=1", 400, "cursor"),
        ("/events/nothing", "", 404, "feed"),
        ("/entities/nothing", "", 404, "feed"),
        ("/alerts/99", "", 404, "place"),
        ("/search", "q=" + "x" * 300, 400, "q"),
        ("/search", "limit=1e3", 400, "limit"),
        ("/quarantine", "before=-1", 400, "before"),
        ("/nothing", "", 404, "address"),
    ],
)
def test_a_wrong_question_is_answered_with_a_sentence(
    api: httpx.Client, indicator: str, path: str, query: str, status: int, word: str
) -> None:
    answer = api.get(f"{path.format(i=indicator)}?{query}")
    assert answer.status_code == status
    assert word in answer.json()["error"]


@pytest.mark.parametrize(
    "path",
    ["/records/dossiers", "/events/air?part=01", "/entities/air", "/alerts/vn", "/quarantine", "/quarantine/counts"],
)
def test_an_empty_world_answers_with_nothing(api: httpx.Client, nothing_known: None, path: str) -> None:
    answer = api.get(path)
    assert answer.status_code == 200
    body = answer.json()
    assert (body if isinstance(body, list) else body["rows"]) == []


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"])
def test_a_stamp_that_no_calendar_can_write_does_not_close_the_quarantine(api: httpx.Client, at: str) -> None:
    event = {"source": "end-of-time", "place": "2025:01", "entity": "e", "at": at, "values": {"pm25": 1}}
    assert api.post("/events/air", json=event).json()["rejected"][0]["code"] in ("time_future", "time_ancient")
    assert any(row["source"] == "end-of-time" for row in api.get("/quarantine?feed=air").json()["rows"])


def test_history_may_be_asked_to_the_end_of_time(api: httpx.Client, indicator: str) -> None:
    query = {"from": "253402300000000", "to": "253402300799999", "step": "hour"}
    assert api.get(f"/series/01/{indicator}", params=query).status_code == 200


def test_the_sources_that_we_read_are_listed(api: httpx.Client, parts: Parts) -> None:
    SourceBook(parts.database).tell([SourceHealth(id="s-api", kind="mqtt", feeds=["air"], units=["01"], since=NOW)])
    rows = {row["id"]: row for row in api.get("/sources").json()["rows"]}
    assert (rows["s-api"]["state"], rows["s-api"]["heard"]) == ("not running", None)
    assert rows["s-api"]["since"] == iso(NOW)
    assert api.get("/sources?x=1").status_code == 400


def test_times_are_read_in_three_ways() -> None:
    moment = round(datetime(2026, 11, 21, 10, 30, tzinfo=TZ).timestamp() * 1000)
    for text in ("2026-11-21T10:30:00+07:00", "2026-11-21T10:30:00 07:00", "2026-11-21T10:30", "2026-11-21T03:30:00Z"):
        assert read_time("at", text) == moment
    assert read_time("at", str(moment)) == moment


def test_search_needs_no_marks(api: httpx.Client) -> None:
    found = api.get("/search", params={"q": "hue"}).json()
    assert found[0]["key"] == "46"
    assert "Huế" in found[0]["vi"]


def test_a_still_is_served_until_a_newer_one_comes(site: Site, volatile: redis.Redis) -> None:
    url = f"{site.url}/frames/CAM-1"
    assert httpx.get(url).status_code == 204
    volatile.hset(KEYS.frame("CAM-1"), mapping={"jpeg": b"\xff\xd8still", "at": 1000})
    answer = httpx.get(url)
    assert (answer.content, answer.headers["content-type"]) == (b"\xff\xd8still", "image/jpeg")
    assert answer.headers["x-frame-at"] == "1000"
    assert httpx.get(url, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    volatile.hset(KEYS.frame("CAM-1"), mapping={"jpeg": b"\xff\xd8newer", "at": 2000})
    assert httpx.get(url, headers={"If-None-Match": answer.headers["etag"]}).content == b"\xff\xd8newer"


def event(**changes: object) -> dict[str, object]:
    at = iso(int(time.time() * 1000))
    usual = {"source": "t", "seq": 1, "place": "2025:01", "entity": "S", "at": at, "values": {"pm25": 20.0}}
    return usual | changes


def test_events_are_accepted_once_they_are_durable(api: httpx.Client, durable: redis.Redis) -> None:
    answer = api.post("/events/air", json=[event(), event(seq=2, place="2025:99")])
    assert answer.status_code == 202
    assert answer.json()["accepted"] == 1
    assert answer.json()["rejected"][0]["index"] == 1
    assert durable.xlen(KEYS.stream("air", "01")) == 1
    assert api.get("/quarantine", params={"feed": "air"}).json()["rows"][0]["code"] == "province_unknown"


def test_events_may_be_lines_and_gzip(api: httpx.Client, durable: redis.Redis) -> None:
    lines = b"\n".join(json.dumps(event(seq=seq)).encode() for seq in (5, 6))
    headers = {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"}
    assert api.post("/events/air", content=gzip.compress(lines), headers=headers).json()["accepted"] == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[" * 10_000, 400), (b"[]", 400), (b'"x"', 422), (b"\xff\xff", 400), (b'[{"a": NaN}]', 400)],
)
def test_what_cannot_be_read_is_refused(api: httpx.Client, body: bytes, status: int) -> None:
    answer = api.post("/events/air", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status


def test_ten_megabytes_are_too_much(api: httpx.Client) -> None:
    headers = {"Content-Type": "application/json"}
    assert api.post("/events/air", content=b"[" + b" " * 10_000_000 + b"]", headers=headers).status_code == 413
    bomb = gzip.compress(b" " * 40_000_000)
    assert api.post("/events/air", content=bomb, headers={**headers, "Content-Encoding": "gzip"}).status_code == 413


def test_an_unknown_feed_is_not_found(api: httpx.Client) -> None:
    assert api.post("/events/nothing", json=[event()]).status_code == 404


def test_readiness_needs_young_figures(site: Site, volatile: redis.Redis) -> None:
    def snapshot(seconds: float) -> None:
        at = iso(round((time.time() - seconds) * 1000))
        volatile.hset(KEYS.snapshot("vn"), mapping={"id": "1-1", "json": json.dumps({"at": at})})

    assert httpx.get(f"{site.url}/readyz").status_code == 503
    snapshot(5)
    wait_until(lambda: httpx.get(f"{site.url}/readyz").status_code == 200, 5)
    snapshot(600)
    answer = httpx.get(f"{site.url}/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False})
