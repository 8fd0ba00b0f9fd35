"""`compute:` is right when the function is known and each argument is of its kind and names what exists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from feeds.catalogue.functions import FUNCTIONS, ArgKind, Function, Window
from feeds.catalogue.model import Catalogue, Feed, Indicator
from feeds.catalogue.said import Said, say
from feeds.catalogue.source import Source, Where

OPERATIONS = (">", ">=", "<", "<=", "==")
NUMBERS = {"scale": (1e-6, 1e6), "q": (0, 100), "z": (0.1, 100)}  # what these may be
MOST_HOURS = 2_400  # a figure looks back a hundred days at most, hour by hour


def check_compute(source: Source, where: Where, indicator: Indicator, feed: Feed | None, catalogue: Catalogue) -> None:
    """Raises CatalogueError at the first wrong name or argument."""
    here = (*where, "compute")
    fn, args = indicator.compute.fn, indicator.compute.args
    function = FUNCTIONS.get(fn)
    if function is None:
        raise source.unknown((*here, "fn"), say("function"), fn, FUNCTIONS)
    if feed is None and function.level != "health" and fn != "score_766":
        raise source.error(where, say("`{fn}` works on a feed: write `feed: ...`", fn=fn))
    for arg in args:
        if arg not in function.args():
            raise source.unknown((*here, arg), say("argument of {fn}", fn=fn), arg, function.args())
    for arg in function.required:
        if arg not in args:
            raise source.error(here, say("`{fn}` needs `{arg}: ...`", fn=fn, arg=arg))
    for arg, value in args.items():
        _check(source, (*here, arg), function, arg, value, feed)
    if args.get("min_hours", 0) > args.get("hours", 0):
        raise source.error((*here, "min_hours"), say("`min_hours` is more than `hours`: no figure would ever come"))


def _check(source: Source, where: Where, function: Function, arg: str, value: Any, feed: Feed | None) -> None:
    kind = function.kind(arg)
    choices = function.choices.get(arg) or CHOICES.get(kind)
    if choices:
        if value not in choices:
            remedy = say("write one of: {names}", names=", ".join(choices))
            raise source.unknown(where, say("value of `{arg}`", arg=arg), value, choices, remedy)
        return
    if kind in NAMES:
        for name in value if isinstance(value, list) and kind in ("parameters", "measures") else [value]:
            _check_name(source, where, kind, name, feed)
        return
    problem = SHAPES[kind](value) or _out_of_bounds(arg, value)
    if problem:
        raise source.error(where, problem)
    if kind == "where":
        _check_where(source, where, value, feed)


def _check_name(source: Source, where: Where, kind: ArgKind, name: Any, feed: Feed | None) -> None:
    what, known = NAMES[kind](feed) if feed else (say("name"), [])
    if name not in known:
        remedy = say("declare it in the feed {feed}", feed=feed.code if feed else "")
        raise source.unknown(where, what, name, known, remedy)


def _check_where(source: Source, where: Where, value: dict[str, Any], feed: Feed | None) -> None:
    known = ("type", "state", *feed.fields, *feed.entity_fields) if feed else ()
    for key in value:
        if key not in known:
            raise source.unknown((*where, key), say("field"), key, known)
    if feed and feed.kind == "records":  # stations say of themselves what they are, records have declared types
        for key, what, declared in (("type", say("type"), feed.types), ("state", say("state"), feed.states)):
            wanted = value.get(key, [])
            for word in wanted if isinstance(wanted, list) else [wanted]:
                if word not in declared:
                    raise source.unknown((*where, key), what, word, declared)


def _out_of_bounds(arg: str, value: Any) -> Said | None:
    low, high = NUMBERS.get(arg, (None, None))
    if low is None or high is None or low <= value <= high:
        return None
    return say("`{value}` is out of bounds: write a number from {low} to {high}", value=value, low=low, high=high)


def _hours(value: Any) -> Said | None:
    whole = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_HOURS
    if whole:
        return None
    return say(
        "`{value}` is not a number of hours: write a whole number from 1 to {most}", value=value, most=MOST_HOURS
    )


def _number(value: Any) -> Said | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return None if number else say("`{value}` is not a number", value=value)


def _flag(value: Any) -> Said | None:
    return None if isinstance(value, bool) else say("`{value}` must be true or false", value=value)


def _text(value: Any) -> Said | None:
    return None if isinstance(value, str) else say("`{value}` is not text", value=value)


def _conditions(value: Any) -> Said | None:
    return None if isinstance(value, dict) and value else say("write `{{field: value}}`")


def _groups(value: Any) -> Said | None:
    """score_766: `[{code, max, items: [{indicator, max, full, own?}]}]`; `own: true`: the points are our choice."""
    shape = say("write `- {{code: ..., max: ..., items: [{{indicator: ..., max: ..., full: ...}}]}}`")
    if not isinstance(value, list) or not value:
        return say("groups are a list: {shape}", shape=shape)
    for group in value:
        if not _row(group, {"code": str, "max": (int, float), "items": list}) or not group["items"]:
            return say("each group has a code, a maximum and items: {shape}", shape=shape)
        for item in group["items"]:
            if not _item(item) or item["full"] <= 0:
                return say("each item has an indicator, its points and the rate of full marks: {shape}", shape=shape)
    return None


def _item(value: Any) -> bool:
    shape = {"indicator": str, "max": (int, float), "full": (int, float)}
    return _row(value, shape) or (_row(value, shape | {"own": bool}) and value["own"])


def _row(value: Any, shape: dict[str, Any]) -> bool:
    """True for a mapping with exactly these keys, each of its type."""
    right = isinstance(value, dict) and value.keys() == shape.keys()
    return right and all(isinstance(value[key], kind) for key, kind in shape.items())


NAMES: dict[ArgKind, Callable[[Feed], tuple[Said, list[str]]]] = {
    "parameter": lambda feed: (say("parameter"), feed.parameters),
    "parameters": lambda feed: (say("parameter"), feed.parameters),
    "measure": lambda feed: (say("measure"), list(feed.measures)),
    "measures": lambda feed: (say("measure"), list(feed.measures)),
    "field": lambda feed: (say("field"), feed.entity_fields),
}
CHOICES: dict[ArgKind, tuple[str, ...]] = {"window": get_args(Window), "op": OPERATIONS}
SHAPES: dict[ArgKind, Callable[[Any], Said | None]] = {
    "hours": _hours,
    "number": _number,
    "duration": _number,  # in seconds by now
    "flag": _flag,
    "where": _conditions,
    "text": _text,
    "groups": _groups,
}
