"""Data quality at the desk: what was refused, one message with its corrections, many sent again, the file."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from flask import request

from callbacks.reading import said_where_it_fails
from feeds.catalogue import refused as asking
from feeds.catalogue.clock import TZ
from feeds.catalogue.question import Unmeant
from feeds.catalogue.refused import Refused, Which
from feeds.catalogue.scope import OutOfScope, Scope
from feeds.serve import sheets
from feeds.serve.access import allowed, current_signature
from feeds.serve.mending import Bulk, Mending, Signed
from feeds.serve.refusals import RefusalReader, reason_in, reason_names
from feeds.serve.sheets import Column as SheetColumn
from feeds.serve.sheets import Sheet
from feeds.serve.source_reader import SourceReader
from layouts import address, case, ids, refused, scorecard, sources, table
from layouts.address import View
from layouts.numbers import number
from layouts.refused import Found
from layouts.site import Page, Site
from layouts.words import Lang

log = logging.getLogger("ioc.pages")
ROWS, HOURS = 50, 72
COLUMNS = ("id", "received", "feed", "source", "unit", "at", "stage", "code", "reason", "connector", "size", "state",
           "replayed_by", "replayed_at", "replayed_why", "text")  # fmt: skip
KINDS = {"received": "time", "at": "time", "replayed_at": "time", "id": "number", "size": "number"}
PageOf = Callable[[str, Mapping[str, str]], Page]
Answer = tuple[Any, Any]


class Desk:
    """What the pages of quality read and do; `person` is what the person asking may change, or raises."""

    def __init__(
        self, refusals: RefusalReader, sources: SourceReader, mending: Mending, person: Callable[[], Scope]
    ) -> None:
        self.refusals = refusals
        self.sources = sources
        self.mending = mending
        self.person = person


def register(app: Dash, page_of: PageOf, desk: Desk) -> None:
    """What a person does with one message, and with many: the buttons, and what became of it."""

    @app.callback(
        Output({"type": ids.SAID, "of": ALL}, "children"),
        Output(ids.DRILL, "children", allow_duplicate=True),
        Input({"type": ids.ACT, "of": ALL}, "n_clicks"),
        State({"type": ids.CASE, "of": ALL}, "value"),
        State(ids.ADDRESS, "pathname"),
        prevent_initial_call=True,
    )
    @allowed(desk.person, "mend")
    def act(_clicks: list[Any], _values: list[Any], path: str) -> Answer:
        pressed: Any = ctx.triggered_id
        if not ctx.triggered or not ctx.triggered[0]["value"]:
            return [no_update], no_update
        page = page_of(path, address.with_kept({}, request.cookies))
        said, room = done_to_one(page, desk, str(pressed["of"]), _given(ctx.states_list[0]))
        return [said], room

    @app.callback(
        Output({"type": ids.BULK_SAID, "of": ALL}, "children"),
        Input({"type": ids.BULK_ACT, "of": ALL}, "n_clicks"),
        State({"type": ids.BULK, "of": ALL}, "value"),
        State(ids.ADDRESS, "pathname"),
        State(ids.ADDRESS, "search"),
        prevent_initial_call=True,
    )
    @allowed(desk.person, "mend")
    def act_on_many(_clicks: list[Any], _values: list[Any], path: str, query: str | None) -> Any:
        if not ctx.triggered or not ctx.triggered[0]["value"]:
            return [no_update]
        said = dict(parse_qsl((query or "").lstrip("?")))
        page = page_of(path, address.with_kept(said, request.cookies))
        return [done_to_many(page, desk, question(page, said).which, _given(ctx.states_list[0]))]


@said_where_it_fails
def opened(page: Page, desk: Desk, sight: Scope, query: Mapping[str, str]) -> list[Any]:
    """What Dash mounts into a page of quality; what cannot be read is said."""
    if page.view.record.isdigit():
        found_case = desk.mending.case(_here(page, sight), int(page.view.record))
        return case.root(page, in_words(page, found_case), mends=sight.may("mend"))
    if page.view.record == "sources":
        return sources.root(page, *judged(page, desk, sight, query))
    if page.view.record == "score":
        return scorecard.root(page, desk.sources.scores(sight, sight.check(page.view.place)))
    listed = found(page, desk.refusals, sight, question(page, query))
    return refused.root(page, question(page, query), listed, mends=sight.may("mend"))


def judged(
    page: Page, desk: Desk, sight: Scope, query: Mapping[str, str]
) -> tuple[Sequence[Mapping[str, Any]], str, Mapping[str, Any] | None]:
    """The sources of a page, the feed they are narrowed to, and what each holds of its quota: told of the nation."""
    feed = query.get("feed", "") if query.get("feed") in page.site.catalogue.feeds else ""
    unit = None if page.view.is_nation else page.view.place
    quotas = desk.refusals.quotas(sight) if page.view.is_nation and sight.units is None else None
    return desk.sources.sources(sight, unit, feed or None), feed, quotas


def question(page: Page, query: Mapping[str, str]) -> Refused:
    """The list of a page's address."""
    return asking.read(query, None if page.view.is_nation else page.view.place)


