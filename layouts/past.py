"""A figure over days, small: its own line, its limit, the last value named. Drawn by the live client as SVG."""

from __future__ import annotations

from collections.abc import Sequence

from feeds.catalogue.model import Indicator, Panel
from layouts.node import Node, h
from layouts.section import section
from layouts.site import Page

DAYS = 30
HOURLY = 3  # up to so many days are drawn hour by hour


def _earlier(page: Page, before: int | Sequence[int] | None) -> str | None:
    """Days back to what stands beside it; of several those of the same kind as today, working or not: of them the
    first that history knows is taken."""
    if before is None:
        return None
    if isinstance(before, int):
        return str(before)
    return " ".join(str(days) for days in before if page.site.alike(page.today, days))


def _from_midnight(indicator: Indicator) -> bool:
    """Whether it counts what has come of a day: its course is that of one day, from nothing to the whole."""
    return indicator.compute.args.get("window") == "day"


def panel(page: Page, declared: Panel) -> Node:
    """The room is kept; a day without a figure is a gap, and a history that begins later says since when."""
    indicator = page.site.catalogue.indicators[declared.indicators[0]]
    unit = page.unit(indicator)
    days, before = declared.args.get("days", DAYS), declared.args.get("before")
    note = page.words("past.hours" if days <= HOURLY else "past.note", unit=unit or page.words.short(indicator))
    return section(
        page.words.of(declared),
        h("svg", class_="plot", data_part="chart", role="img", aria_label=page.words.of(declared)),
        h("p", page.words("panel.waiting"), class_="quiet", data_part="none"),
        aside=h("span", note, class_="quiet"),
        panel="past",
        data_indicator=indicator.code,
        data_scope=page.view.scope,
        data_days=days,
        data_whole="" if days == 1 and _from_midnight(indicator) else None,
        data_before=_earlier(page, before),
        data_day=None if before is None or isinstance(before, int) else page.today.isoformat(),
        data_step="hour" if days <= HOURLY else "day",
        data_version="",
        data_age_state="loading",
    )
