"""Refused messages as Dash mounts them: how they divide, when they came, the list, many sent again at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from dash import dcc, html

from feeds.catalogue.refused import BY, STATES, Refused
from layouts import ids, table
from layouts.numbers import number
from layouts.site import Page

SHARES = 10  # parts of a list that are named beside it
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What was refused: a page of messages, how all of them divide, hour by hour, what the reasons are called."""

    rows: Sequence[Row]
    shares: Mapping[str, Sequence[tuple[str, int]]]
    hours: Sequence[tuple[int, Mapping[str, int]]]
    reasons: Mapping[str, str]
    full: bool  # there are more with smaller numbers
    most: int  # messages that go into a file


def root(page: Page, asked: Refused, found: Found, mends: bool = True) -> list[Any]:
    """The list with what narrows it; for who `mends`, a way to send many again."""
    side = [_shares(page, asked, found, by) for by in BY if found.shares[by] and not (by == "unit" and _local(page))]
    main = [_hours(page, found), _said(page, asked, found), _list(page, asked, found)]
    if mends and asked.state == "held" and found.rows:
        main.append(_bulk(page))
    return [html.Div([html.Aside(side, className="desk-side"), html.Div(main, className="desk-main")],
                     className="desk-list")]  # fmt: skip


def address(page: Page, asked: Refused) -> str:
    """The address of a list on this page, in its theme and language."""
    href = page.view.with_(record="").href()
    path, _, kept = href.partition("?")
    query = "&".join(filter(None, (asked.query(), kept)))
    return f"{path}?{query}" if query else path


def name_of(page: Page, found_reasons: Mapping[str, str], by: str, value: str) -> str:
    """What people call a reason, a feed, a source or a unit."""
    if by == "code":
        return found_reasons.get(value, value)
    if by == "feed":
        known = page.site.catalogue.feeds.get(value)
        return page.words.of(known) if known else value
    if by == "unit":
        return table.place_name(page, value) if value else page.words("quality.nowhere")
    return value or page.words("quality.nobody")


def _local(page: Page) -> bool:
    return not page.view.is_nation


def _shares(page: Page, asked: Refused, found: Found, by: str) -> html.Section:
    parts, chosen = found.shares[by], getattr(asked.which, by)
    most = max(n for _, n in parts)
    rows = [_share(page, asked, found, by, value, n, most) for value, n in parts[:SHARES]]
    if rest := sum(n for _, n in parts[SHARES:]):
        other = page.words("list.others", n=number(len(parts) - SHARES, 0, page.view.lang))
        rows.append(html.Li([html.Span(other), html.B(number(rest, 0, page.view.lang))], className="rest quiet"))
    every = html.A(page.words("list.all"), href=address(page, asked.narrowed(by, None))) if chosen is not None else None
    return html.Section([html.Header([html.H2(page.words(f"quality.by.{by}")), every]), html.Ol(rows)])


def _share(page: Page, asked: Refused, found: Found, by: str, value: str, n: int, most: int) -> html.Li:
    name, on = name_of(page, found.reasons, by, value), getattr(asked.which, by) == value
    link = html.A(
        [
            html.Span(name, title=name),
            html.B(number(n, 0, page.view.lang)),
            html.I(style={"width": f"{max(1.0, n / most * 100):.1f}%"}),
        ],
        href=address(page, asked.narrowed(by, None if on else value)),
        **cast(Any, {"aria-current": "true"} if on else {}),
    )
    return html.Li(link)


def _hours(page: Page, found: Found) -> html.Figure:
    """One bar an hour; an hour in which nothing was refused has none."""
    totals = [(at, sum(feeds.values())) for at, feeds in found.hours]
    most = max((n for _, n in totals), default=0)
    bars = [
        html.I(
            style={"height": f"{n / most * 100:.1f}%" if most else "0"},
            title=f"{table.moment(at)}: {number(n, 0, page.view.lang)}",
        )
        for at, n in totals
    ]
    ends = [html.Span(table.moment(totals[0][0])), html.Span(table.moment(totals[-1][0]))] if totals else []
    whole = number(sum(n for _, n in totals), 0, page.view.lang)
    head = html.Header([html.H2(page.words("quality.hours", n=len(totals))), html.Span(whole, className="quiet")])
    return html.Figure([head, html.Div(bars, className="bars"), html.Figcaption(ends)], className="refused-hours")


