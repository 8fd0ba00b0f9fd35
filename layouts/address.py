"""Addresses: every view has one that restores it, and every link on a page is made here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import quote, urlencode

from feeds.catalogue.model import Catalogue
from feeds.catalogue.places import NATION_KEY, Places
from layouts.words import LANGS, Lang

Shade = Literal["light", "dark"]
Theme = Literal["light", "dark", "system"]  # system: what the browser prefers
THEMES: tuple[Theme, ...] = ("light", "dark", "system")
REM, MOST_REM = 16, 48  # pixels, as assets/css/look.css has them
KEPT = ("theme", "lang", "shade", "rem")  # what a browser keeps in cookies; an address that says otherwise wins
Hours = Literal[24, 72, 168]
HOURS: tuple[Hours, ...] = (24, 72, 168)
HOUR = re.compile(r"20\d\d-[01]\d-[0-3]\dT[0-2]\d:00")  # an hour of the past, in Vietnam's time
QUALITY = "quality"  # no domain may be called so
SERVICES = "services"  # nor so
BOOKS = (
    "alerts",
    "systems",
    "catalogue",
    "milestones",
    "modules",
)  # pages of the nation that are read like a book, each at /<name>
SHELVES = ("systems",)  # those of them that have chapters: /<name>/<chapter>
PARTS = ("sources", "score")  # of the pages of quality, besides what was refused
ABNORMAL = "abnormal"  # not an indicator but a layer: how many indicators of each unit are abnormal


class NoSuchPage(LookupError):
    """The address names no place or domain we know."""


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows: where, which domain, the indicator that colours it, and what is selected."""

    place: str = NATION_KEY
    domain: str | None = None
    indicator: str | None = None  # colours map and ranking; None = the page's own
    selected: str | None = None  # a place or station picked on the page
    hours: Hours | None = None  # how far back its chart looks; None = as far as its figure needs
    theme: Theme = "light"
    lang: Lang = "vi"
    records: bool = False  # the records behind a figure, instead of the figures
    record: str = ""  # one of them
    prefers: Shade = "light"  # what `system` means in this browser, as far as it has told: for what the server draws
    rem: int = REM  # pixels of a rem in this browser, as far as it has told: charts are set in it
    book: str = ""  # one of BOOKS; `record` is the chapter
    study: bool = False  # the nation's map with its indicators and its ranking, for a desk
    quality: bool = False  # what was refused and whether sources can be trusted; `record` says which part of it
    services: bool = False  # every service in one list
    moment: str | None = None  # the hour shown, `2026-11-22T02:00` in Vietnam; None = the present

    @property
    def shade(self) -> Shade:
        """The colours that charts are drawn in."""
        return self.prefers if self.theme == "system" else self.theme

    @property
    def scope(self) -> str:
        """The snapshot scope that carries the figures of the page."""
        return self.place

    @property
    def entity_scope(self) -> str | None:
        """The snapshot scope with the stations of the page; None where no domain is open."""
        return f"{self.place}:{self.domain}" if self.domain else None

    @property
    def is_nation(self) -> bool:
        """True on the pages of the whole country."""
        return self.place == NATION_KEY

    @property
    def overview(self) -> bool:
        """True on the overview of a place: no domain is open, nor any page beside."""
        return not (self.domain or self.study or self.quality or self.services or self.book)

    def path(self) -> str:
        """`/`, `/map`, `/services`, `/p/<code>`, `/d/<domain>`, `/p/<code>/<domain>`; `/r`, `/r/<id>` for the
        records behind."""
        if self.study:
            return "/map"
        if self.services:
            return f"/{SERVICES}" if self.is_nation else f"/p/{self.place}/{SERVICES}"
        if self.book:
            return f"/{self.book}/{quote(self.record)}" if self.record else f"/{self.book}"
        if self.quality:
            own = QUALITY if self.is_nation else f"p/{self.place}/{QUALITY}"
            return f"/{own}/{self.record}" if self.record else f"/{own}"
        tail = (f"/r/{quote(self.record, safe='/')}" if self.record else "/r") if self.records else ""
        if self.is_nation:
            return f"/d/{self.domain}{tail}" if self.domain else "/"
        return f"/p/{self.place}/{self.domain}{tail}" if self.domain else f"/p/{self.place}"

    def href(self) -> str:
        """The whole address; what stands at its default is left out."""
        plain = View()
        asked = {
            "i": self.indicator,
            "pick": self.selected,
            "at": self.moment,
            "hours": str(self.hours) if self.hours else None,
            "theme": None if self.theme == plain.theme else self.theme,
            "lang": None if self.lang == plain.lang else self.lang,
        }
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{self.path()}?{query}" if query else self.path()

    def typing(self) -> str:
        """The page where people type figures; it knows languages and nothing else of a view."""
        return "/entry" if self.lang == View().lang else f"/entry?lang={self.lang}"

    def to(self, place: str | None = None, domain: str | None = None) -> View:
        """Another page in the same theme and language, with nothing picked yet."""
        return View(place=place or self.place, domain=domain, theme=self.theme, lang=self.lang)

    def with_(self, **changes: object) -> View:
        """The same page with something changed."""
        return replace(self, **changes)  # type: ignore[arg-type]  # fields are checked by name at run time


