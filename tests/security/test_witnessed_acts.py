"""What the audit log must have seen of a person's day: each act as it is done at its door, and nothing that opens
something; what cannot be written down does not happen."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from feeds.__main__ import main
from feeds.access.roles import Subject
from feeds.catalogue.scope import NATION
from feeds.catalogue.settings import Settings
from feeds.store.audit import Act, Audit
from feeds.store.audit_check import Entry
from feeds.store.database import open_database
from feeds.store.quarantine import Held, Quarantine
from layouts import ids
from tests.security.marked import mark
from tests.security.test_probes import question
from tests.security.test_scopes import QUESTIONS, callbacks_of
from tests.security.world import OWN, World


def newest(world: World, act: Act, who: str) -> Entry:
    world.app.app.lasting.witness._pool.submit(lambda: None).result()  # what it still writes
    rows = world.parts.audit.page(NATION, act=act, who=who, limit=1)
    assert rows, f"nobody saw {who} {act}"
    return rows[0]


def away(*_: object, **__: object) -> None:
    raise OperationalError("x", {}, Exception())


EXPORT = f"/api/v1/export/{OWN}.csv?i=adm_open"


def test_a_list_that_leaves_is_witnessed_first_or_does_not_leave(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    told = world.ask("staff", "GET", EXPORT)
    assert told.status == 200 and mark(OWN).encode() in told.body
    row = newest(world, "export", "staff")
    assert (row.what, row.role, row.outcome) == (f"GET {EXPORT}", "staff", "done") and OWN in row.scope
    with monkeypatch.context() as patch:
        patch.setattr(Audit, "record", away)
        refused = world.ask("staff", "GET", EXPORT)
    assert refused.status == 503 and mark(OWN).encode() not in refused.body


def test_looks_at_cameras_words_to_walls_and_reading_the_log_are_witnessed(world: World) -> None:
    assert world.ask("leader", "GET", f"/frames/cameras-{mark('01')}").status == 200
    assert newest(world, "camera", "leader").what == f"/frames/cameras-{mark('01')}"
    body = json.dumps({"mode": "auto"}).encode()
    assert world.ask("operator", "POST", f"/api/v1/walls/{OWN}/main", body).status == 200
    assert newest(world, "configure", "operator").what == f"POST /api/v1/walls/{OWN}/main"
    assert world.ask("admin", "GET", "/api/v1/audit/check").status == 200
    assert newest(world, "verify", "admin").what == "/api/v1/audit/check"


def pressed(world: World, who: str, act: str, number: int, why: str) -> bytes:
    """A button on the page of a refused message."""
    (case,) = [each for each in callbacks_of(world) if f'"type":"{ids.ACT}"' in each["inputs"][0]["id"]]
    whole = question(case, None)
    for part in (whole["inputs"], whole["state"]):
        for given in part:
            for each in given if isinstance(given, list) else [given]:
                if isinstance(each["id"], dict):
                    each["id"]["of"], each["value"] = (act, 1) if each["property"] == "n_clicks" else ("why", why)
                else:
                    each["value"] = f"/quality/{number}"
    first = whole["inputs"][0][0]
    whole["changedPropIds"] = [f"{json.dumps(first['id'], separators=(',', ':'))}.{first['property']}"]
    return world.ask(who, "POST", QUESTIONS, json.dumps(whole).encode()).body


def test_unmasking_takes_a_right_and_a_reason_and_is_witnessed_before_it_shows(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = b'{"ho_ten": "Nguyen Thi Buoi", "place": "x"}'
    Quarantine(world.parts.database).put([
        Held(feed="air", source=mark(OWN), received=world.parts.clock.now_ms(), stage="meaning", code="value_range",
             reason="x", connector="http", bytes=secret, unit=OWN)
    ])  # fmt: skip
    number = Quarantine(world.parts.database).page(NATION, limit=1)[0].id
    shown = b"Nguyen Thi Buoi"
    assert shown not in world.ask("operator", "GET", f"/api/v1/quarantine/{number}").body
    assert shown not in pressed(world, "operator", "unmask", number, "")
    assert shown not in pressed(world, "staff", "unmask", number, "tra cứu"), "staff may look, not unmask"
    with monkeypatch.context() as patch:
        patch.setattr(Audit, "record", away)
        assert shown not in pressed(world, "operator", "unmask", number, "tra cứu")
    assert shown in pressed(world, "operator", "unmask", number, "tra cứu theo đơn 12")
    row = newest(world, "unmask", "operator")
    assert (row.what, row.why) == (f"quarantine {number}", "tra cứu theo đơn 12")


def test_signing_out_is_witnessed_and_leaves_nothing_in_the_browser(world: World) -> None:
    world.enter(Subject(name="ra-ve", role="leader"))
    told = world.ask("ra-ve", "POST", "/session/end", b"{}")
    assert told.status == 200 and told.header("clear-site-data") == '"storage"'
    assert newest(world, "logout", "ra-ve").role == "leader"
    assert world.ask("ra-ve", "GET", "/session").status == 401


def test_every_row_names_who_stood_behind_the_proxy_and_not_the_proxy(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.app, "rules", replace(world.app.rules, proxies=frozenset(["10.0.0.9"])))
    acts: list[tuple[Act, str, str, str, dict[str, Any]]] = [
        ("login", "lan", "", "/login", {"login": "lan", "password": "x"}),
        ("revoke", "admin", "admin", "/session/others", {"password": "x"}),
        ("account", "admin", "admin", "/api/v1/people", {"login": "nga", "name": "Nga", "role": "leader"}),
        ("key", "admin", "admin", "/api/v1/screens/{0}/renew", {}),
        ("export", "staff", "staff", EXPORT, {}),
    ]
    (screen, *_) = json.loads(world.ask("admin", "GET", "/api/v1/screens").body)["screens"]
    for n, (act, who, asks, path, body) in enumerate(acts):
        address, method = f"203.0.113.{n}", "GET" if act == "export" else "POST"
        path = path.format(screen["name"])
        world.ask(asks, method, path, json.dumps(body).encode() if method == "POST" else b"", by=f"1.2.3.4, {address}")
        assert newest(world, act, who).seat.split()[0] == address, path


def test_no_row_holds_what_opens_something(world: World) -> None:
    held = world.parts.audit.page(NATION, limit=500)
    rows = str(held)
    assert held and world.cookies and all(world.cookies.values()) and all(world.tokens.values())
    assert not [who for who, carried in world.cookies.items() if carried in rows or world.tokens[who] in rows]


@pytest.mark.parametrize("tampered", [False, True])
def test_the_console_tells_whether_the_log_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tampered: bool
) -> None:
    monkeypatch.setenv("IOC_VAR", str(tmp_path))
    settings = Settings(var=tmp_path)
    with closing(open_database(settings)) as database:
        for n in range(4):
            Audit.open(settings, database).record("lan", "export", f"list {n}", NATION)
        with database.write() as connection:
            if tampered:
                connection.execute(text("DROP TRIGGER audit_stays"))
                connection.execute(text("UPDATE audit SET who = 'minh' WHERE n = 2"))
    assert main(["audit", "verify"]) == (1 if tampered else 0)
    said = capsys.readouterr().out
    assert ("row 2 was edited" in said and "TAMPERED" in said) if tampered else "whole: 4 rows" in said
