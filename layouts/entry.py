"""The page where people type figures, send a filled Excel template, and decide on what others typed; without Dash."""

from __future__ import annotations

from layouts import plain
from layouts.node import Node, h
from layouts.plain import field
from layouts.site import Site
from layouts.words import Lang, Words


def document(site: Site, lang: Lang) -> str:
    """The whole page; its module fills in fields, places and what waits."""
    words = site.words[lang]
    said = h("p", data_part="said", role="status", class_="entry-said")
    columns = h("div", h("div", _person(words), _form(words), _excel(words)), _deciding(words), class_="entry-columns")
    return plain.document(site, lang, "entry", words("entry.title"), [said, columns], {"words": words.for_browser()})


def _person(words: Words) -> Node:
    return h("section", field(words("entry.person"), h("input", name="by", maxlength=80, autocomplete="name")))


def _form(words: Words) -> Node:
    return h(
        "form",
        h("h2", words("entry.form")),
        field(words("entry.feed"), h("select", name="feed")),
        field(words("entry.place"), h("select", name="place")),
        field(words("entry.param"), h("select", name="param")),
        field(words("entry.value"), _number(), h("b", data_part="unit")),
        field(words("entry.at"), h("input", name="at", type="datetime-local", required=True)),
        field(words("entry.note"), h("input", name="note", maxlength=500)),
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


def _number() -> Node:
    return h("input", name="value", inputmode="decimal", required=True)
