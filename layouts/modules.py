"""Domains taken in while running, as Dash mounts them: what is in force, what was refused and how to mend it."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any, cast

from dash import html

from feeds.catalogue.loader import module_file
from layouts import table, waiting
from layouts.node import Child
from layouts.site import Page

HEADS = ("name", "state", "taken", "refused_at", "problem")
WRONG = ("kept", "refused")
OWN_HEADS = (("name", ""), ("indicators", "num"), ("feeds", "num"), ("owner", ""))


def content(page: Page) -> list[Child]:
    """The room of what Dash mounts: modules change while a page is kept."""
    return [waiting.room(page, "modules")]


def root(page: Page, folder: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Where files are dropped, and every module."""
    wrong = sum(row["state"] in WRONG for row in rows)
    said = [html.P(page.words("module.folder", folder=folder), className="quiet")]
    if not rows:
        return [html.Div([*said, html.P(page.words("module.none"), className="quiet empty"), *_own(page, ())])]
    counted = html.P(page.words("module.count", n=len(rows), m=wrong), className="count")
    head = html.Thead(html.Tr([html.Th(page.words(f"module.{key}")) for key in HEADS]))
    body = html.Tbody([_row(page, row) for row in rows])
    table_ = html.Table([head, body], className="refused modules")
    return [html.Div([*said, counted, table_, *_own(page, {row["name"] for row in rows})])]


def _own(page: Page, modules: Container[str]) -> list[Any]:
    """The product's domains that no module stands in place of, with what each holds."""
    catalogue = page.site.catalogue
    domains = [domain for domain in catalogue.domains.values() if domain.code not in modules]
    head = html.Thead(html.Tr([html.Th(page.words(f"module.{key}"), className=kind) for key, kind in OWN_HEADS]))
    body = [
        html.Tr([
            html.Td([html.A(page.words.of(domain), href=page.view.to(domain=domain.code).href()), " ",
                     html.Code(domain.code)]),
            html.Td(str(len(domain.indicators)), className="num", **_named(page, "indicators")),
            html.Td(str(len(domain.feeds)), className="num", **_named(page, "feeds")),
            html.Td(", ".join(dict.fromkeys(feed.owner for feed in domain.feeds)), className="reason"),
        ])
        for domain in domains
    ]  # fmt: skip
    title = html.H2(page.words("module.own", n=len(domains)), className="own")
    return [title, html.Table([head, html.Tbody(body)], className="refused modules")]


def _named(page: Page, key: str) -> dict[str, Any]:
    """On a phone a number carries the name of its column."""
    return {"data-name": page.words(f"module.{key}")}


def _row(page: Page, row: Mapping[str, Any]) -> html.Tr:
    domain = page.site.catalogue.domains.get(row["name"])
    name = html.A(page.words.of(domain), href=page.view.to(domain=domain.code).href()) if domain else row["name"]
    cells = [
        html.Td([name, " ", html.Code(row["name"])]),
        html.Td(html.B(page.words(f"module.state.{row['state']}")) if row["state"] in WRONG else
                page.words(f"module.state.{row['state']}")),
        html.Td(table.moment(row["taken"]) if row["taken"] else "–"),
        html.Td(table.moment(row["refused_at"]) if row["refused_at"] else "–"),
        html.Td(_problem(page, row), className="reason"),
    ]  # fmt: skip
    return html.Tr(cells, **cast(Any, {"data-module": row["name"], "data-state": row["state"]}))


def _problem(page: Page, row: Mapping[str, Any]) -> str:
    if not row["problem"]:
        return ""
    line = f":{row['line']}" if row["line"] else ""
    return f"{module_file(row['name']).name}{line}: {page.words.sentence(row['problem'])}"
