"""The course of one incident as a drawing, on a wall and on a phone alike; the live client writes into its parts."""

from __future__ import annotations

from layouts import marks
from layouts.node import Node, h
from layouts.site import Page


def drawing() -> Node:
    """24 hours: bands, what hangs from the top, limits by name, the gap of an old line, the line and its part beyond,
    now and its value."""
    sheet = h(
        "svg",
        h("g", class_="chart-bands", data_part="bands"),
        h("g", class_="chart-hung", data_part="hung"),
        h("g", class_="chart-limits", data_part="limits"),
        h("rect", class_="chart-gap", data_part="gap", visibility="hidden"),
        h("path", class_="line", data_part="line"),
        h("path", class_="hot", data_part="hot"),
        h("path", class_="now", data_part="now"),
        h("circle", class_="end", data_part="end", visibility="hidden"),
        h("text", class_="end-value", data_part="value"),
        h("g", class_="chart-times", data_part="times"),
        preserveAspectRatio="xMidYMid meet",
        role="img",
    )
    return h("div", sheet, h("p", class_="quiet none", data_part="none", hidden=True), class_="chart-stage")


def worst(page: Page) -> Node:
    """The worst incident on a phone, with its course; it is shown there alone, and only while one asks for action."""
    head = h("div", h("b", data_part="title"), h("span", data_part="where", class_="quiet"))
    figure = h("p", h("span", data_part="reading", class_="digits"), h("small", data_part="unit"))
    told = h("p", h("span", data_part="against"), h("span", data_part="change"), class_="worst-told")
    ways = (
        h("a", page.words("worst.open"), class_="button solid", data_part="open"),
        h("a", page.words("alerts.behind"), class_="button", data_part="behind"),
    )
    return h(
        "article",
        h("div", marks.slot("level", size="large"), head, class_="worst-head"),
        h("div", figure, told, class_="worst-figure"),
        h("div", drawing(), class_="one-chart", data_part="chart"),
        h("p", *ways, class_="worst-ways"),
        class_="worst-of-all",
        data_panel="worst-of-all",
        data_scope=page.view.scope,
        hidden=True,
    )
