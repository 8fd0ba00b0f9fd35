"""Who may send: by key, to its feeds, about its places, under its names, at its rate."""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
from sqlalchemy.exc import OperationalError

from feeds.catalogue.clock import SystemClock, iso
from feeds.catalogue.keys import Keys
from feeds.catalogue.scope import NATION, Scope
from feeds.catalogue.settings import BadSetting, Settings
from feeds.intake.sender import own_key
from feeds.serve import key_words, senders
from feeds.serve.answers import Refusal
from feeds.serve.parts import Parts
from feeds.serve.senders import Senders
from feeds.serve.throttle import Throttle
from feeds.store import links
from feeds.store.ingest_keys import IngestKeys
from feeds.store.quarantine import Quarantine
from tests.serve.running import Site, serve

SECRET = "s" * 40
KEYS = Keys("sim")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of keys is read often, so that no test waits seconds."""
    assert senders.FRESH_S <= 4, "a revoked key is known within five seconds"
    monkeypatch.setattr(senders, "FRESH_S", 0.05)
    monkeypatch.setattr(senders, "ASK_S", 0.0)


@pytest.fixture
def guarded(parts: Parts, volatile: redis.Redis, durable: redis.Redis, tmp_path: Path) -> Iterator[Site]:
    """A front that asks for keys."""
    yield from serve(parts, tmp_path, demo=False, secret_key=SECRET)


@pytest.fixture
def words(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, list[str]]]:
    """The operator's words on the same database."""
    settings = Settings(var=parts.settings.var, demo=False, secret_key=SECRET)
    monkeypatch.setattr(key_words, "load_catalogue", lambda *_: (parts.catalogue, parts.version))
    monkeypatch.setattr(key_words.Places, "load", lambda: parts.places)

    def say(word: str, name: str = "", **asked: Any) -> tuple[int, list[str]]:
        said = {"feeds": "air", "places": "01", "sources": "", "rate": 10_000} | asked
        lines: list[str] = []
        code = getattr(key_words, word)(settings, argparse.Namespace(name=name, **said), lines.append)
        return code, lines

    return say


def made(words: Callable[..., tuple[int, list[str]]], name: str, **asked: Any) -> str:
    return words("make", name, **asked)[1][0]


def reading(source: str, seq: int, place: str = "2025:01/00004") -> dict[str, Any]:
    at = iso(SystemClock().now_ms() - 60_000)
    return {"source": source, "seq": seq, "place": place, "entity": "X-1", "at": at, "values": {"pm25": 12.5}}


