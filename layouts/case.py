"""One refused message as Dash mounts it: why it was refused, its bytes made safe to read, what one may do with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html

from layouts import ids, refused, table
from layouts.numbers import number
from layouts.site import Page

FACTS = ("feed", "source", "unit", "received", "at", "stage", "code", "connector", "offset", "size")
MOMENTS, NUMBERS = ("received", "at"), ("offset", "size")
ACTS = ("check", "replay", "drop", "unmask")


def root(page: Page, case: Mapping[str, Any], said: str = "", mends: bool = True) -> list[Any]:
    """The message, and beside it what was done to it; buttons for who `mends`, to others it is to be read."""
    left = [
        html.H1(case["reason"]),
        html.P([html.B(page.words(f"quality.state.{case['state']}"))], className="record-state"),
        _facts(page, case),
        *_acts(page, case),
    ]
    return [
        html.Div(
            [html.Div(left), html.Div(_bytes(page, case, said, mends), className="case-bytes")], className="record"
        )
    ]


def _facts(page: Page, case: Mapping[str, Any]) -> html.Dl:
    told: list[Any] = []
    for name in FACTS:
        if case[name] in (None, ""):
            continue
        told += [html.Dt(page.words(f"quality.fact.{name}")), html.Dd(_fact(page, name, case[name]))]
    return html.Dl(told)


def _fact(page: Page, name: str, value: Any) -> str:
    if name in MOMENTS:
        return table.moment(value, seconds=True)
    if name in NUMBERS:
        return number(value, 0, page.view.lang)
    if name == "stage":
        return page.words(f"quality.stage.{value}")
    return str(value) if name == "code" else refused.name_of(page, {}, name, value)


def _acts(page: Page, case: Mapping[str, Any]) -> list[Any]:
    if not case["acts"]:
        return []
    steps = [
        html.Li(
            [
                html.Time(table.moment(act["at"])),
                html.Div(
                    [
                        html.B(page.words(f"quality.act.{act['act']}")),
                        html.Span(act["by"], className="quiet"),
                        html.Span(act["why"], className="quiet"),
                        html.Pre(act["text"], className="sent") if act["text"] else None,
                    ]
                ),
            ]
        )
        for act in case["acts"]
    ]
    return [html.Section([html.Header(html.H2(page.words("quality.acts"))), html.Ol(steps, className="trail-steps")])]


def _bytes(page: Page, case: Mapping[str, Any], said: str, mends: bool) -> list[Any]:
    """The text to be corrected while it is held; afterwards to be read."""
    words, held = page.words, mends and case["state"] == "held"
    head = html.Header([html.H2(words("quality.bytes")), html.Span(words("quality.masked"), className="quiet")])
    told = html.Div(said, id={"type": ids.SAID, "of": "one"}, role="status", className="said-of")
    if not held:
        return [head, html.Pre(case["text"], className="bytes"), told]
    text = dcc.Textarea(
        id=_id("text"), value=case["text"], readOnly=not case["editable"], className="bytes", spellCheck=False,
        title=words("quality.bytes"),
    )  # fmt: skip
    note = words("quality.marks" if case["editable"] else "quality.long")
    who = html.Div([refused.field(page, ids.CASE, name) for name in ("by", "why")], className="fields")
    buttons = html.Div([_button(page, act) for act in ACTS], className="buttons")
    return [head, text, html.P(note, className="quiet"), who, buttons, told]


def _button(page: Page, act: str) -> html.Button:
    primary = " solid" if act == "replay" else ""
    return html.Button(
        page.words(f"quality.do.{act}"), id={"type": ids.ACT, "of": act}, n_clicks=0, className=f"button{primary}"
    )


def _id(name: str) -> dict[str, str]:
    return {"type": ids.CASE, "of": name}
