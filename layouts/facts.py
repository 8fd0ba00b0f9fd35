"""What the live client must know to write figures into a page: a projection of catalogue, places and words."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from feeds.catalogue.cited import names_of
from feeds.catalogue.functions import share_of
from feeds.catalogue.model import POPULATION, Indicator, Scale
from layouts import scales
from layouts.address import ABNORMAL
from layouts.site import Page, lead_of, local

FEW = 30  # of fewer cases a share says little; the catalogue's `min_n` goes before
ABNORMAL_BREAKS = (0, 1, 3, 6)
STUDIED = ("study.", "change.month", "change.year")  # what is said on the page of the map alone
ELSEWHERE = ("account.", "audit.", "entry.", "login.", "people.")  # what scripts of pages beside these say


def page_facts(page: Page) -> dict[str, Any]:
    """Scopes to follow, names, limits, colour classes and words of one page."""
    view = page.view
    scopes = [view.scope] + ([view.entity_scope] if view.entity_scope else [])
    cameras = f"{view.place}:cameras"
    if not view.is_nation and not view.domain and "cameras" in page.site.catalogue.feeds:
        scopes.append(cameras)
    return {
        "scope": view.scope,
        "scopes": scopes,
        "entityScope": view.entity_scope,
        "place": view.place,
        "domain": view.domain,
        "indicator": page.coloured_by.code,
        "charted": page.charted.code,
        "study": view.study,
        "communes": _communes(page) if view.study else {},
        "regions": {region.code: region.units for region in page.site.places.regions} if view.study else {},
        "lang": view.lang,
        "version": page.site.release,
        "world": page.site.world,
        "nation": view.is_nation,
        "placeName": page.place_name,
        "population": page.site.places.population if view.is_nation else {},
        "names": {key: page.site.places.name(key, view.lang) for key in page.site.places.children(view.place)},
        "indicators": {
            i.code: indicator_facts(page, i) for i in page.site.catalogue.indicators.values() if _told(page, i)
        }
        | ({ABNORMAL: layer_facts(page)} if not view.domain else {}),
        "domains": {d.code: page.words.short(d) for d in page.site.catalogue.domains.values()},
        "absent": {d.code: sorted(d.without) for d in page.site.catalogue.domains.values() if d.without}
        if view.is_nation
        else {},
        "feeds": {
            f.code: {
                "office": f.schedule == "office",
                "optional": not f.awaited(view.is_nation),
                **({"records": True} if f.kind == "records" else {}),
            }
            for f in page.site.catalogue.feeds.values()
        },
        "scales": {s.code: scale_facts(page, s) for s in page.site.catalogue.scales.values()},
        "topics": {code: names[view.lang] for code, names in page.site.topics.items()} if view.domain else {},
        "insets": [inset["place"] for inset in page.site.boundaries.sheet["insets"]],
        "leads": [
            lead.code
            for d in page.site.catalogue.domains.values()
            if (lead := lead_of(d)) is not None and _told(page, lead)
        ],
        "labels": labels(page),
        "cited": names_of(page.site.catalogue, (feed.owner for feed in page.site.catalogue.feeds.values())),
        "words": page.words.for_browser(ELSEWHERE if view.study else (*ELSEWHERE, *STUDIED)),
    }


def _told(page: Page, indicator: Indicator) -> bool:
    """False for what only the nation's own systems say, on the page of a province: it could never be shown there."""
    return page.view.is_nation or local(page.site.catalogue, indicator)


def _communes(page: Page) -> dict[str, int]:
    places = page.site.places
    return {unit: len(places.children(unit)) for unit in places.units}


def labels(page: Page) -> dict[str, dict[str, str]]:
    """Names of states, kinds and codes in the feeds of the open domain: feed -> code -> name."""
    feeds = page.domain.feeds if page.domain else []
    return {f.code: {code: page.words.of(name) for code, name in f.labels.items()} for f in feeds if f.labels}


