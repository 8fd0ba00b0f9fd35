"""Every open alert, as Dash mounts it: what narrows the list, the grid, and from each row the way on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlencode

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import html

from feeds.catalogue.clock import HOUR_MS, vietnam
from feeds.catalogue.model import Indicator
from feeds.catalogue.places import NATION_KEY
from layouts import asking, ids, listing, table, waiting
from layouts.address import HOURS, Hours, View
from layouts.node import Child
from layouts.numbers import NBSP, number
from layouts.site import Page
from layouts.words import Lang

ROWS = 50  # of one page of the list: in a flood nobody reads more at once, and a browser need not draw it
PARTS = ("level", "domain", "place")  # what the list is narrowed by, in the address
COLUMNS = {  # width, and whether numbers stand in it
    "level": (150, False), "indicator": (240, False), "domain": (170, False), "place": (170, False),
    "value": (130, True), "limit": (110, True), "since": (150, False), "age": (110, True), "origin": (110, False),
    "records": (100, False),
}  # fmt: skip
LINKS = {"indicator": "_href", "origin": "_href", "records": "_records"}
Alert = Mapping[str, Any]


def content(page: Page) -> list[Child]:
    """The room of what Dash mounts: alerts come and go while a page is kept."""
    return [waiting.room(page, "open-alerts", desk=True)]


def root(page: Page, alerts: Sequence[Alert], now_ms: int, query: Mapping[str, str]) -> list[Any]:
    """The alerts that the address asks for, worst first, and how all of them divide; those of the centre's own data
    stand last within a level. `alerts` as readers give them, times in ms."""
    known = [alert for alert in alerts if alert["indicator"] in page.site.catalogue.indicators]
    asked = {part: query.get(part, "") for part in PARTS}
    shown = sorted((a for a in known if _fits(page, a, asked)), key=lambda a: _rank(page, a))
    sides = [_side(page, known, asked, part) for part in PARTS]
    counted = html.P(page.words("open_alerts.count", n=number(len(shown), 0, page.view.lang)), className="count")
    body: Any = _grid(page, shown, now_ms) if shown else html.P(page.words("alerts.none"), className="quiet empty")
    main = html.Div([html.Div([counted], className="desk-said"), body], className="desk-main")
    inner = html.Div([html.Aside([side for side in sides if side], className="desk-side"), main], className="desk-list")
    return [dmc.MantineProvider(inner, theme=dict(asking.THEME), forceColorScheme=page.view.shade)]


def part_of(page: Page, alert: Alert, part: str) -> str:
    """What an alert says to one of PARTS: its level, the domain of its figure, its unit or the nation."""
    if part == "level":
        return str(alert["level"])
    if part == "domain":
        return _indicator(page, alert).domain
    return str(alert["place"]).partition("/")[0]


def _fits(page: Page, alert: Alert, asked: Mapping[str, str]) -> bool:
    return all(not value or part_of(page, alert, part) == value for part, value in asked.items())


def _rank(page: Page, alert: Alert) -> tuple[int, bool, int]:
    system = page.site.catalogue.domains[_indicator(page, alert).domain].system
    return alert["level"], system, -alert["since"]


def _indicator(page: Page, alert: Alert) -> Indicator:
    return page.site.catalogue.indicators[alert["indicator"]]


def _side(page: Page, alerts: Sequence[Alert], asked: Mapping[str, str], part: str) -> html.Section | None:
    """How the alerts divide, each part a link that narrows the list to itself; a chosen one leads back to all."""
    others = {name: value for name, value in asked.items() if name != part}
    found = Counter(part_of(page, alert, part) for alert in alerts if _fits(page, alert, others))
    if not found:
        return None
    ranked = sorted(found.items(), key=lambda one: one[0] if part == "level" else (-one[1], one[0]))
    most, rows = max(found.values()), []
    for value, n in ranked[: listing.SHARES]:
        chosen = asked[part] == value
        name = _name(page, part, value)
        link = html.A(
            [html.Span(name, title=name), html.B(number(n, 0, page.view.lang)),
             html.I(style={"width": f"{max(1.0, n / most * 100):.1f}%"})],
            href=address(page.view, others | ({} if chosen else {part: value})),
            **cast(Any, {"aria-current": "true"} if chosen else {}),
        )  # fmt: skip
        rows.append(html.Li(link))
    rest = sum(n for _, n in ranked[listing.SHARES :])
    if rest:
        said = page.words("list.others", n=number(len(ranked) - listing.SHARES, 0, page.view.lang))
        rows.append(html.Li([html.Span(said), html.B(number(rest, 0, page.view.lang))], className="rest quiet"))
    clear = html.A(page.words("list.all"), href=address(page.view, others)) if asked[part] else None
    return html.Section([html.Header([html.H2(page.words(f"open_alerts.{part}")), clear]), html.Ol(rows)])


def _name(page: Page, part: str, value: str) -> str:
    if part == "level":
        return _level(page, int(value))
    if part == "domain":
        return page.words.of(page.site.catalogue.domains[value])
    return page.words("nation") if value == NATION_KEY else table.place_name(page, value)


def _level(page: Page, level: int) -> str:
    return f"{page.words(f'severity.{level}.letter')}{NBSP}· {page.words(f'severity.{level}.word')}"


def address(view: View, asked: Mapping[str, str]) -> str:
    """The list narrowed to what is asked by PARTS, in the theme and language of the page."""
    kept = {"theme": view.theme if view.theme != "light" else "", "lang": view.lang if view.lang != "vi" else ""}
    query = urlencode({name: value for name, value in (*asked.items(), *kept.items()) if value})
    path = View(book="alerts").path()
    return f"{path}?{query}" if query else path


def _grid(page: Page, alerts: Sequence[Alert], now_ms: int) -> Any:
    return dag.AgGrid(
        id=ids.ALERTS,
        columnDefs=[_column(page, key) for key in COLUMNS],
        defaultColDef={"resizable": True, "sortable": False, "suppressHeaderMenuButton": True},
        rowData=[row(page, alert, now_ms) for alert in alerts],
        dashGridOptions={
            "pagination": len(alerts) > ROWS, "paginationPageSize": ROWS, "paginationPageSizeSelector": False,
            "localeText": listing.locale(page), "domLayout": "autoHeight",
            "suppressFieldDotNotation": True, "suppressDragLeaveHidesColumns": True,
            "suppressMovableColumns": True, "enableCellTextSelection": True, "animateRows": False,
            "tooltipShowDelay": 400,
        },
        className="desk-grid",
        style={"width": "100%"},
    )  # fmt: skip


def _column(page: Page, key: str) -> dict[str, Any]:
    width, right = COLUMNS[key]
    title = page.words(f"open_alerts.{key}")
    aligned = "right" if right else ""
    said: dict[str, Any] = {
        "field": key, "headerName": title, "headerTooltip": title, "tooltipField": key, "flex": width,
        "minWidth": width if key == "level" else min(width, 110), "cellClass": aligned, "headerClass": aligned,
    }  # fmt: skip
    if key == "level":
        said["cellRenderer"] = "AlertLevel"
    if key in LINKS:
        said |= {"cellRenderer": "CellLink", "cellRendererParams": {"to": LINKS[key]}}
    return said


def row(page: Page, alert: Alert, now_ms: int) -> dict[str, Any]:
    """A row as people read it, and where it leads: its figure's page, where its Nguồn gốc is, and its records."""
    indicator, lang = _indicator(page, alert), page.view.lang
    place = part_of(page, alert, "place")
    figure = page.view.to(place, indicator.domain).with_(
        indicator=indicator.code, selected=alert["entity"], hours=_reaching(now_ms - alert["since"])
    )
    system = page.site.catalogue.domains[indicator.domain].system
    behind = page.view.to(place).with_(quality=True).href() if system else _behind(page, figure, indicator, alert)
    unit = page.unit(indicator).strip("–")
    level = alert["level"]
    return {
        "level": _level(page, level), "_level": level, "_sign": "system" if system else level,
        "indicator": page.words.short(indicator), "domain": _name(page, "domain", indicator.domain),
        "place": _name(page, "place", place), "value": f"{_told(alert['value'], indicator, lang)} {unit}".strip(),
        "limit": _told(alert["limit"], indicator, lang), "since": table.moment(alert["since"]),
        "age": table.span(page, max(0, now_ms - alert["since"])), "origin": page.words("card.title"),
        "records": page.words("alerts.behind"), "_href": figure.href(), "_records": behind,
    }  # fmt: skip


def _reaching(age_ms: int) -> Hours | None:
    """Of the spans a chart has the shortest in which an alert began; None where every chart looks back so far."""
    wide = next((hours for hours in HOURS if age_ms <= hours * HOUR_MS), HOURS[-1])
    return None if wide == HOURS[0] else wide


def _behind(page: Page, figure: View, indicator: Indicator, alert: Alert) -> str:
    """The records of an alert: of its station, and of readings those since the hour before it began. How many records
    are open is told of all of them, not of those of an hour."""
    feed = page.site.catalogue.feeds.get(indicator.feed)
    begun = (alert["since"] // HOUR_MS - 1) * HOUR_MS
    readings = feed is not None and feed.kind != "records"
    told = {"in": alert["entity"] or "", "from": f"{vietnam(begun):%Y-%m-%dT%H:%M}" if readings else ""}
    query = urlencode({name: value for name, value in told.items() if value})
    href = figure.with_(records=True, selected=None, hours=None).href()
    return f"{href}&{query}" if query else href


def _told(value: float | None, indicator: Indicator, lang: Lang) -> str:
    return "—" if value is None else number(value, indicator.decimals, lang)
