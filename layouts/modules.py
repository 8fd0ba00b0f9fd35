"""Domains taken in while running, as Dash mounts them: what is in force, what was refused and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from dash import html

from layouts import ids, table
from layouts.node import Child, h
from layouts.site import Page

HEADS = ("name", "state", "taken", "refused_at", "problem")
WRONG = ("kept", "refused")


def content(page: Page) -> list[Child]:
    """The room of what Dash mounts: modules change while a page is kept."""
    waiting = h("p", page.words("list.waiting"), class_="quiet")
    return [h("div", waiting, id=ids.ENTRY, class_="drill desk", data_panel="modules")]


def root(page: Page, folder: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Where files are dropped, and every module."""
    wrong = sum(row["state"] in WRONG for row in rows)
    said = [html.P(page.words("module.folder", folder=folder), className="quiet")]
    if not rows:
        return [html.Div([*said, html.P(page.words("module.none"), className="quiet empty")])]
    counted = html.P(page.words("module.count", n=len(rows), m=wrong), className="count")
    head = html.Thead(html.Tr([html.Th(page.words(f"module.{key}")) for key in HEADS]))
    body = html.Tbody([_row(page, row) for row in rows])
    return [html.Div([*said, counted, html.Table([head, body], className="refused modules")])]


def _row(page: Page, row: Mapping[str, Any]) -> html.Tr:
    domain = page.site.catalogue.domains.get(row["name"])
    name = html.A(page.words.of(domain), href=page.view.to(domain=domain.code).href()) if domain else row["name"]
    cells = [
        html.Td([name, " ", html.Code(row["name"])]),
        html.Td(html.B(page.words(f"module.state.{row['state']}")) if row["state"] in WRONG else
                page.words(f"module.state.{row['state']}")),
        html.Td(table.moment(row["taken"]) if row["taken"] else "–"),
        html.Td(table.moment(row["refused_at"]) if row["refused_at"] else "–"),
        html.Td(_problem(row), className="reason"),
    ]  # fmt: skip
    return html.Tr(cells, **cast(Any, {"data-module": row["name"], "data-state": row["state"]}))


def _problem(row: Mapping[str, Any]) -> str:
    if not row["problem"]:
        return ""
    line = f":{row['line']}" if row["line"] else ""
    return f"{row['name']}.yaml{line}: {row['problem']}"