def indicator_facts(page: Page, indicator: Indicator) -> dict[str, Any]:
    """Name, unit, digits, direction, cadence, normal range and class bounds; absent where there is nothing to say."""
    normal = scales.limits(indicator, page.case(indicator))
    counted = bool(indicator.per) and (indicator.per != POPULATION or bool(page.site.places.population))
    ranked = page.view.study or indicator.domain == page.view.domain  # only a ranking says what it rests on
    everything = {
        "name": page.words.short(indicator),
        "full": page.words.of(indicator),
        "wrong": page.words.of(indicator.wrong) if indicator.wrong else None,
        "unit": page.unit(indicator),
        "digits": indicator.decimals,
        "dir": scales.direction(indicator, page.case(indicator)),
        "cadence": indicator.cadence,
        "lag": indicator.lag,
        "domain": indicator.domain,
        "feed": indicator.feed,
        "system": indicator.domain in page.site.catalogue.domains
        and page.site.catalogue.domains[indicator.domain].system,
        "low": normal.low,
        "high": normal.high,
        "units": _of_units(page, indicator),
        "breaks": None if indicator.scale else scales.breaks(indicator, page.case_of_units),
        "scale": indicator.scale,
        "office": bool(indicator.feed) and page.site.catalogue.feeds[indicator.feed].schedule == "office",
        "rungs": {field: page.words.of(label) for field, label in indicator.rungs.items()} or None,
        "sum": indicator.rollup in ("sum", "count"),
        "one": indicator.rollup in ("worst", "max", "min"),  # the figure of the whole is that of one part
        "local": not indicator.nation,
        "share": share_of(indicator.compute.fn, indicator.compute.args),
        "few": max((t.min_n for t in indicator.thresholds), default=0) or FEW,
        "per": indicator.per if counted else None,
        "perTimes": indicator.per_times if counted else None,
        "unpeopled": bool(indicator.per) and not counted,
        "target": indicator.goal(page.case(indicator).nation),
        "due": scales.due(indicator, page.case(indicator)),
        "basis": indicator.basis if ranked else "",
        "limitBy": scales.limit_by(indicator, page.case_of_units) if ranked else "",
    }
    return {key: value for key, value in everything.items() if value is not None and value is not False and value != ""}


def _of_units(page: Page, indicator: Indicator) -> dict[str, Any] | None:
    """How map and ranking are told where the units of the page are held against other limits than its own figure."""
    own, units = page.case(indicator), page.case_of_units
    of_own, of_units = (
        {"dir": scales.direction(indicator, case), **asdict(scales.limits(indicator, case))} for case in (own, units)
    )
    return None if of_own == of_units else {k: v for k, v in of_units.items() if v is not None}


def layer_facts(page: Page) -> dict[str, Any]:
    """The layer of abnormal figures: counts from none to many, cut where a person would."""
    return indicator_facts(page, page.abnormal) | {"breaks": ABNORMAL_BREAKS, "counts": True, "domain": ""}


def scale_facts(page: Page, scale: Scale) -> dict[str, Any]:
    """Bands of a legal scale with their words and colours."""
    bands = [{"upto": band.upto, "word": page.words.of(band), "colour": band.colour} for band in scale.bands]
    return {"name": page.words.of(scale), "source": scale.source, "bands": bands}


def definition(page: Page, indicator: Indicator) -> dict[str, Any]:
    """What the card of origin says beyond the snapshot: formula in words, legal basis, limits with their sources."""
    words = page.words
    names = {code: words.short(other) for code, other in page.site.catalogue.indicators.items()}
    return {
        "full": words.of(indicator),
        "formula": words.of(indicator, "formula"),
        "basis": indicator.basis,
        "feed": words.of(page.site.catalogue.feeds[indicator.feed]) if indicator.feed else "",
        "owner": page.site.catalogue.feeds[indicator.feed].owner if indicator.feed else "",
        "limits": scales.in_words(indicator, page.case_of_all, words, names),
        "zones": scales.zones(indicator, page.case_of_all),
        "bounds": scales.bounds(indicator, page.case_of_all),
        "extent": {whose: scales.extent(indicator, whose == "nation") for whose in ("nation", "units")},
        "check": _check(page, indicator),
    }


def _check(page: Page, indicator: Indicator) -> dict[str, Any] | None:
    """The second source of a figure and how far the two may differ."""
    check = indicator.crosscheck
    if check is None:
        return None
    other = page.site.catalogue.indicators[check.indicator]
    return {
        "code": other.code,
        "name": page.words.short(other),
        "tolerance": check.tolerance,
        "relative": check.relative,
    }
