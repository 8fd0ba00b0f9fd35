"""What the JSON doors of the canned country answer: records in parts, records by due time."""

from __future__ import annotations

import random
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from feeds.access.roles import ROLES
from feeds.catalogue.clock import DAY_MS, iso
from feeds.catalogue.model import Feed, Indicator
from layouts.site import Site

FIELDS = ("Đất đai", "Hộ tịch", "Công an", "Tư pháp", "Xây dựng", "Tài chính", "Y tế", "Nội vụ", "Bảo hiểm", "Giáo dục")
PROCEDURES = ("DAT-BD", "DAT-CAP", "GPXD", "KS-DK", "HKD", "<img src=x onerror=alert(1)>")
MAY = sorted(ROLES["demo"])
STATES = ("processing", "supplement", "fee", "received")


class Doors:
    """Tests say `refuse = 403`, `500` or `empty = True`; pictures for people `hostile = False`."""

    refuse = 0
    empty = False
    hostile = True


def routes(site: Site) -> list[Route]:
    """Addresses as the real front has them."""

    async def breakdown(request: Request) -> Response:
        if Doors.refuse:
            return Response(status_code=Doors.refuse)
        place, by = request.query_params["place"], request.query_params["by"]
        rows = [] if Doors.empty else parts(site, place, by)
        return JSONResponse({"place": place, "by": by, "at": iso(now()), "rows": rows})

    async def records(request: Request) -> Response:
        if Doors.refuse:
            return Response(status_code=Doors.refuse)
        asked = request.query_params
        start, limit = int(asked.get("cursor", "0")), int(asked["limit"])
        rows = [] if Doors.empty else [record(asked["place"], n) for n in range(start, start + limit)]
        return JSONResponse({"rows": rows, "next": str(start + limit) if rows and start < 60 else None})

    async def who(_request: Request) -> Response:
        told = {"name": "demo", "shown": "demo", "role": "demo", "units": None, "acts": MAY, "home": "/", "demo": True}
        return JSONResponse(told)

    return [
        Route("/session", who),
        Route("/api/v1/breakdown/{feed}", breakdown),
        Route("/api/v1/records/{feed}", records),
    ]


def now() -> int:
    """The machine's time."""
    return time.time_ns() // 1_000_000


def parts(site: Site, place: str, by: str) -> list[dict[str, Any]]:
    """Parts in the order of the real reader."""
    luck = random.Random(place + by)
    if by == "desk":
        keys = [f"{place}/", *site.places.communes_of(place)] if place != "vn" else list(site.places.units)
        names = [(key, "" if key.endswith("/") else site.places.name(key)) for key in keys]
    else:
        names = [(field, field) for field in FIELDS]
    rows = []
    for key, vi in names:
        overdue, ended = int(luck.expovariate(1 / 6)), luck.randint(20, 900)
        counts = {
            "received": luck.randint(50, 1400),
            "ended": ended,
            "ended_on_time": ended - luck.randint(0, 18),
        }
        rows.append(
            {
                "key": key,
                "vi": vi,
                "en": vi,
                "overdue": overdue,
                "open": overdue + luck.randint(5, 300),
                "oldest": None,
                "counts": counts,
            }
        )
    return sorted(rows, key=lambda row: -int(str(row["overdue"])))


def record(place: str, n: int) -> dict[str, Any]:
    """The n-th longest overdue record."""
    luck = random.Random(n)
    due = now() + int((n - 40) * 0.48 * DAY_MS)
    named = PROCEDURES if Doors.hostile else PROCEDURES[:-1]
    fields = {"procedure": named[n % len(named)], "field": FIELDS[n % len(FIELDS)]}
    return {
        "id": f"H36.{place[:2]}-2611{n:02}-{luck.randint(100, 999):04}",
        "type": "dossier",
        "state": STATES[n % len(STATES)],
        "due": iso(due),
        "late_from": iso(due),
        "fields": fields,
    }


def score_parts(indicator: Indicator, luck: random.Random) -> dict[str, Any]:
    """Points of a score by group and item, one item lost without a figure."""
    groups = indicator.compute.args.get("groups")
    if indicator.compute.fn == "spikes":
        return {"extra": {"topics": ["health", "education"]}}
    if not groups:
        return {}
    items = {i["indicator"]: round(i["max"] * luck.uniform(0.7, 1), 2) for g in groups for i in g["items"]}
    return {
        "extra": {
            "level": "fair",
            "items": items,
            "groups": {g["code"]: round(sum(items[i["indicator"]] for i in g["items"]), 2) for g in groups},
        }
    }


def entity_fields(feed: Feed, n: int, luck: random.Random) -> dict[str, Any]:
    """What the n-th station of a feed says of itself: its kind, its levels; a camera its state."""
    if feed.kind == "cameras":
        return {"state": ("online", "online", "online", "offline", "frozen", "dark", "blurred", "low_fps")[n % 8]}
    types = list(feed.labels)
    level = luck.uniform(20, 90)
    levels = {"bd1": level, "bd2": level + 1, "bd3": level + 2, "capacity": 6500, "free_flow": 80}
    said = {name: round(value, 1) for name, value in levels.items() if name in feed.entity_fields}
    return said | ({"type": types[n // 2 % len(types)]} if types else {})


def figures_of(site: Site, feed: Feed, fields: dict[str, Any]) -> list[Indicator]:
    """The figures that a station of that kind has."""
    found = []
    for indicator in site.catalogue.of_feed(feed.code):
        wanted = indicator.compute.args.get("where", {}).get("type")
        if wanted is None or fields.get("type") in (wanted if isinstance(wanted, list) else [wanted]):
            found.append(indicator)
    return found[:9]


def spoken_of(site: Site, domain: str, luck: random.Random) -> dict[str, Any]:
    """Topics and items of a domain that listens."""
    if not any(feed.kind == "social" for feed in site.catalogue.domains[domain].feeds):
        return {}
    topics: list[dict[str, Any]] = []
    for code in list(site.topics)[:11]:
        tones = {"positive": luck.randint(2, 40), "neutral": luck.randint(5, 90), "negative": luck.randint(1, 30)}
        n = sum(tones.values())
        topics.append({"code": code, "n": n, "hour": luck.randint(0, 14), "usual": round(n / 24, 1), **tones})
    items = [
        {"at": iso(now() - n * 900_000), "topic": "health", "paper": "Báo Lâm Đồng", "text": TEXT} for n in range(5)
    ]
    return {"topics": [*sorted(topics, key=lambda t: -t["n"]), {"code": None, "n": 7}], "items": items}


TEXT = "<script>alert(1)</script> Bệnh viện tuyến huyện tiếp nhận ca cấp cứu trong đêm"


def picture(name: str) -> str:
    """A still of a camera, grey."""
    shade = sum(map(ord, name)) % 60 + 90
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="320" height="180">'
        f'<rect width="320" height="180" fill="rgb({shade},{shade},{shade + 8})"/>'
        f'<path d="M0 120 130 70 190 70 320 120V180H0Z" fill="rgb({shade - 40},{shade - 40},{shade - 36})"/></svg>'
    )
