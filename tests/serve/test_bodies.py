"""Bodies: whole, bounded, on time, before anybody works on them."""

from __future__ import annotations

import asyncio
import http.client
import json
import select
import socket
import statistics
import time
from concurrent.futures import Future, ThreadPoolExecutor

import httpx
import pytest

from feeds.serve.answers import Refusal
from feeds.serve.body import PATIENCE_S, Bodies
from feeds.serve.dash_app import depth_over
from tests.conftest import wait_until
from tests.serve.running import Publisher, Reader, Site, question

DASH = "/_dash-update-component"
FIRST = b'{"output": '


def slow_upload(site: Site, path: str = DASH, declared: int = 200_000) -> socket.socket:
    """Headers and the first bytes of a body that does not go on."""
    sock = socket.create_connection(("127.0.0.1", site.port), 20)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {declared}\r\n"
    )
    sock.sendall(head.encode() + b"\r\n" + FIRST)
    return sock


def test_pages_answer_while_eight_uploads_crawl(site: Site) -> None:
    site.app.bodies.patience = 120
    uploads = [slow_upload(site) for _ in range(8)] + [slow_upload(site, "/api/v1/events/air") for _ in range(8)]
    wait_until(lambda: site.app.bodies.held == 16 * len(FIRST), what="for the first bytes of all")
    for _ in range(10):
        assert httpx.get(site.url).text == "page"
        assert httpx.post(site.url + DASH, json=question()).status_code == 200
    wait_until(lambda: site.app.bodies.held == 16 * len(FIRST), what="for them alone: nobody waited behind them")
    for sock in uploads:
        sock.close()
    wait_until(lambda: site.app.bodies.held == 0, 5)


def test_a_body_that_comes_too_slowly_is_given_up(site: Site) -> None:
    site.app.bodies.patience = 0.5
    sock = slow_upload(site)
    began = time.monotonic()
    answer = sock.recv(4096)
    assert b" 408 " in answer.split(b"\r\n")[0]
    assert time.monotonic() - began < PATIENCE_S
    assert sock.recv(4096) == b""  # and the connection is closed
    sock.close()


def test_a_question_is_small(site: Site) -> None:
    assert httpx.post(site.url + DASH, json=question(more="x" * 300_000)).status_code == 413


def test_chunks_are_counted(site: Site) -> None:
    def endless() -> object:
        for _ in range(1000):
            yield b"x" * 10_000

    with httpx.Client() as client:
        answer = client.post(site.url + DASH, content=endless(), headers={"Content-Type": "application/json"})
        assert answer.status_code == 413


@pytest.mark.parametrize("announced", [True, False])
def test_who_sends_too_much_hears_the_answer(site: Site, announced: bool) -> None:
    """A plain program writes its whole body before it reads: closing on it at once would reset the connection."""
    line = http.client.HTTPConnection("127.0.0.1", httpx.URL(site.url).port, timeout=10)
    body = [b" " * 1_000_000] * 11
    headers = {"Content-Type": "application/json"} | ({"Content-Length": "11000000"} if announced else {})
    line.request("POST", "/api/v1/events/air", iter(body), headers, encode_chunked=not announced)
    answer = line.getresponse()
    assert (answer.status, "over" in answer.read().decode()) == (413, True)
    line.close()
    assert site.app.bodies.held == 0


def test_a_chunked_question_arrives_whole(site: Site) -> None:
    text = json.dumps(question()).encode()
    pieces = (text[i : i + 5] for i in range(0, len(text), 5))
    answer = httpx.post(site.url + DASH, content=pieces, headers={"Content-Type": "application/json"})
    assert answer.json() == {"read": len(text)}


def test_all_bodies_together_are_bounded(site: Site) -> None:
    site.app.bodies.together, site.app.bodies.patience = 500_000, 120
    began = [slow_upload(site, "/api/v1/events/air", 400_000) for _ in range(4)]
    for sock in began:
        sock.sendall(b" " * 150_000)
    wait_until(lambda: site.app.bodies.held > 300_000, 5)
    wait_until(lambda: site.app.bodies.held <= 500_000, 5)
    refused = select.select(began, [], [], 30)[0]
    assert refused and len(refused) <= 2, "two are read on, the others are told"
    assert all(b" 503 " in sock.recv(100).split(b"\r\n")[0] for sock in refused)
    for sock in began:
        sock.close()


