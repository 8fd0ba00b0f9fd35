"""The page of one's own account: who is signed in here and where else, and another password."""

from __future__ import annotations

from layouts import plain
from layouts.node import Node, h
from layouts.plain import field
from layouts.site import Site
from layouts.words import Lang, Words

WAYS = (
    ("quality", "/quality"),
    ("drive", "/wall/desk"),
    ("enter", "/entry"),
    ("people", "/people"),
    ("audit", "/audit"),
)
FACTS = ("login", "name", "role", "units")
HEADS = ("since", "seat")


def document(site: Site, lang: Lang) -> str:
    """The whole page; its module asks who it is."""
    words = site.words[lang]
    units = {key: site.places.name(key, lang) for key in sorted(site.places.units)}
    main = [
        h("p", data_part="said", role="status", class_="account-said"),
        h("div", _who(words), _sessions(words), _password(words), _others(words), class_="account-parts"),
    ]
    told = {"words": words.for_browser(), "units": units}
    return plain.document(site, lang, "account", words("account.title"), main, told)


def _who(words: Words) -> Node:
    facts = (part for name in FACTS for part in (h("dt", words(f"account.{name}")), h("dd", data_part=name)))
    leave = h("button", words("account.leave"), type="button", class_="button", data_part="leave", hidden=True)
    ways = (h("a", words(f"account.way.{act}"), href=to, data_needs=act, hidden=True) for act, to in WAYS)
    nav = h("nav", *ways, class_="account-ways", aria_label=words("account.ways"))
    return h("section", h("h2", words("account.who")), h("dl", *facts), nav, leave)


def _sessions(words: Words) -> Node:
    heads = (h("th", words(f"account.head.{name}"), scope="col") for name in HEADS)
    table = h("table", h("thead", h("tr", *heads, h("th", scope="col"))), h("tbody", data_part="sessions"))
    title, how = h("h2", words("account.sessions")), h("p", words("account.sessions.how"), class_="quiet")
    return h("section", title, how, table, data_part="signed-in", hidden=True)


def _password(words: Words) -> Node:
    form = h(
        "form",
        _login(),
        field(words("account.now"), _secret("password", "current-password")),
        field(words("account.fresh"), _secret("fresh", "new-password")),
        field(words("account.again"), _secret("again", "new-password")),
        h("p", words("account.how"), class_="quiet"),
        h("button", words("account.set"), type="submit", class_="button solid"),
        data_part="change",
        hidden=True,
    )
    other = (h("p", words(f"account.{kind}"), data_part=kind, hidden=True) for kind in ("outside", "demo"))
    return h("section", h("h2", words("account.password")), form, *other)


def _others(words: Words) -> Node:
    form = h(
        "form",
        h("h2", words("account.others")),
        h("p", words("account.others.how"), class_="quiet"),
        _login(),
        field(words("account.now"), _secret("proof", "current-password")),
        h("button", words("account.others"), type="submit", class_="button"),
        data_part="others",
    )
    return h("section", form, data_part="elsewhere", hidden=True)


def _login() -> Node:
    """Keepers of passwords look for a name beside them."""
    return h("input", name="login", autocomplete="username", hidden=True)


def _secret(name: str, kind: str) -> Node:
    return h("input", name=name, type="password", autocomplete=kind, maxlength=128, required=True)
