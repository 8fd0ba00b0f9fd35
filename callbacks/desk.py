"""The desk's way into the records: the list behind a figure, its rows as they are asked for, one record, the files."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

import msgspec
from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, ctx, no_update

from callbacks.reading import said_where_it_fails
from feeds.catalogue import question as questions
from feeds.catalogue.clock import TZ
from feeds.catalogue.question import PAGE_ROWS, Question, Unmeant
from feeds.catalogue.scope import Scope
from feeds.serve import sheets
from feeds.serve.access import allowed
from feeds.serve.behind import Behind
from feeds.serve.evidence import Evidence
from feeds.serve.readers import Unknown
from feeds.serve.sheets import Column as SheetColumn
from feeds.serve.sheets import Sheet
from layouts import ids, listing, record, table
from layouts.address import View
from layouts.asking import Listing
from layouts.numbers import number
from layouts.site import Page, Site
from layouts.table import Column
from layouts.words import Lang

log = logging.getLogger("ioc.pages")
MOST_ASKED = 100  # rows of one question
DECIMALS = {"number": 2, "span": 1}
MOST_SORTED = 4  # heads a list is sorted by at once
PageOf = Callable[[str, Mapping[str, str]], Page]


class Sorting(msgspec.Struct):
    """A head of the grid that the list is sorted by."""

    colId: str
    sort: Literal["asc", "desc"]


class Block(msgspec.Struct):
    """What the grid asks for: rows from one number up to, without, another."""

    startRow: int
    endRow: int
    sortModel: list[Sorting] = []


def register(app: Dash, page_of: PageOf, evidence: Evidence, sight: Callable[[], Scope]) -> None:
    """Rows of a list when the grid asks; what is chosen and seen goes into the address, in the browser."""

    @app.callback(
        Output({"type": ids.ROWS, "of": MATCH}, "getRowsResponse"),
        Input({"type": ids.ROWS, "of": MATCH}, "getRowsRequest"),
        prevent_initial_call=True,
    )
    @allowed(sight, "records")
    def give_rows(asked: Any) -> Any:
        triggered: Any = ctx.triggered_id
        return answer(page_of, evidence, sight(), str(triggered["of"]), asked) if asked else no_update

    app.clientside_callback(  # type: ignore[no-untyped-call]  # Dash leaves it untyped
        ClientsideFunction("desk", "ask"),
        Input({"type": ids.ASK, "of": ALL}, "value"),
        Input({"type": ids.ASK, "of": ALL}, "checked"),
        prevent_initial_call=True,
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]  # Dash leaves it untyped
        ClientsideFunction("desk", "remember"),
        Input({"type": ids.ROWS, "of": ALL}, "paginationInfo"),
        Input({"type": ids.ROWS, "of": ALL}, "getRowsRequest"),
        prevent_initial_call=True,
    )


@said_where_it_fails
def opened(page: Page, evidence: Evidence, sight: Scope, query: Mapping[str, str]) -> list[Any]:
    """What Dash mounts into a page of records; what cannot be read is said."""
    if page.view.record:
        return one(page, evidence, sight)
    question = asked_on(page, query)
    return listing.root(page, question, listed(page, evidence, sight, question))


def asked_on(page: Page, query: Mapping[str, str]) -> Question:
    """The question of a page's address; without an indicator, of the one the page is about."""
    return questions.read(page.view.place, page.coloured_by.code, query)


def listed(page: Page, evidence: Evidence, sight: Scope, question: Question) -> Listing:
    """What must be known of a list before its rows: how long it is, its columns, how it divides."""
    plan = evidence.behind(sight, question)
    found = evidence.page(sight, question, 0, PAGE_ROWS)
    feed = page.site.catalogue.feeds.get(plan.feed)
    present = {key for row in found.rows for key, value in row.items() if value not in (None, "")}
    by = ["inside", *(feed.filters if feed else [])] if plan.kind in ("records", "events") else []
    shares = divided(evidence, sight, question, by)
    columns = table.columns(page, plan.kind, feed, plan.params, present)
    order = (question.sort, question.down) if question.sort else evidence.usual(plan)
    late = bool(plan.late)
    return Listing(plan.kind, feed, columns, found.total, found.more, sheets.MOST_ROWS, shares, order, late)


