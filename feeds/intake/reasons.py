"""Why an event was refused: one sentence an operator understands, in Vietnamese and in English, and a code to count by.

`stage` says how far the event got: `read` (bytes to JSON), `shape` (JSON to the contract's event), `meaning` (does it
make sense: place, time, quantity). Whatever the sender wrote is quoted cleaned and short.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Literal

import msgspec

from feeds.catalogue.settings import ROOT
from feeds.intake.text import clean_text

Stage = Literal["read", "shape", "meaning"]


class Rejection(msgspec.Struct, frozen=True):
    """A refused event's reason. `vi` is what the operator reads, `code` is what machines count."""

    code: str
    stage: Stage
    vi: str
    en: str


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One code's sentences, with names in braces for what is filled in."""

    stage: Stage
    vi: str
    en: str


REASONS: dict[str, Reason] = msgspec.yaml.decode(
    (ROOT / "data" / "lexicon" / "reasons.yaml").read_bytes(), type=dict[str, Reason]
)


class Refused(Exception):  # an answer, not an error of ours
    """Raised inside the validation of one event; carries the rejection out."""

    def __init__(self, code: str, /, **words: object) -> None:
        super().__init__(code)
        self.rejection = rejection(code, **words)


def rejection(code: str, /, **words: object) -> Rejection:
    """The rejection `code`, its sentences filled with `words`."""
    reason = REASONS[code]
    said = {key: quoted(value) for key, value in words.items()}
    return Rejection(code, reason.stage, reason.vi.format(**said).strip(), reason.en.format(**said).strip())


def quoted(value: object) -> str:
    """`value` fit to stand in a sentence: clean, on one line, short."""
    text = f"{value:g}" if isinstance(value, float) else str(value)[:400]
    return clean_text(text, 120)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word closest to `word`, or an empty string when none is close."""
    found = get_close_matches(word[:80].casefold(), known, 1, 0.6)
    return found[0] if found else ""


def hint(near: str) -> dict[str, str]:
    """The words `near_vi` and `near_en`: a suggestion, or nothing."""
    if not near:
        return {"near_vi": "", "near_en": ""}
    return {"near_vi": f"Có phải ý là “{near}”?", "near_en": f"Did you mean “{near}”?"}
