"""Pages that are read (records, alerts, what was refused) before Dash has mounted them: they say at once that they are
being opened, and nothing of the page before is left standing under the new name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast

from dash import html

from layouts import ids
from layouts.node import Node, h
from layouts.site import Page

RECORD = re.compile(r"/r/.*")


def room(page: Page, kind: str, desk: bool = False) -> Node:
    """Where Dash mounts, under words and empty rows that stand until what was asked for is there. `desk`: it needs the
    libraries of lists."""
    said = h("div", h("p", page.words("list.waiting"), class_="quiet"), class_="waits", role="status")
    entry = h("div", id=ids.ENTRY, class_="drill desk", data_desk=desk or None, data_panel=kind, data_waits=True)
    return h("div", said, entry, class_="room")


def stood(path: str, parts: Sequence[Any]) -> list[Any]:
    """What Dash mounts at `path`, marked as such: by the mark the live client knows that it is there. The name of a
    record is left out: what stands on a page is not repeated from its address."""
    return [html.Div(list(parts), **cast(Any, {"data-of": RECORD.sub("/r/", path)}))]
