"""Coming in and going out at a front that really serves: sessions, cookies, streams that end, roles that hold."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pyotp
import pytest
import redis
from argon2 import PasswordHasher

from feeds.access import first_admin, passwords
from feeds.access.codes import Vault
from feeds.access.roles import Role
from feeds.access.sessions import Sessions, SessionsAway
from feeds.catalogue.scope import NATION, TOTALS
from feeds.serve.paper import Paper
from feeds.serve.parts import Parts
from feeds.store.accounts import ACTIVE, Account, Accounts
from feeds.store.people_tables import accounts as table
from tests.conftest import PATIENCE
from tests.serve.running import KEYS, Page, Publisher, Reader, Site, question, serve

PASSWORD, SECRET = "mưa phùn trên phố cổ", "s" * 40
TOTP = pyotp.random_base32()
PAPER = Paper(login={"vi": b"<h1>login</h1>", "en": b"<h1>sign in</h1>"}, link={"vi": b"<h1>link</h1>"})
PEOPLE: dict[str, tuple[Role, list[str] | None]] = {
    "an": ("leader", None), "lan": ("staff", ["01"]), "truc": ("operator", ["01"]), "quan": ("admin", None),
}  # fmt: skip


@pytest.fixture(scope="module")
def people(parts: Parts) -> Iterator[Accounts]:
    """One person of each role."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        passwords._nobody.cache_clear()
        rows = Accounts(parts.database)
        for login, (role, units) in PEOPLE.items():
            totp = Vault(SECRET).seal(TOTP) if role == "admin" else None
            kept = passwords.hashed(PASSWORD)
            rows.add(
                Account(login=login, name=login.title(), role=role, units=units, state=ACTIVE, made=0, made_by="test",
                        password=kept, totp=totp)
            )  # fmt: skip
        yield rows
    passwords._nobody.cache_clear()
    with parts.database.write() as connection:
        connection.execute(table.delete())


