"""Joins the parts and names no domain. `python app.py` runs everything; `python app.py web` the web process alone."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from feeds.catalogue.settings import ROOT, BadSetting, Settings
from feeds.catalogue.source import CatalogueError
from feeds.host.refusal import EXIT_CODE, Refused

if TYPE_CHECKING:
    from callbacks.quality import Desk as QualityDesk
    from feeds.serve.edition import Drawn
    from feeds.serve.parts import Parts
    from feeds.serve.web import Application
    from layouts.site import Site

ASSETS = ROOT / "assets"
SERIES_SECONDS = 5  # how old a chart's history may be: every screen that opens it meanwhile shares one read


def create_app(settings: Settings) -> Application:
    """The ASGI application: pages, push and doors behind one guard; Refused when a file of the product is wrong."""
    from feeds.serve.front import front  # imports stand here so that the supervisor starts without waiting for them
    from feeds.serve.parts import Parts

    parts = Parts.open(settings)
    drawn = _drawn(settings, parts)
    return front(settings, drawn.flask_app, ASSETS, drawn.csp_hashes, parts, *drawn[2:], partial(_drawn, settings))


def _drawn(settings: Settings, parts: Parts) -> Drawn:
    """Everything that is drawn from one catalogue."""
    from dash import Dash

    import callbacks
    from feeds.serve.access import current_scope
    from feeds.serve.caching import cached
    from feeds.serve.edition import Drawn
    from feeds.serve.modules import ModuleReader
    from feeds.serve.paper import Paper
    from feeds.serve.parts import make_cache

    pages = Dash("ioc", assets_folder=str(ASSETS), include_assets_files=False, update_title="", title="IOC")
    series = cached(make_cache(pages.server), parts.readers.series, SERIES_SECONDS)
    site = _site(settings, parts)
    callbacks.register(
        pages, site, clock=parts.clock, sight=current_scope, series=series, station=parts.readers.station,
        evidence=parts.evidence, refused=_quality(settings, parts),
        modules=ModuleReader(parts.modules, settings.modules_folder),
    )  # fmt: skip
    paper = Paper(site.release, callbacks.waiting(site), callbacks.entry(site), callbacks.lists(site))
    hashes = pages.csp_hashes()
    return Drawn(pages.server, hashes, paper, callbacks.describer(site), callbacks.refused_describer(site))


def main(words: list[str]) -> int:
    """Run what `words` ask for; the exit code, 2 with a sentence when it cannot start."""
    try:
        return _run(Settings.from_env(), words)
    except (BadSetting, CatalogueError, Refused) as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_CODE


def _run(settings: Settings, words: list[str]) -> int:
    if not words:
        from feeds.host import supervisor

        return supervisor.main(settings)
    if words != ["web"]:
        raise Refused(f"app.py does not know {' '.join(words)!r}; write `app.py` for everything or `app.py web`.")
    from feeds.host import web_process

    web_process.serve(settings, create_app)
    return 0


def _quality(settings: Settings, parts: Parts) -> QualityDesk:
    import callbacks
    from feeds.serve.access import current_person

    return callbacks.QualityDesk(parts.refusals, parts.sources, parts.mending, current_person(settings))


def _site(settings: Settings, parts: Parts) -> Site:
    import callbacks
    from feeds.catalogue.boundaries import BadBoundaries
    from layouts.panels import UnknownPanel
    from layouts.words import MissingWords

    try:
        return callbacks.site(settings, parts.catalogue, parts.places, parts.version)
    except (BadBoundaries, UnknownPanel, MissingWords) as error:
        raise Refused(str(error)) from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
