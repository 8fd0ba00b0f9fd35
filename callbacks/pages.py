"""Joins Dash and the pages: the index of every address, Dash's layout, the callbacks, the definitions of indicators."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from dash import Dash
from dash.exceptions import CallbackException
from flask import Response, abort, jsonify, make_response, request

from callbacks import desk, drill, open_alerts, quality, wall
from feeds.access.needs import needs
from feeds.catalogue import loader, milestones, scenes, source, systems
from feeds.catalogue.boundaries import Boundaries
from feeds.catalogue.clock import TZ, Clock
from feeds.catalogue.model import Catalogue
from feeds.catalogue.places import Places
from feeds.catalogue.question import Unmeant
from feeds.catalogue.scope import OutOfScope, Scope
from feeds.catalogue.settings import ROOT, Settings
from feeds.serve.calendar import alike, due
from feeds.serve.evidence import Evidence
from feeds.serve.modules import ModuleReader
from feeds.serve.readers import Unknown
from layouts import address, document, facts, gallery, panels, words
from layouts.address import REM
from layouts.document import DashParts
from layouts.drill import root
from layouts.site import Page, Site
from layouts.wall.panels import KINDS, LAYOUTS
from layouts.words import LANGS, Lang

ASSETS = ROOT / "assets"
KEPT_PAGES = 128  # of 200 KB each


class Series(Protocol):
    """Reads history as `/api/v1/series` answers it: `t`, `v` and the rest, gaps as None."""

    def __call__(self, sight: Scope, scope: str, indicator: str, start_ms: int, end_ms: int, /) -> Mapping[str, Any]:
        """History of one figure; OutOfScope when the session may not see it."""
        ...


LATER = (
    "worker",
    "gallery",
    "made_up",
    "worst_of_all",
    "saved",
    "entry",
    "login",
    "people",
    "account",
    "audit",
)  # modules that no page needs while it opens


def site(
    settings: Settings, catalogue: Catalogue | None = None, places: Places | None = None, modules_version: str = ""
) -> Site:
    """Everything pages are drawn from; raises what its parts raise when a file is wrong, before anything is served."""
    catalogue = catalogue or loader.load(settings.catalogue)
    places = places or Places.load(ROOT / "data" / "places")
    boundaries = Boundaries.load(settings.boundaries, places.units, ROOT / "data" / "geo")
    panels.check(catalogue)
    stems = sorted(path.stem for path in (ASSETS / "js").glob("*.js"))
    modules = tuple(stem for stem in stems if stem not in LATER and not stem.startswith("wall_"))
    topics = _topics(ROOT / "data" / "lexicon" / "topics.yaml")
    table = words.load(ROOT / "data" / "translations")
    walls = scenes.load(ROOT / "data" / "wall", LAYOUTS, KINDS)
    history = milestones.load(places)
    return Site(
        catalogue, places, boundaries, table, settings.world, fingerprint(ASSETS), topics, walls,
        history=history, systems=systems.load(catalogue, history), modules=modules, due=due, alike=alike,
        modules_version=modules_version,
    )  # fmt: skip


def _topics(path: Path) -> dict[str, dict[Lang, str]]:
    lexicon = source.read(path).data
    return {topic["code"]: {lang: topic[lang] for lang in LANGS} for topic in (*lexicon["topics"], lexicon["other"])}


def fingerprint(folder: Path) -> str:
    """Changes when any asset changes: part of their addresses, so that browsers may keep them."""
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def register(
    app: Dash,
    site: Site,
    *,
    clock: Clock,
    sight: Callable[[], Scope],
    series: Series,
    station: drill.Station | None = None,
    evidence: Evidence | None = None,
    refused: quality.Desk | None = None,
    modules: ModuleReader | None = None,
    alerts: open_alerts.Read | None = None,
) -> None:
    """Give every address its page, Dash its layout and callbacks; serve `/definitions/<lang>`."""
    pages = Pages(site, clock)
    app.layout = root()
    app.interpolate_index = pages.index  # type: ignore[assignment, method-assign]  # Dash calls it with keywords only
    drill.register(app, pages.view_page, series, sight, clock, station, evidence, refused, modules, alerts)
    if evidence is not None:
        desk.register(app, pages.view_page, evidence, sight)
    if refused is not None:
        quality.register(app, pages.view_page, refused)
    app.server.add_url_rule("/definitions/<lang>", "definitions", pages.definitions)
    app.server.add_url_rule(gallery.PATH, "gallery", pages.gallery)
    app.server.register_error_handler(OutOfScope, _forbidden)
    app.server.register_error_handler(Unmeant, _unmeant)
    app.server.register_error_handler(Unknown, _unmeant)
    wall.register(app.server, site, clock=clock, sight=sight)
    for kind in (CallbackException, KeyError, address.NoSuchPage):
        app.server.register_error_handler(kind, not_asked_by_a_page)


def not_asked_by_a_page(error: Exception) -> Response:
    """400 for a question of an address that is not there, or that fits no callback, as Dash finds out itself; any other
    error stays the fault it is."""
    known = type(error) is CallbackException or isinstance(error, address.NoSuchPage)
    if not known and "Callback function not found" not in str(error):
        raise error
    return make_response(jsonify({"error": "no page asks that"}), 400)


@dataclass(slots=True)
class Pages:
    """Draws pages and keeps what it has drawn: a skeleton holds no figure, so one drawing serves everybody."""

    site: Site
    clock: Clock
    kept: dict[tuple[str, date], str] = field(default_factory=dict)

    def today(self) -> date:
        """The calendar day in Vietnam."""
        return datetime.fromtimestamp(self.clock.now_ms() / 1000, TZ).date()

    def view_page(self, path: str, query: Mapping[str, str]) -> Page:
        """The page of an address; raises NoSuchPage."""
        view = address.read(path, query, self.site.catalogue, self.site.places)
        return Page(self.site, view, self.today())

    def index(self, **dash: str) -> str:
        """Dash's index for the address asked for; 404 with a page of its own where there is none."""
        parts = DashParts(dash.get("config", ""), dash.get("scripts", ""), dash.get("renderer", ""))
        asked = address.with_kept(request.args, request.cookies)
        try:
            shown = self.view_page(request.path, asked)
        except address.NoSuchPage:
            abort(make_response(document.lost(self.view_page("/", asked), parts), 404))
        return document.closed(self.skeleton(shown), parts)

    def skeleton(self, shown: Page) -> str:
        """The drawn page; what is picked on it is left to the browser, so that it is not drawn again for it."""
        plain = replace(shown, view=shown.view.with_(selected=None, moment=None, hours=None, prefers="light", rem=REM))
        key = (plain.view.href(), plain.today)
        if key not in self.kept:
            if len(self.kept) >= KEPT_PAGES:
                self.kept.clear()
            self.kept[key] = document.skeleton(plain)
        return self.kept[key]

    @needs("page")
    def gallery(self) -> Response:
        """Every panel in every state; nowhere but in the simulated world, because it shows what never was."""
        shown = self.view_page("/", address.with_kept(request.args, request.cookies))
        if self.site.world != "sim":
            return make_response(document.lost(shown), 404)
        return make_response(document.shown(shown))

    @needs("shell")
    def definitions(self, lang: str) -> Response:
        """What each indicator means, for the card of origin."""
        if lang not in LANGS:
            abort(404)
        shown = self.view_page("/", {"lang": lang})
        answer = jsonify({i.code: facts.definition(shown, i) for i in shown.site.catalogue.indicators.values()})
        answer.headers["Cache-Control"] = "private, max-age=3600"
        return answer


def _unmeant(_wrong: Exception) -> tuple[Response, int]:
    """A question whose words no page and no grid puts so."""
    return jsonify({"error": "no page asks that"}), 400


def _forbidden(_refused: OutOfScope) -> tuple[Response, int]:
    """A callback that the session may not ask, or a place that it may not see."""
    return jsonify({"error": "this lies outside of what your session may see"}), 403
