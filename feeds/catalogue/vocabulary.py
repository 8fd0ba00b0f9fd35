"""The one vocabulary: units, legal scales, parameters and the English of what is cited, from parameters.yaml and from
what domains add to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from feeds.catalogue.model import Parameter, Scale
from feeds.catalogue.said import say
from feeds.catalogue.shapes import coded, convert, items
from feeds.catalogue.source import Source, Where

WORDS = ("units", "scales", "parameters", "cited")
COLOUR = re.compile("#[0-9A-Fa-f]{6}")
Rows = Iterator[tuple[Source, str, Any]]


class Unit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A unit as written on screen, its English, and the other spellings sources use."""

    en: str
    same: list[str] = []


class Cited(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The English of who or what is cited: a sender, a law, a standard."""

    en: str


class Vocabulary(msgspec.Struct, frozen=True):
    """Every word the catalogue may use for a quantity, by its code or its writing."""

    units: dict[str, Unit]
    scales: dict[str, Scale]
    parameters: dict[str, Parameter]
    cited: dict[str, str]  # as the catalogue writes it -> English


def gather(sources: Sequence[Source]) -> Vocabulary:
    """The words of all files together; raises CatalogueError where one has two meanings."""
    units = {name: convert(source, raw, Unit, ("units", name)) for source, name, raw in _rows(sources, "units")}
    scales: dict[str, Scale] = {}
    for source, code, raw in _rows(sources, "scales"):
        scales[code] = coded(source, raw, Scale, ("scales", code))
        _check_bands(source, ("scales", code, "bands"), scales[code])
    parameters: dict[str, Parameter] = {}
    owners: dict[str, str] = {}
    for source, code, raw in _rows(sources, "parameters"):
        where = ("parameters", code)
        parameter = coded(source, raw, Parameter, where)
        check_unit(source, (*where, "unit"), parameter.unit, units)
        _check_bounds(source, where, parameter)
        for name in (code, *parameter.aliases):
            other = owners.setdefault(name.lower(), code)
            if other != code:
                said = say("`{name}` already means `{other}`: remove it from one of them", name=name, other=other)
                raise source.error((*where, "aliases"), said)
        parameters[code] = msgspec.structs.replace(parameter, units=_factors(source, where, parameter, units))
    cited = {name: convert(source, raw, Cited, ("cited", name)).en for source, name, raw in _rows(sources, "cited")}
    return Vocabulary(units, scales, parameters, cited)


def check_unit(source: Source, where: Where, name: str, units: dict[str, Unit]) -> None:
    """Raises CatalogueError when no unit is written like `name`."""
    if name not in units:
        remedy = say("add it to `units` of this file or use a known one")
        raise source.unknown(where, say("unit"), name, units, remedy)


def _check_bounds(source: Source, where: Where, parameter: Parameter) -> None:
    """What is physically possible is a range, and a unit's factor makes something of a value."""
    low, high = parameter.low, parameter.high
    if low is not None and high is not None and low >= high:
        problem = say("the range runs backwards: `low` must be below `high`")
        raise source.error((*where, "low"), problem)
    for name, factor in parameter.units.items():
        if factor <= 0:
            problem = say("`{factor}` is no factor: write how many {unit} one {name} is", factor=factor,
                          unit=parameter.unit, name=name)  # fmt: skip
            raise source.error((*where, "units", name), problem)
    for key in ("stuck", "jump"):
        value = getattr(parameter, key)
        if value is not None and value <= 0:
            raise source.error((*where, key), say("`{key}` must be above 0, or left out", key=key))


def _check_bands(source: Source, where: Where, scale: Scale) -> None:
    """Bands follow one another upwards, and only the last one is open."""
    for i, band in enumerate(scale.bands):
        if band.colour and not COLOUR.fullmatch(band.colour):
            problem = say("`{colour}` is no colour: write it as `#00E400`", colour=band.colour)
            raise source.error((*where, i, "colour"), problem)
    bounds = [band.upto for band in scale.bands]
    closed = [bound for bound in bounds if bound is not None]
    if not bounds or None in bounds[:-1] or closed != sorted(set(closed)):
        raise source.error(where, say("bands rise by `upto`, and only the last one has none"))


def _rows(sources: Sequence[Source], part: str) -> Rows:
    """The rows of `part` in all files, each word once."""
    first: dict[str, Source] = {}
    for source in sources:
        for word, raw in items(source, part):
            if word in first:
                problem = say(
                    "`{word}` already stands in {file}: remove it here or choose another word",
                    word=word, file=first[word].file.name,
                )  # fmt: skip
                raise source.error((part, word), problem)
            first[word] = source
            yield source, word, raw


def _factors(source: Source, where: Where, parameter: Parameter, units: dict[str, Unit]) -> dict[str, float]:
    factors: dict[str, float] = {}
    for name, factor in {parameter.unit: 1.0, **parameter.units}.items():
        check_unit(source, (*where, "units", name), name, units)
        factors |= dict.fromkeys((name, *units[name].same), factor)
    return factors
