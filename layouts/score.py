"""A score explained to the point: every component with its rate, its points of how many, and why points are lost.

Generic: any figure whose calculation is declared in groups of items (`compute: {groups: ...}`).
"""

from __future__ import annotations

from typing import Any

from feeds.catalogue.model import Indicator, Panel
from layouts.node import Node, h
from layouts.numbers import bare
from layouts.section import section
from layouts.site import Page


def panel(page: Page, declared: Panel) -> Node:
    """A table by group; points come with the figure itself, so that they add up to what is shown."""
    indicator = page.site.catalogue.indicators[declared.indicators[0]]
    groups: list[dict[str, Any]] = indicator.compute.args.get("groups", [])
    names = declared.args.get("groups", {})
    heads = ("part", "rate", "points", "lost", "why")
    return section(
        page.words.of(declared),
        h(
            "table",
            h("thead", h("tr", *(h("th", page.words(f"score.{name}"), class_=_side(name)) for name in heads))),
            *(_group(page, group, _name(page, names, group["code"])) for group in groups),
            class_="score",
        ),
        _note(page, groups),
        aside=h("span", data_part="total", class_="quiet"),
        panel="score",
        class_="wide",
        data_indicator=indicator.code,
        data_scope=page.view.scope,
        data_version="",
        data_age_state="loading",
    )


def _note(page: Page, groups: list[dict[str, Any]]) -> Node | None:
    """What the mark says, where an item bears it."""
    own = any(item.get("own") for group in groups for item in group["items"])
    return h("p", page.words("score.note"), class_="quiet") if own else None


def _name(page: Page, names: dict[str, Any], code: str) -> str:
    return str(names.get(code, {}).get(page.view.lang, code))


def _group(page: Page, group: dict[str, Any], name: str) -> Node:
    most = bare(group["max"], page.view.lang)
    head = h(
        "tr",
        h("th", name, scope="rowgroup"),
        h("td"),
        h("td", h("b", data_part="points"), h("small", page.words("score.of", n=most)), class_="num"),
        h("td", data_part="lost", class_="num"),
        h("td"),
        data_group=group["code"],
        data_max=group["max"],
    )
    return h("tbody", head, *(_item(page, item) for item in group["items"]))


def _item(page: Page, item: dict[str, Any]) -> Node:
    indicator: Indicator = page.site.catalogue.indicators[item["indicator"]]
    most, full = bare(item["max"], page.view.lang), bare(item["full"], page.view.lang)
    opened = h("button", page.words.short(indicator), type="button", data_card=indicator.code, class_="name")
    return h(
        "tr",
        h("td", opened),
        h("td", data_part="rate", class_="num"),
        h("td", h("span", data_part="points"), h("small", _of(page, item, most)), h("i"), class_="num"),
        h("td", data_part="lost", class_="num"),
        h("td", page.words("score.full", n=full), data_part="why", class_="quiet"),
        data_item=indicator.code,
        data_full=item["full"],
        data_max=item["max"],
    )


def _of(page: Page, item: dict[str, Any], most: str) -> str:
    """Of how many points; where their number is our choice and not the law's, it says so."""
    return page.words("score.own" if item.get("own") else "score.of", n=most)


def _side(name: str) -> str | None:
    return "num" if name in ("rate", "points", "lost") else None
