"""Which province a text is about: names of both schemes, communes after their kind, landmarks, no false friends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from feeds.catalogue.names import fold, spell, unmarked
from feeds.catalogue.places import Place, Places
from feeds.intake.social.phrases import Hit, Phrases, Text

KIND_WORDS = ("phường", "xã", "đặc", "thị", "thành", "tỉnh", "thủ", "tp")  # may be written small before a name


class PlaceWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """data/lexicon/places.yaml."""

    landmarks: dict[str, list[str]]
    silenced: list[str]
    unsafe: list[str]
    people: list[str]
    cues: list[str]


class Whereabouts:
    """Finds the unit of 2025 that a text names most. `Ha Noi` is heard beside words with marks too."""

    def __init__(self, places: Places, words: PlaceWords) -> None:
        self._unsafe = frozenset(fold(name) for name in words.unsafe)
        named = list(_names(places, words))
        bare = [(unmarked(name), code) for name, code in named if " " in name and fold(name) not in self._unsafe]
        self._names: Phrases[str] = Phrases([*((name, "") for name in words.silenced), *named, *bare])
        self._people = frozenset(spell(name) for name in words.people)
        self._cues = frozenset(fold(cue) for cue in words.cues)

    def find(self, text: Text) -> str | None:
        """`2025:<code>` of the unit named most often, the earlier one when two are; None when none is named."""
        votes: Counter[str] = Counter()
        for hit in self._names.find(text):
            if hit.meaning and self._is_name(text, hit):
                votes[hit.meaning] += 1
        return f"2025:{votes.most_common(1)[0][0]}" if votes else None

    def _is_name(self, text: Text, hit: Hit[str]) -> bool:
        """A name has capitals (`hòa bình` is peace); in a text without marks an unsafe one needs a cue before it."""
        words = text.words[hit.start : hit.start + hit.length]
        name, before = " ".join(words), text.words[hit.start - 1] if hit.start else ""
        if text.bare:
            return name not in self._unsafe or before in self._cues
        if name in self._people and before and text.capital[hit.start - 1] and fold(before) not in self._cues:
            return False
        start = hit.start + (words[0] in KIND_WORDS)
        return all(text.capital[start : hit.start + hit.length]) or words[:2] == ["thủ", "đô"]


def _names(places: Places, words: PlaceWords) -> Iterator[tuple[str, str]]:
    """Every phrase that names a unit of 2025, with its code; what is said first holds."""
    for code, landmarks in words.landmarks.items():
        yield from ((name, places[code].key) for name in landmarks)
    for place in places.by_key.values():
        if _is_province(place):
            yield place.vi, places.province_2025(places.ref(place.key)) or ""
    for alias, key in places.aliases:
        yield alias.split(" (")[0], places.province_2025(places.ref(key)) or ""
    yield from _communes(places)


def _is_province(place: Place) -> bool:
    return place.key != "vn" and "/" not in place.key and not place.key.startswith("agency:")


def _communes(places: Places) -> Iterator[tuple[str, str]]:
    """Communes with their kind before them, when no other province has one of the same name."""
    owners: dict[str, set[str]] = {}
    for code in places.units:
        for key in places.communes_of(code):
            owners.setdefault(spell(places[key].vi), set()).add(code)
    for name, codes in owners.items():
        if len(codes) == 1:
            yield name, next(iter(codes))
