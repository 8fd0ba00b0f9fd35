"""The one vocabulary: units, legal scales and parameters, from parameters.yaml and from what domains add to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from feeds.catalogue.model import Parameter, Scale
from feeds.catalogue.shapes import coded, convert, items
from feeds.catalogue.source import Source, Where

WORDS = ("units", "scales", "parameters")
Rows = Iterator[tuple[Source, str, Any]]


class Unit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A unit as written on screen, its English, and the other spellings sources use."""

    en: str
    same: list[str] = []


class Vocabulary(msgspec.Struct, frozen=True):
    """Every word the catalogue may use for a quantity, by its code or its writing."""

    units: dict[str, Unit]
    scales: dict[str, Scale]
    parameters: dict[str, Parameter]


def gather(sources: Sequence[Source]) -> Vocabulary:
    """The words of all files together; raises CatalogueError where one has two meanings."""
    units = {name: convert(source, raw, Unit, ("units", name)) for source, name, raw in _rows(sources, "units")}
    scales = {code: coded(source, raw, Scale, ("scales", code)) for source, code, raw in _rows(sources, "scales")}
    parameters: dict[str, Parameter] = {}
    owners: dict[str, str] = {}
    for source, code, raw in _rows(sources, "parameters"):
        where = ("parameters", code)
        parameter = coded(source, raw, Parameter, where)
        check_unit(source, (*where, "unit"), parameter.unit, units)
        for name in (code, *parameter.aliases):
            other = owners.setdefault(name.lower(), code)
            if other != code:
                raise source.error((*where, "aliases"), f"`{name}` already means `{other}`: remove it from one of them")
        parameters[code] = msgspec.structs.replace(parameter, units=_factors(source, where, parameter, units))
    return Vocabulary(units, scales, parameters)


def check_unit(source: Source, where: Where, name: str, units: dict[str, Unit]) -> None:
    """Raises CatalogueError when no unit is written like `name`."""
    if name not in units:
        raise source.unknown(where, "unit", name, units, "add it to `units` in parameters.yaml or use a known one")


def _rows(sources: Sequence[Source], part: str) -> Rows:
    """The rows of `part` in all files, each word once."""
    first: dict[str, Source] = {}
    for source in sources:
        for word, raw in items(source, part):
            if word in first:
                problem = f"`{word}` already stands in {first[word].file.name}: remove it here or choose another word"
                raise source.error((part, word), problem)
            first[word] = source
            yield source, word, raw


def _factors(source: Source, where: Where, parameter: Parameter, units: dict[str, Unit]) -> dict[str, float]:
    factors: dict[str, float] = {}
    for name, factor in {parameter.unit: 1.0, **parameter.units}.items():
        check_unit(source, (*where, "units", name), name, units)
        factors |= dict.fromkeys((name, *units[name].same), factor)
    return factors
