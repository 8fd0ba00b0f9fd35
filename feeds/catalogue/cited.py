"""The catalogue as an English reader is told of it: senders, laws and other sources under their English names.

What has none keeps the name it is written with: a module may cite what nobody has translated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain

from msgspec.structs import replace

from feeds.catalogue.model import Catalogue, Domain, Feed, Indicator

Name = Callable[[str], str]


def in_english(catalogue: Catalogue) -> Catalogue:
    """The same catalogue, everything that is cited named in English; legal symbols (`766/QĐ-TTg`) stay."""

    def name(text: str) -> str:
        return catalogue.cited.get(text, text)

    domains = {code: _domain(domain, name) for code, domain in catalogue.domains.items()}
    indicators = {each.code: each for domain in domains.values() for each in domain.indicators}
    return replace(
        catalogue,
        domains=domains,
        feeds={each.code: each for domain in domains.values() for each in domain.feeds},
        indicators={code: indicators[code] for code in catalogue.indicators},
        scales={code: replace(scale, source=name(scale.source)) for code, scale in catalogue.scales.items()},
    )


def names_of(catalogue: Catalogue, english: Iterable[str]) -> dict[str, str]:
    """As the catalogue writes it -> the English, of those that are called `english`: snapshots tell the former."""
    wanted = set(english)
    return {name: called for name, called in catalogue.cited.items() if called in wanted}


def cited(catalogue: Catalogue) -> Iterable[str]:
    """Everything that the catalogue cites, as written: owners, bases, sources of thresholds and of scales."""
    indicators = catalogue.indicators.values()
    limits = (limit.source for each in indicators for limit in each.thresholds)
    every = chain((feed.owner for feed in catalogue.feeds.values()), (each.basis for each in indicators), limits,
                  (scale.source for scale in catalogue.scales.values()))  # fmt: skip
    return dict.fromkeys(filter(None, every))


def _domain(domain: Domain, name: Name) -> Domain:
    feeds: list[Feed] = [replace(feed, owner=name(feed.owner)) for feed in domain.feeds]
    return replace(domain, feeds=feeds, indicators=[_indicator(each, name) for each in domain.indicators])


def _indicator(indicator: Indicator, name: Name) -> Indicator:
    limits = [replace(limit, source=name(limit.source)) for limit in indicator.thresholds]
    return replace(indicator, basis=name(indicator.basis), thresholds=limits)
