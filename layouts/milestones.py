"""What was printed about the national systems, as milestones: day, figure, article; contradictions first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from feeds.catalogue.milestones import Check, Point, Series, Verdict, decimals
from feeds.catalogue.places import NATION_KEY
from layouts.definitions import FILES
from layouts.node import Child, Node, h
from layouts.numbers import NBSP, bare, number
from layouts.site import Page

FORMS = {"day": "%d/%m/%Y", "article": "%d/%m/%Y", "month": "%m/%Y", "year": "%Y"}
HEADS = ("group", "name", "place", "place_name", "day", "known", "bound", "value", "unit", "article")


def content(page: Page) -> list[Child]:
    """How many figures there are and by which places they are told; contradictions; each group with its figures."""
    history = page.site.history
    points = sum(len(series.points) for series in history.series.values())
    said = h("p", page.words("milestone.said", n=points, m=len(history.articles)), class_="quiet")
    groups = (_group(page, code) for code in history.groups)
    index = h("nav", h("ul", *_index(page)), class_="book-index", aria_label=page.words("book.milestones"))
    body = h("div", _verdicts(page), *groups, _articles(page))
    return [h("div", said, _files(page), class_="book-said"), h("div", index, body, class_="book-body",
                                                                data_panel="milestones")]  # fmt: skip


def rows(page: Page) -> list[Mapping[str, Any]]:
    """Every figure as a row of the file, under HEADS."""
    history = page.site.history
    return [
        {
            "group": page.words.of(history.groups[series.group]), "name": page.words.of(series), "place": series.place,
            "place_name": place_name(page, series), "day": day(point), "known": page.words(f"milestone.by.{point.by}"),
            "bound": page.words(f"milestone.{point.bound or 'exact'}", n="").strip(), "value": point.value,
            "unit": unit(page, series), "article": page.words.of(history.articles[point.source]),
        }
        for series in history.series.values() for point in series.points
    ]  # fmt: skip


def figure(page: Page, series: Series, point: Point) -> str:
    """A figure as it is printed: `trên 58.000.000 lượt`."""
    told = (
        page.words(f"milestone.{point.bound}", n=_plain(page, point.value))
        if point.bound
        else _plain(page, point.value)
    )
    name = unit(page, series)
    return told + (name if name == "%" else NBSP + name)


def day(point: Point) -> str:
    """The day as far as it is known."""
    return format(point.day, FORMS[point.by])


def unit(page: Page, thing: Series | Check) -> str:
    """The unit in the language of the page."""
    return (page.view.lang == "en" and thing.unit_en) or thing.unit


def place_name(page: Page, series: Series) -> str:
    """The nation, or the province of 2020 by its name of then."""
    if series.place == NATION_KEY:
        return page.words("nation")
    return page.words("milestone.place", name=page.site.places.name(series.place, page.view.lang))


def _files(page: Page) -> Node:
    lang = "?lang=en" if page.view.lang == "en" else ""
    links = (h("a", page.words(f"list.{kind}"), href=f"/api/v1/lists/milestones.{kind}{lang}", download="",
               target="_self", class_="export", data_export=kind) for kind in FILES)  # fmt: skip
    return h("span", *links, class_="definitions-files")


def _index(page: Page) -> list[Node]:
    history = page.site.history
    return [
        h("li", h("a", h("span", page.words.of(group)), h("b", str(len(history.of_group(code)))), href=f"#{code}"))
        for code, group in history.groups.items()
    ]


def _verdicts(page: Page) -> Node:
    """Figures that contradict each other, both shown; below them those that were checked and agree."""
    found = page.site.history.verdicts
    against = [_conflict(page, verdict) for verdict in found if not verdict.agrees]
    agreeing = [_agreement(page, verdict) for verdict in found if verdict.agrees]
    title = page.words("milestone.conflicts", n=len(against))
    return h("section", h("h2", title), *against, h("ul", *agreeing, class_="agreements quiet"), id="conflicts",
             class_="milestones-of", data_panel="conflicts")  # fmt: skip


def _conflict(page: Page, verdict: Verdict) -> Node:
    check = verdict.check
    sign = h("svg", h("use", href="#doubt"), class_="sign on", role="img", aria_label=page.words("milestone.conflict"))
    return h(
        "article", sign, h("b", page.words.of(check)), h("p", _held(page, verdict)),
        h("p", _sources(page, check), class_="quiet"), class_="conflict", data_check=check.code,
        data_age_state="suspect",
    )  # fmt: skip


def _agreement(page: Page, verdict: Verdict) -> Node:
    said = page.words("milestone.agrees", name=page.words.of(verdict.check), what=_held(page, verdict))
    return h("li", said, data_check=verdict.check.code)


def _held(page: Page, verdict: Verdict) -> str:
    """The comparison in words with both figures."""
    check, name = verdict.check, unit(page, verdict.check)
    values = [_of(page, ref) for ref in check.of]
    if check.rule == "repeated":
        before, after = (_of(page, ref) for ref in check.beside[:2])
        return page.words("milestone.held.repeated", value=values[0], a=before, b=after)
    computed = _with(number(verdict.computed, _digits(verdict), page.view.lang), name)
    told = _with(number(verdict.told, _digits(verdict) if check.rule == "base" else decimals(verdict.told),
                        page.view.lang), name)  # fmt: skip
    if check.rule == "base":
        return page.words("milestone.held.base", a=computed, b=told)
    return page.words(f"milestone.held.{check.rule}", printed=told, computed=computed, parts=", ".join(values))


def _digits(verdict: Verdict) -> int:
    """One digit more than is printed where the two differ; whole numbers for what is counted."""
    if verdict.check.rule == "base":
        return 0
    return decimals(verdict.told) + (verdict.check.rule == "share")


def _of(page: Page, ref: str) -> str:
    history = page.site.history
    series = history.series[ref.partition("@")[0]]
    point = next(point for point in series.points if point.day.isoformat() == ref.partition("@")[2])
    return f"{figure(page, series, point)} ({day(point)})"


def _with(text: str, name: str) -> str:
    return text + (name if name == "%" else NBSP + name)


def _sources(page: Page, check: Check) -> str:
    history = page.site.history
    codes = dict.fromkeys([check.source, *(history.point(ref).source for ref in (*check.of, *check.beside))])
    return "; ".join(_article(page, code) for code in codes)


def _group(page: Page, code: str) -> Node:
    history = page.site.history
    lines = (_series(page, series) for series in history.of_group(code))
    return h("section", h("h2", page.words.of(history.groups[code])), *lines, id=code, class_="milestones-of")


def _series(page: Page, series: Series) -> Node:
    most = max(point.value for point in series.points)
    bars = len(series.points) > 1 and not series.rank
    points = (_point(page, series, point, point.value / most if bars else None) for point in series.points)
    place = None if series.place == NATION_KEY else h("span", place_name(page, series), class_="quiet")
    name = h("div", h("b", page.words.of(series)), place, _growth(page, series) if bars else None)
    return h("div", name, h("ol", *points), class_="milestone", data_series=series.code, data_place=series.place)


def _growth(page: Page, series: Series) -> Node:
    """How much the last figure is above the one before, reckoned by us: roughly, where one of them is a bound."""
    before, last = series.points[-2:]
    share = (last.value / before.value - 1) * 100
    told = f"{'+' if share > 0 else ''}{number(share, 0, page.view.lang)}%"
    word = "milestone.growth.about" if before.bound or last.bound else "milestone.growth"
    return h("small", page.words(word, share=told, n=(last.day - before.day).days), class_="quiet", data_part="growth")


def _point(page: Page, series: Series, point: Point, share: float | None) -> Node:
    known = page.words("milestone.as_of.article", day=day(point)) if point.by == "article" else day(point)
    bar = h("i", style=f"width:{max(0.5, share * 100):.1f}%") if share is not None else None
    return h(
        "li", h("time", known, datetime=point.day.isoformat()), h("b", figure(page, series, point)),
        h("span", bar, class_="bar-of") if bar else None,
        h("a", _article(page, point.source), href=f"#{point.source}", class_="quiet"),
    )  # fmt: skip


def _articles(page: Page) -> Node:
    rows = (h("li", _article(page, code), id=code) for code in page.site.history.articles)
    return h("section", h("h2", page.words("milestone.articles")), h("ol", *rows), class_="milestones-of")


def _article(page: Page, code: str) -> str:
    article = page.site.history.articles[code]
    return f"{page.words.of(article)}, {article.day:%d/%m/%Y}"


def _plain(page: Page, value: float) -> str:
    return bare(value, page.view.lang)