def test_one_address_alone_does_not_keep_the_others_out() -> None:
    bodies = Bodies({}, most=100_000, together=400_000, patience=60)

    async def upload(address: str, pieces: list[bytes]) -> int:
        """Holds what it has sent until it is cancelled."""
        connection = {"method": "POST", "path": "/x", "client": (address, 1), "headers": []}

        async def receive() -> dict[str, object]:
            await asyncio.sleep(0 if pieces else 3600)
            return {"type": "http.request", "body": pieces.pop(), "more_body": True}

        try:
            async with bodies.whole(connection, receive):
                return 200
        except Refusal as refusal:
            return refusal.status

    async def crowd(address: str, many: int) -> int:
        """How many of so many uploads of 60 KB are refused."""
        waiting = [asyncio.create_task(upload(address, [b"x" * 30_000] * 2)) for _ in range(many)]
        tasks.extend(waiting)
        for _ in range(20):  # each piece takes a turn of the loop
            await asyncio.sleep(0)
        return sum(task.done() and task.result() == 503 for task in waiting)

    async def all_of_them() -> list[int]:
        told = [await crowd(who, 3) for who in ("203.0.113.7", "2001:db8::1", "2001:db8::2", "198.51.100.1")]
        told.append(await crowd("127.0.0.1", 2))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return told

    tasks: list[asyncio.Task[int]] = []
    assert asyncio.run(all_of_them()) == [2, 2, 3, 2, 0], (
        "a block of IPv6 is one; this machine's programs are no strangers"
    )
    assert bodies.held == 0 and not bodies._by


@pytest.mark.parametrize("length", ["x", "-1", "9" * 40, "1e3"])
def test_a_length_that_is_none_is_refused(site: Site, length: str) -> None:
    head = (
        f"POST {DASH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    )
    assert site.raw(head.encode(), 2).split()[1] in (b"400", b"413")


def test_a_get_has_no_body(site: Site) -> None:
    assert httpx.request("GET", site.url, content=b"x").status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b"[" * 10_000 + b"]" * 10_000,
        b'{"output":"a","inputs":' + b"[" * 90 + b"]" * 90 + b"}",
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"output": 1, "inputs": []}',
        b'{"output": "x.y", "inputs": {}}',
        b'{"output": "x.y"',
        b'\xff\xfe{"output": "x.y", "inputs": []}',
        b'{"output": "\xff", "inputs": []}',
    ],
)
def test_what_is_no_question_is_refused(site: Site, body: bytes) -> None:
    answer = httpx.post(site.url + DASH, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert httpx.get(site.url).text == "page"


def test_depth_is_measured_outside_of_strings() -> None:
    assert not depth_over(json.dumps({"a": "[[[[{{" * 50, "b": [[1]], 'c"\\': "]"}).encode(), 3)
    assert depth_over(b"[[[[1]]]]", 3)
    assert not depth_over(b"[[[1],[2]]]", 3)
    assert depth_over(b"[}", 3)


def test_a_long_question_never_delays_the_push(site: Site, publisher: Publisher) -> None:
    publisher.snapshot()
    stream = site.open()
    stream.next()
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(httpx.post, site.url + DASH, json=question(2.0), timeout=60) for _ in range(4)]
        waits = waits_until_one_is_done(publisher, stream, asked)
        assert all(answer.result().status_code == 200 for answer in asked)
    assert len(waits) > 5 and statistics.median(waits) < 1.0


def waits_until_one_is_done(publisher: Publisher, stream: Reader, asked: list[Future[httpx.Response]]) -> list[float]:
    """How long each frame took while all were being worked on: who holds the push up lets few through, and late."""
    waits = []
    while not any(answer.done() for answer in asked):
        publisher.tick()
        waits.append(time.time() - stream.next()["data"]["at"])
        time.sleep(0.05)
    return waits


def test_computing_callbacks_never_delay_the_push(site: Site, publisher: Publisher) -> None:
    publisher.snapshot()
    stream = site.open()
    stream.next()
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(httpx.get, f"{site.url}/compute", timeout=60) for _ in range(3)]
        waits = waits_until_one_is_done(publisher, stream, asked)
    assert len(waits) > 5 and statistics.median(waits) < 1.0


def test_a_full_house_says_so(site: Site) -> None:
    dash = site.app.app.edition.dash
    dash.waiting = 2
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(httpx.post, site.url + DASH, json=question(1.5)) for _ in range(2)]
        wait_until(lambda: dash.inside == 2, what="for both to be inside")
        assert httpx.post(site.url + DASH, json=question()).status_code == 503
        assert [answer.result().status_code for answer in asked] == [200, 200]
