"""Signing in through a provider on loopback, at a front that really serves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
import redis

from feeds.serve.parts import Parts
from feeds.store.accounts import INVITED, Account, Accounts
from feeds.store.people_tables import accounts as table
from tests.access.test_sso import sign_on
from tests.serve.running import Site, serve


@pytest.fixture
def joined(parts: Parts, volatile: redis.Redis, tmp_path: Path) -> Iterator[Site]:
    """A front that knows a provider; there are accounts for lan (staff of 01) and for minh, whose role waits."""
    mock = pytest.importorskip("oidc_provider_mock")
    rows = Accounts(parts.database)
    rows.add(Account(login="lan", name="Lan", role="staff", units=["01"], state=INVITED, made=0, made_by="quan"))
    rows.add(Account(login="minh", name="Minh", state=INVITED, made=0, made_by="quan"))
    users = [mock.User(sub=name, claims={"preferred_username": name}) for name in ("lan", "minh", "stranger")]
    users.append(mock.User(sub="not-lan", claims={"preferred_username": "lan"}))
    with mock.run_server_in_thread(user_claims=users) as server:
        issuer = f"http://localhost:{server.server_port}"
        known = {"oidc_issuer": issuer, "oidc_client": "ioc", "oidc_secret": "a-secret-of-the-client"}
        yield from serve(parts, tmp_path, demo=False, secret_key="s" * 40, **known)
    with parts.database.write() as connection:
        connection.execute(table.delete())


def come_back(browser: httpx.Client, login: str) -> httpx.Response:
    leaving = browser.get("/login/sso")
    assert leaving.status_code == 303
    return browser.get("/login/back", params=sign_on(leaving.headers["location"], login))


def test_who_has_an_account_with_a_role_comes_in_and_nobody_else(joined: Site, parts: Parts) -> None:
    with closing(httpx.Client(base_url=joined.url, verify=False)) as browser:
        answer = come_back(browser, "lan")
        assert (answer.status_code, answer.headers["location"]) == (303, "/p/01")
        assert browser.get("/session").json()["name"] == "lan"
    bound = Accounts(parts.database).find("lan")
    assert bound is not None and bound.outside is not None and bound.outside.endswith(" lan")
    for login in ("minh", "stranger", "not-lan"):
        with closing(httpx.Client(base_url=joined.url, verify=False)) as browser:
            assert come_back(browser, login).headers["location"] == "/login?said=waiting"
            assert browser.get("/session").status_code == 401


def test_a_browser_that_did_not_leave_cannot_come_back(joined: Site) -> None:
    with closing(httpx.Client(base_url=joined.url, verify=False)) as browser:
        back = sign_on(browser.get("/login/sso").headers["location"], "lan")
        with closing(httpx.Client(base_url=joined.url, verify=False)) as other:
            assert other.get("/login/back", params=back).status_code == 400
            assert other.get("/login/back", params={"code": "x"}).status_code == 400
        assert browser.get("/login/back", params=back | {"state": "x"}).status_code == 400
        assert browser.get("/login/back", params=back | {"code": "x"}).status_code == 403
        assert browser.get("/login/back", params=back).status_code == 403, "a state is worth one try"
        assert browser.get("/session").status_code == 401
