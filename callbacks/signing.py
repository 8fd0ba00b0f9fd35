"""The pages where people come in, drawn once for each language: they hold no figure, and no word of anybody."""

from __future__ import annotations

from layouts import account, people
from layouts.signing import link_page, login_page
from layouts.site import Site


def signing(site: Site, sso: bool = False) -> dict[str, dict[str, bytes]]:
    """Signing in, what a link opens, one's own account, the page of administrators; each by language."""
    return {
        "login": {lang: login_page(site, lang, sso).encode() for lang in site.words},
        "account": {lang: account.document(site, lang).encode() for lang in site.words},
        "people": {lang: people.document(site, lang).encode() for lang in site.words},
        "link": {lang: link_page(site, lang).encode() for lang in site.words},
    }
