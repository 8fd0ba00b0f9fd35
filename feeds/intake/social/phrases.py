"""Finding declared phrases in a text, longest first, word by word, in either spelling of Vietnamese."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from feeds.catalogue.names import fold, spell

T = TypeVar("T")
_WORD = re.compile(r"\w+")
_MARKED = re.compile("[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]")


@dataclass(frozen=True, slots=True)
class Text:
    """A text cut into words. `bare` says that it is written without Vietnamese marks at all."""

    words: list[str]
    capital: list[bool]
    bare: bool
    edges: frozenset[int] | None = None  # where words of several syllables begin and end, when that is known

    @classmethod
    def of(cls, text: str) -> Text:
        """The words of `text`, spelled in one way; words of a text without marks are left without."""
        plain = " ".join(text.split())
        spelled = spell(plain)
        capital = [word[0].isupper() or word[0].isdigit() for word in _WORD.findall(plain)]
        words = _WORD.findall(spelled)
        if len(words) != len(capital):  # decomposed or exotic text: capitals are not known
            capital = [True] * len(words)
        return cls(words, capital, _MARKED.search(spelled) is None)


class Hit(NamedTuple, Generic[T]):
    """A phrase found: its meaning, the index of its first word, how many words it has."""

    meaning: T
    start: int
    length: int


class Phrases(Generic[T]):
    """Declared phrases with a meaning each. The first meaning given to a phrase holds."""

    def __init__(self, phrases: Iterable[tuple[str, T]]) -> None:
        self._marked: dict[tuple[str, ...], T] = {}
        self._bare: dict[tuple[str, ...], T] = {}
        for phrase, meaning in phrases:
            self._marked.setdefault(tuple(_WORD.findall(spell(phrase))), meaning)
            self._bare.setdefault(tuple(fold(phrase).split()), meaning)
        self._lengths = {False: _lengths(self._marked), True: _lengths(self._bare)}

    def find(self, text: Text) -> list[Hit[T]]:
        """Every phrase in `text`, none inside another, in order."""
        phrases, lengths = (self._bare if text.bare else self._marked), self._lengths[text.bare]
        words, hits, over = text.words, [], 0
        for at, first in enumerate(words):
            if at < over or first not in lengths:
                continue
            for length in lengths[first]:
                found = tuple(words[at : at + length])
                meaning = phrases.get(found)
                if meaning is not None and len(found) == length:
                    hits.append(Hit(meaning, at, length))
                    over = at + length
                    break
        return hits


def _lengths(phrases: Iterable[tuple[str, ...]]) -> dict[str, list[int]]:
    """Of each first word, how long the phrases are that start with it, the longest first."""
    lengths: dict[str, set[int]] = {}
    for phrase in filter(None, phrases):
        lengths.setdefault(phrase[0], set()).add(len(phrase))
    return {first: sorted(known, reverse=True) for first, known in lengths.items()}
