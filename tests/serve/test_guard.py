"""What does not look like a request of ours never gets inside."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import redis

from feeds.serve.guard import content_policy, host_of
from feeds.serve.parts import Parts
from tests.serve.running import Site, page_of, question, serve

QUESTION = question()


def status(answer: bytes) -> int:
    return int(answer.split()[1])


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost@evil.example", "[::2]"])
def test_another_name_is_refused(site: Site, host: str) -> None:
    answer = site.raw(b"GET /healthz HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % host.encode())
    assert status(answer) in (400, 421)


def test_two_hosts_or_none_are_refused(site: Site) -> None:
    for hosts in (b"", b"Host: 127.0.0.1\r\nHost: evil.example\r\n"):
        answer = site.raw(b"GET /healthz HTTP/1.1\r\n" + hosts + b"Connection: close\r\n\r\n")
        assert status(answer) in (400, 421)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:9", "LOCALHOST"])
def test_our_names_are_answered(site: Site, host: str) -> None:
    assert httpx.get(f"{site.url}/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "text/json"]
)
@pytest.mark.parametrize("path", ["/_dash-update-component", "/api/v1/events/air"])
def test_only_json_changes_anything(site: Site, path: str, kind: str) -> None:
    answer = httpx.post(site.url + path, content=b"{}", headers={"Content-Type": kind} if kind else {})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_page_from_elsewhere_changes_nothing(site: Site, headers: dict[str, str]) -> None:
    assert httpx.post(f"{site.url}/_dash-update-component", json=QUESTION, headers=headers).status_code == 403


def test_our_own_page_may_ask(site: Site) -> None:
    page = page_of(site)
    assert page.post("/_dash-update-component", json=QUESTION).status_code == 200
    page.headers["X-CSRFToken"] += "x"
    assert page.post("/_dash-update-component", json=QUESTION).status_code == 403


def test_headers_without_end_are_cut(site: Site) -> None:
    with socket.create_connection(("127.0.0.1", site.port), 10) as sock:
        sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ")
        with pytest.raises(OSError):
            for _ in range(20_000):  # what the server has not read yet, the machine takes
                sock.sendall(b"a" * 16384)
                time.sleep(0.001)
        assert httpx.get(f"{site.url}/healthz").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(site: Site, method: str) -> None:
    assert httpx.request(method, site.url).status_code == 405


@pytest.mark.parametrize("path", ["/", "/assets/x.js", "/healthz", "/stream", "/api/v1/snapshot/vn"])
def test_what_is_read_is_not_written(site: Site, path: str) -> None:
    assert httpx.post(site.url + path, json={}).status_code == 405


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host", "X-Original-URL"])
def test_the_demo_refuses_what_a_proxy_forwards(site: Site, name: str) -> None:
    assert httpx.get(site.url, headers={name: "10.0.0.1"}).status_code == 403


def test_an_error_says_an_id_and_nothing_else(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    answer = httpx.get(f"{site.url}/fail")
    assert answer.status_code == 500
    assert set(answer.json()) == {"error", "id"}
    assert "hunter2" not in answer.text
    assert answer.json()["id"] in caplog.text


def test_every_answer_carries_the_security_headers(site: Site) -> None:
    for path in ("/", "/fail", "/nothing", "/healthz", "/api/v1/snapshot/vn"):
        headers = httpx.get(site.url + path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers


def test_inline_scripts_run_only_by_their_hash() -> None:
    policy = content_policy(["sha256-abc="])
    assert "script-src 'self' 'sha256-abc=';" in policy
    assert "unsafe-eval" not in policy
    assert policy.count("unsafe-inline") == 1  # styles


def test_a_websocket_is_closed(site: Site) -> None:
    head = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    answer = site.raw(head + b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", 1)
    assert b"101" not in answer.split(b"\r\n")[0]


def test_names_of_hosts() -> None:
    assert [host_of(text) for text in ("A.b:80", "[::1]:80", "[::1]", "a", ":80")] == ["a.b", "[::1]", "[::1]", "a", ""]


@pytest.fixture
def closed(parts: Parts, volatile: redis.Redis, tmp_path: Path) -> Iterator[Site]:
    """The real world, where nobody is signed in."""
    yield from serve(parts, tmp_path, demo=False, secret_key="s" * 40, metrics_token="m" * 20)


def test_without_a_session_only_probes_are_answered(closed: Site) -> None:
    for path in ("/", "/stream", "/assets/x.js", "/api/v1/snapshot/vn", "/frames/x", "/_dash-layout", "/any"):
        assert httpx.get(closed.url + path).status_code == 401, path
    assert httpx.post(f"{closed.url}/_dash-update-component", json=QUESTION).status_code == 401
    assert httpx.get(f"{closed.url}/healthz").status_code == 200


def test_metrics_need_their_token(closed: Site, site: Site) -> None:
    assert httpx.get(f"{site.url}/metrics").status_code == 404
    assert httpx.get(f"{closed.url}/metrics").status_code == 401
    answer = httpx.get(f"{closed.url}/metrics", headers={"Authorization": "Bearer " + "m" * 20})
    assert "ioc_streams 0" in answer.text
