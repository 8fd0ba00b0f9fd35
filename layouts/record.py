"""One record: what is known of it now, its times, and everything that happened to it, step by step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dash import html

from feeds.catalogue.model import Feed
from layouts import table
from layouts.numbers import bare
from layouts.site import Page

HIDDEN = ("waited_ms",)  # told as a span where it matters


def root(page: Page, feed: Feed, row: Mapping[str, Any], trail: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The record and its trail."""
    words = page.words
    kind = table.label(page, feed, str(row["type"]))
    state = table.label(page, feed, str(row["state"]))
    late = row.get("overdue")
    head = [
        html.H1(str(row["id"])),
        html.P([html.B(kind), html.Span(state), *_late(page, late)], className="record-state"),
    ]
    return [
        html.Div(
            [
                html.Div([*head, _facts(page, feed, row)], className="record-now"),
                html.Section([html.Header(html.H2(words("record.trail", n=len(trail)))), _trail(page, feed, trail)]),
            ],
            className="record",
        )
    ]


def _late(page: Page, late: float | None) -> list[Any]:
    return [html.Span(page.words("record.overdue", span=table.span(page, late)), className="late")] if late else []


def _facts(page: Page, feed: Feed, row: Mapping[str, Any]) -> html.Dl:
    """Place, source, times in their order, fields in the catalogue's."""
    entries: list[tuple[str, str]] = [
        (page.words("list.place"), table.place_name(page, str(row["place"]))),
        (page.words("list.source"), str(row["source"])),
    ]
    times = ((name, row.get(f"times.{name}")) for name in feed.times)
    entries += [(table.label(page, feed, name), table.moment(at)) for name, at in sorted(times, key=_when) if at]
    entries += _fields(page, feed, {name: row.get(f"fields.{name}") for name in feed.fields})
    return html.Dl([node for name, value in entries for node in (html.Dt(name), html.Dd(value))])


def _when(time: tuple[str, Any]) -> float:
    return time[1] or 0


def _fields(page: Page, feed: Feed, fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    known = ((name, value) for name, value in fields.items() if value is not None and name not in HIDDEN)
    return [(table.label(page, feed, name), _value(page, feed, name, value)) for name, value in known]


def _value(page: Page, feed: Feed, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return page.words("list.yes" if value else "list.no")
    if isinstance(value, int | float):
        return bare(value, page.view.lang)
    return table.label(page, feed, str(value), name)


def _trail(page: Page, feed: Feed, trail: Sequence[Mapping[str, Any]]) -> html.Ol:
    """Newest first, each step with what it said anew."""
    steps = []
    before: Mapping[str, Any] = {}
    for step in trail:
        news = {name: value for name, value in step["fields"].items() if before.get(name) != value}
        before = {**before, **step["fields"]}
        steps.append(_step(page, feed, step, news))
    return html.Ol(steps[::-1], className="trail-steps")


def _step(page: Page, feed: Feed, step: Mapping[str, Any], news: Mapping[str, Any]) -> html.Li:
    words = page.words
    lag = table.span(page, max(0, step["received"] - step["at"]))
    told: Iterable[str] = (f"{name}: {value}" for name, value in _fields(page, feed, news))
    sender = [str(step["source"])]
    if step.get("seq") is not None:
        sender.append(words("record.seq", n=bare(step["seq"], page.view.lang)))
    return html.Li(
        [
            html.Time(table.moment(step["at"])),
            html.Div(
                [
                    html.B(table.label(page, feed, str(step["state"]))),
                    html.Span(" · ".join(sender), className="quiet"),
                    html.Span(words("record.received", lag=lag), className="quiet"),
                    html.P("; ".join(told), className="quiet") if news else None,
                ]
            ),
        ]
    )
