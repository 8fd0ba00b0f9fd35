"""Each source as Dash mounts it: what it sent, what is missing, what is to be said of it, how full its quota is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, cast

from dash import html

from layouts import refused, table
from layouts.numbers import number
from layouts.site import Page

NUMBERS = ("accepted", "duplicates", "missing")
NAMED = 3  # stations or parameters that a flag names; the others are counted
Row = Mapping[str, Any]


def root(page: Page, rows: Sequence[Row], feed: str, quotas: Mapping[str, Any] | None) -> list[Any]:
    """The sources, by feed at the side; the rules of quarantine above."""
    if not rows and not feed:
        return [html.P(page.words("quality.unheard"), className="quiet empty")]
    odd = sum(bool(row["flags"]) for row in rows)
    counted = page.words("quality.sources.count", n=number(len(rows), 0, page.view.lang))
    said = html.Div(
        [
            html.Span(counted, className="count"),
            html.Span(page.words("quality.sources.odd", n=number(odd, 0, page.view.lang)), className="quiet"),
            html.Span(className="space"),
            html.Span(_rules(page, quotas), className="quiet"),
        ],
        className="desk-said",
    )
    held = {each["source"]: each for each in quotas["sources"]} if quotas else {}
    main = html.Div([said, _table(page, rows, held, quotas)], className="desk-main")
    return [html.Div([_side(page, rows, feed), main], className="desk-list")]


def _side(page: Page, rows: Sequence[Row], feed: str) -> html.Aside:
    """How many sources each feed has; a feed that is chosen is let go by the same link."""
    counts = Counter(row["feed"] for row in rows).most_common()
    most = max((n for _, n in counts), default=1)
    items = [_feed(page, code, n, most, code == feed) for code, n in counts]
    return html.Aside(
        [html.Section([html.Header(html.H2(page.words("quality.by.feed"))), html.Ol(items)])], className="desk-side"
    )


def _feed(page: Page, code: str, n: int, most: int, on: bool) -> html.Li:
    path, _, kept = page.view.href().partition("?")
    query = "&".join(filter(None, ("" if on else f"feed={code}", kept)))
    name = refused.name_of(page, {}, "feed", code)
    bar = html.I(style={"width": f"{n / most * 100:.1f}%"})
    link = html.A(
        [html.Span(name, title=name), html.B(number(n, 0, page.view.lang)), bar],
        href=f"{path}?{query}" if query else path,
        **cast(Any, {"aria-current": "true"} if on else {}),
    )
    return html.Li(link)


def _rules(page: Page, quotas: Mapping[str, Any] | None) -> str:
    if quotas is None:
        return ""
    lang = page.view.lang
    return page.words(
        "quality.rules", n=number(quotas["most_rows"], 0, lang), mb=number(quotas["most_bytes"] / 2**20, 0, lang),
        days=number(quotas["retention_days"], 0, lang),
    )  # fmt: skip


def _table(page: Page, rows: Sequence[Row], held: Mapping[str, Row], quotas: Mapping[str, Any] | None) -> html.Table:
    heads = ["source", "feed", "unit", "received", *NUMBERS, *(["held"] if quotas else []), "flags"]
    head = [
        html.Th(page.words(f"quality.head.{key}"), className="right" if key in (*NUMBERS, "held") else "")
        for key in heads
    ]
    body = [_row(page, row, held.get(row["source"]) if quotas else None, quotas) for row in rows]
    return html.Table([html.Thead(html.Tr(head)), html.Tbody(body)], className="refused sources")


def _row(page: Page, row: Row, held: Row | None, quotas: Mapping[str, Any] | None) -> html.Tr:
    lang = page.view.lang
    cells = [
        html.Td(row["source"]),
        html.Td(refused.name_of(page, {}, "feed", row["feed"])),
        html.Td(refused.name_of(page, {}, "unit", row["unit"])),
        html.Td(table.moment(row["received"], seconds=True) if row["received"] else ""),
        *(_counted(page, number(row[name], 0, lang), name) for name in NUMBERS),
    ]
    if quotas:
        share = max(held["rows"] / quotas["most_rows"], held["bytes"] / quotas["most_bytes"]) if held else 0
        cells.append(_counted(page, f"{number(share * 100, 0, lang)}%" if held else "", "held"))
    return html.Tr([*cells, html.Td(_flags(page, row))])


def _counted(page: Page, told: str, key: str) -> html.Td:
    return refused.named_cell(html.Span(told), page.words(f"quality.head.{key}"), "right")


def _flags(page: Page, row: Row) -> list[Any]:
    """Each flag as a word with what it is about."""
    return [html.P([html.B(page.words(f"quality.flag.{flag}")), html.Span(_about(page, row, flag), className="quiet")])
            for flag in row["flags"]]  # fmt: skip


def _about(page: Page, row: Row, flag: str) -> str:
    lang = page.view.lang
    if flag in ("stuck", "jumped"):
        told = [f"{code}: {', '.join(names)}" for code, names in row[flag].items()]
        return _named(told, lang)
    if flag == "changed":
        told = [f"−{name} ({n})" for name, n in row["lost"].items()] + [
            f"+{name} ({n})" for name, n in row["found"].items()
        ]
        return _named(told, lang)
    if flag == "late":
        return table.span(page, row["delay"])
    if flag == "silent":
        return ""
    return number(row["missing"], 0, lang)


def _named(told: Sequence[str], lang: Any) -> str:
    more = f" +{number(len(told) - NAMED, 0, lang)}" if len(told) > NAMED else ""
    return "; ".join(told[:NAMED]) + more
