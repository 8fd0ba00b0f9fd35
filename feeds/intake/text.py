"""Text of the outside world made safe to keep and to show, without touching Vietnamese.

Hostile text hides behind characters that nobody sees: controls, direction overrides, zero-width joiners, towers of
combining marks. They go at the door; the raw bytes of a refused event stay in quarantine as evidence.
"""

from __future__ import annotations

import re
import unicodedata

MARKS = 4  # combining marks on one letter after composition; Vietnamese needs none, other scripts three
_MARK = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_SPACE = re.compile(r"\s+")
_UNSEEN_CHARACTERS = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # C0 and C1 controls that are not white space
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"  # soft hyphen, joiners, fillers
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"  # zero width, direction overrides and isolates
    "\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff"  # annotations, noncharacters, tags
    "\ud800-\udfff"  # lone surrogates
)
UNSEEN = re.compile(f"[{_UNSEEN_CHARACTERS}]")
_ODD = re.compile(f"[{_UNSEEN_CHARACTERS}]|{_MARK}")
_TOWER = re.compile(f"({_MARK}{{{MARKS}}}){_MARK}+")


def clean_text(text: str, limit: int = 500) -> str:
    """`text` in NFC on one line, without characters that cannot be seen, at most `limit` characters long."""
    if not (text.isprintable() and "  " not in text and (text.isascii() or _is_plain(text))):
        text = unicodedata.normalize("NFC", UNSEEN.sub("", text))
        text = _TOWER.sub(r"\1", _SPACE.sub(" ", text))
    text = text.strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _is_plain(text: str) -> bool:
    """True for the ordinary text that needs no cleaning."""
    return unicodedata.is_normalized("NFC", text) and not _ODD.search(text)