@pytest.fixture(scope="module")
def running(parts: Parts, people: Accounts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("assets")
    for name in ("css/login.css", "js/login.js", "js/main.js"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x")
    yield from serve(parts, folder, demo=False, secret_key=SECRET, paper=PAPER, proxies=("127.0.0.1",))


@pytest.fixture
def office(running: Site, people: Accounts, volatile: redis.Redis) -> Site:
    """The real world, where people sign in; nobody is in yet."""
    for login in PEOPLE:
        people.change(login, totp_step=None)
    return running


def come_in(site: Site, login: str, **more: str) -> httpx.Client:
    client = Page(base_url=site.url, verify=False)  # it would read every certificate of the machine
    code = pyotp.TOTP(TOTP).now() if PEOPLE[login][0] == "admin" else ""
    answer = client.post("/login", json={"login": login, "password": PASSWORD, "code": code, **more})
    assert answer.status_code == 200, answer.text
    return client


def stream(site: Site, client: httpx.Client, query: str = "scope=01") -> Reader:
    return site.open(query, cookie="; ".join(f"{name}={value}" for name, value in client.cookies.items()))


def test_a_person_comes_in_and_sees_what_is_theirs(office: Site, publisher: Publisher) -> None:
    for scope in ("vn", "01", "79"):
        publisher.snapshot(scope)
    with closing(come_in(office, "lan")) as lan:
        assert lan.get("/api/v1/snapshot/01").status_code == 200
        assert lan.get("/api/v1/snapshot/79").status_code == 403
        assert lan.get("/api/v1/snapshot/vn:air").status_code == 403
        told = lan.get("/session").json()
        assert (told["name"], told["shown"], told["role"], told["units"]) == ("lan", "Lan", "staff", ["01"])
        assert told["home"] == "/p/01"
        assert lan.get("/stream?scope=01,79").status_code == 403
    with closing(come_in(office, "an")) as an:
        assert an.get("/api/v1/snapshot/79").status_code == 200


def test_of_the_nation_a_province_is_given_the_totals_alone(
    office: Site, publisher: Publisher, volatile: redis.Redis
) -> None:
    for scope in ("vn", "01"):
        publisher.snapshot(scope)
    with closing(come_in(office, "lan")) as lan:
        assert lan.get("/api/v1/snapshot/vn").status_code == 404, "the whole frame is not for them"
        body = json.dumps({"scope": "vn", "epoch": 1, "version": 1, "totals": True})
        volatile.hset(KEYS.snapshot("vn", TOTALS), mapping={"id": "1-1", "json": body})
        assert lan.get("/api/v1/snapshot/vn").json()["totals"] is True
        reader = stream(office, lan, "scope=vn,01")
        told = {each["data"]["scope"]: each["data"] for each in (reader.next("snapshot"), reader.next("snapshot"))}
        assert told["vn"].get("totals") is True and "totals" not in told["01"]
        for path in ("hours/vn", "alerts/vn", "snapshot/vn:air"):
            assert lan.get(f"/api/v1/{path}").status_code == 403, path
        own = lan.get("/api/v1/snapshot/vn")
    with closing(come_in(office, "an")) as an:
        whole = an.get("/api/v1/snapshot/vn", headers={"if-none-match": own.headers["etag"]})
        assert whole.status_code == 200, "what one person's browser kept is not taken for another's"
        assert "totals" not in whole.json() and "cookie" in whole.headers["vary"]
        assert an.get("/api/v1/snapshot/vn", headers={"if-none-match": whole.headers["etag"]}).status_code == 304


def test_an_administrator_sees_no_figures_and_others_no_accounts(office: Site, publisher: Publisher) -> None:
    publisher.snapshot("vn")
    with closing(come_in(office, "quan")) as quan:
        assert quan.get("/api/v1/snapshot/vn").status_code == 403
        assert quan.get("/api/v1/records/dossiers").status_code == 403
        assert quan.get("/stream?scope=vn").status_code == 403
        assert quan.get("/api/v1/quarantine").status_code == 200
    with closing(come_in(office, "an")) as an:
        hold = {"mode": "hold", "scene": "atlas"}
        assert an.post("/api/v1/walls/vn/main", json=hold).status_code == 403, "leaders change nothing"


def test_an_operator_drives_the_walls_of_the_own_place_alone(office: Site) -> None:
    with closing(come_in(office, "truc")) as truc:
        word = {"mode": "auto"}
        assert truc.post("/api/v1/walls/01/main", json=word).status_code == 200
        assert truc.post("/api/v1/walls/vn/main", json=word).status_code == 403


def test_who_reads_english_comes_in_in_english(office: Site) -> None:
    kept, asked = {"lang": "en"}, {"lang": "vi"}
    assert httpx.get(f"{office.url}/login", cookies=kept).text == "<h1>sign in</h1>"
    assert httpx.get(f"{office.url}/login", cookies=kept, params=asked).text == "<h1>login</h1>"
    assert httpx.get(f"{office.url}/login", cookies={"lang": "xx"}).text == "<h1>login</h1>"


@pytest.mark.parametrize("wrong", [{"login": "lan", "password": "x"}, {"login": "nobody", "password": "x"}])
def test_a_refused_sign_in_gives_no_cookie_and_one_answer(office: Site, wrong: dict[str, str]) -> None:
    answer = httpx.post(f"{office.url}/login", json=wrong)
    assert answer.status_code == 401
    assert answer.json() == {"error": "name, password or code is wrong", "said": "wrong"}
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("body", [b"", b"[]", b'{"login":1}', b'{"login":"a"}', b'{"login":"a","password":"b","x":1}'])
def test_what_is_no_sign_in_is_refused(office: Site, body: bytes) -> None:
    answer = httpx.post(f"{office.url}/login", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_hosts(office: Site) -> None:
    shown = {"login": "lan", "password": PASSWORD}
    local = httpx.post(f"{office.url}/login", json=shown).headers["set-cookie"]
    assert local.startswith("ioc_sid=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(local.split("; "))
    assert "Domain" not in local
    outside = httpx.post(f"{office.url}/login", json=shown, headers={"X-Forwarded-Proto": "https"})
    cookie = outside.headers["set-cookie"]
    assert cookie.startswith("__Host-sid=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_a_session_that_was_planted_is_not_taken_over(office: Site) -> None:
    planted = "x" * 43
    with Page(base_url=office.url, cookies={"ioc_sid": planted}) as client:
        answer = client.post("/login", json={"login": "lan", "password": PASSWORD})
        assert planted not in answer.headers["set-cookie"]
    assert httpx.get(f"{office.url}/session", cookies={"ioc_sid": planted}).status_code == 401


def test_signing_in_again_ends_the_session_before(office: Site) -> None:
    with closing(come_in(office, "lan")) as client:
        before = client.cookies["ioc_sid"]
        client.post("/login", json={"login": "lan", "password": PASSWORD})
        assert client.cookies["ioc_sid"] != before
        assert httpx.get(f"{office.url}/session", cookies={"ioc_sid": before}).status_code == 401


def test_signing_out_ends_the_session_and_its_stream(office: Site, publisher: Publisher) -> None:
    publisher.snapshot("01")
    client = come_in(office, "lan")
    reader = stream(office, client)
    assert reader.status == 200
    carried = client.cookies["ioc_sid"]
    assert client.post("/session/end", json={}).status_code == 200
    began = time.monotonic()
    with pytest.raises((EOFError, OSError, ValueError)):
        while True:
            reader.next("snapshot", "delta", "beat")
    assert time.monotonic() - began < 5 * PATIENCE
    assert httpx.get(f"{office.url}/session", cookies={"ioc_sid": carried}).status_code == 401


def test_what_another_process_revokes_cuts_the_stream_within_five_seconds(
    office: Site, publisher: Publisher, volatile: redis.Redis
) -> None:
    publisher.snapshot("01")
    client = come_in(office, "lan")
    reader = stream(office, client)
    volatile.delete(*volatile.keys("sim:session:*"))  # as `Sessions.end` of another web process does
    began = time.monotonic()
    with pytest.raises((EOFError, OSError, ValueError)):
        while True:
            reader.next("snapshot", "delta", "beat")
    assert time.monotonic() - began <= 5 * PATIENCE
    assert client.get("/session").status_code == 401


def test_a_stranger_is_led_to_the_page_of_signing_in_and_back(office: Site) -> None:
    page = {"accept": "text/html,*/*"}
    answer = httpx.get(f"{office.url}/p/01?i=pm25", headers=page)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fp%2F01%3Fi%3Dpm25")
    assert httpx.get(f"{office.url}/login").text == "<h1>login</h1>"
    with closing(come_in(office, "lan")) as lan:
        assert lan.get("/", headers=page).headers["location"] == "/p/01"
        assert lan.get("/login").headers["location"] == "/p/01"
        ways = {"/map?i=pm25": "/p/01?i=pm25", "/d/air?pick=x": "/p/01/air?pick=x", "/quality/7": "/p/01/quality/7"}
        assert {way: lan.get(way, headers=page).headers.get("location") for way in ways} == ways
        assert lan.get("/p/01/air", headers=page).status_code != 303
    with closing(come_in(office, "an")) as an:
        assert an.get("/d/air", headers=page).status_code != 303


def test_only_the_page_of_signing_in_is_open(office: Site) -> None:
    assert httpx.get(f"{office.url}/assets/js/login.js").status_code == 200
    assert httpx.get(f"{office.url}/assets/js/main.js").status_code == 401
    assert httpx.get(f"{office.url}/assets/fonts/../js/main.js").status_code == 401
    assert httpx.get(f"{office.url}/assets/fonts/%2e%2e/js/main.js").status_code in (401, 404)


def test_without_redis_people_are_asked_to_come_again_and_probes_answer(
    office: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_self: Sessions, _keys: list[str]) -> list[object]:
        raise SessionsAway

    monkeypatch.setattr(Sessions, "_read", away)
    with Page(base_url=office.url, cookies={"ioc_sid": "y" * 43}) as client:
        assert client.get("/api/v1/snapshot/01").status_code == 503
        assert client.get("/healthz").status_code == 200


def test_what_people_do_at_the_door_is_witnessed(office: Site, parts: Parts) -> None:
    before = len(parts.audit.page(NATION, act="login", limit=1000))
    come_in(office, "lan")
    httpx.post(f"{office.url}/login", json={"login": PASSWORD, "password": "typed into the wrong box"})
    rows = parts.audit.page(NATION, act="login", limit=1000)
    assert len(rows) == before + 2
    assert [(row.who, row.outcome, row.why) for row in rows[:2]] == [("?", "refused", "wrong"), ("lan", "done", "")]
    assert PASSWORD not in str(rows)


def test_a_session_remembers_the_address_it_was_begun_from_behind_the_proxy(office: Site) -> None:
    with closing(Page(base_url=office.url, headers={"X-Forwarded-For": "203.0.113.7"})) as lan:
        assert lan.post("/login", json={"login": "lan", "password": PASSWORD}).status_code == 200
        mine = lan.get("/session/mine").json()["sessions"]
        assert [each["seat"] for each in mine if each["this"]] == ["203.0.113.7"]


def test_the_link_of_the_first_administrator_lies_in_a_file_of_ours_alone(
    parts: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Accounts, "has_admin", lambda _self: False)
    settings = replace(parts.settings, var=tmp_path, demo=False, secret_key=SECRET)
    path = first_admin.offer(settings, parts.database)
    assert path is not None
    assert path.stat().st_mode & 0o777 == 0o600
    link = path.read_text().strip()
    assert link.startswith("http://127.0.0.1:8050/login/link#")
    assert first_admin.offer(settings, parts.database) == path
    assert path.read_text().strip() == link, "another web process finds the same"
    assert first_admin.offer(replace(settings, demo=True), parts.database) is None


def test_a_demo_visitor_is_who_they_choose_to_be(site: Site, publisher: Publisher) -> None:
    publisher.snapshot("01")
    with Page(base_url=site.url) as client:
        assert client.get("/session").json()["role"] == "demo"
        assert client.post("/session/role", json={"role": "staff", "unit": "01"}).json() == {"to": "/p/01"}
        told = client.get("/session").json()
        assert (told["role"], told["units"]) == ("staff", ["01"])
        assert client.get("/api/v1/snapshot/79").status_code == 403
        assert client.get("/api/v1/snapshot/01").status_code == 200
        client.post("/session/role", json={"role": "demo"})
        assert client.get("/session").json()["role"] == "demo"


def test_roles_cannot_be_chosen_where_people_sign_in(office: Site) -> None:
    with closing(come_in(office, "lan")) as lan:
        assert lan.post("/session/role", json={"role": "leader"}).status_code == 404
        lan.cookies.set("ioc_as", "leader")
        assert lan.get("/session").json()["role"] == "staff"
    assert httpx.get(f"{office.url}/session", cookies={"ioc_as": "leader"}).status_code == 401
    assert httpx.post(f"{office.url}/_dash-update-component", json=question()).status_code == 401


def test_the_demo_has_no_sign_in(site: Site) -> None:
    assert httpx.post(f"{site.url}/login", json={"login": "a", "password": "b"}).status_code == 404
