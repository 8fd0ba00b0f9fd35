"""Who sees what, asked of the application as it is: every route, every page and every callback of its callback map.

Nothing here lists doors by hand, so that a new one cannot be forgotten: it is asked without a session, as each role,
and with every province forged in every place where a province can stand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.routing import Route

from feeds.access.needs import MARK as DECLARED
from feeds.access.roles import ROLES, Role
from feeds.serve.permits import DASH
from tests.conftest import RedisPair
from tests.security.marked import INDICATOR, mark, marks
from tests.security.test_probes import question
from tests.security.world import OTHER, OWN, World

QUESTIONS = "/_dash-update-component"
PUBLIC = {
    "/login",
    "/login/link",
    "/login/link/open",
    "/login/sso",
    "/login/back",
    "/healthz",
    "/readyz",
    "/csp-reports",
}


def filled(route: Route, place: str = OWN) -> str:
    """The address of a route with a place in it wherever one can stand."""
    known = {"place:path": place, "scope:path": place, "scope": place, "place": place, "group": "main",
             "indicator": INDICATOR, "feed": "dossiers", "id:path": f"H36.{mark(place)}", "format": "csv",
             "camera": f"cameras-{mark(place)}", "name": f"screen-{mark(place)}", "login": "nobody",
             "number:number": "1", "number:int": "1", "id:number": "1", "service": "x"}  # fmt: skip
    path = route.path
    for name, value in known.items():
        path = path.replace("{" + name + "}", value)
    assert "{" not in path, f"{route.path}: say in this test what stands there"
    return path


def test_everything_says_who_may_ask_it(world: World) -> None:
    assert len(world.routes) > 50
    for route in world.routes:
        assert getattr(route.endpoint, DECLARED), route.path
    pages = world.app.app.edition.needs._map.map
    for rule in pages.iter_rules():
        assert world.app.app.edition.needs._rules[rule.endpoint], rule.rule
    assert {"/", "/<path:path>", "/_dash-update-component"} <= {rule.rule for rule in pages.iter_rules()}


def test_without_a_session_only_the_public_set_answers(world: World) -> None:
    open_: set[str] = set()
    for route in world.routes:
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
            told = world.ask("", method, filled(route), b"{}" if method == "POST" else b"")
            if told.status not in (401, 405, 415):
                open_.add(route.path)
    assert open_ - PUBLIC == {"/metrics", "/api/v1/sync/login"}, "doors with keys of their own: 404 and 400 here"
    assert {"/login", "/healthz"} <= open_
    for rule in world.app.app.edition.needs._map.map.iter_rules():
        path = rule.rule.replace("<", "").replace(">", "")
        for method in ("GET", "HEAD", "POST"):
            assert world.ask("", method, path, b"{}" if method == "POST" else b"").status in (401, 405), (method, path)
    for path in ("/stream?scope=vn", "/assets/js/main.js", "/wall", "/wall/desk", "/p/01", "/any", "/_dash-layout"):
        assert world.ask("", "GET", path).status == 401, path
    for output in callbacks_of(world):
        assert world.ask("", "POST", QUESTIONS, json.dumps(question(output, None)).encode()).status == 401


@pytest.mark.parametrize("role", ["leader", "staff", "operator", "admin"])
def test_a_role_is_let_in_where_it_may_and_nowhere_else(world: World, role: Role) -> None:
    wrong = []
    for route in world.routes:
        acts = getattr(route.endpoint, DECLARED)
        if "open" in acts or "key" in acts or route.path == "/session/end":
            continue
        method = "POST" if route.methods == {"POST"} else "GET"
        told = world.ask(role, method, filled(route), b"{}" if method == "POST" else b"")
        refused = told.status == 403 and b"your role does not open this" in told.body
        if refused != ROLES[role].isdisjoint(acts) or told.status == 401:
            wrong.append((route.path, method, told.status, acts))
    assert wrong == []


def test_what_a_role_may_not_do_is_written_down(world: World, redis_servers: RedisPair) -> None:
    world.ask("leader", "POST", "/api/v1/walls/vn/main", b'{"mode": "auto"}')
    world.app.app.lasting.witness._pool.submit(lambda: None).result()
    from feeds.catalogue.scope import NATION

    rows = world.parts.audit.page(NATION, who="leader", act="refuse", limit=500)
    assert any(row.what == "POST /api/v1/walls/vn/main" and row.role == "leader" for row in rows)


QUERIES = ("", "?place={0}", "?part={0}", "?unit={0}", "?scope={0}", "?q=ZZ{0}ZZ", "?place={0}&by=channel",
           "?i=adm_open", "?i=adm_open&in={0}", "?i=pm25_24h&in=air-ZZ{0}ZZ", "?entity=air-ZZ{0}ZZ&part={0}",
           "?place=2025:{0}", "?unit={0}&feed=air", "?place={0}%2F00004")  # fmt: skip


def test_no_door_gives_a_foreign_row(world: World) -> None:
    """Every door that is read x every province in its path and in each parameter that can name one."""
    foreign, own = [], set()
    reads = [route for route in world.routes if "GET" in (route.methods or ())]
    for unit in sorted(world.parts.places.units):
        for route in reads:
            acts = getattr(route.endpoint, DECLARED)
            if "open" in acts or ROLES["staff"].isdisjoint(acts):
                continue
            rest = ("",) if "{place" in route.path or "{scope" in route.path else ("?place={0}",)
            for query in QUERIES if unit in (OWN, OTHER) else rest:
                for air in (False, True) if "{feed}" in route.path else (False,):
                    target = filled(route, unit).replace("dossiers", "air") if air else filled(route, unit)
                    told = world.ask("staff", "GET", target + query.format(unit))
                    seen = (
                        marks(told.body) if told.status == 200 else marks(told.body) - {unit}
                    )  # it may say what was asked
                    if seen - {OWN}:
                        foreign.append((target + query, told.status, seen))
                    if OWN in seen:
                        own.add(route.path)
    assert foreign == []
    assert len(own) >= 8, "otherwise nothing was shown"


def callbacks_of(world: World) -> list[dict[str, Any]]:
    told = json.loads(world.ask("leader", "GET", "/_dash-dependencies").body)
    return [each for each in told if not each.get("clientside_function")]


PATHS = ("/p/{0}", "/p/{0}/dossiers/r", "/p/{0}/dossiers/r/H36.ZZ{0}ZZ", "/p/{0}/air", "/p/{0}/air/r", "/p/{0}/quality",
         "/p/{0}/quality/sources", "/p/{0}/quality/score", "/d/dossiers/r/H36.ZZ{0}ZZ", "/d/dossiers/r", "/d/air/r",
         "/quality", "/quality/1", "/p/{0}/quality/{1}", "/systems", "/catalogue", "/milestones",
         "/modules", "/alerts")  # fmt: skip
SEARCHES = ("?i=adm_open", "?i=pm25_24h&in=air-ZZ{0}ZZ", "?i=adm_ontime_rate&in={0}&pick={0}", "?pick=air-ZZ{0}ZZ",
            "?unit={0}")  # fmt: skip


def asked_of(callback: dict[str, Any], unit: str, number: int) -> Iterator[bytes]:
    """The questions with a province in Input, State, address and the id of a pattern."""
    thorough = unit in (OWN, OTHER)  # the other provinces are asked for in fewer ways
    for path in PATHS if thorough else PATHS[1:12:5]:
        for search in SEARCHES if thorough and ("r" in path.split("/")[-2:] or "air" in path) else SEARCHES[:1]:
            address, query = path.format(unit, number), search.format(unit)
            whole = question(callback, None)
            for part in (*_flat(whole["inputs"]), *_flat(whole["state"])):
                part["value"] = _value(part["property"], address, query)
                if isinstance(part["id"], dict):
                    part["id"] = {k: _pattern(k, v, address + query) for k, v in part["id"].items()}
            first = next(iter(_flat(whole["inputs"])))
            name = first["id"] if isinstance(first["id"], str) else json.dumps(first["id"], separators=(",", ":"))
            whole["changedPropIds"] = [f"{name}.{first['property']}"]
            yield json.dumps(_named(whole, callback, address + query)).encode()


def _flat(parts: list[Any]) -> Iterator[dict[str, Any]]:
    for part in parts:
        yield from part if isinstance(part, list) else [part]


def _value(name: str, address: str, query: str) -> Any:
    """What stands in a property; a property that nobody thought of stops the test."""
    rows = {"startRow": 0, "endRow": 100, "sortModel": [], "filterModel": {}}
    known: dict[str, Any] = {"pathname": address, "search": query, "getRowsRequest": rows, "n_clicks": 1,
                             "value": "thử"}  # fmt: skip
    assert name in known, f"{name}: say in this test what stands in it"
    return known[name]


def _pattern(key: str, value: Any, href: str) -> Any:
    return value if key == "type" else "check" if "act" in href else href


def _named(whole: dict[str, Any], callback: dict[str, Any], href: str) -> dict[str, Any]:
    """The component that a matching pattern answers to is the one that was asked."""
    if '["MATCH"]' in callback["output"]:
        name, _, prop = callback["output"].rpartition(".")
        whole["outputs"] = {"id": {**json.loads(name), "of": href}, "property": prop}
    return whole


def test_no_callback_gives_a_foreign_row(world: World) -> None:
    """Every callback x every province in Input, State, address and pattern id."""
    foreign, seen_by, asked = [], {}, 0
    numbers = _held_numbers(world)
    for callback in callbacks_of(world):
        for who in ("staff", "operator"):
            if who == "operator" and callback["output"] in seen_by:
                continue  # what staff may not ask, an operator may
            for unit in sorted(world.parts.places.units):
                for body in asked_of(callback, unit, numbers[unit]):
                    told, asked = world.ask(who, "POST", QUESTIONS, body), asked + 1
                    echoed = b"pick=air-" + mark(unit).encode()  # links of the page keep what its own address says
                    seen = marks(told.body.replace(echoed, b""))
                    if seen - {OWN}:
                        foreign.append((callback["output"][:50], unit, seen, body[:400]))
                    if OWN in seen:
                        seen_by[callback["output"]] = who
    assert foreign == []
    assert len(seen_by) >= 2, "otherwise nothing was shown"
    assert asked > 34 * 4


FORGED_BLOCKS: tuple[Any, ...] = (
    {"sortModel": [{"colId": "unit", "sort": "asc"}]}, {"sortModel": [{"colId": "fields.applicant", "sort": "desc"}]},
    {"sortModel": [{"colId": "fields.x') OR 1=1 --", "sort": "asc"}]}, {"sortModel": [{"colId": "__class__"}]},
    {"sortModel": [{"colId": "values", "sort": "asc"}]}, {"sortModel": [{"colId": {"a": 1}, "sort": "asc"}]},
    {"sortModel": "unit"}, {"sortModel": [None]}, {"startRow": -9}, {"startRow": "x"}, {"endRow": 0},
    {"filterModel": {"unit": {"filterType": "text", "type": "equals", "filter": "{0}"}}},
    {"filterModel": {"place": {"filter": ["{0}"]}}, "scope": "{0}", "unit": "{0}"}, [], "rows", 7, {"endRow": None},
    {"sortModel": [{"colId": name, "sort": "asc"} for name in ("id", "at", "due", "state", "unit")]},
)  # fmt: skip
LISTS = ("/p/{0}/dossiers/r", "/d/dossiers/r?unit={0}", "/p/{0}/air/r?i=pm25_24h", "/d/air/r")


def test_a_forged_question_of_a_grid_gives_no_foreign_row_and_breaks_nothing(world: World) -> None:
    """Sorting, narrowing and windows that no grid asks for x 34 provinces, on each kind of list."""
    (grid,) = [each for each in callbacks_of(world) if "getRowsRequest" in json.dumps(each["inputs"])]
    seen: set[str] = set()
    for unit in sorted(world.parts.places.units):
        for blocks in (FORGED_BLOCKS if unit in (OWN, OTHER) else FORGED_BLOCKS[:1],):
            for href in LISTS:
                for block in ({}, *blocks):
                    told = world.ask("staff", "POST", QUESTIONS, _rows_asked(grid, href.format(unit), block, unit))
                    assert told.status in (200, 204, 400, 403), (told.status, href, block, told.body[:200])
                    assert marks(told.body) <= {OWN}, (unit, href, block)
                    seen |= marks(told.body)
    assert seen == {OWN}, "otherwise nothing was shown"


def _rows_asked(grid: dict[str, Any], href: str, block: Any, unit: str) -> bytes:
    whole = question(grid, None)
    rows = {"startRow": 0, "endRow": 50, "sortModel": [], "filterModel": {}}
    forged = json.loads(json.dumps({**rows, **block} if isinstance(block, dict) else block).replace("{0}", unit))
    (part,) = list(_flat(whole["inputs"]))
    part |= {"id": {**part["id"], "of": href}, "value": forged}
    name = json.dumps(part["id"], separators=(",", ":"))
    whole["changedPropIds"] = [f"{name}.{part['property']}"]
    return json.dumps(_named(whole, grid, href)).encode()


def _held_numbers(world: World) -> dict[str, int]:
    from feeds.catalogue.scope import NATION
    from feeds.store.quarantine import Quarantine

    return {str(row.unit): row.id for row in Quarantine(world.parts.database).page(NATION, limit=500)}


def test_an_answer_kept_for_the_nation_is_not_given_to_a_province(world: World) -> None:
    for target in ("/api/v1/breakdown/dossiers?place=vn&by=channel", f"/api/v1/columns/vn/{INDICATOR}",
                   f"/api/v1/series/{OTHER}/{INDICATOR}", "/api/v1/hours/vn", f"/api/v1/hours/{OTHER}",
                   "/api/v1/search?q=ZZ", "/api/v1/quarantine", "/api/v1/export/vn.csv?i=adm_open"):  # fmt: skip
        first = world.ask("leader", "GET", target)
        again = world.ask("staff", "GET", target)
        assert marks(again.body) <= {OWN}, target
        assert first.status == 200, (target, first.body[:200])
    chart = next(c for c in callbacks_of(world) if c["output"].endswith("drill.children") and "pathname" in str(c))
    body = next(asked_of(chart, OTHER, 1))
    world.ask("leader", "POST", QUESTIONS, body)
    assert marks(world.ask("staff", "POST", QUESTIONS, body).body) <= {OWN}


def test_rules_of_dash_that_need_no_more_than_a_session_are_few() -> None:
    assert len(DASH) <= 12
