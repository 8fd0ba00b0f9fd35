"""Addresses that others wrote: one that may become a link, or nothing."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

LONGEST = 2_000
_SIGNS = re.compile(r"[\x00-\x20\x7f-\xa0\"<>\\]|[\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_ORDINARY = re.compile(  # what needs no closer look: short, in small letters of ASCII, nothing odd
    r"https?://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{1,63}(?:/[!#-;=?-\[\]-~]*)?"
)
_SHORT = 200
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+")


def safe_url(text: str) -> str:
    """`text` when it is an http or https address of a named host, otherwise an empty string.

    Left out: other schemes in any disguise, addresses that begin with `//`, a user or a password before the host, hosts
    that are numbers or have no dot, names in letters beyond ASCII (they can look like other names; their own form
    `xn--…` is taken), ports, and every sign that cannot be seen or ends an attribute. Nothing is corrected.
    """
    if len(text) <= _SHORT and _ORDINARY.fullmatch(text):
        return text
    if not 0 < len(text) <= LONGEST or _SIGNS.search(text) or unicodedata.normalize("NFC", text) != text:
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not _NAME.fullmatch(parts.netloc.lower()):
        return ""
    if not parts.netloc.rpartition(".")[2].lower().startswith("xn--") and not parts.netloc.rpartition(".")[2].isalpha():
        return ""
    return text
