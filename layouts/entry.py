"""The page where people type figures, send a filled Excel template, and decide on what others typed; without Dash."""

from __future__ import annotations

import json

from layouts.document import FONTS
from layouts.node import Node, h, to_html
from layouts.site import STAMPS, Site
from layouts.words import Lang, Words

SHEETS = ("look", "entry")


def document(site: Site, lang: Lang) -> str:
    """The whole page; its module fills in fields, places and what waits."""
    words = site.words[lang]
    head = h(
        "head",
        h("meta", charset="utf-8"),
        h("meta", name="viewport", content="width=device-width, initial-scale=1"),
        h("title", " · ".join((words("entry.title"), "IOC"))),
        h("link", rel="icon", href=f"/assets/favicon.svg?m={site.version}", type="image/svg+xml"),
        *(
            h("link", rel="preload", href=f"/assets/fonts/{font}.woff2", as_="font", type="font/woff2", crossorigin="")
            for font in FONTS
        ),
        *(h("link", rel="stylesheet", href=f"/assets/css/{sheet}.css?m={site.version}") for sheet in SHEETS),
        h("script", type="module", src="/assets/js/entry.js"),
    )
    told = {"lang": lang, "words": words.for_browser()}
    plain = json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    body = f'{to_html(_main(site, words))}<script type="application/json" id="page-facts">{plain}</script>'
    body = f'<body class="entry" data-world="{site.world}">{body}</body>'
    return f'<!DOCTYPE html><html lang="{lang}" data-theme="system">{to_html(head)}{body}</html>'


def _main(site: Site, words: Words) -> Node:
    stamp = STAMPS[site.world]
    head = h(
        "header",
        h("a", h("b", "IOC"), href="/", class_="brand"),
        h("h1", words("entry.title")),
        h("span", words(stamp), class_="stamp") if stamp else None,
        class_="entry-top",
    )
    said = h("p", data_part="said", role="status", class_="entry-said")
    columns = h("div", h("div", _person(words), _form(words), _excel(words)), _deciding(words), class_="entry-columns")
    return h("main", head, said, columns, data_panel="entry")


def _person(words: Words) -> Node:
    return h("section", _field(words("entry.person"), h("input", name="by", maxlength=80, autocomplete="name")))


def _form(words: Words) -> Node:
    return h(
        "form",
        h("h2", words("entry.form")),
        _field(words("entry.feed"), h("select", name="feed")),
        _field(words("entry.place"), h("select", name="place")),
        _field(words("entry.param"), h("select", name="param")),
        _field(words("entry.value"), _number(), h("b", data_part="unit")),
        _field(words("entry.at"), h("input", name="at", type="datetime-local", required=True)),
        _field(words("entry.note"), h("input", name="note", maxlength=500)),
        h("button", words("entry.send"), type="submit", class_="button solid"),
        data_part="form",
    )


def _excel(words: Words) -> Node:
    return h(
        "section",
        h("h2", words("entry.excel")),
        h("p", words("entry.excel.how"), class_="quiet"),
        h("a", words("entry.excel.get"), class_="button", data_part="template", download=""),
        h("label", words("entry.excel.put"), h("input", type="file", accept=".xlsx", data_part="file"), class_="file"),
    )


def _deciding(words: Words) -> Node:
    heads = (words(f"entry.head.{name}") for name in ("figure", "value", "at", "by", "state"))
    return h(
        "section",
        h("h2", words("entry.waiting")),
        h("p", words("entry.waiting.how"), class_="quiet"),
        h("table", h("thead", h("tr", *(h("th", head) for head in heads), h("th"))), h("tbody", data_part="rows")),
        h("p", words("entry.none"), class_="quiet", data_part="none", hidden=True),
        class_="entry-waiting",
    )


def _field(label: str, *inputs: Node) -> Node:
    return h("label", h("span", label), h("span", *inputs, class_="with-unit"))


def _number() -> Node:
    return h("input", name="value", inputmode="decimal", required=True)
