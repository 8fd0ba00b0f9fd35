"""Why an event was refused: one sentence an operator understands, in Vietnamese and in English, and a code to count by.

`stage` says how far the event got: `read` (bytes to JSON), `shape` (JSON to the contract's event), `meaning` (does it
make sense: place, time, quantity). Whatever the sender wrote is quoted cleaned and short.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from itertools import zip_longest
from typing import Literal

import msgspec

from feeds.catalogue.settings import ROOT
from feeds.intake.text import clean_text

Stage = Literal["read", "shape", "meaning"]


HINTS = {"near_vi": "Có phải ý là “{near}”?", "near_en": "Did you mean “{near}”?"}
PLACES = re.compile(r"(?<!\{)\{(\w+)\}")


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


def in_english(code: str, said: str) -> str:
    """The English of a reason that was written down in Vietnamese: taken apart by the template of its code.

    What is told in words of another language (`detail_vi`) becomes dots; a reason of no known code stays as it is.
    """
    reason = REASONS.get(code)
    if reason is None:
        return said
    found = _written_as(reason.vi).fullmatch(said) or _written_as(reason.vi).fullmatch(f"{said} ")
    words = found.groupdict() if found else {}
    near = HINTS["near_vi"].removesuffix("{near}”?")
    words |= hint(words.pop("near_vi", "").removeprefix(near).removesuffix("”?"))
    return reason.en.format_map({name: "…" for name in PLACES.findall(reason.en)} | words).strip()


@cache
def _written_as(template: str) -> re.Pattern[str]:
    """What the sentence of a template looks like when its places are filled."""
    parts = re.split(r"\{(\w+)\}", template.replace("{{", "\0").replace("}}", "\1"))
    plain = [re.escape(part).replace("\0", r"\{").replace("\1", r"\}") for part in parts[::2]]
    named: list[str] = []
    for name in parts[1::2]:
        named.append(f"(?P={name})" if f"(?P<{name}>.*?)" in named else f"(?P<{name}>.*?)")
    return re.compile("".join(each for pair in zip_longest(plain, named, fillvalue="") for each in pair), re.DOTALL)


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
    return {name: said.format(near=near) for name, said in HINTS.items()}
