"""Every kind of page that the product has, as the program itself knows them, and the addresses that tests walk.

A new page is a kind that no picture and no walk has: tests/callbacks/test_kinds_of_pages.py says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask import Flask

from feeds.serve.audit_doors import PAGE_PATH
from feeds.serve.figures import ENTRY_PATH
from feeds.serve.own import ACCOUNT_PAGE
from feeds.serve.people import PEOPLE_PAGE
from feeds.serve.signing import LINK_PATH, LOGIN_PATH
from layouts.address import BOOKS, PARTS, QUALITY, SERVICES, SHELVES
from layouts.site import Site

FRONT = (ENTRY_PATH, LOGIN_PATH, LINK_PATH, ACCOUNT_PAGE, PEOPLE_PAGE, PAGE_PATH)  # pages that are not Dash's
LIGHT = (*FRONT, "/wall/legibility", "/wall/desk")  # no stream fills them, or it has nothing to say to them
PAGES = (  # each opened once, at every size; LOOKS are further ones
    "/?theme=dark&lang=en", "/services", "/systems/axis", "/milestones", "/catalogue", "/modules",
    "/alerts",
    "/d/social", "/d/data", "/p/46/dossiers", "/p/01/hydrology", "/p/79/traffic", "/p/46/tasks",
    "/p/68/dossiers/r?i=adm_ontime_rate&period=all",
)  # fmt: skip
ALIKE = (  # pages of the same making: looked at where there is time
    "/d/economy",
    "/d/air", "/d/dossiers", "/d/hydrology", "/d/tasks", "/p/01/air", "/p/01/water", "/p/79/cameras", "/p/46/social",
    "/p/46/health", "/p/46/petitions", "/p/46/services", "/systems", "/d/documents", "/d/education", "/d/tourism",
    "/d/security", "/d/land", "/d/digital", "/d/national", "/d/health", "/d/petitions", "/p/68/economy",
    "/p/68/dossiers/r/H36.68-000001", "/p/68/quality",
)  # fmt: skip
REFUSED = {  # pages of what was refused, walked by their own test
    "quality": "/quality", "quality-case": "/quality?feed=dossiers", "quality-sources": "/quality/sources",
    "quality-score": "/quality/score",
}  # fmt: skip
SCENES = ("overview", "far-1", "atlas", "domains-hydrology", "alerts", "incident")  # of a wall, by theirs
LOOKS = {  # that nothing moves on, by theirs
    "nation": "/", "map": "/map?pick=52", "province": "/p/48", "domain": "/d/hydrology",
    "air": "/d/air",
}  # fmt: skip
CLICKED = ("/quality/1",)  # one message, opened from REFUSED
SHEETS = ("/gallery", "/gallery/wall")  # of specimens, as long as they must be: test_gallery and test_phone have them
WALLS = tuple(f"/wall?scene={scene}" for scene in SCENES)
WALKED = (*PAGES, *ALIKE, *LIGHT, *REFUSED.values(), *CLICKED, *LOOKS.values(), *WALLS)


def kinds(site: Site, flask: Flask) -> tuple[str, ...]:
    """An address for each kind of page; what stands in `<>` may be anything of its name."""
    books = (*(f"/{book}" for book in BOOKS), *(f"/{book}/<chapter>" for book in SHELVES))
    quality = (f"/{QUALITY}", f"/{QUALITY}/<number>", *(f"/{QUALITY}/{part}" for part in PARTS))
    place = ("/p/<code>", f"/p/<code>/{SERVICES}", f"/p/<code>/{QUALITY}", "/p/<code>/<domain>")
    behind = ("/p/<code>/<domain>/r", "/p/<code>/<domain>/r/<id>")
    plain = tuple(r.rule for r in flask.url_map.iter_rules() if not re.search(r"^/_|<|^/$", r.rule))
    scenes = tuple(f"/wall?scene={scene.code}" for scene in site.scenes)
    return ("/", "/map", f"/{SERVICES}", "/d/<domain>", *books, *quality, *place, *behind, *plain, *scenes, *FRONT)


def uncovered(wanted: Iterable[str], shown: Iterable[str], domains: Iterable[str]) -> list[str]:
    """Those kinds of page that none of the addresses shown is of."""
    addresses = [address if "scene=" in address else re.split(r"[?#]", address)[0] for address in shown]
    named = {"<domain>": "|".join(domains), "<number>": r"\d+"}
    missing = []
    for kind in wanted:
        pattern = re.sub(r"<\w+>", lambda found: f"({named.get(found[0], '[^/?]+')})", kind.replace("?", r"\?"))
        tail = r"(-[\w-]+)?" if "scene=" in kind else ""
        same = [a for a in addresses if re.fullmatch(pattern + tail, a) or (kind == "/wall" and a.startswith("/wall?"))]
        if not same:
            missing.append(kind)
    return missing
