"""Walls at the doors: heartbeats, a desk's word over the stream, screens by token outside demo."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import redis

from feeds.__main__ import main
from feeds.catalogue.clock import TickClock
from feeds.serve.access import Access
from feeds.serve.counters import Counters
from feeds.serve.paper import Paper
from feeds.serve.parts import Parts
from feeds.serve.walls import FROZEN_MS, Walls
from feeds.store.screens import Screen, Screens, digest
from tests.conftest import PATIENCE, wait_until
from tests.serve.running import KEYS, Page, Publisher, Site, serve

BEAT = {"id": "12345678", "scene": "overview", "name": "TV 1", "size": [1920, 1080, 1]}


def beat(site: Site, **more: Any) -> httpx.Response:
    return httpx.post(f"{site.url}/api/v1/walls/beat", json=BEAT | more)


def group(site: Site, name: str = "vn/main") -> dict[str, Any]:
    return dict(httpx.get(f"{site.url}/api/v1/walls/{name}").json())


def test_a_wall_that_beats_is_on_the_desk_and_one_that_stops_is_frozen(site: Site, volatile: redis.Redis) -> None:
    answer = beat(site)
    assert answer.status_code == 200 and "version" in answer.json()
    (wall,) = group(site)["walls"]
    assert (wall["name"], wall["scene"], wall["state"]) == ("TV 1", "overview", "live")
    field = next(iter(volatile.hgetall(KEYS.walls())))
    said = json.loads(volatile.hget(KEYS.walls(), field))
    volatile.hset(KEYS.walls(), field, json.dumps(said | {"heard": said["heard"] - FROZEN_MS - 1}))
    (wall,) = group(site)["walls"]
    assert wall["state"] == "frozen", "rule 25: 15 s without a heartbeat"
    beat(site, bye=True)
    assert group(site)["walls"] == []


def test_the_server_tells_once_when_a_wall_freezes_and_when_it_is_back(
    parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    counters = Counters()
    clock = TickClock(0)
    walls = Walls(None, KEYS, clock, Access(parts.settings), parts.places, counters, "")  # type: ignore[arg-type]
    found = {"vn:main:12345678": {"name": "TV 1", "heard": 0}}
    with caplog.at_level(logging.WARNING):
        for now in (FROZEN_MS, FROZEN_MS + 1, FROZEN_MS + 5000):
            walls.judge(found, now)
        assert caplog.text.count("TV 1 (vn:main) froze") == 1
        assert "ioc_walls_frozen 1" in counters.text({})
        found["vn:main:12345678"]["heard"] = FROZEN_MS + 6000
        walls.judge(found, FROZEN_MS + 7000)
    assert caplog.text.count("heard again") == 1
    assert "ioc_walls_frozen 0" in counters.text({})


def test_a_desks_word_reaches_the_stream_at_once_and_stays(site: Site, publisher: Publisher) -> None:
    publisher.snapshot("vn")
    beat(site)  # the first wall gives the group its plain rotation
    stream = site.open("scope=vn,vn:wall_main")
    first = stream.next("snapshot")
    while first["data"]["scope"] != "vn:wall_main":
        first = stream.next("snapshot")
    assert first["data"]["wall"] == {"mode": "auto", "scene": None, "at": 0}
    said = httpx.post(f"{site.url}/api/v1/walls/vn/main", json={"mode": "hold", "scene": "atlas"})
    assert said.status_code == 200
    news = stream.next("delta")["data"]
    assert (news["scope"], news["wall"]["mode"], news["wall"]["scene"]) == ("vn:wall_main", "hold", "atlas")
    assert abs(news["wall"]["at"] - time.time() * 1000) < 5000 * PATIENCE
    assert group(site)["word"] == news["wall"]
    late = site.open("scope=vn:wall_main")
    late.next("snapshot")
    assert late.next("delta")["data"]["wall"] == news["wall"], "who comes later is told the same"


def test_groups_do_not_hear_each_other(site: Site) -> None:
    for name in ("main", "sanh"):
        beat(site, group=name)
    httpx.post(f"{site.url}/api/v1/walls/vn/sanh", json={"mode": "hold", "scene": "far-1"})
    assert group(site)["word"]["mode"] == "auto"
    assert group(site, "vn/sanh")["word"]["mode"] == "hold"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("vn/main", {"mode": "hold"}, 400),
        ("vn/main", {"mode": "dance", "scene": "atlas"}, 400),
        ("vn/main", {"mode": "hold", "scene": "<script>"}, 400),
        ("vn/main", {"mode": "auto", "who": "me"}, 400),
        ("99/main", {"mode": "auto"}, 404),
        ("vn/Main%20hall", {"mode": "auto"}, 404),
        ("beat", {"id": "short"}, 400),
        ("beat", {"id": "12345678", "place": "77"}, 404),
        ("beat", {"id": 5}, 400),
        ("beat", [], 400),
    ],
)
def test_what_is_no_word_of_a_wall_is_refused(site: Site, path: str, body: Any, status: int) -> None:
    answer = httpx.post(f"{site.url}/api/v1/walls/{path}", json=body)
    assert answer.status_code == status and "error" in answer.json()


def test_a_page_from_elsewhere_drives_no_wall(site: Site) -> None:
    headers = {"Origin": "http://evil.example"}
    answer = httpx.post(f"{site.url}/api/v1/walls/vn/main", json={"mode": "auto"}, headers=headers)
    assert answer.status_code == 403
    assert httpx.post(f"{site.url}/api/v1/walls/vn/main", content=b"mode=auto").status_code == 415


@pytest.fixture
def closed(parts: Parts, volatile: redis.Redis, tmp_path: Path) -> Iterator[Site]:
    """The real world's rules: nobody is signed in."""
    paper = Paper("r1", b"<p>waiting</p>")
    yield from serve(parts, tmp_path, paper=paper, demo=False, secret_key="s" * 40)


