"""The list of records behind a figure, as Dash mounts it: controls, how the list divides, the grid, the way out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import quote

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import html

from feeds.catalogue.model import Feed
from feeds.catalogue.question import PAGE_ROWS, Question
from layouts import asking, ids, table
from layouts.asking import Listing
from layouts.numbers import number
from layouts.site import Page
from layouts.table import Column

ROW_PX, HEAD_PX, FOOT_PX = 30, 34, 40  # at a root of 16 px; the heights themselves stand in records.css, as rem
SHARES = 12  # parts of the list that are named beside it


def root(page: Page, question: Question, listing: Listing) -> list[Any]:
    """The list with what narrows it."""
    inner = html.Div([_side(page, question, listing), _main(page, question, listing)], className="desk-list")
    return [dmc.MantineProvider(inner, theme=dict(asking.THEME), forceColorScheme=page.view.shade)]


def failed(page: Page, key: str) -> list[Any]:
    """Words instead of a list that cannot be shown."""
    return [html.P(page.words(key), className="quiet empty")]


def _main(page: Page, question: Question, listing: Listing) -> html.Div:
    words = page.words
    body: Any = (
        _grid(page, question, listing) if listing.total else html.P(words("list.empty"), className="quiet empty")
    )
    return html.Div(
        [asking.controls(page, question, listing), _said(page, question, listing), body], className="desk-main"
    )


def _said(page: Page, question: Question, listing: Listing) -> html.Div:
    """How many there are, that names are masked, and the way out as a file."""
    words, lang = page.words, page.view.lang
    total = number(listing.total, 0, lang)
    counted = words("list.more" if listing.more else "list.count", n=total)
    over = listing.total > listing.most
    links = [
        html.A(
            words(f"list.{kind}"),
            href=export_href(page, question, kind),
            className="export",
            **cast(Any, {"data-export": kind}),
            download="",
            target="_self",
        )
        for kind in ("csv", "xlsx")
    ]
    note = words("list.most", n=number(listing.most, 0, lang)) if over else words("list.masked")
    return html.Div(
        [
            html.Span(counted, className="count"),
            *_until(page, question),
            html.Span(note, className="quiet"),
            html.Span(className="space"),
            *links,
        ],
        className="desk-said",
    )


def _until(page: Page, question: Question) -> list[Any]:
    """Of which days or of which hour the list is, where it was asked for, and the way back from there."""
    if question.start or question.end:
        ends = {"from": question.start, "to": question.end}
        said = " ".join(page.words(f"list.said.{name}", time=_written(end)) for name, end in ends.items() if end)
        return [html.B(said), html.A(page.words("list.undated"), href=address(page, question.with_(start="", end="")))]
    if not question.at:
        return []
    said = page.words("list.until", time=_written(question.at))
    return [html.B(said), html.A(page.words("list.now"), href=address(page, question.with_(at="")))]


def _written(said: str) -> str:
    """A day or a time of an address as people read it: `02:00 22/11/2026`."""
    day, _, hour = said.partition("T")
    return f"{hour} {'/'.join(reversed(day.split('-')))}".strip()


def export_href(page: Page, question: Question, kind: str) -> str:
    """The list as a file, narrowed and sorted as it is seen."""
    lang = "&lang=en" if page.view.lang == "en" else ""
    return f"/api/v1/export/{quote(question.place)}.{kind}?{question.query()}{lang}"


def _side(page: Page, question: Question, listing: Listing) -> html.Aside:
    """How the list divides, by place inside and by field: each part narrows the list to itself."""
    parts = [_shares(page, question, listing, by, found) for by, found in listing.shares.items() if found]
    return html.Aside(parts, className="desk-side")


def _shares(
    page: Page, question: Question, listing: Listing, by: str, found: Sequence[tuple[str, int]]
) -> html.Section:
    words, feed = page.words, listing.feed
    chosen = question.inside if by == "inside" else question.where.get(by, "")
    title = words("list.by.inside") if by == "inside" else table.label(page, feed, by)
    most = max(n for _, n in found)
    rows = [_share(page, question, listing, by, value, n / most, n, value == chosen) for value, n in found[:SHARES]]
    rest = sum(n for _, n in found[SHARES:])
    if rest:
        other = words("list.others", n=number(len(found) - SHARES, 0, page.view.lang))
        rows.append(html.Li([html.Span(other), html.B(number(rest, 0, page.view.lang))], className="rest quiet"))
    clear = _changed(page, question, by, "")
    aside = html.A(words("list.all"), href=clear) if chosen else None
    return html.Section([html.Header([html.H2(title), aside]), html.Ol(rows)])


def _share(
    page: Page, question: Question, listing: Listing, by: str, value: str, share: float, n: int, chosen: bool
) -> html.Li:
    name = table.place_name(page, value) if by == "inside" else table.label(page, listing.feed, value, by)
    bar = html.I(style={"width": f"{max(1.0, share * 100):.1f}%"})
    link = html.A(
        [html.Span(name, title=name), html.B(number(n, 0, page.view.lang)), bar],
        href=_changed(page, question, by, "" if chosen else value),
        **cast(Any, {"aria-current": "true"} if chosen else {}),
    )
    return html.Li(link)


def _changed(page: Page, question: Question, by: str, value: str) -> str:
    """The address of the list narrowed to a part."""
    if by == "inside":
        return address(page, question.with_(inside=value))
    where = {name: kept for name, kept in question.where.items() if name != by}
    return address(page, question.with_(where=where | ({by: value} if value else {})))


def address(page: Page, question: Question) -> str:
    """The address of a list on this page, in its theme and language."""
    kept = "".join(
        f"&{part}" for part in page.view.with_(indicator=None, selected=None, moment=None).href().split("?")[1:]
    )
    return f"{page.view.path()}?{question.query()}{kept}"


def _grid(page: Page, question: Question, listing: Listing) -> Any:
    rows = min(PAGE_ROWS, listing.total)
    return dag.AgGrid(
        id={"type": ids.ROWS, "of": address(page, question)},
        columnDefs=[_definition(column, listing.order, listing.kind) for column in listing.columns],
        defaultColDef={"resizable": True, "sortable": False, "suppressHeaderMenuButton": True},
        rowModelType="infinite",
        paginationGoTo=question.page - 1,
        dashGridOptions={
            "pagination": True,
            "paginationPageSize": PAGE_ROWS,
            "paginationPageSizeSelector": False,
            "cacheBlockSize": PAGE_ROWS,
            "maxBlocksInCache": 12,
            "infiniteInitialRowCount": listing.total,
            "suppressFieldDotNotation": True,
            "suppressDragLeaveHidesColumns": True,
            "suppressMovableColumns": True,
            "enableCellTextSelection": True,
            "animateRows": False,
            "tooltipShowDelay": 400,
            "localeText": locale(page),
        },
        className="desk-grid",
        style={"height": f"{(rows * ROW_PX + HEAD_PX + FOOT_PX + 18) / 16:g}rem", "width": "100%"},
    )


def _definition(column: Column, order: tuple[str, bool], kind: str) -> dict[str, Any]:
    title = f"{column.title} ({column.unit})" if column.unit else column.title
    right = column.kind in ("number", "span")
    said: dict[str, Any] = {
        "field": column.key,
        "headerName": title,
        "headerTooltip": title,
        "tooltipField": column.key,
        "minWidth": min(column.width, 110),
        "flex": column.width,
        "sortable": column.sorted,
        "cellClass": f"{column.kind} right" if right else column.kind,
        "headerClass": "right" if right else "",
        "sortingOrder": ["desc", "asc"],
    }
    if order[0] == column.key:
        said["sort"] = "desc" if order[1] else "asc"
    if column.key == "overdue":
        said["cellRenderer"] = "LateBar"
    if column.key == "id" and kind == "records":
        said["cellRenderer"] = "RecordLink"
    return said


def locale(page: Page) -> dict[str, str]:
    """What a grid says of itself, in words of ours."""
    keys = ("page", "to", "of", "nextPage", "lastPage", "firstPage", "previousPage", "loadingOoo", "noRowsToShow")
    said = {key: page.words(f"grid.{key}") for key in keys}
    return said | {"thousandSeparator": "." if page.view.lang == "vi" else ",", "decimalSeparator": ","}


def rows(
    page: Page, question: Question, listing_feed: Feed | None, columns: Sequence[Column], found: Sequence[table.Row]
) -> list[dict[str, Any]]:
    """Rows for the grid: what people read, where each leads, and how long its bar is."""
    longest = max((row.get("overdue") or 0 for row in found), default=0) or 1
    told = []
    for row in found:
        said: dict[str, Any] = {c.key: table.shown(page, listing_feed, c, row) for c in columns}
        if "id" in row and "state" in row:
            said["_href"] = page.view.with_(record=str(row["id"]), indicator=question.indicator).href()
        if row.get("overdue"):
            said["_share"] = round(row["overdue"] / longest, 3)
        told.append(said)
    return told