def divided(
    evidence: Evidence, sight: Scope, question: Question, by: Sequence[str]
) -> Mapping[str, Sequence[tuple[str, int]]]:
    """How the list divides; by what it is narrowed to, as it would be without, so that others can be chosen."""
    narrowed = [each for each in by if (question.inside if each == "inside" else question.where.get(each))]
    free = [each for each in by if each not in narrowed]
    found = dict(evidence.shares(sight, question, free)) if free else {}
    for each in narrowed:
        found |= evidence.shares(sight, _without(question, each), [each])
    return {each: found[each] for each in by}


def answer(page_of: PageOf, evidence: Evidence, sight: Scope, href: str, asked: Any) -> dict[str, Any]:
    """A block of rows of the list at an address, sorted as the grid's heads say."""
    parts = urlsplit(href)
    query = dict(parse_qsl(parts.query))
    page = page_of(parts.path, query)
    question = asked_on(page, query)
    block = block_of(asked)
    for sorting in block.sortModel:
        question = question.with_(sort=sorting.colId, down=sorting.sort == "desc")
    found = evidence.page(sight, question, block.startRow, min(MOST_ASKED, block.endRow - block.startRow))
    plan = evidence.behind(sight, question)
    feed = page.site.catalogue.feeds.get(plan.feed)
    columns = table.columns(page, plan.kind, feed, plan.params, {key for row in found.rows for key in row})
    return {"rowData": listing.rows(page, question, feed, columns, found.rows), "rowCount": found.total}


def block_of(asked: Any) -> Block:
    """What the grid asked; Unmeant for what no grid asks."""
    try:
        block = msgspec.convert(asked, Block)
    except msgspec.ValidationError:
        raise Unmeant("no grid asks that") from None
    if not 0 <= block.startRow < block.endRow <= 2**31 or len(block.sortModel) > MOST_SORTED:
        raise Unmeant("no grid asks that")
    return block


def one(page: Page, evidence: Evidence, sight: Scope) -> list[Any]:
    """A record of the page's domain with its trail; Unknown when it stands at another place than the address says."""
    domain = page.domain
    for feed in domain.feeds if domain else []:
        if feed.kind == "records":
            found = evidence.record(sight, feed.code, page.view.record)
            if page.view.is_nation or found["unit"] == page.view.place:
                return record.root(page, feed, found["row"], found["trail"])
    raise Unknown(page.view.record)


def describer(site: Site) -> Callable[..., Sheet]:
    """How a list is written as a file: headings, words for codes, the stamp, when it was made and how far it goes."""

    def describe(question: Question, lang: Lang, plan: Behind, present: set[str], total: int, now_ms: int) -> Sheet:
        now = datetime.fromtimestamp(now_ms / 1000, TZ)
        domain = site.catalogue.indicators[question.indicator].domain
        view = View(place=question.place.partition("/")[0], domain=domain, indicator=question.indicator, lang=lang)
        page = Page(site, view, now.date())
        feed = site.catalogue.feeds.get(plan.feed)
        columns = {c.key: c for c in table.columns(page, plan.kind, feed, plan.params, present)}
        return Sheet(
            name=f"{question.indicator}_{question.place}_{now:%Y%m%d-%H%M}",
            title=f"{page.words.of(page.coloured_by)} · {table.place_name(page, question.inside or question.place)}",
            stamp=page.stamp,
            notes=notes(page, total, table.moment(now_ms)),
            columns=[
                SheetColumn(c.key, _heading(c), c.kind, DECIMALS.get(c.kind, 0), c.width // 7) for c in columns.values()
            ],
            flags=(page.words("list.no"), page.words("list.yes")),
            cell=lambda column, row: table.plain(page, feed, columns[column.key], row),
            comma=lang == "vi",
        )

    return describe


def notes(page: Page, total: int, made: str) -> list[str]:
    """When the file was made, how many rows there are, and how many of them it holds when that is fewer."""
    lang = page.view.lang
    said = [page.words("list.made", time=made), page.words("list.count", n=number(total, 0, lang))]
    if total > sheets.MOST_ROWS:
        said.append(page.words("list.most", n=number(sheets.MOST_ROWS, 0, lang)))
    return said


def _heading(column: Column) -> str:
    return f"{column.title} ({column.unit})" if column.unit else column.title


def _without(question: Question, by: str) -> Question:
    """The list as it would be without its own narrowing by `by`, so that the other parts can still be chosen."""
    if by == "inside":
        return question.with_(inside="")
    return question.with_(where={name: value for name, value in question.where.items() if name != by})
