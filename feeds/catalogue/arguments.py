"""`compute:` is right when the function is known and each argument is of its kind and names what exists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from feeds.catalogue.functions import FUNCTIONS, ArgKind, Function, Window
from feeds.catalogue.model import Catalogue, Feed, Indicator
from feeds.catalogue.source import Source, Where

OPERATIONS = (">", ">=", "<", "<=", "==")


def check_compute(source: Source, where: Where, indicator: Indicator, feed: Feed | None, catalogue: Catalogue) -> None:
    """Raises CatalogueError at the first wrong name or argument."""
    here = (*where, "compute")
    fn, args = indicator.compute.fn, indicator.compute.args
    function = FUNCTIONS.get(fn)
    if function is None:
        raise source.unknown((*here, "fn"), "function", fn, FUNCTIONS)
    if feed is None and function.level != "health" and fn != "score_766":
        raise source.error(where, f"`{fn}` works on a feed: write `feed: ...`")
    for arg in args:
        if arg not in function.args():
            raise source.unknown((*here, arg), f"argument of {fn}", arg, function.args())
    for arg in function.required:
        if arg not in args:
            raise source.error(here, f"`{fn}` needs `{arg}: ...` ({function.kind(arg)})")
    for arg, value in args.items():
        _check(source, (*here, arg), function, arg, value, feed)


def _check(source: Source, where: Where, function: Function, arg: str, value: Any, feed: Feed | None) -> None:
    kind = function.kind(arg)
    choices = function.choices.get(arg) or CHOICES.get(kind)
    if choices:
        if value not in choices:
            raise source.unknown(where, arg, value, choices, f"write one of: {', '.join(choices)}")
        return
    if kind in NAMES:
        for name in value if isinstance(value, list) and kind in ("parameters", "measures") else [value]:
            _check_name(source, where, kind, name, feed)
        return
    problem = SHAPES[kind](value)
    if problem:
        raise source.error(where, problem)
    if kind == "where":
        _check_where(source, where, value, feed)


def _check_name(source: Source, where: Where, kind: ArgKind, name: Any, feed: Feed | None) -> None:
    what, known = NAMES[kind](feed) if feed else (kind, [])
    if name not in known:
        raise source.unknown(where, what, name, known, f"declare it in the feed {feed.code if feed else ''}")


def _check_where(source: Source, where: Where, value: dict[str, Any], feed: Feed | None) -> None:
    known = ("type", "state", *feed.fields, *feed.entity_fields) if feed else ()
    for key in value:
        if key not in known:
            raise source.unknown((*where, key), "field", key, known)


def _hours(value: Any) -> str:
    whole = isinstance(value, int) and not isinstance(value, bool) and value >= 1
    return "" if whole else f"`{value}` is not a number of hours: write a whole number from 1"


def _number(value: Any) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return "" if number else f"`{value}` is not a number"


def _groups(value: Any) -> str:
    """score_766: `[{code, max, items: [{indicator, max, full, own?}]}]`; `own: true`: the points are our choice."""
    shape = "write `- {code: ..., max: ..., items: [{indicator: ..., max: ..., full: ...}]}`"
    if not isinstance(value, list) or not value:
        return f"groups are a list: {shape}"
    for group in value:
        if not _row(group, {"code": str, "max": (int, float), "items": list}) or not group["items"]:
            return f"each group has a code, a maximum and items: {shape}"
        for item in group["items"]:
            if not _item(item) or item["full"] <= 0:
                return f"each item has an indicator, its points and the rate of full marks: {shape}"
    return ""


def _item(value: Any) -> bool:
    shape = {"indicator": str, "max": (int, float), "full": (int, float)}
    return _row(value, shape) or (_row(value, shape | {"own": bool}) and value["own"])


def _row(value: Any, shape: dict[str, Any]) -> bool:
    """True for a mapping with exactly these keys, each of its type."""
    right = isinstance(value, dict) and value.keys() == shape.keys()
    return right and all(isinstance(value[key], kind) for key, kind in shape.items())


NAMES: dict[ArgKind, Callable[[Feed], tuple[str, list[str]]]] = {
    "parameter": lambda feed: ("parameter", feed.parameters),
    "parameters": lambda feed: ("parameter", feed.parameters),
    "measure": lambda feed: ("measure", list(feed.measures)),
    "measures": lambda feed: ("measure", list(feed.measures)),
    "field": lambda feed: ("field", feed.entity_fields),
}
CHOICES: dict[ArgKind, tuple[str, ...]] = {"window": get_args(Window), "op": OPERATIONS}
SHAPES: dict[ArgKind, Callable[[Any], str]] = {
    "hours": _hours,
    "number": _number,
    "duration": _number,  # in seconds by now
    "flag": lambda value: "" if isinstance(value, bool) else f"`{value}` must be true or false",
    "where": lambda value: "" if isinstance(value, dict) and value else "write `{field: value}`",
    "text": lambda value: "" if isinstance(value, str) else f"`{value}` is not text",
    "groups": _groups,
}
