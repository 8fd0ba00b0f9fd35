"""What narrows a list of records: period, states, fields, search; each control writes itself into the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import html

from feeds.catalogue.model import Feed
from feeds.catalogue.question import PERIODS, Question
from layouts import ids, table
from layouts.numbers import number
from layouts.site import Page
from layouts.table import Column

DATE = 10  # letters of a day in an address
EVENT_PERIODS, RECORD_PERIODS = ("1h", "6h", "24h", "48h"), ("24h", "7d", "30d", "all")
THEME: Mapping[str, Any] = {
    "fontFamily": '"Noto Sans", "Noto Sans Math", sans-serif',
    "primaryColor": "ioc",
    "primaryShade": {"light": 6, "dark": 4},
    "colors": {
        "ioc": [
            "#E9EDFB",
            "#D3DBF7",
            "#BAC6F3",
            "#9DB2FF",
            "#9DB2FF",
            "#5B70CF",
            "#3148B8",
            "#2A3EA0",
            "#233487",
            "#1B2440",
        ]
    },
    "defaultRadius": 3,
    "cursorType": "pointer",
    "respectReducedMotion": True,
}


@dataclass(frozen=True, slots=True)
class Listing:
    """What is known of a list when it is opened; `shares` are (by, [(value, n)])."""

    kind: str
    feed: Feed | None
    columns: Sequence[Column]
    total: int
    more: bool
    most: int  # of the list, so many rows go into a file
    shares: Mapping[str, Sequence[tuple[str, int]]]
    order: tuple[str, bool] = ("at", True)  # the column it is sorted by, and whether downwards
    late: bool = False  # it holds late records alone


def controls(page: Page, question: Question, listing: Listing) -> html.Div:
    """Period, state, fields, search: each writes itself into the address."""
    words, feed = page.words, listing.feed
    if listing.kind not in ("records", "events") or feed is None:
        return html.Div(className="desk-controls")
    known = RECORD_PERIODS if listing.kind == "records" else EVENT_PERIODS
    dated = bool(question.start or question.end)
    periods = [{"value": "", "label": words("list.period.dated" if dated else "list.period.own")}]
    periods += [{"value": p, "label": words(f"list.period.{p}")} for p in PERIODS if p in known]
    controls: list[Any] = [_select(page, "period", words("list.period"), periods, "" if dated else question.period)]
    controls += [_day(page, "from", question.start), _day(page, "to", question.end)]
    if feed.states:
        states = [{"value": s, "label": table.label(page, feed, s)} for s in feed.states]
        controls.append(
            dmc.MultiSelect(
                id=_ask("state"),
                label=words("list.state"),
                data=states,
                value=list(question.states),
                clearable=True,
                searchable=True,
                size="xs",
                w=230,
                placeholder=None if question.states else words("list.any"),
                nothingFoundMessage=words("js.search.none"),
            )
        )
    for name in feed.filters:
        shares = listing.shares.get(name, ())
        data = [
            {"value": v, "label": f"{table.label(page, feed, v, name)} ({number(n, 0, page.view.lang)})"}
            for v, n in shares
        ]
        if (chosen := question.where.get(name, "")) and chosen not in {v for v, _ in shares}:
            data.append({"value": chosen, "label": table.label(page, feed, chosen, name)})
        every = [{"value": "", "label": words("list.any")}, *data]
        controls.append(_select(page, f"f.{name}", table.label(page, feed, name), every, chosen, True))
    hint = words("list.search.id" if listing.kind == "records" else "list.search.station")
    controls.append(
        dmc.TextInput(
            id=_ask("q"),
            label=words("list.search"),
            placeholder=hint,
            value=question.search,
            debounce=400,
            size="xs",
            w=190,
        )
    )
    if "due" in feed.times and not listing.late:
        controls.append(
            dmc.Switch(
                id=_ask("late"), label=words("list.late"), checked=question.late, size="xs", className="desk-late"
            )
        )
    return html.Div(controls, className="desk-controls")


def _select(page: Page, name: str, label: str, data: list[dict[str, str]], value: str, search: bool = False) -> Any:
    return dmc.Select(
        id=_ask(name),
        label=label,
        data=data,
        value=value,
        size="xs",
        w=180,
        allowDeselect=False,
        searchable=search,
        checkIconPosition="right",
        nothingFoundMessage=page.words("js.search.none"),
    )


def _day(page: Page, name: str, said: str) -> Any:
    """A day to begin or to end with; its months are numbers, as in every date on screen."""
    return dmc.DatePickerInput(
        id=_ask(name),
        label=page.words(f"list.{name}"),
        value=said[:DATE] or None,
        valueFormat="DD/MM/YYYY",
        placeholder=page.words("list.day"),
        monthLabelFormat="MM/YYYY",
        monthsListFormat="MM",
        hideWeekdays=True,
        clearable=True,
        size="xs",
        w=130,
    )


def _ask(name: str) -> dict[str, str]:
    return {"type": ids.ASK, "of": name}


def _counted(page: Page, feed: Feed, value: str, name: str, n: int) -> str:
    return f"{table.label(page, feed, value, name)} ({number(n, 0, page.view.lang)})"
