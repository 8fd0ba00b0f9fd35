"""A sentence that is said in the language of who reads it: an English template, which is the msgid of its translation,
and what fills its places. Logs and commands say it in English; a page asks data/translations for its own.

What fills a place may come from a hostile file, so it is shown short and without what cannot be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

LONGEST = 120
ROOM = 1_500  # bytes of a sentence taken apart
CUT = "…"


class Said(msgspec.Struct, frozen=True):
    """`text` with its places `{name}` filled by `args`, which may be sentences themselves."""

    text: str
    args: Mapping[str, Said | str] = {}

    def told(self, translated: Callable[[str], str]) -> str:
        """The sentence, every template of it put through `translated`."""
        filled = {key: arg.told(translated) if isinstance(arg, Said) else arg for key, arg in self.args.items()}
        return translated(self.text).format(**filled)

    def __str__(self) -> str:
        return self.told(str)


def say(text: str, /, **args: Any) -> Said:
    """A sentence; whatever fills a place and is no sentence is shown as short text. Templates are literals: a test
    reads them from the code and holds them against data/translations/refusals.po."""
    return Said(text, {key: arg if isinstance(arg, Said) else _seen(arg) for key, arg in args.items()})


def told_apart(said: Said) -> dict[str, Any]:
    """The sentence as `said`, template and what fills it apart, for facts that a page tells in its language; nothing
    where it is longer than a row of facts has room for."""
    return {"said": msgspec.to_builtins(said)} if len(msgspec.json.encode(said)) <= ROOM else {}


def plain(text: str) -> Said:
    """A sentence that has no translation, as it is."""
    return Said("{text}", {"text": text})


def _seen(value: Any) -> str:
    if not isinstance(value, str):
        value = _number(value)
    short = value if len(value) <= LONGEST else value[: LONGEST - 1] + CUT
    return (
        short if short.isprintable() else "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in short)
    )


def _number(value: Any) -> str:
    """A whole number of thousands of digits cannot be written out, and need not be."""
    if isinstance(value, int) and abs(value) >= 10**LONGEST:
        return CUT
    return str(value)[: LONGEST + 1]