def _said(page: Page, asked: Refused, found: Found) -> html.Div:
    """How many there are, in which state, and the way out as a file."""
    words = page.words
    total = sum(n for _, n in (found.shares["code"] if asked.which.code is None else _own(asked, found)))
    states = [
        html.A(
            words(f"quality.state.{state}"),
            href=address(page, Refused(asked.which, state)),
            **cast(Any, {"aria-current": "true"} if state == asked.state else {}),
        )
        for state in STATES
    ]
    links = [
        html.A(words(f"list.{kind}"), href=export_href(page, asked, kind), className="export", download="",
               target="_self", **cast(Any, {"data-export": kind}))
        for kind in ("csv", "xlsx")
    ]  # fmt: skip
    counted = html.Span(words("quality.count", n=number(total, 0, page.view.lang)), className="count")
    masked = html.Span(words("quality.masked"), className="quiet")
    return html.Div(
        [counted, html.Span(states, className="states"), masked, html.Span(className="space"), *links],
        className="desk-said",
    )


def _own(asked: Refused, found: Found) -> list[tuple[str, int]]:
    return [(value, n) for value, n in found.shares["code"] if value == asked.which.code]


def export_href(page: Page, asked: Refused, kind: str) -> str:
    """The list as a file."""
    query = Refused(asked.which, asked.state).query()
    lang = "lang=en" if page.view.lang == "en" else ""
    joined = "&".join(filter(None, (query, lang)))
    return f"/api/v1/quarantine/export.{kind}" + (f"?{joined}" if joined else "")


def _list(page: Page, asked: Refused, found: Found) -> Any:
    if not found.rows:
        return html.P(page.words("quality.none"), className="quiet empty")
    heads = ("received", "feed", "source", "place", "reason", "text")
    head = html.Thead(html.Tr([html.Th(page.words(f"list.{key}")) for key in heads]))
    body = html.Tbody([_row(page, row) for row in found.rows])
    links = []
    if asked.before:
        links.append(html.A(page.words("quality.newest"), href=address(page, Refused(asked.which, asked.state))))
    if found.full:
        older = Refused(asked.which, asked.state, found.rows[-1]["id"])
        links.append(html.A(page.words("quality.older"), href=address(page, older)))
    return html.Div([html.Table([head, body], className="refused"), html.P(links, className="pages")])


def _row(page: Page, row: Row) -> html.Tr:
    case = page.view.with_(record=str(row["id"])).href()
    return html.Tr(
        [
            html.Td(html.A(table.moment(row["received"], seconds=True), href=case, className="record-link")),
            html.Td(name_of(page, {}, "feed", row["feed"])),
            html.Td(name_of(page, {}, "source", row["source"])),
            html.Td(name_of(page, {}, "unit", row["unit"] or "")),
            html.Td(row["reason"], className="reason"),
            html.Td(html.Code(row["text"]), className="bytes"),
        ]
    )


def _bulk(page: Page) -> html.Details:
    """Many sent again after a mapping was put right, with one piece of text replaced where that is said."""
    words = page.words
    fields = [field(page, ids.BULK, name) for name in ("find", "put", "by", "why")]
    button = html.Button(
        words("quality.bulk.send"), id={"type": ids.BULK_ACT, "of": "send"}, n_clicks=0, className="button solid"
    )
    said = html.Div(id={"type": ids.BULK_SAID, "of": "all"}, role="status", className="said-of")
    return html.Details(
        [
            html.Summary(words("quality.bulk")),
            html.P(words("quality.bulk.note"), className="quiet"),
            html.Div([*fields, button], className="fields"),
            said,
        ],
        className="bulk",
    )


def field(page: Page, kind: str, name: str) -> html.Label:
    """A line to be filled in, with its name."""
    return html.Label(
        [
            html.Span(page.words(f"quality.{name}")),
            dcc.Input(
                id={"type": kind, "of": name}, type="text", maxLength=200, autoComplete="off", className="typed-in"
            ),
        ]
    )


def named_cell(told: Any, name: str, side: str = "") -> html.Td:
    """A cell that carries the name of its column: a phone has no room for the head of a table."""
    said: Any = {"data-name": name}
    return html.Td(told, className=side, **said)