def read(path: str, query: Mapping[str, str], catalogue: Catalogue, places: Places) -> View:
    """The view of an address; raises NoSuchPage. A wrong query is passed over: the page still shows."""
    study = path.strip("/") == "map"
    path, services = _services(path)
    path, book, chapter = _book(path)
    path, quality, part = _quality(path)
    path, records, record = _behind(path)
    place, domain = _path("/" if study else path, catalogue, places)
    if records and domain is None:
        raise NoSuchPage(path)
    hours, indicator, moment = query.get("hours", ""), query.get("i"), query.get("at", "")
    return View(
        place=place,
        domain=domain,
        indicator=indicator if indicator in catalogue.indicators or indicator == ABNORMAL else None,
        selected=(query.get("pick") or ("" if HOUR.fullmatch(moment) else moment))[:80] or None,  # `at` in older links
        hours=next((known for known in HOURS if str(known) == hours), None),
        theme=next((theme for theme in THEMES if theme == query.get("theme")), "light"),
        lang=next((lang for lang in LANGS if lang == query.get("lang")), "vi"),
        records=records,
        record=record or part or chapter,
        prefers="dark" if query.get("shade") == "dark" else "light",
        rem=_rem(query.get("rem", "")),
        study=study,
        quality=quality,
        services=services,
        book=book,
        moment=moment if HOUR.fullmatch(moment) else None,
    )


def _rem(told: str) -> int:
    """What stylesheets make of a rem, from the smallest screen to the largest; anything else is not believed."""
    return min(MOST_REM, max(REM, int(told))) if told.isascii() and told.isdigit() and len(told) < 4 else REM


def _services(path: str) -> tuple[str, bool]:
    """The place whose services are listed, and whether that is asked for."""
    steps = path.strip("/").split("/")
    asked = steps == [SERVICES] or (len(steps) == 3 and steps[0] == "p" and steps[2] == SERVICES)
    return ("/" + "/".join(steps[:-1]), True) if asked else (path, False)


def _book(path: str) -> tuple[str, str, str]:
    """The page beneath a book, its name and its chapter; which chapters there are, only the book knows."""
    name, *rest = path.strip("/").split("/")
    if name not in BOOKS:
        return path, "", ""
    if len(rest) > (name in SHELVES):
        raise NoSuchPage(path)
    return "/", name, "".join(rest)[:80]


def _quality(path: str) -> tuple[str, bool, str]:
    """The page whose data is judged, whether that is asked for, and the part or the message of it."""
    steps = path.strip("/").split("/")
    depth = 2 if steps[0] == "p" else 0
    if len(steps) <= depth or steps[depth] != QUALITY:
        return path, False, ""
    part = "/".join(steps[depth + 1 :])
    if part not in ("", *PARTS) and not (part.isascii() and part.isdigit() and len(part) < 16):
        raise NoSuchPage(path)
    return "/" + "/".join(steps[:depth]), True, part


def _behind(path: str) -> tuple[str, bool, str]:
    """The page that records stand behind, whether they are asked for, and which of them."""
    steps = path.strip("/").split("/")
    depth = {"d": 2, "p": 3}.get(steps[0], len(steps))
    if len(steps) <= depth or steps[depth] != "r":
        return path, False, ""
    return "/".join(steps[:depth]), True, "/".join(steps[depth + 1 :])[:200]


def with_kept(query: Mapping[str, str], cookies: Mapping[str, str]) -> dict[str, str]:
    """What was asked, and where the address says nothing what the browser has kept: theme and language."""
    return {name: cookies[name] for name in KEPT if name in cookies} | {name: query[name] for name in query}


def _path(path: str, catalogue: Catalogue, places: Places) -> tuple[str, str | None]:
    match path.strip("/").split("/"):
        case [""]:
            return NATION_KEY, None
        case ["d", domain] if domain in catalogue.domains:
            return NATION_KEY, domain
        case ["p", code] if code in places.units:
            return code, None
        case ["p", code, domain] if code in places.units and domain in catalogue.domains:
            return code, domain
        case _:
            raise NoSuchPage(path)