def post(site: Site, key: str, body: Any, feed: str = "air", **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    bearer = {"authorization": f"Bearer {key}"} if key else {}
    given = {"content-type": "application/json", **bearer, **headers}
    return httpx.post(f"{site.url}/api/v1/events/{feed}", content=content, headers=given)


def codes(answer: httpx.Response) -> list[tuple[int, str]]:
    return [(row["index"], row["code"]) for row in answer.json()["rejected"]]


def test_a_key_made_opens_its_feeds_at_once(guarded: Site, words: Any) -> None:
    key = made(words, "k-opens", feeds="air,water")
    assert post(guarded, key, [reading("k-opens", 1)]).json() == {"accepted": 1, "duplicates": 0, "rejected": []}
    packed = gzip.compress(json.dumps(reading("k-opens", 2)).encode())
    assert post(guarded, key, packed, **{"content-encoding": "gzip"}).status_code == 202
    refused = post(guarded, key, [reading("k-opens", 3)], feed="traffic")
    assert (refused.status_code, "air, water" in refused.json()["error"]) == (403, True)


@pytest.mark.parametrize("key", ["", "x", "ioc_" + "A" * 43, "é", "k" * 5000])
def test_without_a_good_key_nothing_is_taken(guarded: Site, durable: redis.Redis, key: str) -> None:
    headers = {"content-type": "application/json", "authorization": f"Bearer {key}".strip().encode()}
    answer = httpx.post(f"{guarded.url}/api/v1/events/air", content=b"[]", headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 401
    assert durable.keys("*:in:*") == []


def test_a_key_speaks_of_its_places_under_its_names(guarded: Site, words: Any, parts: Parts) -> None:
    key = made(words, "k-scope", sources="hn-*,donre")
    events = [
        reading("hn-1", 1),
        reading("hn-1", 2, "2025:79"),
        reading("other", 3),
        reading("donre", 4),
        reading("donre2", 5),
        reading("hn-1", 6, "vn"),
    ]
    answer = post(guarded, key, events)
    assert (answer.status_code, answer.json()["accepted"]) == (202, 2)
    assert codes(answer) == [
        (1, "place_not_yours"),
        (2, "source_not_yours"),
        (4, "source_not_yours"),
        (5, "place_not_yours"),
    ]
    held = Quarantine(parts.database).page(NATION, code="source_not_yours")
    assert {(row.source, row.connector) for row in held} == {("k-scope", "http:k-scope")}, "not in another's quota"


def test_a_revoked_key_is_shut_out_within_seconds(guarded: Site, words: Any) -> None:
    key, other = made(words, "k-revoked"), made(words, "k-stays")
    assert post(guarded, key, [reading("k-revoked", 1)]).status_code == 202
    assert words("revoke", "k-revoked")[0] == 0
    assert any(post(guarded, key, [reading("k-revoked", n)]).status_code == 401 for n in range(2, 200))
    assert post(guarded, key, [reading("k-revoked", 999)]).status_code == 401
    assert post(guarded, other, [reading("k-stays", 1)]).status_code == 202
    assert words("revoke", "k-revoked")[0] == 1
    listed = dict(line.split("\t", 1) for line in words("list")[1])
    assert "revoked 20" in listed["k-revoked"] and "never used" in listed["k-stays"]


def test_too_much_is_told_with_when_to_come_again(guarded: Site, words: Any) -> None:
    key = made(words, "k-rate", rate=10)
    events = [reading("k-rate", n) for n in range(60)]
    assert post(guarded, key, events).status_code == 202
    again = post(guarded, key, events)
    assert (again.status_code, again.json()["code"]) == (429, "too_often")
    assert 1 <= int(again.headers["retry-after"]) <= 10
    whole = post(guarded, key, [reading("k-rate", n) for n in range(101)])
    assert (whole.status_code, whole.json()["code"]) == (413, "events_many"), "it could never pass"
    assert post(guarded, made(words, "k-other", rate=10), [reading("k-other", 1)]).status_code == 202


def test_rubbish_counts_against_the_rate_too(guarded: Site, words: Any) -> None:
    key = made(words, "k-rubbish", rate=1)
    assert [post(guarded, key, b"").status_code for _ in range(12)] == [400] * 10 + [429] * 2


def test_rates_hold_for_all_processes_together_and_while_redis_is_away(volatile: redis.Redis, tmp_path: Path) -> None:
    first, second = Throttle(volatile, KEYS), Throttle(volatile, KEYS)
    assert [limiter.spend("k", 10, 40) for limiter in (first, second)] == [0, 0]
    assert first.spend("k", 10, 40) == second.spend("k", 10, 40) == 2
    assert all(key.startswith(KEYS.limits().encode()) for key in volatile.keys("*"))
    with links.client(None, tmp_path, links.VOLATILE) as nobody:
        alone = Throttle(nobody, KEYS)
        assert [alone.spend("k", 10, 60) for _ in range(2)] == [0, 2]


def test_keys_are_kept_as_digests_alone(words: Any, parts: Parts) -> None:
    key = made(words, "k-digest")
    files = [path.read_bytes() for path in parts.settings.var.glob("*.db*")]
    assert files and not any(key.encode() in body for body in files)
    assert not any(key in line for line in words("list")[1])


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"feeds": "air,ayr"}, "--feeds: there is no 'ayr'"),
        ({"places": "1"}, "--places: there is no '1'"),
        ({"rate": 0}, "--rate 0"),
        ({"sources": "a b"}, "--sources: 'a b'"),
        ({"name": "K 1"}, "no name of a key"),
    ],
)
def test_a_slip_of_the_operator_is_a_sentence(words: Any, asked: dict[str, Any], says: str) -> None:
    with pytest.raises(BadSetting) as told:
        words("make", **{"name": "k-slip", **asked})
    assert says in str(told.value)


