"""A panel can be laid out: its kind is known, it names what the kind needs, and each of its args is of its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from feeds.catalogue.model import Catalogue, Feed, Panel
from feeds.catalogue.panel_kinds import EVERY, KINDS, Needs, PanelArg
from feeds.catalogue.said import Said, plain, say
from feeds.catalogue.source import Source, Where

MOST_ROWS = 50
MOST_DAYS = 3_660
STATION_FIELDS = ("type", "state")  # what every station may say beside its own fields


def check_panel(
    source: Source, where: Where, panel: Panel, catalogue: Catalogue, kinds: Mapping[str, Needs] = KINDS
) -> None:
    """Raises CatalogueError at the first thing a panel lacks, or that is not as its kind needs it."""
    if panel.kind not in kinds:
        raise source.unknown((*where, "kind"), say("kind of panel"), panel.kind, kinds)
    for j, code in enumerate(panel.indicators):
        if code not in catalogue.indicators:
            raise source.unknown((*where, "indicators", j), say("indicator"), code, catalogue.indicators)
    if panel.feed and panel.feed not in catalogue.feeds:
        raise source.unknown((*where, "feed"), say("feed"), panel.feed, catalogue.feeds)
    feed = catalogue.feeds.get(panel.feed or "")
    needs = kinds[panel.kind]
    problem = _lacking(panel, needs, feed, catalogue)
    if problem is not None:
        raise source.error(where, problem)
    _check_args(source, (*where, "args"), panel, {**EVERY, **needs.args}, feed, catalogue)


def _lacking(panel: Panel, needs: Needs, feed: Feed | None, catalogue: Catalogue) -> Said | None:
    kind = panel.kind
    if len(panel.indicators) < needs.indicators:
        return say("a `{kind}` panel shows a figure: write `indicators: [...]`", kind=kind)
    if needs.feed is not None and (feed is None or feed.kind not in needs.feed):
        kinds = plain(", ".join(needs.feed))
        return say("a `{kind}` panel needs `feed: ...`, one of the kind {kinds}", kind=kind, kinds=kinds)
    if needs.states and not (feed and feed.states):
        return say("a `{kind}` panel counts states: declare `states` in the feed", kind=kind)
    if needs.groups and not catalogue.indicators[panel.indicators[0]].compute.args.get("groups"):
        return say("a `{kind}` panel explains a figure in groups: name one that is computed in `groups`", kind=kind)
    return None


def _check_args(
    source: Source, where: Where, panel: Panel, taken: Mapping[str, PanelArg], feed: Feed | None, catalogue: Catalogue
) -> None:
    for name, value in panel.args.items():
        if name not in taken:
            raise source.unknown((*where, name), say("argument of {fn}", fn=panel.kind), name, taken)
        kind = taken[name]
        if kind in SHAPES:
            problem = SHAPES[kind](value)
            if problem is not None:
                raise source.error((*where, name), problem)
        known = _known(kind, feed, catalogue)
        if known is None:
            continue
        for word in value if kind == "where" else [value]:
            if not isinstance(word, str) or word not in known:
                raise source.unknown((*where, name), say("value of `{arg}`", arg=name), word, known)


def _known(kind: PanelArg, feed: Feed | None, catalogue: Catalogue) -> list[str] | None:
    """The names an arg may give; None where it gives none."""
    if kind == "indicator":
        return list(catalogue.indicators)
    if kind == "scale":
        return list(catalogue.scales)
    if feed is None or kind not in ("where", "field", "part", "measure"):
        return None
    if kind == "measure":
        return list(feed.measures)
    if kind == "where":
        return [*STATION_FIELDS, *feed.entity_fields]
    return [*feed.fields, *feed.entity_fields, *(["desk"] if kind == "part" else [])]


def _whole(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most


def _flag(value: Any) -> Said | None:
    return None if isinstance(value, bool) else say("`{value}` must be true or false", value=value)


def _rows(value: Any) -> Said | None:
    return None if _whole(value, MOST_ROWS) else _count(value, MOST_ROWS)


def _days(value: Any) -> Said | None:
    return None if _whole(value, MOST_DAYS) else _count(value, MOST_DAYS)


def _count(value: Any, most: int) -> Said:
    return say("`{value}` is no such number: write a whole number from 1 to {most}", value=value, most=most)


def _back(value: Any) -> Said | None:
    days = value if isinstance(value, list) and value else [value]
    return next((problem for each in days if (problem := _days(each)) is not None), None)


def _name(value: Any) -> Said | None:
    named = isinstance(value, dict) and value.keys() == {"vi", "en"} and all(isinstance(v, str) for v in value.values())
    return None if named else say("a name is written in both languages: `{{vi: ..., en: ...}}`")


def _names(value: Any) -> Said | None:
    if isinstance(value, dict) and all(_name(name) is None for name in value.values()):
        return None
    return say("names are a mapping: write `code: {{vi: ..., en: ...}}` for each")


def _where(value: Any) -> Said | None:
    if isinstance(value, dict) and all(isinstance(v, list) and all(map(_plain, v)) for v in value.values()):
        return None
    return say("write `field: [value, value]` for each field that narrows the list")


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)


SHAPES: Mapping[PanelArg, Callable[[Any], Said | None]] = {
    "flag": _flag,
    "rows": _rows,
    "days": _days,
    "back": _back,
    "name": _name,
    "names": _names,
    "where": _where,
}
