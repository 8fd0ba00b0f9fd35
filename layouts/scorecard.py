"""The scorecard of data by place, as Dash mounts it: đúng, đủ, sạch, sống, each a bar and a number; worst first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from layouts import refused, table
from layouts.numbers import number
from layouts.site import Page

Row = Mapping[str, Any]


def root(page: Page, found: Mapping[str, Any]) -> list[Any]:
    """The place itself, then each unit below it; a place of which nothing is known stands last."""
    codes = found["indicators"]
    if not codes or all(score is None for score in found["own"]["scores"]):
        return [html.P(page.words("quality.unscored"), className="quiet empty")]
    known = [page.site.catalogue.indicators[code] for code in codes]
    heads = [html.Th(page.words("quality.fact.unit"))]
    heads += [html.Th(html.A(page.words.short(i), href=_behind(page, i.code), title=_formula(page, i))) for i in known]
    heads.append(html.Th(page.words("quality.lowest"), className="right"))
    rows = sorted(found["units"], key=_lowest) if page.view.is_nation else []
    names = [page.words.short(indicator) for indicator in known]
    body = [_row(page, found["own"], names, True), *(_row(page, row, names, False) for row in rows)]
    notes = [html.P([html.B(page.words.of(i)), html.Span(_formula(page, i), className="quiet")]) for i in known]
    return [
        html.Div(
            [
                html.Table([html.Thead(html.Tr(heads)), html.Tbody(body)], className="refused scores"),
                html.Aside([*notes, html.P(known[0].basis or "", className="quiet")], className="notes"),
            ],
            className="scorecard",
        )
    ]


def _row(page: Page, row: Row, names: Sequence[str], own: bool) -> html.Tr:
    name = table.place_name(page, row["place"])
    link = name if own else html.A(name, href=page.view.with_(place=row["place"]).href(), className="record-link")
    told_of = zip(names, row["scores"], row["severity"], strict=True)
    cells = [_score(page, short, value, level) for short, value, level in told_of]
    lowest = _lowest(row)[1]
    told = "" if lowest == NOTHING else number(lowest, 1, page.view.lang)
    least = refused.named_cell(html.Span(told), page.words("quality.lowest"), "right")
    return html.Tr([html.Td(link), *cells, least], className="own" if own else "")


def _score(page: Page, short: str, value: float | None, level: int | None) -> html.Td:
    """A bar of a hundred and its number; where a threshold is crossed the number is bold and says so.

    A phone has no room for the head of the table: each cell carries its name.
    """
    if value is None:
        return refused.named_cell(html.Span(page.words("quality.unknown"), className="quiet"), short)
    said: list[Any] = [html.I(html.I(style={"width": f"{value:.1f}%"})), html.Span(number(value, 1, page.view.lang))]
    if level:
        said[1] = html.B([number(value, 1, page.view.lang), " · ", page.words(f"severity.{level}.word")])
    return refused.named_cell(html.Div(said, className="score-bar"), short)


NOTHING = 101.0  # more than any share: a place of which nothing is known stands last


def _lowest(row: Row) -> tuple[bool, float, str]:
    known = [score for score in row["scores"] if score is not None]
    return not known, min(known, default=NOTHING), row["place"]


def _formula(page: Page, indicator: Any) -> str:
    return str(indicator.formula_vi if page.view.lang == "vi" else indicator.formula_en)


def _behind(page: Page, code: str) -> str:
    """The map of the nation coloured by a share, or the trend of the place."""
    domain = page.site.catalogue.indicators[code].domain
    return page.view.with_(quality=False, record="", domain=domain, indicator=code).href()
