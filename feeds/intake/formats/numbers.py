"""Numbers as loggers, spreadsheets and people in Vietnam write them."""

from __future__ import annotations

import re
from math import isfinite
from typing import Literal

Decimal = Literal["auto", ",", "."]
MOST_LETTERS = 40
_SPACE = re.compile(r"[\s\u00a0\u202f']")
_POINT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_GROUPS = {mark: re.compile(rf"[+-]?\d{{1,3}}(?:\{mark}\d{{3}})+(?!\d)") for mark in ".,"}


def number(text: str, decimal: Decimal = "auto") -> float | None:
    """The number that `text` is, or None.

    `decimal` "," reads `1.234,5`, "." reads `1,234.5`. "auto" takes the last of two different marks for the decimal
    one, a mark that stands twice for thousands, and a mark that stands alone for the decimal one: `1,234` is 1.234.
    """
    if len(text) > MOST_LETTERS:
        return None
    bare = _SPACE.sub("", text).replace("−", "-")
    mark = _mark(bare) if decimal == "auto" else decimal
    other = "." if mark == "," else ","
    if other in bare:
        if _GROUPS[other].match(bare.partition(mark)[0] + " ") is None or other in bare.partition(mark)[2]:
            return None
        bare = bare.replace(other, "")
    bare = bare.replace(mark, ".")
    if not bare.isascii() or _POINT.fullmatch(bare) is None:
        return None
    value = float(bare)
    return value if isfinite(value) else None


def _mark(bare: str) -> str:
    """The decimal mark that `bare` most likely uses."""
    points, commas = bare.count("."), bare.count(",")
    if points and commas:
        return "." if bare.rfind(".") > bare.rfind(",") else ","
    if points > 1:
        return ","
    if commas > 1 or points:
        return "."
    return ","
