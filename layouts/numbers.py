"""Numbers as Vietnamese readers write them: `1.234.567,8`, minus U+2212; English on request."""

from __future__ import annotations

from layouts.words import Lang

MINUS = "\u2212"
NBSP = "\u00a0"


def number(value: float, decimals: int = 0, lang: Lang = "vi") -> str:
    """`1.234.567,8` in Vietnamese, `1,234,567.8` in English; rounded half to even at `decimals`."""
    text = f"{abs(value):,.{decimals}f}"
    if lang == "vi":
        text = text.translate(str.maketrans(",.", ".,"))
    negative = value < 0 and any(digit in text for digit in "123456789")
    return MINUS + text if negative else text


def bare(value: float, lang: Lang = "vi") -> str:
    """As few decimals as the value needs, at most three: limits and axis ends."""
    decimals = next((d for d in range(3) if round(value, d) == value), 3)
    return number(value, decimals, lang)


def quantity(value: float, decimals: int, unit: str, lang: Lang = "vi") -> str:
    """Number and unit in running text: `94,2%`, `45 µg/m³`, never parted by a line break."""
    text = number(value, decimals, lang)
    if not unit:
        return text
    return text + unit if unit == "%" else text + NBSP + unit
