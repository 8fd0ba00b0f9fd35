"""What others sent, shown safely: characters that nobody sees become visible, what names a person becomes a mark.

Marks are numbered, so that a text can be corrected by somebody who may not read what they stand for: `unsealed` puts
everything back where its mark still stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from functools import cache

import msgspec

from feeds.catalogue.names import fold
from feeds.catalogue.question import Unmeant
from feeds.catalogue.settings import ROOT
from feeds.intake.reasons import rejection
from feeds.intake.text import UNSEEN

MOST_SHOWN = 64 * 1024  # a longer message is shown in part and can only be sent as it is
FIELD = re.compile(
    r"""(?P<head>"(?P<key>(?:[^"\\]|\\.){1,80})"\s*:\s*)(?P<value>"(?:[^"\\]|\\.)*"?|\[[^\]]*\]?|[^,{}\[\]\s]+)"""
    r"""|(?P<open><(?P<tag>[\w.:-]{1,80})>)(?P<inner>[^<]*)(?=</)"""
)
PAIR = re.compile(  # of CEF and of structured data: a value runs to the next key
    r"""(?:^|(?<=[\s|]))(?P<name>[\w.]{1,64})=(?P<value>(?:(?!\s[\w.]{1,64}=)[^\n<>•])+)""", re.MULTILINE
)
ELEMENT = re.compile(r"<(?P<tag>[\w.:-]{1,80})(?P<attributes>\s[^<>•]+)")
NUMBER = re.compile(r"\d{9,}|(?<![\w.])(?:\+?84|0)(?:[ .-]?\d){8,10}(?!\d)|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}")
MARK = re.compile(r"•(\d{1,6})•")
SEEN = re.compile(r"‹U\+([0-9A-F]{4,6})›")


class Sealed(msgspec.Struct, frozen=True):
    """A message as it may be shown. `editable`: correcting `text` says everything there is to the message."""

    text: str
    hidden: list[str]
    editable: bool


def sealed(raw: bytes, personal: Collection[str] = (), open_to: bool = False) -> Sealed:
    """`raw` as text; what names a person (a field of `personal` or of the lexicon, long digits, mail) is hidden unless
    the reader may see it (`open_to`)."""
    shown = raw[:MOST_SHOWN].decode("utf-8", "replace")
    text = shown.replace("•", "‹U+2022›")  # the marks are ours alone
    hidden: list[str] = []
    if not open_to:
        names = known_names() | {plain(name) for name in personal}
        text = FIELD.sub(lambda found: _field(found, names, hidden), text)
        text = ELEMENT.sub(lambda found: _element(found, names, hidden), text)
        text = PAIR.sub(lambda found: _pair(found, names, hidden), text)
        text = NUMBER.sub(lambda found: _hide(found[0], hidden), text)
    text = UNSEEN.sub(lambda found: f"‹U+{ord(found[0]):04X}›", text)
    return Sealed(text, hidden, len(raw) <= MOST_SHOWN)


def by_hand(code: str, **words: object) -> Unmeant:
    """Why a person may not do that with a held message."""
    return Unmeant(rejection(code, **words).vi, code)


def unsealed(text: str, hidden: list[str]) -> bytes:
    """The bytes that a corrected text means; Unmeant with a sentence when a mark stands for nothing."""

    def back(found: re.Match[str]) -> str:
        number = int(found[1])
        if not 1 <= number <= len(hidden):
            raise by_hand("hand_mark", number=number)
        return hidden[number - 1]

    whole = SEEN.sub(lambda found: chr(int(found[1], 16)), MARK.sub(back, text))
    if "\ufffd" in whole:
        raise by_hand("hand_broken")
    try:
        return whole.encode()
    except UnicodeEncodeError:
        raise by_hand("hand_not_utf8") from None


@cache
def known_names() -> frozenset[str]:
    """Names of fields that name a person, whoever sends them."""
    path = ROOT / "data" / "lexicon" / "personal.yaml"
    return frozenset(msgspec.yaml.decode(path.read_bytes(), type=list[str]))


def plain(name: str) -> str:
    """A field's name without marks, signs and capitals: `Họ_Tên` is `hoten`."""
    return re.sub(r"[\W_]+", "", fold(name))


def _field(found: re.Match[str], names: Collection[str], hidden: list[str]) -> str:
    if found["tag"]:
        known = plain(found["tag"].rpartition(":")[2]) in names and found["inner"].strip()
        return found["open"] + (_hide(found["inner"], hidden) if known else found["inner"])
    value = found["value"]
    if plain(_key(found["key"])) not in names or value in ("null", '""', "[]"):
        return found[0]
    if len(value) > 1 and value[0] == value[-1] == '"':
        return f'{found["head"]}"{_hide(value[1:-1], hidden)}"'
    return found["head"] + _hide(value, hidden)


def _element(found: re.Match[str], names: Collection[str], hidden: list[str]) -> str:
    """An element that names somebody in its attributes: `<Machine ip="…" name="…">`."""
    if plain(found["tag"].rpartition(":")[2]) not in names:
        return found[0]
    return f"<{found['tag']} {_hide(found['attributes'][1:], hidden)}"


def _pair(found: re.Match[str], names: Collection[str], hidden: list[str]) -> str:
    return f"{found['name']}={_hide(found['value'], hidden)}" if plain(found["name"]) in names else found[0]


def _key(written: str) -> str:
    """A key as JSON means it, its escapes resolved."""
    try:
        return str(json.loads(f'"{written}"'))
    except ValueError:
        return written


def _hide(text: str, hidden: list[str]) -> str:
    hidden.append(text)
    return f"•{len(hidden)}•"
