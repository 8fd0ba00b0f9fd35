"""A change of state needs a token that only our own pages can read, made for the session that sends it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from feeds.serve.answers import answer
from feeds.serve.body import Bodies
from feeds.serve.csrf import Csrf
from feeds.serve.guard import Guard, Rules
from tests.security.asked import Told, ask


async def inner(connection: Any, receive: Any, send: Any) -> None:
    kind = b"text/html; charset=utf-8" if connection["method"] == "GET" else b"application/json"
    await answer(send, 200, b"{}", kind)


GUARD = Guard(inner, Rules(frozenset(["127.0.0.1"]), keyed=("/api/v1/events/",)), Bodies({}), Csrf("secret " * 6))
OTHER = Guard(inner, Rules(frozenset(["127.0.0.1"])), Bodies({}), Csrf("another " * 6))


def told(method: str, path: str = "/x", guard: Guard = GUARD, **headers: str) -> Told:
    return asyncio.run(
        ask(guard, method, path, {name.replace("_", "-"): value for name, value in headers.items()}, b"")
    )


def token(guard: Guard = GUARD, **headers: str) -> str:
    cookie = told("GET", guard=guard, **headers).header("set-cookie")
    assert "SameSite=Lax" in cookie and "HttpOnly" not in cookie
    return cookie.partition("=")[2].partition(";")[0]


def post(shown: str | None, cookie: str, path: str = "/x", **headers: str) -> int:
    given = {"cookie": cookie} if cookie else {}
    given |= {} if shown is None else {"x_csrftoken": shown}
    return told("POST", path, **given, **headers).status


def test_a_page_that_shows_its_token_may_change_something() -> None:
    good = token()
    assert post(good, f"theme=dark; _csrf_token={good}; a=b") == 200
    assert told("GET", cookie=f"_csrf_token={good}").header("set-cookie") == "", "a good token is kept"


def test_a_token_is_worth_nothing_in_any_other_hand() -> None:
    good, session = token(), "ioc_session=" + "a" * 43
    forged = good[:-1] + ("0" if good[-1] != "0" else "1")
    foreign = token(OTHER)
    assert {
        "no header": post(None, f"_csrf_token={good}"),
        "no cookie": post(good, "theme=dark"),
        "empty": post("", "_csrf_token="),
        "another one": post(token(), f"_csrf_token={good}"),
        "forged": post(forged, f"_csrf_token={forged}"),
        "planted": post("x", "_csrf_token=x"),
        "of another installation": post(foreign, f"_csrf_token={foreign}"),
        "of before the login": post(good, f"_csrf_token={good}; {session}"),
        "what dash says without one": post("undefined", "theme=dark"),
    } == dict.fromkeys(
        ("no header", "no cookie", "empty", "another one", "forged", "planted", "of another installation",
         "of before the login", "what dash says without one"), 403,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["ioc_session", "__Host-ioc_session", "ioc_screen", "__Host-sid", "sid"])
def test_a_token_belongs_to_its_session(name: str) -> None:
    mine, yours = f"{name}=aaaa", f"{name}=bbbb"
    good = token(cookie=mine)
    assert post(good, f"{mine}; _csrf_token={good}") == 200
    assert post(good, f"{yours}; _csrf_token={good}") == 403


@pytest.mark.parametrize("headers", [{"origin": "http://127.0.0.1"}, {"sec_fetch_site": "same-origin"}])
def test_a_browser_without_a_token_is_given_one_and_refused(headers: Mapping[str, str]) -> None:
    answer = told("POST", **headers)
    assert answer.status == 403 and answer.header("set-cookie").startswith("_csrf_token=")


def test_a_program_with_a_key_of_its_own_needs_none() -> None:
    assert post(None, "", "/api/v1/events/air", authorization="Bearer abc") == 200
    assert post(None, "") == 200, "no browser, no cookie: nothing is lent"
    assert post(None, "ioc_session=abc", "/api/v1/walls/vn/main") == 403
