"""Columns of the list of records behind a figure, and what stands in each cell: on screen as people read it, in a file
as numbers and moments."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from feeds.catalogue.clock import DAY_MS, HOUR_MS, vietnam
from feeds.catalogue.model import Feed
from feeds.catalogue.places import UnknownPlace
from layouts.numbers import bare, number
from layouts.site import Page

Kind = Literal["text", "number", "time", "span", "flag"]
Cell = str | int | float | bool | None
Row = Mapping[str, Any]

USUAL = ("id", "type", "place", "at", "state", "source")  # of a record feed that declares no table
MOST_PARAMETERS = 8
WIDTHS: Mapping[str, int] = {"id": 170, "place": 190, "overdue": 150, "state": 150, "name": 210, "source": 150}
LISTS: Mapping[str, tuple[str, ...]] = {
    "held": ("received", "feed", "source", "code", "reason", "text", "place"),
    "revisions": ("at", "indicator", "place", "t", "old", "new", "n_old", "n_new"),
}
TIMES = ("at", "due", "received", "t")
NUMBERS = ("old", "new", "n_old", "n_new", "seq")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list."""

    key: str
    title: str
    kind: Kind = "text"
    unit: str = ""
    width: int = 140
    sorted: bool = False  # the whole list can be sorted by it


def columns(
    page: Page, kind: str, feed: Feed | None, params: Collection[str], present: Collection[str]
) -> list[Column]:
    """Columns of a list; of those that readings may have, only the ones that any row carries."""
    if kind == "records" and feed is not None:
        return [_column(page, feed, key, True) for key in feed.table or USUAL]
    if kind == "events" and feed is not None:
        wanted = [f"values.{code}" for code in (params or feed.parameters[:MOST_PARAMETERS])]
        told = [f"fields.{name}" for name in feed.fields if name in feed.labels and name not in feed.personal]
        keys = [key for key in (*wanted, *told) if key in present]
        return [_column(page, feed, key, True) for key in ("at", "name", "place", *keys, "delay", "source")]
    return [_column(page, feed, key, False) for key in LISTS[kind]]


def _column(page: Page, feed: Feed | None, key: str, sorted: bool) -> Column:
    group, _, name = key.rpartition(".")
    width = WIDTHS.get(key, 150 if group else 140)
    if group == "values":
        known = page.site.catalogue.parameters[name]
        return Column(key, page.words.of(known), "number", page.named_unit(known.unit), 130, sorted)
    if group:
        kind: Kind = "time" if group == "times" else "text"
        wide = 260 if name in ("procedure", "text") else width
        return Column(key, label(page, feed, name), kind, width=wide, sorted=sorted and group == "times")
    kind = "time" if key in TIMES else "number" if key in NUMBERS else "span" if key in ("overdue", "delay") else "text"
    wide = 320 if key in ("text", "reason") else 160 if kind == "time" else width
    return Column(key, page.words(f"list.{key}"), kind, width=wide, sorted=sorted and key not in ("place", "name"))


def label(page: Page, feed: Feed | None, code: str, field: str = "") -> str:
    """What a code of a feed is called: its label (as a value of `field` where that has its own), or the code itself."""
    known = (feed.labels.get(f"{field}.{code}") or feed.labels.get(code)) if feed else None
    return page.words.of(known) if known else code


def plain(page: Page, feed: Feed | None, column: Column, row: Row) -> Cell:
    """What stands in a cell, codes as words, numbers and moments as they are; None for nothing."""
    value = row.get(column.key)
    if column.key == "place":
        return place_name(page, str(value or ""))
    if column.key == "name":
        named = row.get("name")
        return named[page.view.lang] if named else str(row.get("entity") or "")
    if column.key == "feed":
        known = page.site.catalogue.feeds.get(str(value))
        return page.words.of(known) if known else str(value or "")
    if column.key == "indicator":
        indicator = page.site.catalogue.indicators.get(str(value))
        return page.words.short(indicator) if indicator else str(value or "")
    if isinstance(value, str):
        name = column.key.rpartition(".")[2]
        return topic(page, value) if column.key == "fields.topic" else label(page, feed, value, name)
    return value if isinstance(value, bool | int | float) or value is None else str(value)


def topic(page: Page, code: str) -> str:
    """Name of a topic posts are counted under."""
    names = page.site.topics.get(code)
    return names[page.view.lang] if names else code


def place_name(page: Page, key: str) -> str:
    """Name of a place; its key where nobody knows it. A commune stands with its unit on national lists."""
    places, lang = page.site.places, page.view.lang
    try:
        name = places.name(key, lang)
    except UnknownPlace:
        return key
    if "/" in key and page.view.is_nation:
        return f"{name}, {places.name(key.partition('/')[0], lang)}"
    return name


def shown(page: Page, feed: Feed | None, column: Column, row: Row) -> str:
    """The cell as people read it."""
    value = plain(page, feed, column, row)
    if value is None:
        return "—" if column.kind == "number" else ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return page.words("list.yes" if value else "list.no")
    if column.kind == "time":
        return moment(value, seconds=column.key in ("at", "received") and "delay" in row)
    if column.kind == "span":
        return span(page, value)
    return bare(value, page.view.lang)


def moment(ms: float, seconds: bool = False) -> str:
    """`10:30 21/11/2026`, in Vietnam's time."""
    return f"{vietnam(ms):{'%H:%M:%S %d/%m/%Y' if seconds else '%H:%M %d/%m/%Y'}}"


def span(page: Page, ms: float) -> str:
    """A length of time in its largest unit, whole: `19 ngày`, `7 giây`."""
    for size, step in ((DAY_MS, "day"), (HOUR_MS, "hour"), (60_000, "minute")):
        if ms >= size:
            return page.words(f"js.age.{step}", n=number(ms // size, 0, page.view.lang))
    return page.words("js.age.second", n=number(max(0, ms) // 1000, 0, page.view.lang))
