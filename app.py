"""Joins the parts and names no domain. `python app.py` runs everything; `python app.py web` the web process alone."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from feeds.access.needs import Undeclared
from feeds.catalogue.settings import ROOT, BadSetting, Settings
from feeds.catalogue.source import CatalogueError
from feeds.host.refusal import EXIT_CODE, Refused

if TYPE_CHECKING:
    from callbacks.quality import Desk as QualityDesk
    from feeds.serve.edition import Drawn
    from feeds.serve.paper import Paper
    from feeds.serve.parts import Parts
    from feeds.serve.web import Application
    from layouts.site import Site

ASSETS = ROOT / "assets"
SERIES_SECONDS = 5  # how old a chart's history may be: every screen that opens it meanwhile shares one read


def create_app(settings: Settings) -> Application:
    """The ASGI application: pages, push and doors behind one guard; Refused when a file of the product is wrong."""
    from feeds.access import first_admin  # imports stand here so that the supervisor starts without waiting for them
    from feeds.serve.front import front
    from feeds.serve.parts import Parts

    parts = Parts.open(settings)
    drawn = _drawn(settings, parts)
    first_admin.tell(settings, parts.database)
    return front(settings, ASSETS, drawn, parts, partial(_drawn, settings))


def _drawn(settings: Settings, parts: Parts) -> Drawn:
    """Everything that is drawn from one catalogue."""
    from dash import Dash

    import callbacks
    from feeds.serve.access import current_scope
    from feeds.serve.caching import cached
    from feeds.serve.edition import Drawn
    from feeds.serve.modules import ModuleReader
    from feeds.serve.parts import make_cache
    from feeds.serve.permits import callback_needs

    pages = Dash("ioc", assets_folder=str(ASSETS), include_assets_files=False, update_title="", title="IOC")
    series = cached(make_cache(pages.server), parts.readers.series, SERIES_SECONDS)
    site = _site(settings, parts)
    callbacks.register(
        pages, site, clock=parts.clock, sight=current_scope, series=series, station=parts.readers.station,
        evidence=parts.evidence, refused=_quality(parts), modules=ModuleReader(parts.modules, settings.modules_folder),
        alerts=parts.readers.open_alerts,
    )  # fmt: skip
    callback_needs(pages.callback_map)
    sheets = callbacks.describer(site), callbacks.refused_describer(site)
    return Drawn(pages.server, pages.csp_hashes(), _paper(settings, site), *sheets)


def _paper(settings: Settings, site: Site) -> Paper:
    """The pages that the front shows itself, and the lists that are files."""
    import callbacks
    from feeds.serve.paper import Paper

    entrance = callbacks.signing(site, sso=settings.oidc_issuer is not None)
    waiting, entry, audit = callbacks.waiting(site), callbacks.entry(site), callbacks.audit(site)
    return Paper(site.release, waiting, entry, audit=audit, lists=callbacks.lists(site), **entrance)


def main(words: list[str]) -> int:
    """Run what `words` ask for; the exit code, 2 with a sentence when it cannot start."""
    try:
        return _run(Settings.from_env(), words)
    except (BadSetting, CatalogueError, Refused, Undeclared) as error:
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


def _quality(parts: Parts) -> QualityDesk:
    import callbacks
    from feeds.serve.access import current_scope

    return callbacks.QualityDesk(parts.refusals, parts.sources, parts.mending, current_scope)


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
