"""The examples that docs/sources shows, as they stand there."""

from __future__ import annotations

import re
from typing import Any

import yaml

from feeds.catalogue.settings import ROOT


def blocks(page: str, kind: str) -> list[str]:
    """The blocks of a kind (`yaml`, `sh`, `json`, `xml`; empty: plain) on a page of docs/sources."""
    text = (ROOT / "docs" / "sources" / f"{page}.md").read_text("utf-8")
    return [body for name, body in re.findall(r"^```(\w*)\n(.*?)^```", text, re.DOTALL | re.MULTILINE) if name == kind]


def sent(page: str) -> list[tuple[str, str]]:
    """What `curl` posts on a page: the last word of the address, and the body."""
    found = [
        match
        for body in blocks(page, "sh")
        for match in re.findall(r"curl -s \S*?(\w*)\"?(?:\s+-H [^\n]*?)?\s+-d '(.*?)'(?:\s|$)", body, re.DOTALL)
    ]
    return [(word, body) for word, body in found]


def declared_as(page: str, n: int = 0, **changes: Any) -> dict[str, Any]:
    """The settings of the n-th declaration on a page; `changes` put a test's own server in their place."""
    said: dict[str, Any] = yaml.safe_load(blocks(page, "yaml")[n])["settings"]
    return said | changes
