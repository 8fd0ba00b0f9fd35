"""What a catalogue must keep beyond its shape: every name it uses exists, and every figure can be computed.

Each check raises CatalogueError at the line of the mistake, with what to write instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

import msgspec

from feeds.catalogue.arguments import check_compute
from feeds.catalogue.functions import DERIVED_TIMES, DERIVES
from feeds.catalogue.limits import check_threshold
from feeds.catalogue.model import (
    POPULATION,
    Catalogue,
    Domain,
    Feed,
    Indicator,
    Measure,
    Span,
)
from feeds.catalogue.panel_checks import check_panel
from feeds.catalogue.places import unit_codes
from feeds.catalogue.rollup_checks import check_rollup
from feeds.catalogue.said import plain, say
from feeds.catalogue.source import Source, Where
from feeds.catalogue.vocabulary import Vocabulary

RESERVED = ("quality", "services")  # pages of every place beside its domains
RECORD_WORDS = ("type", "state")
MOST_DECIMALS = 6
FARTHEST = 1_000_000
COLUMNS = ("id", "type", "state", "place", "source", "at", "due", "overdue")  # that every list of records may have


@dataclass(slots=True)
class Ground:
    """The catalogue under inspection and the files it came from."""

    catalogue: Catalogue
    sources: dict[str, Source]  # domain -> file


def join(domains: list[Domain], sources: dict[str, Source], words: Vocabulary) -> Catalogue:
    """All domains as one catalogue in which every name is known and every figure can be computed."""
    catalogue = Catalogue(
        domains={domain.code: domain for domain in domains},
        feeds=_unique(domains, sources, "feeds"),
        indicators=_unique(domains, sources, "indicators"),
        parameters=words.parameters,
        units={name: unit.en for name, unit in words.units.items()},
        scales=words.scales,
        cited=words.cited,
        names={name.lower(): p.code for p in words.parameters.values() for name in (p.code, *p.aliases)},
    )
    ground = Ground(catalogue, sources)
    for domain in domains:
        _check_domain(ground, domain)
    return _ordered(ground)


def needs(indicator: Indicator) -> list[tuple[Where, str]]:
    """The indicators that `indicator` is computed or judged from, with the place in the file that names each."""
    found: list[tuple[Where, str]] = [(("weight",), indicator.weight)] if indicator.weight else []
    for i, threshold in enumerate(indicator.thresholds):
        if threshold.of:
            found.append((("thresholds", i, "of"), threshold.of))
    for i, group in enumerate(indicator.compute.args.get("groups") or ()):
        for j, item in enumerate(group["items"]):
            found.append((("compute", "groups", i, "items", j), item["indicator"]))
    return found


def _unique(domains: list[Domain], sources: dict[str, Source], part: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    owner: dict[str, str] = {}
    for domain in domains:
        for item in getattr(domain, part):
            if item.code in found:
                file = sources[owner[item.code]].file.name
                problem = say("`{code}` already stands in {file}: choose another code", code=item.code, file=file)
                raise sources[domain.code].error((part, item.code), problem)
            found[item.code], owner[item.code] = item, domain.code
    return found


def _check_domain(ground: Ground, domain: Domain) -> None:
    source, own = ground.sources[domain.code], {i.code for i in domain.indicators}
    if domain.code in RESERVED:
        problem = say("`{code}` is the address of another page: choose another code", code=domain.code)
        raise source.error(("code",), problem)
    if not domain.vi.strip() or not domain.en.strip():
        raise source.error(("vi",), say("missing translation: write `vi` and `en`"))
    if not own:
        raise source.error(("indicators",), say("a domain shows figures: write at least one of `indicators`"))
    _check_number(source, ("order",), domain.order, -FARTHEST, FARTHEST)
    for code in (*domain.brief, *([domain.lead] if domain.lead else [])):
        if code not in own:
            raise source.unknown(("brief" if code in domain.brief else "lead",), say("indicator"), code, own)
    for unit in domain.without:
        if unit not in unit_codes():
            problem = say('`{unit}` is no unit: write its two digits in quotes, as `"11"`', unit=unit)
            raise source.error(("without", unit), problem)
    for feed in domain.feeds:
        _check_feed(ground, source, feed)
    for indicator in domain.indicators:
        _check_indicator(ground, source, indicator)
    for i, panel in enumerate(domain.panels):
        check_panel(source, ("panels", i), panel, ground.catalogue)


def _check_number(source: Source, where: Where, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        problem = say(
            "`{value}` is out of bounds: write a number from {low} to {high}", value=value, low=low, high=high
        )
        raise source.error(where, problem)


def _check_feed(ground: Ground, source: Source, feed: Feed) -> None:
    where = ("feeds", feed.code)
    if feed.cadence <= 0:
        raise source.error((*where, "cadence"), say("a feed speaks again after some time: write `cadence: 5m`"))
    if feed.derive and feed.derive not in DERIVES:
        raise source.unknown((*where, "derive"), say("function"), feed.derive, DERIVES)
    for i, code in enumerate(feed.parameters):
        if code not in ground.catalogue.parameters:
            remedy = say("add it to `parameters` of this file")
            raise source.unknown((*where, "parameters", i), say("parameter"), code, ground.catalogue.parameters, remedy)
    for i, state in enumerate(feed.closed):
        if state not in feed.states:
            raise source.unknown((*where, "closed", i), say("state"), state, feed.states)
    _check_table(source, where, feed)
    for name, span in feed.spans.items():
        _check_span(source, (*where, "spans", name), feed, name, span)
    for name, measure in feed.measures.items():
        _check_measure(source, (*where, "measures", name), feed, measure)


def _check_table(source: Source, where: Where, feed: Feed) -> None:
    """Columns, filters and what is masked name things the feed has."""
    columns = (*COLUMNS, *(f"times.{name}" for name in feed.times), *(f"fields.{name}" for name in feed.fields))
    for part, known in (("table", columns), ("filters", feed.fields), ("personal", feed.fields)):
        for i, name in enumerate(getattr(feed, part)):
            if name not in known:
                raise source.unknown((*where, part, i), say("column") if part == "table" else say("field"), name, known)


def _check_span(source: Source, where: Where, feed: Feed, name: str, span: Span) -> None:
    """A span runs between times of the feed and fills fields of it."""
    for part, known in (("since", span.since), ("until", [span.until])):
        for time in known or [""]:
            if time not in feed.times:
                raise source.unknown(
                    (*where, part), say("time"), time, feed.times, say("declare it in the feed's `times`")
                )
    for field in (name, *([f"{name}_late"] if span.limit is not None else [])):
        if field not in feed.fields:
            remedy = say("declare `{field}` in the feed's `fields`", field=field)
            raise source.unknown(where, say("field"), field, feed.fields, remedy)


def _check_measure(source: Source, where: Where, feed: Feed, measure: Measure) -> None:
    words = (*feed.fields, *feed.parameters, *RECORD_WORDS)
    times = ("at", *feed.times, *DERIVED_TIMES.get(feed.derive or "", ()))
    if measure.at not in times:
        raise source.unknown((*where, "at"), say("time"), measure.at, times, say("declare it in the feed's `times`"))
    remedy = say("declare it in the feed's `fields`")
    for key in measure.where:
        if key not in words:
            raise source.unknown((*where, "where", key), say("field"), key, words, remedy)
    for key, word in (("value", measure.value), ("by", measure.by)):
        if word is not None and word not in words:
            raise source.unknown((*where, key), say("field"), word, words, remedy)
    for key, what, known in (("state", say("state"), feed.states), ("type", say("type"), feed.types)):
        wanted = measure.where.get(key, [])
        for value in wanted if isinstance(wanted, list) else [wanted]:
            if value not in known:
                raise source.unknown((*where, "where", key), what, value, known)


def _check_indicator(ground: Ground, source: Source, indicator: Indicator) -> None:
    where = ("indicators", indicator.code)
    catalogue = ground.catalogue
    for key in ("vi", "en", "formula_vi", "formula_en"):
        if not getattr(indicator, key).strip():
            problem = say("missing translation: write `{key}` (Vietnamese and English)", key=key)
            raise source.error((*where, key), problem)
    if indicator.cadence <= 0:
        raise source.error((*where, "cadence"), say("a figure is made again after some time: write `cadence: 1h`"))
    _check_number(source, (*where, "decimals"), indicator.decimals, 0, MOST_DECIMALS)
    _check_number(source, (*where, "per_times"), indicator.per_times, 1, FARTHEST)
    feed = catalogue.feeds.get(indicator.feed)
    if indicator.feed and feed is None:
        raise source.unknown((*where, "feed"), say("feed"), indicator.feed, catalogue.feeds)
    if indicator.scale and indicator.scale not in catalogue.scales:
        raise source.unknown((*where, "scale"), say("scale"), indicator.scale, catalogue.scales)
    _check_ranges(source, where, indicator)
    check_compute(source, where, indicator, feed, catalogue)
    check_rollup(source, where, indicator, catalogue)
    for i, threshold in enumerate(indicator.thresholds):
        check_threshold(source, (*where, "thresholds", i), threshold, indicator, feed)
    stations = feed.entity_fields if feed else []
    for name in indicator.rungs:
        if name not in stations:
            remedy = say("declare it in `entity_fields`")
            raise source.unknown((*where, "rungs", name), say("field"), name, stations, remedy)
    for path, code in needs(indicator):
        if code not in catalogue.indicators:
            raise source.unknown((*where, *path), say("indicator"), code, catalogue.indicators)
    _check_second(ground, source, (*where, "crosscheck"), indicator)
    _check_per(ground, source, (*where, "per"), indicator)


def _check_ranges(source: Source, where: Where, indicator: Indicator) -> None:
    for key in ("range_p", "range_n"):
        bounds = getattr(indicator, key)
        if bounds and bounds[0] >= bounds[1]:
            problem = say("the range runs backwards: write [{low}, {high}]", low=bounds[1], high=bounds[0])
            raise source.error((*where, key), problem)


def _check_second(ground: Ground, source: Source, where: Where, indicator: Indicator) -> None:
    check = indicator.crosscheck
    if check is None:
        return
    other = ground.catalogue.indicators.get(check.indicator)
    if other is None:
        raise source.unknown((*where, "indicator"), say("indicator"), check.indicator, ground.catalogue.indicators)
    if other.code == indicator.code:
        problem = say("a figure cannot check itself: name the second source's indicator")
        raise source.error((*where, "indicator"), problem)
    if other.unit != indicator.unit:
        problem = say(
            "`{code}` is in {unit}, not in {wanted}: same units only",
            code=other.code, unit=other.unit, wanted=indicator.unit,
        )  # fmt: skip
        raise source.error((*where, "indicator"), problem)
    if check.tolerance <= 0:
        raise source.error((*where, "tolerance"), say("two sources never agree exactly: write a tolerance above 0"))


def _check_per(ground: Ground, source: Source, where: Where, indicator: Indicator) -> None:
    if indicator.per is None:
        return
    known = ground.catalogue.indicators
    if indicator.per not in (POPULATION, *known):
        raise source.unknown(where, say("indicator"), indicator.per, (POPULATION, *known))
    if indicator.rollup != "sum" or (indicator.per != POPULATION and known[indicator.per].rollup != "sum"):
        problem = say("only a count is told per count: both must roll up by `sum`, or remove `per`")
        raise source.error(where, problem)


def _ordered(ground: Ground) -> Catalogue:
    """The catalogue with its order of computation; raises at a circle."""
    catalogue = ground.catalogue
    graph = {code: {name for _, name in needs(i)} for code, i in catalogue.indicators.items()}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle: list[str] = list(reversed(error.args[1]))
        code = circle[0]
        where = next(path for path, name in needs(catalogue.indicators[code]) if name == circle[1])
        source = ground.sources[catalogue.indicators[code].domain]
        links = plain(" -> ".join(circle[:10]))
        problem = say("these need each other in a circle: {links}; remove one of the links", links=links)
        raise source.error(("indicators", code, *where), problem) from None
    return msgspec.structs.replace(catalogue, order=order)
