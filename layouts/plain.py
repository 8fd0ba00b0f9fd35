"""A page without Dash and without the stream, as one HTML document: its module asks the doors for what changes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from layouts.document import FONTS
from layouts.node import Node, h, to_html
from layouts.site import STAMPS, Site
from layouts.words import Lang, Words


def document(site: Site, lang: Lang, name: str, title: str, main: Sequence[Node], told: Mapping[str, Any]) -> str:
    """The page `name`: its stylesheet and module have that name, `told` is what the module reads."""
    head = h(
        "head",
        h("meta", charset="utf-8"),
        h("meta", name="viewport", content="width=device-width, initial-scale=1"),
        h("title", " · ".join((title, "IOC"))),
        h("link", rel="icon", href=f"/assets/favicon.svg?m={site.version}", type="image/svg+xml"),
        *(
            h("link", rel="preload", href=f"/assets/fonts/{font}.woff2", as_="font", type="font/woff2", crossorigin="")
            for font in FONTS
        ),
        *(h("link", rel="stylesheet", href=f"/assets/css/{sheet}.css?m={site.version}") for sheet in ("look", name)),
        h("script", type="module", src=f"/assets/js/{name}.js"),
    )
    plain = json.dumps({"lang": lang, **told}, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    inner = h("main", top(site, site.words[lang], name, title), *main, data_panel=name)
    body = f'{to_html(inner)}<script type="application/json" id="page-facts">{plain}</script>'
    body = f'<body class="{name}" data-world="{site.world}">{body}</body>'
    return f'<!DOCTYPE html><html lang="{lang}" data-theme="system">{to_html(head)}{body}</html>'


def top(site: Site, words: Words, name: str, title: str) -> Node:
    """The way home, the name of the page, the stamp of a world that is not the real one."""
    stamp = STAMPS[site.world]
    return h(
        "header",
        h("a", h("b", "IOC"), href="/", class_="brand"),
        h("h1", title),
        h("span", words(stamp), class_="stamp") if stamp else None,
        class_=f"{name}-top",
    )


def field(label: str, *inputs: Node) -> Node:
    """A named input, with its unit beside it."""
    return h("label", h("span", label), h("span", *inputs, class_="with-unit"))
