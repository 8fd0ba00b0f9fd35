"""`data/catalogue/*.yaml` into one Catalogue, or one sentence that says where it is wrong and what to write.

`parameters.yaml` is the vocabulary: units, legal scales, parameters. Every other file is a domain. Reading a file is
`source`, its meaning is checked in `checks`; here it gets its shape.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from feeds.catalogue import checks
from feeds.catalogue.functions import FUNCTIONS
from feeds.catalogue.model import Catalogue, Domain, Feed, Indicator, Measure, Parameter, Scale
from feeds.catalogue.source import CatalogueError, Source, Where, read

__all__ = ["CatalogueError", "load", "seconds"]

T = TypeVar("T")
CODE = re.compile(r"[a-z][a-z0-9_]*")
DURATION = re.compile(r"(\d+)(s|m|h|d)")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
FORMS = {
    "`object`": "a mapping `{key: value}`",
    "`array`": "a list `[...]`",
    "`str`": "text",
    "`int`": "a whole number",
}
FORMS |= {"`float`": "a number", "`bool`": "true or false", "`null`": "nothing"}
DURATIONS = ("cadence", "lag", "late_window", "hold")


class Unit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A unit as written on screen, its English, and the other spellings sources use."""

    en: str
    same: list[str] = []


class Vocabulary(msgspec.Struct, frozen=True):
    """What parameters.yaml holds."""

    units: dict[str, Unit]
    scales: dict[str, Scale]
    parameters: dict[str, Parameter]


def load(folder: Path) -> Catalogue:
    """The catalogue in `folder`; raises CatalogueError at the first mistake."""
    files = sorted(folder.glob("*.yaml"))
    first = folder / "parameters.yaml"
    if first not in files:
        raise CatalogueError(first, 0, "there is no vocabulary: write the units and parameters into parameters.yaml")
    vocabulary = _vocabulary(read(first))
    sources = {file.stem: read(file) for file in files if file != first}
    domains = sorted((_domain(source, vocabulary) for source in sources.values()), key=lambda d: (d.order, d.code))
    units = {name: unit.en for name, unit in vocabulary.units.items()}
    return checks.join(domains, sources, vocabulary.parameters, units, vocabulary.scales)


def seconds(text: Any) -> int | None:
    """`90s`, `5m`, `1h`, `3d` in seconds; None when it is not written so."""
    match = DURATION.fullmatch(text) if isinstance(text, str) else None
    return int(match[1]) * SECONDS[match[2]] if match else None


def _vocabulary(source: Source) -> Vocabulary:
    _keys(source, source.data, (), ("units", "scales", "parameters"))
    units = {name: _convert(source, raw, Unit, ("units", name)) for name, raw in _items(source, "units")}
    scales = {code: _coded(source, raw, Scale, ("scales", code)) for code, raw in _items(source, "scales")}
    parameters: dict[str, Parameter] = {}
    owners: dict[str, str] = {}
    for code, raw in _items(source, "parameters"):
        where = ("parameters", code)
        parameter = _coded(source, raw, Parameter, where)
        _known_unit(source, (*where, "unit"), parameter.unit, units)
        for name in (code, *parameter.aliases):
            other = owners.setdefault(name.lower(), code)
            if other != code:
                raise source.error((*where, "aliases"), f"`{name}` already means `{other}`: remove it from one of them")
        parameters[code] = msgspec.structs.replace(parameter, units=_factors(source, where, parameter, units))
    return Vocabulary(units, scales, parameters)


def _factors(source: Source, where: Where, parameter: Parameter, units: dict[str, Unit]) -> dict[str, float]:
    factors: dict[str, float] = {}
    for name, factor in {parameter.unit: 1.0, **parameter.units}.items():
        _known_unit(source, (*where, "units", name), name, units)
        factors |= dict.fromkeys((name, *units[name].same), factor)
    return factors


def _known_unit(source: Source, where: Where, name: str, units: dict[str, Unit]) -> None:
    if name not in units:
        raise source.unknown(where, "unit", name, units, "add it to `units` in parameters.yaml or use a known one")


def _domain(source: Source, vocabulary: Vocabulary) -> Domain:
    data = dict(source.data)
    if data.get("code") != source.file.stem:
        raise source.error(("code",), f"the domain's code must be the file's name: write `code: {source.file.stem}`")
    feeds = [_feed(source, code, raw) for code, raw in _items(source, "feeds")]
    indicators = [_indicator(source, code, raw, vocabulary) for code, raw in _items(source, "indicators")]
    return _convert(source, data | {"feeds": feeds, "indicators": indicators}, Domain, ())


def _feed(source: Source, code: str, raw: Any) -> Feed:
    where = ("feeds", code)
    if isinstance(raw, dict) and isinstance(raw.get("measures"), dict):
        said = raw["measures"].items()
        raw = raw | {"measures": {k: _convert(source, v, Measure, (*where, "measures", k)) for k, v in said}}
    return _coded(source, raw, Feed, where)


