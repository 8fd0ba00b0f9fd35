"""RSS 0.9 to 2.0 and Atom, well-formed or nearly, through feedparser; nothing of a document is fetched or expanded.

feedparser opens what looks like a file name or an address, and expands entities that a document declares: so it is
given a stream, of text that we have decoded, and a document that declares entities is refused.
"""

from __future__ import annotations

import codecs
import re
from io import BytesIO
from typing import Any

import feedparser

from feeds.intake.formats.items import MOST_BYTES, MOST_ITEMS, Items
from feeds.intake.social.article import Article

MOST_TAGS = 20_000  # a feed of a thousand items has half of them; broken ones cost their square
PROLOGUE = 10_000  # letters in which a document type must stand, if there is one
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.-]{1,40})[\"']", re.IGNORECASE)
_PROLOGUE = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]{0,1000}(?:\[[^\]]{0,4000}\][^>]{0,200})?>", re.IGNORECASE)
_DECLARATION = re.compile(r"<!(?!--|\[CDATA\[)")  # behind the prologue there is none
_ENTITY = re.compile(r"<!\s*ENTITY", re.IGNORECASE)
_ITEM = re.compile(r"<(?:\w+:)?(?:item|entry)\b", re.IGNORECASE)
ENCODINGS = {"utf-8", "utf-16", "utf-16-le", "utf-16-be", "iso8859-1", "cp1252", "cp1258", "ascii"}
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def read(raw: bytes) -> Items:
    """The items of a feed; a document that cannot be read, or would cost too much to, is refused as a whole."""
    found = Items()
    if len(raw) > MOST_BYTES:
        return found.refuse(raw, "feed_big", mb=MOST_BYTES // 1_000_000)
    text = _decoded(raw)
    if text is None:
        return found.refuse(raw, "feed_encoding")
    if _ENTITY.search(text):
        return found.refuse(raw, "feed_entities")
    if text.count("<") > MOST_TAGS or len(_ITEM.findall(text)) > MOST_ITEMS:
        return found.refuse(raw, "feed_many", n=MOST_ITEMS)
    parsed = _parsed(_bare(text))
    if parsed is None or not (parsed.get("entries") or parsed.get("version")):
        return found.refuse(raw, "feed_broken")
    for number, entry in enumerate(parsed["entries"], 1):
        article = _article(entry)
        if article.text:
            found.articles.append(article)
        else:
            found.refuse(_shown(entry), "item_empty", f"item {number}")
    return found


def _decoded(raw: bytes) -> str | None:
    """The document as text; None in an encoding that is not taken."""
    name = next((name for bom, name in _BOMS if raw.startswith(bom)), None)
    if name is None:
        said = _DECLARED.search(raw[:400])
        try:
            name = codecs.lookup(said[1].decode("ascii")).name if said else "utf-8"
        except LookupError:
            return None
    if name not in ENCODINGS:
        return None
    return raw.decode(name, errors="replace").lstrip("\ufeff")


def _bare(text: str) -> str:
    """The document without what stands before its root; a declaration anywhere else is text. A parser that searches
    for the ends of ten thousand document types would search for days."""
    text = _PROLOGUE.sub("", text)
    text = _DOCTYPE.sub("", text[:PROLOGUE], count=1) + text[PROLOGUE:]
    return _DECLARATION.sub("&lt;!", text)


def _parsed(text: str) -> Any:
    headers = {"content-type": "application/xml; charset=utf-8"}
    stream = BytesIO(text.encode("utf-8", errors="replace"))
    try:
        return feedparser.parse(stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except Exception:  # feedparser's loose parser can trip over hostile markup in many ways
        return None


def _article(entry: Any) -> Article:
    content = entry.get("content") or [{}]
    return Article(
        title=_text(entry.get("title")),
        summary=_text(entry.get("summary")) or _text(content[0].get("value")),
        url=_text(entry.get("link")).strip(),
        published=_text(dict.get(entry, "published") or dict.get(entry, "updated")),
        id=_text(entry.get("id")).strip(),
        author=_text(entry.get("author")),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _shown(entry: Any) -> bytes:
    return repr({key: str(entry[key])[:500] for key in sorted(entry)[:20]}).encode(errors="replace")
