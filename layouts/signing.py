"""The pages where people come in: signing in, and setting a password with a link; without Dash and without a figure."""

from __future__ import annotations

import json
from typing import Any

from layouts.document import FONTS
from layouts.node import Node, h, to_html
from layouts.site import STAMPS, Site
from layouts.words import Lang, Words

SHEETS = ("look", "login")
MINE = ("login.", "welcome.")  # the words that the module says


def login_page(site: Site, lang: Lang, sso: bool = False) -> str:
    """Name, password, and the code of the telephone when it is asked for."""
    words = site.words[lang]
    form = h(
        "form",
        h("h1", words("login.title")),
        _field(words("login.name"), h("input", name="login", autocomplete="username", autocapitalize="none",
               spellcheck="false", required=True, maxlength=40, autofocus=True)),
        _field(words("login.password"), h("input", name="password", type="password", autocomplete="current-password",
               required=True, maxlength=128)),
        _code(words, hidden=True),
        h("p", data_part="said", role="alert", class_="said"),
        h("button", words("login.enter"), type="submit", class_="enter"),
        h("a", words("login.sso"), data_part="sso", class_="sso", href="/login/sso") if sso else None,
        h("p", words("login.help"), class_="quiet"),
        data_part="form", method="post", action="/login", novalidate=True,
    )  # fmt: skip
    return _document(site, lang, "login.title", form, "login")


def link_page(site: Site, lang: Lang) -> str:
    """What a link opens: set a password; a first administrator also chooses a name; a telephone is bound where the
    role asks for it."""
    words = site.words[lang]
    telephone = h(
        "fieldset",
        h("legend", words("welcome.telephone")),
        h("div", data_part="picture", class_="picture"),
        h("p", words("welcome.telephone.how"), class_="quiet"),
        h("code", data_part="secret", class_="secret"),
        _code(words, hidden=False),
        data_part="telephone",
        hidden=True,
    )
    form = h(
        "form",
        h("h1", words("welcome.title")),
        h("p", data_part="whose", class_="whose"),
        h("div",
          _field(words("welcome.login"), h("input", name="login", autocomplete="username", autocapitalize="none",
                 spellcheck="false", maxlength=40), h("small", words("welcome.login.how"))),
          _field(words("welcome.name"), h("input", name="name", autocomplete="name", maxlength=80)),
          data_part="first", hidden=True, class_="fields"),
        _field(words("welcome.password"), h("input", name="password", type="password", autocomplete="new-password",
               required=True, maxlength=128), h("small", words("welcome.password.how"))),
        _field(words("welcome.again"), h("input", name="again", type="password", autocomplete="new-password",
               required=True, maxlength=128)),
        telephone,
        h("p", data_part="said", role="alert", class_="said"),
        h("button", words("welcome.set"), type="submit", class_="enter"),
        data_part="form", method="post", action="/login/link", novalidate=True,
    )  # fmt: skip
    return _document(site, lang, "welcome.title", form, "link")


def _code(words: Words, hidden: bool) -> Node:
    box = h("input", name="code", inputmode="numeric", autocomplete="one-time-code", maxlength=7, class_="code")
    return h("label", h("span", words("login.code")), box, h("small", words("login.code.how")), data_part="code",
             hidden=hidden)  # fmt: skip


def _field(label: str, *inputs: Node) -> Node:
    return h("label", h("span", label), *inputs)


def _document(site: Site, lang: Lang, title: str, form: Node, kind: str) -> str:
    words = site.words[lang]
    head = h(
        "head",
        h("meta", charset="utf-8"),
        h("meta", name="viewport", content="width=device-width, initial-scale=1"),
        h("meta", name="robots", content="noindex"),
        h("title", " · ".join((words(title), "IOC"))),
        h("link", rel="icon", href=f"/assets/favicon.svg?m={site.version}", type="image/svg+xml"),
        *(h("link", rel="preload", href=f"/assets/fonts/{font}.woff2", as_="font", type="font/woff2", crossorigin="")
          for font in FONTS),
        *(h("link", rel="stylesheet", href=f"/assets/css/{sheet}.css?m={site.version}") for sheet in SHEETS),
        h("script", type="module", src="/assets/js/login.js"),
    )  # fmt: skip
    other: Lang = "en" if lang == "vi" else "vi"
    stamp = STAMPS[site.world]
    foot = h(
        "footer",
        h("span", words(stamp), class_="stamp") if stamp else None,
        h("a", words("switch.lang.full"), href=f"?lang={other}", lang=other, data_part="lang"),
    )
    side = h("section", h("b", "IOC"), h("p", words("login.whose")), _country(site, lang), class_="side")
    main = h("main", side, h("section", form, foot, class_="desk"), data_panel=kind)
    told: dict[str, Any] = {"lang": lang, "kind": kind, "words": _mine(words)}
    plain = json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    body = f'{to_html(main)}<script type="application/json" id="page-facts">{plain}</script>'
    return (
        f'<!DOCTYPE html><html lang="{lang}" data-theme="system">{to_html(head)}'
        f'<body class="signing" data-world="{site.world}">{body}</body></html>'
    )


def _mine(words: Words) -> dict[str, Any]:
    """Only the sentences of these pages: a stranger learns no other word."""
    return {key: text for key, text in words.for_browser().items() if key.startswith(MINE)}


def _country(site: Site, lang: Lang) -> Node:
    """The whole country as one quiet shape, with both archipelagos where they lie."""
    sheet = site.boundaries.sheet
    x, y, width, height = (float(n) for n in sheet["viewBox"].split())
    shapes = [h("path", d=shape["d"]) for shape in sheet["units"].values()]
    frames = [_frame(inset, lang) for inset in sheet["insets"]]
    box = f"{x:g} {y:g} {width:g} {height:g}"
    return h("svg", h("g", *shapes), *frames, viewBox=box, aria_hidden="true", class_="country")


def _frame(inset: Any, lang: Lang) -> Node:
    x, y, width, height = inset["frame"]
    lines = (h("text", line, x=x + 18, y=y + 34 + 28 * row) for row, line in enumerate(inset["named"][lang]["lines"]))
    dots = (h("circle", cx=point["x"], cy=point["y"], r=5) for point in inset["points"] if not point["seat"])
    return h("g", h("rect", x=x + 1, y=y + 1, width=width - 2, height=height - 2), *lines, *dots, class_="frame")
