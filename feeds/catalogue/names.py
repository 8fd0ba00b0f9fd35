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
ALPHABET = {letter: at for at, letter in enumerate(" 0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
TONES = {tone: at for at, tone in enumerate("\u0300\u0309\u0303\u0301\u0323", 1)}  # huyền, hỏi, ngã, sắc, nặng
NOT_WORD = re.compile(r"[^0-9a-z]+")


def fold(text: str) -> str:
    """Lower case, no marks, words parted by one space: what `hue` and `Huế` have in common."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return NOT_WORD.sub(" ", "".join(c for c in bare if not unicodedata.combining(c))).strip()


def spell(text: str) -> str:
    """Lower case, composed, tone marks in one placement: equal for two spellings of one name, marks kept."""
    apart = unicodedata.normalize("NFD", " ".join(text.casefold().split()))
    return unicodedata.normalize("NFC", LATE_TONE.sub(_tone_first, apart))


def collation(text: str) -> tuple[list[int], list[int]]:
    """Sort key of the Vietnamese dictionary: Ă after A, Đ after D, and only then the tones."""
    letters: list[str] = []
    tones: list[int] = []
    for mark in unicodedata.normalize("NFD", " ".join(text.casefold().split())):
        if mark in TONES and letters:
            tones[-1] = TONES[mark]
        elif unicodedata.combining(mark) and letters:
            letters[-1] = unicodedata.normalize("NFC", letters[-1] + mark)
        else:
            letters.append(mark)
            tones.append(0)
    return [ALPHABET.get(letter, len(ALPHABET) + ord(letter[0])) for letter in letters], tones


def unmarked(text: str) -> str:
    """The name as it is written abroad: case kept, no marks, `Đ` as `D`."""
    bare = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(c for c in bare if not unicodedata.combining(c))


def _tone_first(found: re.Match[str]) -> str:
    first, second, tone = (part for part in found.groups() if part is not None)
    return first + tone + second
