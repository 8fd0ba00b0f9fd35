"""Pages of accounts and of the audit log over the canned country: real tables and readers, nobody who can sign in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import callbacks
from feeds.access import codes
from feeds.access.people import New, People
from feeds.access.roles import ROLES
from feeds.catalogue.clock import HOUR_MS, SystemClock
from feeds.catalogue.scope import NATION
from feeds.catalogue.settings import Settings
from feeds.serve.access import Access
from feeds.serve.audit_doors import AuditDoors
from feeds.serve.qr import drawn
from feeds.store.accounts import Account, Accounts
from feeds.store.audit import Audit
from feeds.store.audit_head import Head
from feeds.store.ingest_keys import IngestKey, IngestKeys
from feeds.store.screens import Screen, Screens
from layouts.site import Site
from tests.e2e.canned_records import Desk
from tests.e2e.canned_typed import typed_routes

LOCAL = {
    "/login": "login",
    "/login/link": "link",
    "/account": "account",
    "/people": "people",
}  # pages that the front shows itself
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # in no account
STAFF = (
    ("an.nguyen", "Nguyễn An", "operator", None, "active"),
    ("binh.le", "Lê Bình", "staff", ["46"], "active"),
    ("chi.tran", "Trần Chi", "admin", None, "active"),
    ("dung.pham", "Phạm Dũng", "admin", None, "active"),
    ("giang.do", "Đỗ Giang", "staff", ["01", "79"], "disabled"),
)
SEEN = (
    ("chi.tran", "login", "session", "admin", "done", ""),
    ("an.nguyen", "figure", "typed figure 3", "operator", "done", "đã đối chiếu với bệnh viện"),
    ("binh.le", "refuse", "POST /api/v1/walls/vn/main", "staff", "refused", "vai này không mở việc này"),
    ("an.nguyen", "export", "records of dossiers, 68", "operator", "done", ""),
    ("chi.tran", "role", "giang.do", "admin", "done", "chuyển công tác"),
    ("", "login", "an.nguyen", "", "refused", "wrong"),
)


def front_routes(site: Site, desk: Desk | None) -> list[Route]:
    """Pages that are not Dash's, and what they ask; `/account` is that of somebody who signed in at two seats."""
    if desk is None:
        return []
    people, screens, keys = filled(site, desk)
    pages = callbacks.signing(site)
    asked: dict[str, Callable[[], dict[str, Any]]] = {
        "/session/mine": mine,
        "/api/v1/people": lambda: people.all(NATION) | {"me": "chi.tran"},
        "/api/v1/screens": lambda: {"screens": [shown(row) | {"heard": row.made} for row in screens.all(NATION)]},
        "/api/v1/keys": lambda: {"keys": [shown(row) for row in keys.all(NATION)]},
    }
    local = [Route(path, page(pages[name])) for path, name in LOCAL.items()]
    doors = [Route(path, told(make)) for path, make in asked.items()]
    doors += [Route("/login/link/open", told(invited), methods=["POST"])]
    return [*local, *doors, *audit_routes(site, desk), *typed_routes(site, desk)]


def page(by_lang: dict[str, bytes]) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        lang = request.query_params.get("lang", "vi")
        return Response(by_lang[lang], media_type="text/html; charset=utf-8")

    return answer


def told(make: Callable[[], dict[str, Any]]) -> Callable[[Request], Response]:
    return lambda _request: JSONResponse(msgspec.to_builtins(make()))


def shown(row: Any) -> dict[str, Any]:
    return {
        name: value for name, value in msgspec.structs.asdict(row).items() if name not in ("token", "cookie", "digest")
    }


def mine() -> dict[str, Any]:
    now = SystemClock().now_ms()
    sessions = [
        {"since_ms": now - HOUR_MS, "seat": "10.1.4.27", "this": True},
        {"since_ms": now - 30 * HOUR_MS, "seat": "10.1.9.112", "this": False},
    ]
    return {
        "login": "binh.le", "shown": "Lê Bình", "role": "staff", "units": ["46"], "acts": sorted(ROLES["staff"]),
        "local": True, "sessions": sessions, "demo": False,
    }  # fmt: skip


def invited() -> dict[str, Any]:
    """What a link of a new administrator opens; nobody has the secret of it."""
    address = codes.address(SECRET, "hoa.vu")
    return {"login": "hoa.vu", "name": "Vũ Hoà", "totp": SECRET, "address": address, "picture": drawn(address)}


def filled(site: Site, desk: Desk) -> tuple[People, Screens, IngestKeys]:
    """Accounts, one role that waits for a second person, three screens, two keys."""
    database, now = desk.database, SystemClock().now_ms()
    people, screens, keys = People(Accounts(database), site.places.units), Screens(database), IngestKeys(database)
    if people.accounts.find("chi.tran"):
        return people, screens, keys
    for n, (login, name, role, units, state) in enumerate(STAFF):
        signed = now - (n + 1) * 5 * HOUR_MS if state == "active" else None
        people.accounts.add(
            Account(
                login=login,
                name=name,
                role=role,
                units=units,
                state=state,
                made=now,
                made_by="chi.tran",
                signed_in=signed,
            )
        )
    people.make(NATION, "dung.pham", [New(login="hoa.vu", name="Vũ Hoà", role="leader", why="phó chủ tịch mới")])
    for name, place, revoked in (("sanh-1", "vn", None), ("sanh-2", "vn", now), ("hue-1", "46", None)):
        screens.add(Screen(name=name, place=place, made=now - 60_000, exchanged=now - 50_000, revoked=revoked))
    for name, feed, units in (("so-nnmt-46", "air", ["46"]), ("mot-cua-68", "dossiers", ["68"])):
        keys.add(
            IngestKey(name=name, digest=name, feeds=[feed], units=units, sources=None, rate=200, made=now, used=now)
        )
    return people, screens, keys


def audit_routes(site: Site, desk: Desk) -> list[Route]:
    folder = Path(str(desk.database.engine.url.database)).parent
    audit = Audit(desk.database, b"k" * 32, Head(folder, "sim"))
    if len(audit.page(NATION)) < len(SEEN):
        for who, act, what, role, outcome, why in SEEN:
            audit.record(who, act, what, NATION, role=role, outcome=outcome, why=why, seat="10.1.4.27")  # type: ignore[arg-type]
    return AuditDoors(audit, Access(Settings(demo=True)), callbacks.audit(site), folder).routes()
