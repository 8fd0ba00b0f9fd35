"""The page of the audit log: who did what, narrowed by act, person and outcome, and whether the log is whole."""

from __future__ import annotations

from collections.abc import Sequence

from layouts import plain
from layouts.node import Node, h
from layouts.plain import field
from layouts.site import Site
from layouts.words import Lang, Words

COLUMNS = ("n", "at", "who", "act", "what", "why", "seat")
OUTCOMES = ("done", "refused", "failed")


def document(site: Site, lang: Lang, acts: Sequence[str]) -> str:
    """The whole page; its module asks for the rows."""
    words = site.words[lang]
    main = [_head(words), _narrowing(words, acts), _rows(words)]
    return plain.document(
        site,
        lang,
        "audit",
        words("audit.title"),
        main,
        {"words": words.for_browser(), "sentences": dict(words.sentences)},
    )


def _head(words: Words) -> Node:
    check = h("button", words("audit.verify"), type="button", class_="button", data_part="verify")
    verdict = h("p", data_part="verdict", role="status", class_="audit-verdict")
    return h("div", h("p", words("audit.said"), class_="quiet"), check, verdict, class_="audit-head")


def _narrowing(words: Words, acts: Sequence[str]) -> Node:
    every = [h("option", words("audit.every"), value=""), *(_option(words, "act", act) for act in acts)]
    anything = [h("option", words("audit.any"), value=""), *(_option(words, "outcome", one) for one in OUTCOMES)]
    return h(
        "form",
        field(words("audit.act"), h("select", *every, name="act")),
        field(words("audit.who"), h("input", name="who", maxlength=200, autocomplete="off")),
        field(words("audit.outcome"), h("select", *anything, name="outcome")),
        data_part="narrow",
        class_="audit-narrow",
    )


def _option(words: Words, kind: str, value: str) -> Node:
    return h("option", words(f"js.audit.{kind}.{value}"), value=value)


def _rows(words: Words) -> Node:
    heads = (h("th", words(f"audit.head.{name}"), scope="col") for name in COLUMNS)
    table = h("table", h("thead", h("tr", *heads)), h("tbody", data_part="rows"))
    none = h("p", words("audit.none"), class_="quiet", data_part="none", hidden=True)
    more = h("button", words("audit.more"), type="button", class_="button", data_part="more", hidden=True)
    return h("section", table, none, more, class_="audit-rows")