def _indicator(source: Source, code: str, raw: Any, vocabulary: Vocabulary) -> Indicator:
    where = ("indicators", code)
    if isinstance(raw, dict) and isinstance(raw.get("compute"), dict):
        compute = dict(raw["compute"])
        args = {key: value for key, value in compute.items() if key != "fn"}
        raw = raw | {"compute": {"fn": compute.get("fn", ""), "args": _args(source, where, compute.get("fn"), args)}}
    indicator = _coded(source, raw, Indicator, where)
    _known_unit(source, (*where, "unit"), indicator.unit, vocabulary.units)
    unit_en = indicator.unit_en or vocabulary.units[indicator.unit].en
    return msgspec.structs.replace(indicator, domain=source.file.stem, unit_en=unit_en)


def _args(source: Source, where: Where, fn: Any, args: dict[str, Any]) -> dict[str, Any]:
    """Arguments with durations in seconds; everything else is judged by `checks`."""
    function = FUNCTIONS.get(fn) if isinstance(fn, str) else None
    timed = [a for a in args if function and a in function.args() and function.kind(a) == "duration"]
    return args | {arg: _seconds(source, (*where, "compute", arg), args[arg]) for arg in timed}


def _seconds(source: Source, where: Where, text: Any) -> int:
    length = seconds(text)
    if length is None:
        raise source.error(where, f"`{text}` is not a duration: write it as `90s`, `5m`, `1h` or `3d`")
    return length


def _items(source: Source, part: str) -> list[tuple[str, Any]]:
    """The (code, raw) rows of a part of the file."""
    rows = source.data.get(part, {})
    if not isinstance(rows, dict):
        raise source.error((part,), f"`{part}` must be a mapping: write each code as a key, its data indented below")
    return list(rows.items())


def _coded(source: Source, raw: Any, shape: type[T], where: Where) -> T:
    """`raw` in `shape`, with the code that its key gives."""
    code = where[-1]
    if not CODE.fullmatch(str(code)):
        raise source.error(where, f"`{code}` is not a code: use lower-case letters, digits and _, a letter first")
    if isinstance(raw, dict) and "code" in raw:
        raise source.error((*where, "code"), "the key above is the code: remove this line")
    return _convert(source, {**raw, "code": code} if isinstance(raw, dict) else raw, shape, where)


def _convert(source: Source, raw: Any, shape: type[T], where: Where) -> T:
    if not isinstance(raw, dict):
        raise source.error(where, f"a mapping is needed here: write {', '.join(_fields(shape))} indented below")
    _keys(source, raw, where, _fields(shape))
    timed = {key: _seconds(source, (*where, key), raw[key]) for key in DURATIONS if key in raw}
    timed |= {"thresholds": _thresholds(source, raw["thresholds"], where)} if "thresholds" in raw else {}
    try:
        return msgspec.convert(raw | timed, shape)
    except msgspec.ValidationError as error:
        raise _misshapen(source, where, shape, str(error)) from None


def _thresholds(source: Source, rows: Any, where: Where) -> Any:
    if not isinstance(rows, list):
        raise source.error((*where, "thresholds"), "thresholds are a list: start each with `- kind: ...`")
    return [
        row | {"hold": _seconds(source, (*where, "thresholds", i, "hold"), row["hold"])}
        if isinstance(row, dict) and "hold" in row
        else row
        for i, row in enumerate(rows)
    ]


def _keys(source: Source, raw: dict[str, Any], where: Where, known: tuple[str, ...]) -> None:
    for key in raw:
        if key not in known:
            raise source.unknown((*where, key), "key", key, known)


def _fields(shape: type[Any]) -> tuple[str, ...]:
    return tuple(shape.__struct_fields__)


def _misshapen(source: Source, where: Where, shape: type[Any], message: str) -> CatalogueError:
    """msgspec's message at the line it is about, with the remedy where one is known."""
    problem, _, path = message.partition(" - at `$")
    inner = tuple(int(i) if i else key for key, i in re.findall(r"\.(\w+)|\[(\d+)\]", path))
    missing = re.search(r"missing required field `(\w+)`", problem)
    unknown = re.search(r"unknown field `(\w+)`", problem)
    if missing and missing[1] in ("vi", "en", "formula_vi", "formula_en"):
        problem = f"missing translation: write `{missing[1]}: ...` (every text in Vietnamese and in English)"
    elif missing:
        problem = f"`{missing[1]}` is missing: write `{missing[1]}: ...`"
    elif unknown:
        problem, inner = f"unknown key `{unknown[1]}`: remove it or correct its spelling", (*inner, unknown[1])
    elif "enum value" in problem:
        problem = f"{problem[0].lower()}{problem[1:]}: write one of {', '.join(_choices(shape, inner))}"
    else:
        for word, plain in FORMS.items():
            problem = problem.replace(word, plain)
        problem = f"{problem[0].lower()}{problem[1:]}: write the value in that form"
    return source.error((*where, *inner), problem)


def _choices(shape: Any, path: Where) -> list[str]:
    """The words allowed at `path` inside `shape`."""
    for step in path:
        shape = get_type_hints(shape)[step] if isinstance(step, str) and hasattr(shape, "__struct_fields__") else shape
        inner = [arg for arg in get_args(shape) if hasattr(arg, "__struct_fields__")]
        shape = inner[0] if inner else shape
    return [str(word) for word in get_args(shape)]
