"""The doors of administrators, asked as two of them: four eyes for every role, links that open once, files of people
that come in whole or not at all, keys and screens that end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from feeds.access import passwords
from feeds.access.roles import Subject
from feeds.catalogue.scope import NATION, Scope
from feeds.store.accounts import ACTIVE, Account, Accounts
from feeds.store.ingest_keys import IngestKey, IngestKeys
from tests.security.asked import Told
from tests.security.world import World

PEOPLE = "/api/v1/people"
SECRETS = ("password", "totp", "digest", "cookie", "token", "outside_")
PASSWORD, FRESH = "mưa phùn trên phố cổ", "nắng vàng trên mái ngói"


def said(told: Told) -> Any:
    return json.loads(told.body)


def post(world: World, who: str, path: str, body: dict[str, Any]) -> Told:
    return world.ask(who, "POST", path, json.dumps(body).encode())


@pytest.fixture(scope="module")
def admins(world: World) -> World:
    """A second administrator, and quick hashes."""
    world.enter(Subject(name="admin-2", role="admin", units=None, shown="Hai"))
    return world


def account(world: World, login: str) -> Account:
    found = Accounts(world.parts.database).find(login)
    assert found is not None
    return found


def invited(world: World, login: str, role: str = "staff", units: list[str] | None = None) -> str:
    """A new account; the token of its link."""
    told = post(world, "admin", PEOPLE, {"login": login, "name": login.title(), "role": role, "units": units or ["01"]})
    assert told.status == 200, told.body
    return str(said(told)["invited"][0]["link"].partition("#")[2])


def waiting(world: World, login: str) -> int:
    return next(int(g["id"]) for g in said(world.ask("admin", "GET", PEOPLE))["waiting"] if g["login"] == login)


def test_a_role_is_nobodys_before_a_second_administrator_has_said_so(admins: World) -> None:
    token = invited(admins, "lan")
    number = waiting(admins, "lan")
    own = post(admins, "admin", f"{PEOPLE}/grants/{number}", {"act": "approve"})
    assert (own.status, said(own)["error"]) == (422, "four_eyes")
    taken = post(admins, "", "/login/link", {"token": token, "password": PASSWORD})
    assert taken.status == 200
    assert account(admins, "lan").role is None, "a password alone opens nothing"
    assert post(admins, "admin-2", f"{PEOPLE}/grants/{number}", {"act": "approve"}).status == 200
    assert (account(admins, "lan").role, account(admins, "lan").units) == ("staff", ["01"])
    again = post(admins, "admin-2", f"{PEOPLE}/grants/{number}", {"act": "refuse"})
    assert (again.status, said(again)["error"]) == (422, "decided")
    rows = admins.parts.audit.page(NATION, act="role", limit=20)
    assert (rows[0].who, rows[0].what, rows[0].role) == ("admin-2", "lan", "admin")


def test_nobody_gives_himself_a_role_or_ends_himself(admins: World) -> None:
    accounts = Accounts(admins.parts.database)
    accounts.add(Account(login="admin-2", name="Hai", role="admin", state=ACTIVE, totp="x", made=0, made_by=""))
    asked = post(admins, "admin", f"{PEOPLE}/account/admin-2/role", {"role": "operator", "units": None})
    assert asked.status == 200
    number = said(asked)["id"]
    own = post(admins, "admin-2", f"{PEOPLE}/grants/{number}", {"act": "approve"})
    assert said(own)["error"] == "four_eyes", "who gets a role does not decide it"
    for act in ("disable", "link"):
        assert said(post(admins, "admin-2", f"{PEOPLE}/account/admin-2/{act}", {}))["error"] == "own"
    assert said(post(admins, "admin", f"{PEOPLE}/account/admin-2/disable", {}))["error"] == "last_admin"


@pytest.mark.parametrize(
    ("text", "error"),
    [("login,name\na,b", "columns"), ("", "columns"), ("login,name,role,units\nx y,Ten,leader,", "login"),
     ("login,name,role,units\na1,Ten,boss,", "role"), ("login,name,role,units\na1,Ten,staff,", "units"),
     ("login,name,role,units\na1,Ten,staff,99", "units"), ("login,name,role,units\na1,,leader,", "name"),
     ("login,name,role,units\nok1,Ten,leader,\nok1,Ten,leader,", "2: taken"),
     ("login;name;role;units\nok1;Ten;leader;\nbad one;Ten;leader;", "2: login"),
     ("login,name,role\n" + "a,b,leader\n" * 1001, "many")],
)  # fmt: skip
def test_a_file_with_one_wrong_row_brings_nobody_and_says_which(admins: World, text: str, error: str) -> None:
    told = post(admins, "admin", f"{PEOPLE}/import", {"csv": text})
    assert (told.status, said(told)["error"]) == (422, error)
    assert Accounts(admins.parts.database).find("ok1") is None


def test_a_file_of_people_comes_in_with_a_link_for_each_and_no_role(admins: World) -> None:
    text = "\ufefflogin;name;role;units\nFile.One;Một;leader;\nfile.two;Hai;staff;01 79\n"
    told = post(admins, "admin", f"{PEOPLE}/import", {"csv": text})
    assert [each["login"] for each in said(told)["invited"]] == ["file.one", "file.two"]
    assert account(admins, "file.one").role is None
    grants = {g["login"]: g for g in said(admins.ask("admin-2", "GET", PEOPLE))["waiting"]}
    assert (grants["file.two"]["units"], grants["file.two"]["by"]) == (["01", "79"], "admin")


def test_a_link_opens_once_and_a_newer_one_takes_its_place(admins: World) -> None:
    admins.enter(Subject(name="visitor", role="leader"))  # the page of links shows a token to whoever opens it
    first = invited(admins, "minh", "leader")
    second = said(post(admins, "admin", f"{PEOPLE}/account/minh/link", {}))["invited"][0]["link"].partition("#")[2]
    take = {"password": PASSWORD}
    assert post(admins, "visitor", "/login/link", {"token": first, **take}).status == 404
    assert post(admins, "visitor", "/login/link/open", {"token": second}).status == 200
    assert post(admins, "visitor", "/login/link", {"token": second, **take}).status == 200
    assert post(admins, "visitor", "/login/link", {"token": second, **take}).status == 404
    assert account(admins, "minh").state == ACTIVE and account(admins, "minh").role is None
    listed = admins.ask("admin", "GET", PEOPLE).body
    assert second.encode() not in listed and not any(f'"{name}"'.encode() in listed for name in SECRETS)


def test_a_person_shut_out_loses_every_session(admins: World) -> None:
    token = invited(admins, "out")
    assert token
    admins.enter(Subject(name="out", role="staff", units=("01",)))
    assert admins.ask("out", "GET", "/session").status == 200
    assert post(admins, "admin", f"{PEOPLE}/account/out/out", {}).status == 200
    assert admins.ask("out", "GET", "/session").status == 401
    assert post(admins, "admin", f"{PEOPLE}/account/nobody/out", {}).status == 404
    assert post(admins, "admin", f"{PEOPLE}/account/out/disable", {}).status == 200
    assert account(admins, "out").state == "disabled"


def test_keys_and_screens_are_shown_without_what_opens_them_and_end(admins: World) -> None:
    key = IngestKey(
        name="hn-donre", digest="d" * 64, feeds=["air"], units=["01"], sources=None, rate=50, made=1, used=2
    )
    IngestKeys(admins.parts.database).add(key)
    for path in ("/api/v1/keys", "/api/v1/screens"):
        body = admins.ask("admin", "GET", path).body
        assert not any(f'"{name}"'.encode() in body for name in SECRETS), path
    (shown,) = said(admins.ask("admin", "GET", "/api/v1/keys"))["keys"]
    assert (shown["name"], shown["used"], shown["revoked"]) == ("hn-donre", 2, None)
    assert said(post(admins, "admin", "/api/v1/keys/hn-donre/revoke", {}))["revoked"] is True
    assert post(admins, "admin", "/api/v1/keys/nobody/revoke", {}).status == 404
    (kept,) = IngestKeys(admins.parts.database).all(NATION)
    assert kept.revoked is not None
    name = said(admins.ask("admin", "GET", "/api/v1/screens"))["screens"][0]["name"]
    assert said(post(admins, "admin", f"/api/v1/screens/{name}/revoke", {}))["revoked"] is True
    told = admins.parts.audit.page(NATION, act="revoke", limit=2)
    assert [row.what for row in told] == [f"screen {name}", "key hn-donre"]


def test_an_administrator_of_some_units_reaches_nobody_elsewhere(admins: World) -> None:
    admins.enter(Subject(name="admin-79", role="admin", units=("79",)))
    listed = said(admins.ask("admin-79", "GET", PEOPLE))
    assert not [a for a in listed["accounts"] if not set(a["units"] or ["vn"]) <= {"79"}]
    assert post(admins, "admin-79", PEOPLE, {"login": "x1", "name": "X", "role": "leader"}).status == 403
    assert post(admins, "admin-79", f"{PEOPLE}/account/minh/disable", {}).status == 404
    assert Scope(units=frozenset({"79"})).allows("79")


def test_a_person_changes_the_own_password_and_ends_the_own_sessions(admins: World) -> None:
    accounts = Accounts(admins.parts.database)
    kept = passwords.hashed(PASSWORD)
    accounts.add(Account(login="hoa", name="Hoa", role="leader", state=ACTIVE, password=kept, made=0, made_by=""))
    hoa = Subject(name="hoa", role="leader", shown="Hoa")
    admins.enter(hoa)
    elsewhere = admins.cookies["hoa"]
    admins.enter(hoa)
    shown = said(admins.ask("hoa", "GET", "/session/mine"))
    assert shown["local"] is True and [each["this"] for each in shown["sessions"]].count(True) == 1
    assert len(shown["sessions"]) == 2
    change = {"password": PASSWORD, "fresh": FRESH}
    for wrong, why in ((change | {"password": "x"}, "wrong"), (change | {"fresh": "hoa"}, "short")):
        told = post(admins, "hoa", "/session/password", wrong)
        assert (told.status, said(told)["said"]) == (422, why)
    assert passwords.fits(account(admins, "hoa").password, PASSWORD), "nothing was changed"
    told = post(admins, "hoa", "/session/password", change)
    assert (told.status, said(told)) == (200, {"ended": 1})
    assert passwords.fits(account(admins, "hoa").password, FRESH)
    assert admins.ask("hoa", "GET", "/session").status == 401, "the id that was carried is void"
    admins.cookies["hoa"] = next(v for k, v in told.headers if v.startswith("ioc_sid=")).partition("=")[2].split(";")[0]
    assert admins.ask("hoa", "GET", "/session").status == 200
    admins.cookies["hoa"], fresh = elsewhere, admins.cookies["hoa"]
    assert admins.ask("hoa", "GET", "/session").status == 401
    admins.cookies["hoa"] = fresh
    rows = admins.parts.audit.page(NATION, who="hoa", act="account", limit=5)
    assert [(row.outcome, row.why) for row in rows] == [("done", ""), ("refused", "short"), ("refused", "wrong")]
    assert FRESH not in str(rows) and PASSWORD not in str(rows)


def test_out_everywhere_else_asks_for_the_password_and_waits_after_wrong_ones(admins: World) -> None:
    accounts = Accounts(admins.parts.database)
    kept = passwords.hashed(PASSWORD)
    accounts.add(Account(login="ha", name="Hà", role="leader", state=ACTIVE, password=kept, made=0, made_by=""))
    for _ in range(3):
        admins.enter(Subject(name="ha", role="leader", shown="Hà"))
    assert said(post(admins, "ha", "/session/others", {"password": PASSWORD})) == {"ended": 2}
    assert admins.ask("ha", "GET", "/session").status == 200
    tried = [post(admins, "ha", "/session/others", {"password": "x"}).status for _ in range(7)]
    assert tried[0] == 422 and tried[-1] == 429
