"""The page of administrators: who may sign in as what, what waits for a second person, and the screens of walls."""

from __future__ import annotations

import json
from typing import Any

from layouts.document import FONTS
from layouts.node import Node, h, to_html
from layouts.site import STAMPS, Site
from layouts.words import Lang, Words

SHEETS = ("look", "entry", "people")
PAIRED = ("screens", "keys")  # lists that stand side by side where there is room
ROLES = ("leader", "staff", "operator", "admin")


def document(site: Site, lang: Lang) -> str:
    """The whole page; its module fills in people, roles that wait and screens."""
    words = site.words[lang]
    head = h(
        "head",
        h("meta", charset="utf-8"),
        h("meta", name="viewport", content="width=device-width, initial-scale=1"),
        h("title", " · ".join((words("people.title"), "IOC"))),
        h("link", rel="icon", href=f"/assets/favicon.svg?m={site.version}", type="image/svg+xml"),
        *(
            h("link", rel="preload", href=f"/assets/fonts/{font}.woff2", as_="font", type="font/woff2", crossorigin="")
            for font in FONTS
        ),
        *(h("link", rel="stylesheet", href=f"/assets/css/{sheet}.css?m={site.version}") for sheet in SHEETS),
        h("script", type="module", src="/assets/js/people.js"),
    )
    units = [[key, site.places.name(key, lang)] for key in sorted(site.places.units)]
    told: dict[str, Any] = {"lang": lang, "units": units, "words": words.for_browser()}
    plain = json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    body = f'{to_html(_main(site, words))}<script type="application/json" id="page-facts">{plain}</script>'
    body = f'<body class="entry people" data-world="{site.world}">{body}</body>'
    return f'<!DOCTYPE html><html lang="{lang}" data-theme="system">{to_html(head)}{body}</html>'


def _main(site: Site, words: Words) -> Node:
    stamp = STAMPS[site.world]
    head = h(
        "header",
        h("a", h("b", "IOC"), href="/", class_="brand"),
        h("h1", words("people.title")),
        h("span", words(stamp), class_="stamp") if stamp else None,
        h("span", class_="space"),
        h("a", data_part="me", class_="quiet", href="/account"),
        h("button", words("people.leave"), type="button", data_part="leave", class_="button"),
        class_="entry-top",
    )
    said = h("p", data_part="said", role="status", class_="entry-said")
    links = h(
        "section",
        h("h2", words("people.links")),
        h("p", words("people.links.how"), class_="quiet"),
        _table(words, "links", ("login", "link")),
        data_part="links-shown",
        hidden=True,
    )
    left = h("div", _new(words), _file(words))
    lists = (
        _list(words, "waiting", "waiting", "login", "role", "by", "at", "why"),
        _list(words, "all", "accounts", "login", "name", "role", "state", "in", told=False),
        _list(words, "screens", "screens", "screen", "place", "state", "heard"),
        _list(words, "keys", "keys", "key", "opens", "place", "state", "used"),
    )
    right = h("div", links, *lists)
    columns = h("div", left, right, class_="entry-columns")
    return h("main", head, said, columns, data_panel="people")


def _new(words: Words) -> Node:
    return h(
        "form",
        h("h2", words("people.new")),
        _field(words("people.login"), h("input", name="login", maxlength=40, autocapitalize="none", required=True)),
        _field(words("people.name"), h("input", name="name", maxlength=80, required=True)),
        _field(
            words("people.role"),
            h("select", *(h("option", words(f"js.role.{r}"), value=r) for r in ROLES), name="role"),
        ),
        _field(words("people.units"), h("select", name="units", multiple=True, size=6)),
        h("p", words("people.units.how"), class_="quiet"),
        _field(words("people.why"), h("input", name="why", maxlength=500)),
        h("button", words("people.make"), type="submit", class_="button solid"),
        data_part="form",
    )


def _file(words: Words) -> Node:
    return h(
        "section",
        h("h2", words("people.file")),
        h("p", words("people.file.how"), class_="quiet"),
        h(
            "label",
            words("people.file.put"),
            h("input", type="file", accept=".csv,text/csv", data_part="file"),
            class_="file",
        ),
    )


def _list(words: Words, name: str, part: str, *heads: str, told: bool = True) -> Node:
    """A table that the browser fills in; with `told` it is explained above, and says below when there is nothing."""
    how = h("p", words(f"people.{name}.how"), class_="quiet") if told else None
    none = h("p", words("people.none"), class_="quiet", data_part=f"{part}-none", hidden=True) if told else None
    table = _table(words, part, (*heads, ""))  # what may be done stands last
    beside = " paired" if part in PAIRED else ""
    return h("section", h("h2", words(f"people.{name}")), how, table, none, class_=f"entry-waiting{beside}")


def _table(words: Words, part: str, heads: tuple[str, ...]) -> Node:
    row = h("tr", *(h("th", words(f"people.head.{head}") if head else "") for head in heads))
    return h("table", h("thead", row), h("tbody", data_part=part))


def _field(label: str, *inputs: Node) -> Node:
    return h("label", h("span", label), *inputs)
