"""The nation's map for a desk: indicators at the left, the chosen one on the map, its fair ranking at the right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from feeds.catalogue.model import Domain, Indicator
from layouts import alerts, figure, header, map, marks, moment, panels, ranking
from layouts.node import Attr, Child, Node, h
from layouts.section import section
from layouts.site import Page

TABS = ("ranking", "table", "trend", "compare")
SPANS = ("day", "month", "year")  # by what time is looked at and compared
DAYS, PERIODS, YEARS = 14, 12, 3  # days are kept for ten years
CUT, LAST = 15, 12  # on this day the next reporting month begins, in this month the year's last (compute/periods.py)
ONE = timedelta(days=1)
FIRST = 6  # of a group that stand at once
COLUMNS = ("name", "value", "n", "change", "rank", "age")


def content(page: Page) -> list[Child]:
    """Sentence and clock; list, map and ranking in one screen; the chart below."""
    top = h("div", alerts.headline(page), header.clock(page), class_="top")
    middle = h(
        "div", head(page), map.panel(page, chosen=False, card=place_card(page)), moment.panel(page), class_="study-map"
    )
    side = h("div", indicators(page), filters(page), class_="study-list")
    first = h("div", side, middle, looks(page), class_="study")
    return [top, first]


def looks(page: Page) -> Node:
    """Four looks at the same units, one at a time: ranking, table, course, comparison; the address keeps which."""
    tabs = (
        h(
            "button",
            page.words(f"study.tab.{tab}"),
            type="button",
            role="tab",
            data_tab=tab,
            aria_controls=f"look-{tab}",
            aria_selected=str(not i).lower(),
        )
        for i, tab in enumerate(TABS)
    )
    drawn = zip(TABS, (ranking.panel(page), table(page), panels.trend(page), compare(page)), strict=True)
    sheets = (
        h("div", node, role="tabpanel", id=f"look-{tab}", data_sheet=tab, hidden=bool(i))
        for i, (tab, node) in enumerate(drawn)
    )
    return h("div", h("div", *tabs, class_="looks-tabs", role="tablist"), *sheets, class_="looks", data_panel="looks")


def filters(page: Page) -> Node:
    """By what time, when, and which units are looked at: a region, those in trouble; the address keeps it."""
    words, regions = page.words, page.site.places.regions
    named = (h("option", words.of(region), value=region.code) for region in regions)
    everywhere = h("option", words("study.region.all", n=len(page.site.places.units)), value="")
    states = (h("option", words(f"study.only.{only or 'all'}"), value=only) for only in ("", "abnormal", "doubtful"))
    spans = (
        h("button", words(f"study.by.{by}"), type="button", data_by=by, aria_pressed=str(by == "day").lower())
        for by in SPANS
    )
    days = h("select", *_moments(page), data_filter="at", aria_label=words("study.at"))
    clear = h("button", words("study.clear"), type="button", data_part="clear", hidden=True)
    return section(
        words("study.filters"),
        h("div", *spans, class_="segments", role="group", aria_label=words("study.by")),
        h("p", data_part="period", class_="quiet"),
        days,
        h("select", everywhere, *named, data_filter="region", aria_label=words("study.region")),
        h("select", *states, data_filter="only", aria_label=words("study.only")),
        h("p", data_part="left", class_="quiet"),
        aside=clear,
        panel="filters",
        class_="filters",
    )


def _moments(page: Page) -> Iterator[Node]:
    """The present, the ends of the last days, reporting months and years, named as people name them.

    A value is an hour as addresses write it: a day and a period end at midnight, with the first hour of what follows.
    """
    words = page.words
    yield h("option", words("study.at.now"), value="")
    yield h("option", data_part="hour", hidden=True)  # what the slider stands at, when no name below is meant
    days = [page.today - timedelta(days=back) for back in range(1, DAYS + 1)]
    named = [
        (words("study.at.day", day=words(f"js.weekday.{day.isoweekday() % 7}"), date=f"{day:%d/%m/%Y}"), day + ONE)
        for day in days
    ]
    yield _closed("day", words("study.at.days"), named)
    months = closes(page.today)
    told = [(words("study.at.period", n=f"{end:%-m/%Y}", date=f"{end - ONE:%d/%m}"), end) for end in months[:PERIODS]]
    yield _closed("month", words("study.at.periods"), told)
    years = [end for end in months if end.month == LAST]
    yield _closed("year", words("study.at.years"), [(words("study.at.year", n=f"{end:%Y}"), end) for end in years])


def closes(today: date) -> list[date]:
    """The first day after each reporting month of the last years that has ended, newest first; each names its month."""
    first = today if today.day >= CUT else today.replace(day=1) - ONE
    ends = [first.replace(day=CUT)]
    while len(ends) < YEARS * 12:
        ends.append((ends[-1].replace(day=1) - ONE).replace(day=CUT))
    return ends


def _closed(by: str, label: str, moments: list[tuple[str, date]]) -> Node:
    """The moments that are looked at by days, months or years; of the three only one stands in the list at a time."""
    options = (h("option", name, value=f"{end:%Y-%m-%d}T00:00") for name, end in moments)
    return h("optgroup", *options, label=label, data_closes=by, hidden=by != "day", disabled=by != "day")


def table(page: Page) -> Node:
    """Every unit with what is known of it; the live client makes the rows when the table is first looked at."""
    heads = (
        h("th", h("button", page.words(f"study.col.{key}"), type="button", data_sort=key), class_=_side(key))
        for key in COLUMNS
    )
    body = h("table", h("thead", h("tr", *heads)), h("tbody", data_part="rows"))
    return section(page.words("study.tab.table"), h("div", body, class_="scroll"), panel="units", class_="units-table")


def compare(page: Page) -> Node:
    """Up to four units over two days on one scale, each named at its end."""
    add = h(
        "select", h("option", page.words("study.add"), value=""), data_part="add", aria_label=page.words("study.add")
    )
    return section(
        page.words("study.tab.compare"),
        h("div", h("ul", data_part="chosen", class_="chosen"), add, class_="compare-head"),
        h("svg", data_part="chart", class_="compare-chart", role="img"),
        h("p", data_part="none", class_="quiet"),
        aside=h("span", page.words("study.span"), class_="quiet", data_part="span"),
        panel="compare",
        class_="compare",
    )


def _side(key: str) -> str | None:
    return None if key == "name" else "num"


def indicators(page: Page) -> Node:
    """Every indicator that has a figure per unit, by domain, with its national value; one group stands open."""
    groups = (_group(page, domain, found) for domain, found in page.selectable())
    return section(
        page.words("study.indicators"),
        h("ul", _entry(page, page.abnormal)),
        *groups,
        panel="indicators",
        class_="indicators",
        data_scope=page.view.scope,
    )


def _group(page: Page, domain: Domain, found: list[Indicator]) -> Node:
    summary = h("summary", h("span", page.words.of(domain)), marks.slot(size="small"))
    entries = h("ul", *(_entry(page, indicator) for indicator in found[:FIRST]))
    rest = found[FIRST:]
    more = _more(page, rest) if rest else None
    return h("details", summary, entries, more, data_domain=domain.code, open=domain.code == page.coloured_by.domain)


def _more(page: Page, rest: list[Indicator]) -> Node:
    """What a long group holds besides, one step away; open where the chosen one is among them."""
    said = h("summary", page.words("study.more", n=len(rest)), class_="more")
    entries = h("ul", *(_entry(page, indicator) for indicator in rest))
    return h("details", said, entries, open=page.coloured_by in rest, data_more="")


def _entry(page: Page, indicator: Indicator) -> Node:
    link = h(
        "a",
        h("span", page.words.short(indicator), title=page.words.of(indicator)),
        marks.slot(size="small"),
        h("span", data_part="value"),
        href=page.view.with_(indicator=indicator.code).href(),
        data_entry=indicator.code,
        aria_current="true" if indicator.code == page.coloured_by.code else None,
    )
    return h("li", link)


def head(page: Page) -> Node:
    """The chosen figure of the nation: name, value, what it is held against, change, number of cases, age."""
    indicator = page.coloured_by
    against = h(
        "p",
        h("span", data_part="note"),
        h("span", h("span", data_part="change"), " ", h("span", data_part="since"), class_="quiet"),
    )
    counted = h("p", h("span", data_part="cases"), marks.age())
    origin = h(
        "button", page.words("card.title"), type="button", class_="button", data_card=indicator.code, data_part="origin"
    )
    return h(
        "article",
        h("h2", page.words.of(indicator), data_part="title"),
        h("div", figure.value(page, indicator), marks.slot(), against, counted, origin),
        class_="study-head",
        **figure.bound(page, indicator, "head"),
    )


def place_card(page: Page) -> Node:
    """The unit that is selected: name, figure, range of ranks, last 24 hours, cases, change, age, the way in."""
    asked: dict[str, Attr] = {"type": "button", "data_card": True, "title": page.words("card.title")}
    return h(
        "aside",
        h("header", h("b", data_part="name"), h("span", data_part="communes", class_="quiet")),
        h(
            "p",
            h("button", data_part="figure", class_="digits", **asked),
            h("small", data_part="unit"),
            h("span", data_part="rank"),
        ),
        figure.spark("small"),
        h("p", h("span", data_part="cases"), h("span", data_part="change")),
        h("p", marks.age(), h("a", page.words("study.open"), href="/", data_part="open")),
        class_="place-card",
        data_panel="place",
        data_age_state="loading",
        hidden=True,
    )
