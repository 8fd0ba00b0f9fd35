"""Text as a newspaper's feed or a platform's answer holds it, made plain: no markup, no way back to a person."""

from __future__ import annotations

import html
import re

from feeds.intake.text import clean_text

LONGEST = 2000
_TAG = re.compile(r"<(?:[a-zA-Z/!?][^<>]*)>")
_UNSHOWN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8}")
_PHONE = re.compile(r"(?<![\w.,])(?:\+?84|0)(?:[ .-]?\d){8,10}(?![\w])")
_NUMBER_OF_PERSON = re.compile(r"(?<![\w.,])\d{12}(?!\w)")
_HANDLE = re.compile(r"(?<![\w@])@[\w.]{2,40}")
MASK = "[…]"


def plain(text: str, limit: int = LONGEST) -> str:
    """`text` without markup, entities read, tags gone; also markup that was written as entities."""
    for _ in range(2):
        text = html.unescape(_TAG.sub(" ", _UNSHOWN.sub(" ", text)))
    return clean_text(_TAG.sub(" ", text), limit)


def masked(text: str) -> str:
    """`text` without what leads to a person: addresses, telephone and identity numbers, names of accounts."""
    for pattern in (_EMAIL, _HANDLE, _NUMBER_OF_PERSON, _PHONE):
        text = pattern.sub(MASK, text)
    return text
