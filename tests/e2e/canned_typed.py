"""The page of typed figures over the canned country: the real doors and tables; what is approved cannot be sent."""

from __future__ import annotations

from starlette.routing import Route

import callbacks
from feeds.catalogue.clock import HOUR_MS, SystemClock, iso
from feeds.catalogue.scope import NATION
from feeds.catalogue.settings import Settings
from feeds.intake.typed import Figure, TypedDesk
from feeds.serve.access import Access
from feeds.serve.figures import Figures
from feeds.store.quarantine import Quarantine
from feeds.store.typed import TypedFigures
from layouts.site import Site
from tests.e2e.canned_quality import door
from tests.e2e.canned_records import Desk

TYPED = (
    ("Nguyễn An", "traffic", "accidents", "2025:46", 3.0, "biên bản số 7 của Phòng CSGT, có đối chiếu với bệnh viện"),
    ("Trần Chi", "hydrology", "level", "2025:46/19803", 2.45, "thước nước cầu cũ, máy đo hỏng từ hôm qua"),
    ("Lê Bình", "water", "ph", "2025:01/00004", 7.1, ""),
)


def typed_routes(site: Site, desk: Desk | None) -> list[Route]:
    """The page and its doors; three figures wait, one is declined."""
    if desk is None:
        return []
    clock, figures = SystemClock(), TypedFigures(desk.database)
    typed = TypedDesk(figures, site.catalogue, lambda: door(site, Quarantine(desk.database), clock))
    at = iso(clock.now_ms() - HOUR_MS)
    for by, feed, param, place, value, note in TYPED:
        typed.propose(NATION, by, [Figure(feed=feed, param=param, place=place, at=at, value=value, note=note)])
    declined = Figure(feed="air", param="pm25", place="2025:01", at=at, value=612.0, note="")
    for number in typed.propose(NATION, "Lê Bình", [declined]).numbers:
        typed.refuse(NATION, number, "Trần Chi", "thừa một chữ số, trạm bên cạnh báo 61")
    access = Access(Settings(demo=True))
    pages = callbacks.entry(site)
    return Figures(typed, site.catalogue, site.places, access, clock.now_ms, pages).routes()
