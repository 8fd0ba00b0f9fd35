"""Vietnamese names made comparable: without marks, whatever the Unicode form or the tone placement.

Two spellings are in use (Hòa and Hoà, Thúy and Thuý), and sources send composed and decomposed text alike.
"""

from __future__ import annotations

import re
import unicodedata

# `oà` -> `òa`: the tone goes to the first vowel of a final oa, oe, uy (the style of the official names)
LATE_TONE = re.compile(
    r"(o)([ae])([\u0300\u0301\u0303\u0309\u0323])(?![a-z])|(?<!q)(u)(y)([\u0300\u0301\u0303\u0309\u0323])(?![a-z])"
)
NOT_WORD = re.compile(r"[^0-9a-z]+")


def fold(text: str) -> str:
    """Lower case, no marks, words parted by one space: what `hue` and `Huế` have in common."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return NOT_WORD.sub(" ", "".join(c for c in bare if not unicodedata.combining(c))).strip()


def spell(text: str) -> str:
    """Lower case, composed, tone marks in one placement: equal for two spellings of one name, marks kept."""
    apart = unicodedata.normalize("NFD", " ".join(text.casefold().split()))
    return unicodedata.normalize("NFC", LATE_TONE.sub(_tone_first, apart))


def unmarked(text: str) -> str:
    """The name as it is written abroad: case kept, no marks, `Đ` as `D`."""
    bare = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(c for c in bare if not unicodedata.combining(c))


def _tone_first(found: re.Match[str]) -> str:
    first, second, tone = (part for part in found.groups() if part is not None)
    return first + tone + second
