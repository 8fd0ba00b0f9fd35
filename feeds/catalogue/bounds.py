"""What any text or number of a catalogue file may be: of a size that a page can show and a figure can have, and nothing
in it that cannot be seen. Each is told at its line."""

from __future__ import annotations

import unicodedata
from typing import Any

from feeds.catalogue.said import Said, say
from feeds.catalogue.source import Source, Where

LONG_TEXT = 300
LONG_FORMULA = 1_000  # definitions and advice are sentences
FORMULAS = ("formula", "advice")
LARGEST = 1e15  # beyond it a float no longer tells one from the next
HIDDEN = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")  # controls, direction overrides, lone halves, line separators


def check_values(source: Source) -> None:
    """Raises CatalogueError at the first text or number of a file that is out of bounds."""
    _check(source, source.data, ())


def _check(source: Source, value: Any, where: Where) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _raise(source, (*where, key), _text(key, LONG_TEXT))
            _check(source, inner, (*where, key))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            _check(source, inner, (*where, i))
    else:
        _raise(source, where, _scalar(value, where))


def _raise(source: Source, where: Where, problem: Said | None) -> None:
    if problem is not None:
        raise source.error(where, problem)


def _scalar(value: Any, where: Where) -> Said | None:
    if isinstance(value, str):
        return _text(value, LONG_FORMULA if str(where[-1]).startswith(FORMULAS) else LONG_TEXT)
    if isinstance(value, int | float) and abs(value) > LARGEST:
        return say("`{value}` is beyond what a figure can be: write a number up to 10^15", value=value)
    if isinstance(value, bytes | set):
        return say("this is neither text nor a number: write it plainly, without a tag")
    return None


def _text(text: str, longest: int) -> Said | None:
    if len(text) > longest:
        return say("this text has {n} characters: write at most {most}", n=len(text), most=longest)
    if text.isprintable():
        return None
    hidden = next((c for c in text if c != "\n" and unicodedata.category(c) in HIDDEN), None)
    if hidden is None:
        return None
    return say("the text holds {character}, which nobody sees: remove it", character=f"U+{ord(hidden):04X}")
