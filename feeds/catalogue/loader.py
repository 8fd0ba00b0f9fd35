"""`data/catalogue/*.yaml` into one Catalogue, or one sentence that says where it is wrong and what to write.

`parameters.yaml` is the vocabulary: units, legal scales, parameters, English of what is cited. Every other file is a
domain, which may add words of its own to the one vocabulary. Files are read by `source`, given their shape here and by
`shapes`, and their meaning is checked by `checks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from feeds.catalogue import checks
from feeds.catalogue.bounds import check_values
from feeds.catalogue.functions import FUNCTIONS
from feeds.catalogue.model import Catalogue, Domain, Feed, Indicator, Measure, Span
from feeds.catalogue.said import say
from feeds.catalogue.shapes import CODE, check_keys, coded, convert, duration, items
from feeds.catalogue.source import CatalogueError, Source, Where, read
from feeds.catalogue.vocabulary import WORDS, Vocabulary, check_unit, gather

__all__ = ["MODULES", "CatalogueError", "load", "module_file", "refusal"]
MODULES = "modules"  # what the place of modules is called in what is said of them
NO_MODULES: Mapping[str, str] = MappingProxyType({})


def load(folder: Path, modules: Mapping[str, str] = NO_MODULES) -> Catalogue:
    """The catalogue in `folder`; raises CatalogueError at the first mistake.

    `modules` are domains beside it, name -> text: one of a domain's own name stands in that domain's place. Their
    mistakes are told as those of `modules/<name>.yaml`.
    """
    files = sorted(folder.glob("*.yaml"))
    first = folder / "parameters.yaml"
    if first not in files:
        problem = say("there is no vocabulary: write the units and parameters into parameters.yaml")
        raise CatalogueError(first, 0, problem)
    if first.stem in modules:
        problem = say(
            "the vocabulary is the product's own: write new words into the module's own `units` and `parameters`"
        )
        raise CatalogueError(module_file(first.stem), 1, problem)
    sources = {file.stem: read(file) for file in files if file.stem not in modules}
    sources |= {name: read(module_file(name), text) for name, text in modules.items()}
    check_keys(sources[first.stem], sources[first.stem].data, (), WORDS)
    for source in sources.values():
        check_values(source)
    vocabulary = gather([sources.pop(first.stem), *sources.values()])
    domains = sorted((_domain(source, vocabulary) for source in sources.values()), key=lambda d: (d.order, d.code))
    return checks.join(domains, sources, vocabulary)


def module_file(name: str) -> Path:
    """How a module's file is named in what is said of it."""
    return Path(MODULES, name if name.endswith(".yml") else f"{name}.yaml")


def refusal(file: Path, error: Exception) -> CatalogueError:
    """Why a file cannot be used, also where no check foresaw what is wrong with it."""
    if isinstance(error, CatalogueError):
        return error
    return CatalogueError(file, 0, say("it could not be checked ({kind}): write it anew", kind=type(error).__name__))


def _domain(source: Source, vocabulary: Vocabulary) -> Domain:
    data = {key: value for key, value in source.data.items() if key not in WORDS}
    if not CODE.fullmatch(source.file.stem):
        problem = say(
            "`{name}` is not a code: name the file with lower-case letters, digits and _", name=source.file.stem
        )
        raise source.error(("code",), problem)
    if data.get("code") != source.file.stem:
        problem = say("the domain's code must be the file's name: write `code: {name}`", name=source.file.stem)
        raise source.error(("code",), problem)
    feeds = [_feed(source, code, raw) for code, raw in items(source, "feeds")]
    indicators = [_indicator(source, code, raw, vocabulary) for code, raw in items(source, "indicators")]
    return convert(source, data | {"feeds": feeds, "indicators": indicators}, Domain, ())


def _feed(source: Source, code: str, raw: Any) -> Feed:
    where = ("feeds", code)
    if isinstance(raw, dict) and isinstance(raw.get("measures"), dict):
        said = raw["measures"].items()
        raw = raw | {"measures": {k: convert(source, v, Measure, (*where, "measures", k)) for k, v in said}}
    if isinstance(raw, dict) and isinstance(raw.get("spans"), dict):
        said = raw["spans"].items()
        raw = raw | {"spans": {k: convert(source, v, Span, (*where, "spans", k)) for k, v in said}}
    return coded(source, raw, Feed, where)


def _indicator(source: Source, code: str, raw: Any, vocabulary: Vocabulary) -> Indicator:
    where = ("indicators", code)
    if isinstance(raw, dict) and isinstance(raw.get("compute"), dict):
        compute = dict(raw["compute"])
        args = {key: value for key, value in compute.items() if key != "fn"}
        raw = raw | {"compute": {"fn": compute.get("fn", ""), "args": _args(source, where, compute.get("fn"), args)}}
    indicator = coded(source, raw, Indicator, where)
    check_unit(source, (*where, "unit"), indicator.unit, vocabulary.units)
    unit_en = indicator.unit_en or vocabulary.units[indicator.unit].en
    return msgspec.structs.replace(indicator, domain=source.file.stem, unit_en=unit_en)


def _args(source: Source, where: Where, fn: Any, args: dict[str, Any]) -> dict[str, Any]:
    """Arguments with durations in seconds; everything else is judged by `checks`."""
    function = FUNCTIONS.get(fn) if isinstance(fn, str) else None
    timed = [a for a in args if function and a in function.args() and function.kind(a) == "duration"]
    return args | {arg: duration(source, (*where, "compute", arg), args[arg]) for arg in timed}
