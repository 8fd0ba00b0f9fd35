"""Posts as JSON, of any shape that a declared mapping can describe: a list somewhere inside, fields somewhere in each.

A path is words with dots between them: `data.items`, `user.name`; a number takes one of a list.
"""

from __future__ import annotations

from typing import Any

import msgspec

from feeds.intake.formats.items import MOST_BYTES, MOST_ITEMS, Items
from feeds.intake.posted import refusal
from feeds.intake.reasons import Rejection
from feeds.intake.social.article import Article

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a source's answer holds what; `items` empty: the answer itself is the list."""

    items: str = ""
    title: str = ""
    text: str = "text"
    url: str = "url"
    at: str = "at"
    id: str = "id"
    author: str = ""


def read(raw: bytes, mapping: Mapping) -> Items:
    """The items of an answer; one without text is refused and its neighbours pass."""
    found = Items()
    if len(raw) > MOST_BYTES:
        return found.refuse(raw, "feed_big", mb=MOST_BYTES // 1_000_000)
    try:
        answer = msgspec.json.decode(raw)
    except UNREADABLE as error:
        return _unread(found, raw, refusal(error, raw).rejection)
    items = at(answer, mapping.items)
    if not isinstance(items, list):
        return found.refuse(raw, "posts_path", path=mapping.items)
    if len(items) > MOST_ITEMS:
        return found.refuse(raw, "feed_many", n=MOST_ITEMS)
    for number, item in enumerate(items, 1):
        article = _article(item, mapping)
        if article.text:
            found.articles.append(article)
        else:
            found.refuse(msgspec.json.encode(item), "item_empty", f"item {number}")
    return found


def at(value: Any, path: str) -> Any:
    """What stands at a path; None when nothing does."""
    for step in path.split(".") if path else ():
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _article(item: Any, mapping: Mapping) -> Article:
    def said(path: str) -> str:
        found = at(item, path) if path else None
        if isinstance(found, int | float) and not isinstance(found, bool):
            return str(found if isinstance(found, int) else round(found))
        return found if isinstance(found, str) else ""

    return Article(
        title=said(mapping.title), summary=said(mapping.text), url=said(mapping.url).strip(),
        published=said(mapping.at), id=said(mapping.id), author=said(mapping.author),
    )  # fmt: skip


def _unread(found: Items, raw: bytes, why: Rejection) -> Items:
    found.refuse(raw, "feed_broken")
    found.refused[-1] = found.refused[-1]._replace(why=why)
    return found