@pytest.fixture
def token(parts: Parts) -> Iterator[str]:
    rows = Screens(parts.database)
    name = f"tv-{time.time_ns()}"
    rows.add(Screen(name=name, place="01", group="sanh", metres=8, inches=65, token=digest(name), made=1))
    yield name
    rows.revoke(name, 2)


def admitted(site: Site, token: str) -> httpx.Client:
    client = Page(base_url=site.url)
    assert client.get("/wall", params={"screen": token}).status_code == 303
    wait_until(lambda: client.get("/assets/x.js").status_code != 401, 5, "for the list of screens")
    return client


def test_a_token_is_exchanged_once_and_leaves_the_address(closed: Site, token: str) -> None:
    answer = httpx.get(f"{closed.url}/wall", params={"screen": token})
    assert answer.status_code == 303
    to = parse_qs(urlsplit(answer.headers["location"]).query)
    assert "screen" not in to
    assert (to["place"], to["group"], to["m"], to["in"]) == (["01"], ["sanh"], ["8"], ["65"])
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and token not in cookie
    again = httpx.get(f"{closed.url}/wall", params={"screen": token})
    assert again.status_code == 401 and "set-cookie" not in again.headers
    kept = httpx.get(f"{closed.url}/wall", params={"screen": token}, cookies=dict(answer.cookies))
    assert kept.status_code == 303, "the same browser may open its old address again"


def test_without_a_session_a_wall_waits_and_is_never_asked_to_sign_in(closed: Site) -> None:
    answer = httpx.get(f"{closed.url}/wall")
    assert (answer.status_code, answer.text) == (401, "<p>waiting</p>")
    assert httpx.get(f"{closed.url}/wall", params={"screen": "x" * 5000}).status_code == 401
    assert httpx.get(f"{closed.url}/wall/desk").status_code == 401
    assert beat(closed).status_code == 401


def test_a_cookie_given_by_another_web_process_is_good_at_once(closed: Site, parts: Parts, token: str) -> None:
    httpx.get(f"{closed.url}/wall")  # the list was read before
    time.sleep(0.6)  # a stranger's cookie asks for the list no more often than that
    assert Screens(parts.database).exchange(digest(token), digest("carried"), time.time_ns() // 10**6)
    assert httpx.get(f"{closed.url}/wall", cookies={"ioc_screen": "carried"}).status_code == 200


def test_a_screen_reads_its_own_place_and_nothing_else(closed: Site, token: str, publisher: Publisher) -> None:
    publisher.snapshot("01")
    client = admitted(closed, token)
    assert client.get("/wall").status_code == 200
    assert client.get("/api/v1/snapshot/01").status_code == 200
    assert client.get("/api/v1/snapshot/48").status_code == 403
    assert client.get("/api/v1/alerts/01").json() == [], "what was open before is told beside an incident"
    assert client.get("/api/v1/alerts/48").status_code == 403
    assert client.get("/api/v1/snapshot/vn").status_code == 403
    for path in ("/", "/p/01", "/wall/desk", "/api/v1/records/dossiers", "/api/v1/quarantine", "/api/v1/walls/01/sanh"):
        assert client.get(path).status_code == 403, path
    assert client.post("/api/v1/walls/01/sanh", json={"mode": "auto"}).status_code == 403
    assert client.post("/_dash-update-component", json={}).status_code == 403
    assert client.post("/api/v1/events/air", json=[]).status_code == 401


def test_what_a_screen_is_it_does_not_say_itself(closed: Site, token: str, volatile: redis.Redis) -> None:
    client = admitted(closed, token)
    said = client.post("/api/v1/walls/beat", json=BEAT | {"name": "boss", "place": "vn", "group": "main"})
    assert said.json()["version"] == "r1"
    (field,) = volatile.hgetall(KEYS.walls())
    assert field == b"01:sanh:12345678"
    assert json.loads(volatile.hget(KEYS.walls(), field))["name"] == token


def test_a_revoked_screen_is_cut_within_seconds(closed: Site, parts: Parts, token: str, publisher: Publisher) -> None:
    publisher.snapshot("01")
    client = admitted(closed, token)
    with client.stream("GET", "/stream?scope=01", timeout=30) as stream:
        assert stream.status_code == 200
        assert Screens(parts.database).revoke(token, 3) == 1
        started = time.monotonic()
        with pytest.raises(httpx.HTTPError):
            for _ in stream.iter_raw():
                assert time.monotonic() - started < 8 * PATIENCE
    assert client.get("/api/v1/snapshot/01").status_code == 401


def test_an_operator_adds_lists_renews_and_revokes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IOC_VAR", str(tmp_path))
    assert main(["screen", "add", "sanh-1", "--place", "01", "--metres", "8"]) == 0
    first = capsys.readouterr().out
    assert "/wall?screen=" in first
    assert main(["screen", "add", "sanh-1"]) == 2
    assert "choose another name" in capsys.readouterr().err
    assert main(["screen", "add", "x", "--place", "77"]) == 2
    assert main(["screen", "list"]) == 0
    listed = capsys.readouterr().out
    assert "sanh-1\t01\tmain" in listed and "not opened yet" in listed
    assert first.split("screen=")[1].split()[0] not in listed
    assert main(["screen", "renew", "sanh-1"]) == 0
    assert main(["screen", "revoke", "sanh-1"]) == 0
    assert main(["screen", "revoke", "sanh-1"]) == 1
    assert main(["screen", "renew", "nobody"]) == 2
