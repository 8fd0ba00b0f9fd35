"""What is wrong now: the sentence that is read first, and the list behind it."""

from __future__ import annotations

from layouts import marks, open_alerts
from layouts.node import Node, h
from layouts.section import section
from layouts.site import Page


def headline(page: Page) -> Node:
    """State of the place in one sentence, worst first; it names the place before any figure has come."""
    return h(
        "div",
        h(
            "p",
            h("span", page.words("org.nation" if page.view.is_nation else "org.province")),
            h("span", page.stamp, class_="stamp", data_part="stamp") if page.stamp else None,
            class_="org",
        ),
        h("h1", page.words("headline.waiting", place=page.place_name), data_part="headline"),
        class_="headline",
        data_panel="headline",
        data_scope=page.view.scope,
    )


def panel(page: Page, rows: int = 6, domain: str | None = None) -> Node:
    """Open alerts, worst and newest first; a fixed number of rows, the rest as a count."""
    return section(
        page.words("alerts.title"),
        h("p", page.words("alerts.none"), class_="quiet", data_part="none", hidden=True),
        h("ol", *(_row(page) for _ in range(rows)), class_="alert-list"),
        h("p", h("a", href=_all(page, domain), data_part="more", hidden=True)),
        aside=h("span", data_part="count"),
        panel="alerts",
        data_scope=page.view.scope,
        data_domain=domain,
    )


def _all(page: Page, domain: str | None) -> str:
    """The page of every open alert, narrowed to what the panel tells of."""
    narrowed = {"place": "" if page.view.is_nation else page.view.place, "domain": domain or ""}
    return open_alerts.address(page.view, narrowed)


def _row(page: Page) -> Node:
    """One alert: a link to its station or figure, and one to the records that raised it (rule 22)."""
    body = h(
        "div",
        h("b", data_part="title"),
        h("span", data_part="what"),
        h("span", data_part="value", class_="plate-value"),
        h("span", *(h("i", data_part=part) for part in ("since", "limit", "level")), class_="quiet told"),
    )
    behind = h("a", page.words("alerts.behind"), class_="behind", data_part="behind")
    return h("li", h("a", marks.slot(size="large"), body), behind, class_="alert", hidden=True)