def test_a_name_is_given_once(words: Any) -> None:
    made(words, "k-once")
    with pytest.raises(BadSetting, match="k-once-2"):
        made(words, "k-once")


def test_keys_are_listed_for_those_whose_provinces_they_open(words: Any, parts: Parts) -> None:
    made(words, "k-here")
    made(words, "k-everywhere", places="vn")
    rows = IngestKeys(parts.database)
    names = {key.name for key in rows.all(Scope(frozenset({"01", "04"})))}
    assert "k-here" in names and "k-everywhere" not in names
    assert {"k-here", "k-everywhere"} <= {key.name for key in rows.all(NATION)}
    assert "k-here" not in {key.name for key in rows.all(Scope(frozenset({"04"})))}


def test_our_own_simulator_is_known_only_in_a_simulated_world(guarded: Site) -> None:
    assert post(guarded, own_key(SECRET), [reading("sim", 1)]).status_code == 202
    assert post(guarded, own_key("t" * 40), [reading("sim", 2)]).status_code == 401
    real = Settings(demo=False, world="real", secret_key=SECRET)
    assert Senders(None, SystemClock(), real, None)._own == ""  # type: ignore[arg-type]


def test_keys_that_cannot_be_looked_up_are_not_called_wrong(parts: Parts) -> None:
    class Away:
        def all(self, _scope: Scope) -> list[Any]:
            raise OperationalError("select", {}, Exception("away"))

    door = Senders(Away(), SystemClock(), Settings(demo=False, secret_key=SECRET), None)  # type: ignore[arg-type]
    with pytest.raises(Refusal) as told:
        asyncio.run(door.of({"headers": [(b"authorization", b"Bearer ioc_x")]}, "air"))
    assert (told.value.status, told.value.retry_after) == (503, 2)


def test_a_key_made_after_the_list_was_read_is_waited_for(
    guarded: Site, words: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(senders, "FRESH_S", 60.0)
    monkeypatch.setattr(senders, "ASK_S", 0.2)
    assert post(guarded, "ioc_nobody", [reading("k-late", 1)]).status_code == 401, "and with it the list was read"
    key = made(words, "k-late")
    assert post(guarded, key, [reading("k-late", 1)]).status_code == 202


def test_strangers_read_the_list_together(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    readings: list[int] = []

    class Counted:
        def all(self, _scope: Scope) -> list[Any]:
            readings.append(1)
            return []

    monkeypatch.setattr(senders, "ASK_S", 0.1)
    door = Senders(Counted(), SystemClock(), Settings(demo=False, secret_key=SECRET), None)  # type: ignore[arg-type]

    async def knock(n: int) -> int:
        with pytest.raises(Refusal) as told:
            await door.of({"headers": [(b"authorization", b"Bearer ioc_%d" % n)]}, "air")
        return told.value.status

    async def all_at_once() -> list[int]:
        return await asyncio.gather(*(knock(n) for n in range(50)))

    assert set(asyncio.run(all_at_once())) == {401}
    assert len(readings) <= 2


def test_the_use_of_a_key_is_written_down(
    guarded: Site, words: Any, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(senders, "NOTE_S", 0.0)
    key = made(words, "k-used")
    for n in range(100):
        post(guarded, key, [reading("k-used", n)])
        if next(row for row in IngestKeys(parts.database).all(NATION) if row.name == "k-used").used:
            break
    else:
        pytest.fail("never written")
    assert "last used 20" in dict(line.split("\t", 1) for line in words("list")[1])["k-used"]
