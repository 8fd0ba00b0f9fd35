"""The page of the audit log, drawn once for each language."""

from __future__ import annotations

from feeds.serve.audit_doors import ACTS
from layouts.audit import document
from layouts.site import Site


def audit(site: Site) -> dict[str, bytes]:
    """The page by language."""
    return {lang: document(site, lang, ACTS).encode() for lang in site.words}