def found(page: Page, refusals: RefusalReader, sight: Scope, asked: Refused) -> Found:
    """What the list shows."""
    rows = refusals.page(sight, asked.which, asked.state, asked.before, ROWS)
    return Found(
        [in_words(page, row) for row in rows],
        refusals.shares(sight, asked.which, asked.state),
        refusals.hours(sight, HOURS, asked.which.feed, asked.which.unit),
        reason_names(page.view.lang),
        len(rows) == ROWS,
        sheets.MOST_ROWS,
    )


def in_words(page: Page, row: Mapping[str, Any]) -> dict[str, Any]:
    """A message as a reader sees it: why it was refused in his language."""
    return {**row, "reason": reason_in(page.view.lang, row["code"], row["reason"])}


def done_to_one(page: Page, desk: Desk, act: str, given: Mapping[str, str]) -> Answer:
    """Do it; what stands in its way is said, otherwise the message is shown as it is now."""
    if not page.view.record.isdigit():
        return page.words("list.unknown"), no_update
    row, text, lang = int(page.view.record), given.get("text"), page.view.lang
    try:
        sight = _here(page, desk.person())
        if act == "check":
            outcome = desk.mending.check(sight, row, text)
            return (
                page.words("quality.would_pass") if outcome.done else reason_in(lang, outcome.code, outcome.why)
            ), no_update
        signed = Signed(current_signature(given.get("by", "")), given.get("why", ""))
        if act == "unmask":
            unmasked = in_words(page, desk.mending.unmask(sight, row, signed))
            return no_update, case.root(page, unmasked, page.words("quality.done.unmask"))
        outcome = (
            desk.mending.drop(sight, row, signed) if act == "drop" else desk.mending.replay(sight, row, signed, text)
        )
        if not outcome.done:
            return reason_in(lang, outcome.code, outcome.why) or page.words("quality.somebody"), no_update
        return no_update, case.root(
            page, in_words(page, desk.mending.case(sight, row)), page.words(f"quality.done.{act}")
        )
    except Unmeant as wrong:
        return reason_in(lang, wrong.code, str(wrong)), no_update
    except OutOfScope as wrong:
        return str(wrong), no_update
    except Exception:
        log.exception("message %s could not be worked on", row)
        return page.words("list.failed"), no_update


def done_to_many(page: Page, desk: Desk, which: Which, given: Mapping[str, str]) -> str:
    """Send them again; how many passed, and what still stands in the way of the others."""
    try:
        signed = Signed(current_signature(given.get("by", "")), given.get("why", ""))
        find, put = given.get("find", ""), given.get("put", "")
        return told(page, desk.mending.replay_many(desk.person(), which, signed, find=find, put=put))
    except Unmeant as wrong:
        return reason_in(page.view.lang, wrong.code, str(wrong))
    except OutOfScope as wrong:
        return str(wrong)
    except Exception:
        log.exception("messages could not be sent again")
        return page.words("list.failed")


def told(page: Page, bulk: Bulk) -> str:
    """What became of many, as a sentence or two."""
    lang = page.view.lang
    refused_again = sum(bulk.refused.values())
    said = [page.words("quality.bulk.done", n=number(bulk.replayed, 0, lang), m=number(refused_again, 0, lang))]
    most = sorted(bulk.refused.items(), key=lambda each: -each[1])[:3]
    said += [reason_in(lang, bulk.codes.get(reason, ""), reason) for reason, _ in most]
    return " ".join([*said, page.words("quality.bulk.more")] if bulk.next else said)


def describer(site: Site) -> Callable[[str, Which, str, int], Sheet]:
    """How refused messages are written as a file: headings, the stamp, when it was made."""

    def describe(lang: Lang, which: Which, state: str, now_ms: int) -> Sheet:
        now = datetime.fromtimestamp(now_ms / 1000, TZ)
        page = Page(site, View(lang=lang, quality=True), now.date())
        narrowed = [refused.name_of(page, reason_names(lang), by, getattr(which, by) or "")
                    for by in asking.BY if getattr(which, by) is not None]  # fmt: skip
        return Sheet(
            name=f"quarantine_{now:%Y%m%d-%H%M}",
            title=" · ".join([page.words("quality.title"), page.words(f"quality.state.{state}"), *narrowed]),
            stamp=page.stamp,
            notes=[page.words("list.made", time=table.moment(now_ms)), page.words("quality.masked")],
            columns=[SheetColumn(c, page.words(f"quality.fact.{c}"), KINDS.get(c, "text")) for c in COLUMNS],  # type: ignore[arg-type]  # KINDS holds kinds alone
            flags=(page.words("list.no"), page.words("list.yes")),
            cell=lambda column, row: _cell(page, column.key, in_words(page, row).get(column.key)),
            comma=lang == "vi",
        )

    return describe  # type: ignore[return-value]  # the door passes one of the languages


def _cell(page: Page, key: str, value: Any) -> Any:
    if key in ("feed", "unit"):
        return refused.name_of(page, {}, key, value or "")
    return page.words(f"quality.{key}.{value}") if key in ("state", "stage") else value


def _here(page: Page, sight: Scope) -> Scope:
    """What is seen on a page: of a province its own messages alone."""
    if page.view.is_nation:
        return sight
    sight.check(page.view.place)
    return replace(sight, units=frozenset({page.view.place}))


def _given(states: Any) -> dict[str, str]:
    """What stands in the fields, by their names."""
    return {each["id"]["of"]: str(each.get("value") or "") for each in states if each.get("value") is not None}
