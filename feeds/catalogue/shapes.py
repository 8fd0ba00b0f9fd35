"""From plain data to the structs of the model; what does not fit is told with its line and the remedy."""

from __future__ import annotations

import functools
import re
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from feeds.catalogue.said import Said, plain, say
from feeds.catalogue.source import CatalogueError, Source, Where

T = TypeVar("T")
CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")
DURATION = re.compile(r"([0-9]{1,9})(s|m|h|d)")
MOST_DAYS = 3_660  # ten years: history is kept no longer
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
DURATIONS = ("cadence", "lag", "late_window", "hold", "picture_age", "stuck")
TRANSLATIONS = ("vi", "en", "formula_vi", "formula_en")
FORMS: dict[str, Said] = {
    "object": say("a mapping `{{key: value}}`"),
    "array": say("a list `[...]`"),
    "str": say("text"),
    "int": say("a whole number"),
    "float": say("a number"),
    "bool": say("true or false"),
    "null": say("nothing"),
    "date": say("a date"),
}


def items(source: Source, part: str) -> list[tuple[str, Any]]:
    """The (code, raw) rows of a part of the file."""
    rows = source.data.get(part, {})
    if not isinstance(rows, dict):
        raise source.error(
            (part,), say("`{part}` must be a mapping: write each code as a key, its data indented below", part=part)
        )
    return list(rows.items())


def coded(source: Source, raw: Any, shape: type[T], where: Where) -> T:
    """`raw` in `shape`, with the code that its key gives."""
    code = where[-1]
    if not CODE.fullmatch(str(code)):
        problem = say(
            "`{code}` is not a code: use up to 60 lower-case letters, digits and _, a letter first", code=code
        )
        raise source.error(where, problem)
    if isinstance(raw, dict) and "code" in raw:
        raise source.error((*where, "code"), say("the key above is the code: remove this line"))
    return convert(source, {**raw, "code": code} if isinstance(raw, dict) else raw, shape, where)


def convert(source: Source, raw: Any, shape: type[T], where: Where) -> T:
    """`raw` in `shape`, durations in seconds; raises CatalogueError at what does not fit."""
    if not isinstance(raw, dict):
        raise source.error(
            where, say("a mapping is needed here: write {keys} indented below", keys=plain(", ".join(_fields(shape))))
        )
    check_keys(source, raw, where, _fields(shape))
    timed = {key: duration(source, (*where, key), raw[key]) for key in DURATIONS if key in raw}
    timed |= {"thresholds": _thresholds(source, raw["thresholds"], where)} if "thresholds" in raw else {}
    try:
        return msgspec.convert(raw | timed, shape)
    except msgspec.ValidationError as error:
        raise _misshapen(source, where, shape, str(error)) from None


def check_keys(source: Source, raw: dict[str, Any], where: Where, known: tuple[str, ...]) -> None:
    """Raises CatalogueError at the first key that is not known."""
    for key in raw:
        if key not in known:
            raise source.unknown((*where, key), say("key"), key, known)


def seconds(text: Any) -> int | None:
    """`90s`, `5m`, `1h`, `3d` in seconds; None when it is not written so."""
    match = DURATION.fullmatch(text) if isinstance(text, str) else None
    return int(match[1]) * SECONDS[match[2]] if match else None


def duration(source: Source, where: Where, text: Any) -> int:
    """`text` in seconds; raises CatalogueError when it is not a duration."""
    length = seconds(text)
    if length is None:
        raise source.error(where, say("`{text}` is not a duration: write it as `90s`, `5m`, `1h` or `3d`", text=text))
    if length > MOST_DAYS * SECONDS["d"]:
        raise source.error(where, say("`{text}` is too long: write at most `{most}d`", text=text, most=MOST_DAYS))
    return length


def _thresholds(source: Source, rows: Any, where: Where) -> Any:
    if not isinstance(rows, list):
        raise source.error((*where, "thresholds"), say("thresholds are a list: start each with `- kind: ...`"))
    return [
        row | {"hold": duration(source, (*where, "thresholds", i, "hold"), row["hold"])}
        if isinstance(row, dict) and "hold" in row
        else row
        for i, row in enumerate(rows)
    ]


def _fields(shape: type[Any]) -> tuple[str, ...]:
    return tuple(shape.__struct_fields__)


def _misshapen(source: Source, where: Where, shape: type[Any], message: str) -> CatalogueError:
    """msgspec's message at the line it is about, with the remedy where one is known."""
    problem, _, path = message.partition(" - at `$")
    inner = tuple(int(i) if i else key for key, i in re.findall(r"\.(\w+)|\[(\d+)\]", path))
    missing = re.search(r"missing required field `(\w+)`", problem)
    unknown = re.search(r"unknown field `(\w+)`", problem)
    if missing and missing[1] in TRANSLATIONS:
        said = say("missing translation: write `{key}: ...` (every text in Vietnamese and in English)", key=missing[1])
    elif missing:
        said = say("`{key}` is missing: write `{key}: ...`", key=missing[1])
    elif unknown:
        said = say("unknown key `{key}`: remove it or correct its spelling", key=unknown[1])
        inner = (*inner, unknown[1])
    elif word := re.fullmatch(r"Invalid enum value (.*)", problem, re.DOTALL):
        names = plain(", ".join(_choices(shape, inner)))
        said = say("unknown word {word}: write one of {names}", word=word[1], names=names)
    elif forms := re.fullmatch(r"Expected `([^`]*)`, got `([^`]*)`", problem):
        wanted = functools.reduce(_either, map(_form, forms[1].split(" | ")))
        said = say("expected {wanted}, got {got}: write the value in that form", wanted=wanted, got=_form(forms[2]))
    else:
        said = say("wrong value ({reason}): write it as in docs/add-a-domain.md", reason=problem)
    return source.error((*where, *inner), said)


def _form(word: str) -> Said:
    return FORMS.get(word) or plain(word)


def _either(one: Said, other: Said) -> Said:
    return say("{one} or {other}", one=one, other=other)


def _choices(shape: Any, path: Where) -> list[str]:
    """The words allowed at `path` inside `shape`."""
    for step in path:
        shape = get_type_hints(shape)[step] if isinstance(step, str) and hasattr(shape, "__struct_fields__") else shape
        inner = [arg for arg in get_args(shape) if hasattr(arg, "__struct_fields__")]
        shape = inner[0] if inner else shape
    return [str(word) for word in get_args(shape)]
