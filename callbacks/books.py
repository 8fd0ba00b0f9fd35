"""The lists that pages of reference hold whole, as files: what stands in each, in which order, under which heads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from feeds.catalogue.clock import TZ
from feeds.serve.sheets import Column, Sheet
from layouts import definitions, milestones, table
from layouts.address import View
from layouts.site import Page, Site
from layouts.words import Lang

Rows = Iterable[Mapping[str, Any]]
Book = Callable[[Lang, int], tuple[Sheet, Rows]]
WIDE = ("name", "formula", "compute", "limits", "basis", "owner", "article")


def lists(site: Site) -> Mapping[str, Book]:
    """Each list by the name it has in its address; called with a language and the moment in ms."""

    def catalogue(lang: Lang, now_ms: int) -> tuple[Sheet, Rows]:
        page = _page(site, "catalogue", lang, now_ms)
        rows = [definitions.facts(page, each) for each in page.site.catalogue.indicators.values()]
        titles = {key: page.words(definitions.TITLES.get(key, f"definition.{key}")) for key in definitions.HEADS}
        return _sheet(page, now_ms, titles), rows

    def printed(lang: Lang, now_ms: int) -> tuple[Sheet, Rows]:
        page = _page(site, "milestones", lang, now_ms)
        heads = {"place": "milestone.place.code"}
        titles = {key: page.words(heads.get(key, f"milestone.{key}")) for key in milestones.HEADS}
        return _sheet(page, now_ms, titles, numbers=("value",)), milestones.rows(page)

    return {"catalogue": catalogue, "milestones": printed}


def _page(site: Site, book: str, lang: Lang, now_ms: int) -> Page:
    return Page(site, View(book=book, lang=lang), datetime.fromtimestamp(now_ms / 1000, TZ).date())


def _sheet(page: Page, now_ms: int, titles: Mapping[str, str], numbers: Sequence[str] = ()) -> Sheet:
    return Sheet(
        name=f"{page.view.book}_{datetime.fromtimestamp(now_ms / 1000, TZ):%Y%m%d-%H%M}",
        title=page.words(f"book.{page.view.book}"),
        stamp=page.stamp,
        notes=[page.words("list.made", time=table.moment(now_ms))],
        columns=[
            Column(key, title, "number" if key in numbers else "text", 2, width=48 if key in WIDE else 18)
            for key, title in titles.items()
        ],
        flags=(page.words("list.no"), page.words("list.yes")),
        cell=lambda column, row: cast(str, row.get(column.key)),
        comma=page.view.lang == "vi",
    )
