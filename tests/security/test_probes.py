"""The whole application under probes made from its own routes and callbacks: refused, never a 500, nothing told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.routing import Route

from app import create_app
from feeds.catalogue.settings import Settings
from feeds.serve.csrf import Csrf
from feeds.serve.witnessed import OTHERWISE, watched
from tests.conftest import RedisPair
from tests.security.asked import Told, ask

SECRET = "a-secret-for-tests-only-0123456789abcdef"
TELLING = (
    b"Traceback",
    b"/tmp/",
    b"site-packages",
    b"sqlite",
    b"SELECT ",
    b"hunter2",
    b"root:x:",
    SECRET.encode(),
    b'.py"',
)
QUESTIONS = "/_dash-update-component"
Send = Callable[..., Told]


@pytest.fixture(scope="module")
def application(redis_servers: RedisPair, tmp_path_factory: pytest.TempPathFactory) -> Any:
    settings = Settings(
        var=tmp_path_factory.mktemp("probes"), secret_key=SECRET,
        redis_url=redis_servers.url("durable"), cache_redis_url=redis_servers.url("volatile"),
    )  # fmt: skip
    return create_app(settings)


@pytest.fixture(scope="module")
def send(application: Any) -> Iterator[Send]:
    loop = asyncio.new_event_loop()

    def one(method: str, target: str, body: bytes = b"", **headers: str) -> Told:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        told = loop.run_until_complete(asyncio.wait_for(ask(application, method, target, given, body), 60))
        assert not any(word in told.body for word in TELLING), told.body[:300]
        return told

    yield one
    loop.run_until_complete(application.close())
    loop.close()


def routes(application: Any) -> list[Route]:
    return [route for route in application.app.edition.doors._app.routes if isinstance(route, Route)]


TRAVERSALS = [
    base + way
    for base in ("/assets/", "/_dash-component-suites/dash/", "/frames/", "/definitions/", "/api/v1/export/", "/p/01/")
    for way in (
        "../../../../etc/passwd", "..%2f..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "..../etc/passwd",
        "..\\..\\etc\\passwd", "..%5c..%5cetc%5cpasswd", "%2fetc%2fpasswd", "/etc/passwd", "x%00.css", "%c0%ae/etc",
        "css/../../app.py", "css/..%2f..%2fapp.py", "file:///etc/passwd", "x" * 3000, "%0d%0aSet-Cookie:%20a=b",
    )
]  # fmt: skip


def test_no_way_leads_out_of_a_folder(send: Send) -> None:
    strange = {}
    for target in TRAVERSALS:
        told = send("GET", target)
        if not 400 <= told.status < 500 or told.header("set-cookie").startswith("a="):
            strange[target] = told.status
    assert strange == {}


def test_malformed_questions_are_refused_and_never_break(send: Send) -> None:
    """Every callback of the callback map, its question spoilt in each way; wrong values in a right shape may answer."""
    callbacks = json.loads(send("GET", "/_dash-dependencies").body)
    assert len(callbacks) >= 5
    broken = {}
    for callback in callbacks:
        for name, body in spoilt(callback).items():
            told = send("POST", QUESTIONS, body)
            if told.status >= 500 or (name.startswith("no ") and told.status != 400):
                broken[callback["output"][:60], name] = told.status
    assert broken == {}


def spoilt(callback: dict[str, Any]) -> dict[str, bytes]:
    """Questions to one callback that no page asks."""
    whole = question(callback, None)
    told: dict[str, Any] = {
        f"no {part}": {k: v for k, v in whole.items() if k != part} for part in ("output", "inputs")
    }
    told |= {"no such output": whole | {"output": "nothing.children"}, "no list": whole | {"inputs": "x"}}
    for value in (None, "", "x" * 5000, -1, 1e308, [], {}, [None], {"a": {"b": []}}, True, "../../etc/passwd",
                  "' OR 1=1 --", "/p/99/none", "?i=%00", "\u0000\ud7ff", 2**70):  # fmt: skip
        told[f"value {str(value)[:20]}"] = question(callback, value)
    told["strange properties"] = whole | {"changedPropIds": ["x.y", '{"a":1}.b']}
    bodies = {name: json.dumps(each).encode() for name, each in told.items()}
    half = bodies["value None"]
    return bodies | {"no end": half[: len(half) // 2], "no JSON": b"\xff\xfe", "no depth": b"[" * 5000 + b"]" * 5000}


def question(callback: dict[str, Any], value: Any) -> dict[str, Any]:
    """The question a page would ask, with `value` in every place."""

    def filled(parts: list[dict[str, Any]]) -> list[Any]:
        told = [part | {"id": concrete(part["id"]), "value": value} for part in parts]
        return [[one] if "ALL" in part["id"] else one for one, part in zip(told, parts, strict=True)]

    outputs = []
    for word in callback["output"].removeprefix("..").removesuffix("..").split("..."):
        name, _, prop = word.rpartition(".")
        one = {"id": concrete(name), "property": prop}
        outputs.append([one] if "ALL" in name else one)
    first = (callback["inputs"] or [{"id": "x", "property": "y"}])[0]
    pressed = concrete(first["id"])
    changed = pressed if isinstance(pressed, str) else json.dumps(pressed, separators=(",", ":"), sort_keys=True)
    return {
        "output": callback["output"], "outputs": outputs if callback["output"].startswith("..") else outputs[0],
        "inputs": filled(callback["inputs"]), "state": filled(callback.get("state", [])),
        "changedPropIds": [f"{changed}.{first['property']}"],
    }  # fmt: skip


def concrete(name: str) -> Any:
    """One component of a pattern."""
    if not name.startswith("{"):
        return name
    return {key: each if isinstance(each, str) else "text" for key, each in json.loads(name).items()}


def test_every_route_meets_strange_questions_with_a_sentence(application: Any, send: Send) -> None:
    """Each route of the table with values that mean nothing, and each method that it does not know."""
    broken = {}
    for route in routes(application):
        for value in ("x", "99", "%00", "..", "'", "%F0%9F%98%80", "9" * 40, "x" * 500, "<script>"):
            target = "/".join(value if part.startswith("{") else part for part in route.path.split("/"))
            for query in ("", "?limit=-1", "?x=1", "?from=99999999999999999999", "?cursor=1:1:1"):
                method = "POST" if route.methods == {"POST"} else "GET"
                told = send(method, target + query, b"{}" if method == "POST" else b"")
                if told.status >= 500 and told.status != 503:
                    broken[method, target[:80], query] = told.status
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "x"):
            if send(method, route.path).status not in (404, 405):
                broken[method, route.path, ""] = 0
    assert broken == {}


HOSTILE = {
    "deep": b"[" * 50_000 + b"]" * 50_000,
    "deep, unknown": b'{"x":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "not UTF-8": b'{"by":"\xff\xfe"}',
    "UTF-16": '{"by": "x"}'.encode("utf-16"),
    "not finite": b'{"by": NaN, "at": Infinity, "n": 1e400}',
    "too great": b'{"n": ' + b"9" * 5_000 + b"}",
    "half a pair": b'{"by": "\\ud800"}',
    "null": b"null",
    "nothing": b"",
}


def test_every_door_meets_a_hostile_body_with_a_sentence(application: Any, send: Send) -> None:
    broken = {}
    for route in routes(application):
        if "POST" not in (route.methods or ()):
            continue
        target = "/".join("1" if part.startswith("{") else part for part in route.path.split("/"))
        kind = "text/xml" if "avreport" in target else "application/json"
        for name, body in HOSTILE.items():
            told = send("POST", target, body, content_type=kind)
            if told.status >= 500:
                broken[target, name] = told.status
    assert broken == {}


def test_every_door_that_changes_something_is_witnessed_or_says_why_not(application: Any) -> None:
    changing = [route.path for route in routes(application) if "POST" in (route.methods or ())]
    assert len(changing) >= 8
    unwatched = [path for path in changing if watched("POST", path) is None and not path.startswith(tuple(OTHERWISE))]
    assert unwatched == []
    for kind in ("csv", "xlsx"):
        assert watched("GET", f"/api/v1/export/vn.{kind}") and watched("GET", f"/api/v1/quarantine/export.{kind}")


@pytest.mark.parametrize("size", [256 * 1024 + 1, 3_000_000])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(send: Send, size: int) -> None:
    assert send("POST", QUESTIONS, b" " * size).status == 413
    assert send("POST", QUESTIONS, b"{}", content_length=str(size)).status == 413


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", ""])
def test_every_route_knows_its_name(application: Any, send: Send, host: str) -> None:
    targets = ["/", "/stream", "/assets/css/look.css", QUESTIONS, *(route.path for route in routes(application))]
    assert {send("GET", target, host=host).status for target in targets} == {421}


def test_a_stranger_page_changes_nothing(application: Any, send: Send) -> None:
    """Every door that changes something, from a page of another site, with and without a token of its own."""
    doors = [QUESTIONS, *(r.path for r in routes(application) if "POST" in (r.methods or ()) and "csp" not in r.path)]
    ways = (
        {"origin": "http://evil.example"}, {"origin": "null"}, {"sec_fetch_site": "cross-site"},
        {"content_type": "text/plain"}, {"content_type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    for door in doors:
        assert {send("POST", door, b"{}", **way).status for way in ways} <= {403, 415}, door
    fresh = Csrf("another secret " * 3).fresh({"headers": []})
    token = fresh[1].decode().partition("=")[2].partition(";")[0] if fresh else ""
    keyed = ("/api/v1/events/", "/api/v1/sync", "/api/v1/avreport")
    for door in (door for door in doors if not door.startswith(keyed)):
        forged = {"cookie": f"_csrf_token={token}", "x_csrftoken": token, "origin": "http://127.0.0.1"}
        assert send("POST", door, b"{}", **forged).status == 403, door


def test_the_policy_lets_nothing_run_that_is_not_ours(send: Send) -> None:
    told = send("GET", "/")
    policy = dict(part.strip().partition(" ")[::2] for part in told.header("content-security-policy").split(";"))
    assert "'unsafe-eval'" not in str(policy) and "'unsafe-inline'" not in policy["script-src"]
    assert "http" not in str(policy) and "*" not in str(policy)
    assert {policy[n] for n in ("default-src", "object-src", "base-uri", "frame-ancestors", "frame-src")} == {"'none'"}
    assert told.header("x-content-type-options") == "nosniff" and told.header("referrer-policy") == "same-origin"
    assert "camera=()" in told.header("permissions-policy")
