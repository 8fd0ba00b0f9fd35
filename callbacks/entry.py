"""The page of typed figures, drawn once for each language: its module asks the doors for everything that changes."""

from __future__ import annotations

from layouts.entry import document
from layouts.site import Site


def entry(site: Site) -> dict[str, bytes]:
    """The page by language."""
    return {lang: document(site, lang).encode() for lang in site.words}
