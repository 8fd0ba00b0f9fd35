"""Writes docs/indicators.md from the catalogue: every indicator with what its definition card says, in English."""

from __future__ import annotations

from datetime import date
from functools import cache

import callbacks
from feeds.catalogue.model import Domain
from feeds.catalogue.settings import Settings
from layouts import definitions
from layouts.address import View
from layouts.site import Page

HEAD = """# Indicators

Every indicator of the catalogue ([add-a-domain.md](add-a-domain.md) says how one is declared). Written by
`python -m docs.build` from `data/catalogue`, and a test holds it up to date. On screen the same stands at `/catalogue`,
searchable without marks and exportable as CSV or Excel. Thresholds: level 1 Nghiêm trọng, 2 Cao, 3 Vừa, 4 Thấp; `design
choice` marks those that are our own.
"""
HEADS = (
    "code",
    "Vietnamese",
    "English",
    "unit",
    "good",
    "cadence",
    "roll-up",
    "formula",
    "thresholds (level: limit; source)",
)


def paper() -> str:
    """The whole of docs/indicators.md."""
    page = _page()
    domains = [domain for domain in page.site.catalogue.domains.values() if domain.indicators]
    total = sum(len(domain.indicators) for domain in domains)
    counted = f"\n{total} indicators in {len(domains)} domains.\n"
    return HEAD + counted + "".join(_domain(page, domain) for domain in domains)


@cache
def _page() -> Page:
    return Page(callbacks.site(Settings()), View(lang="en"), date.min)


def _domain(page: Page, domain: Domain) -> str:
    feeds = "".join(
        f"- `{feed.code}`: {feed.en}; {feed.owner}; every {definitions.span(page, feed.cadence)}\n"
        for feed in domain.feeds
    )
    rows = [HEADS, ("---",) * len(HEADS), *(_row(page, code) for code in (i.code for i in domain.indicators))]
    table = "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |\n" for row in rows)
    return f"\n## {domain.en} ({domain.vi})\n\n{feeds}\n{table}"


def _row(page: Page, code: str) -> tuple[str, ...]:
    indicator = page.site.catalogue.indicators[code]
    told = definitions.facts(page, indicator)
    limits = "<br>".join(f"{each.level}: {limit}; {source}" for each, (_, limit, source) in
                         zip(sorted(indicator.thresholds, key=lambda t: t.level), definitions.limits(page, indicator),
                             strict=True))  # fmt: skip
    basis = f" ({indicator.basis})" if indicator.basis else ""
    return (f"`{code}`", indicator.vi, indicator.en, told["unit"] or "–", told["direction"], told["cadence"],
            told["rollup"], told["formula"] + basis, limits or "–")  # fmt: skip
