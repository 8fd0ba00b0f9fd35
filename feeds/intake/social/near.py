"""The same story told twice: texts compared by the pairs of words they share, in bounded memory.

A text is kept as a sketch, its `SKETCH` smallest hashes of word pairs; the share that two sketches have in common
estimates the share that the texts have (Broder 1997), within about 0.1. Equal short texts have equal sketches.
"""

from __future__ import annotations

from base64 import b85decode, b85encode
from collections import Counter, OrderedDict
from collections.abc import Iterator
from hashlib import blake2b
from itertools import pairwise
from struct import pack, unpack

import msgspec

from feeds.catalogue.names import fold

SKETCH = 24
ALIKE = 0.5  # two reports of one agency dispatch share 0.6 and more, two reports of one event by two writers under 0.3
KEEP_MS = 48 * 3_600_000
MOST = 4_000  # stories; about 20 MB while they are compared
MOST_NAMES = 5_000
NAMES_MS = 72 * 3_600_000  # as long as the feed takes late items
COMMON = 200  # a pair of words in more texts than these tells nothing

Sketch = tuple[int, ...]


def sketch(text: str) -> Sketch:
    """The smallest hashes of the pairs of words in `text`, rising; of a single word itself."""
    words = fold(text).split()
    pairs = {f"{a} {b}" for a, b in pairwise(words)} or set(words)
    return tuple(sorted(_hash(pair, 4) for pair in pairs)[:SKETCH])


def alike(one: Sketch, other: Sketch) -> float:
    """The estimated share of word pairs that two texts have in common, 0 to 1."""
    union = sorted({*one, *other})[:SKETCH]
    both = set(one) & set(other)
    return sum(value in both for value in union) / len(union) if union else 0.0


class Told(msgspec.Struct, array_like=True):
    """One text that was counted: the number of its name, when, and its sketch in base 85."""

    name: int
    at: int
    sketch: str


class Near:
    """The stories told lately, each by the first who told it. Not for several threads at once."""

    def __init__(self, kept: str | None = None) -> None:
        """Go on with what `dump` wrote; what cannot be read is forgotten."""
        self.changed = False  # since the last dump
        self._told: OrderedDict[int, Told] = OrderedDict()
        self._sketches: dict[int, Sketch] = {}
        self._with: dict[int, set[int]] = {}  # hash -> the texts that have it
        for told in _load(kept):
            self._put(told)

    def told(self, name: str, text: str, at: int) -> bool:
        """True when another item has told this story before. If not it is this item's, however often it asks."""
        self._forget(at)
        if _name(name) in self._told:
            return False
        mine = sketch(text)
        if any(alike(mine, self._sketches[other]) >= ALIKE for other in self._candidates(mine)):
            return True
        self.changed = True
        self._put(Told(_name(name), at, b85encode(pack(f"<{len(mine)}I", *mine)).decode()))
        return False

    def _candidates(self, mine: Sketch) -> list[int]:
        """Texts that can be alike: they share half of the hashes, those that are everybody's aside."""
        shared: Counter[int] = Counter()
        common = 0
        for value in mine:
            holders = self._with.get(value, ())
            if len(holders) > COMMON:
                common += 1
            else:
                shared.update(holders)
        return [other for other, n in shared.items() if n + common >= ALIKE * len(mine)]

    def dump(self) -> str:
        """Everything as text, for `Near(...)`."""
        self.changed = False
        return msgspec.json.encode(list(self._told.values())).decode()

    def _put(self, told: Told) -> None:
        raw = b85decode(told.sketch)
        values = self._sketches[told.name] = unpack(f"<{len(raw) // 4}I", raw)
        self._told[told.name] = told
        for value in values:
            self._with.setdefault(value, set()).add(told.name)

    def _forget(self, now: int) -> None:
        while self._told and (len(self._told) >= MOST or next(iter(self._told.values())).at < now - KEEP_MS):
            name, _ = self._told.popitem(last=False)
            for value in self._sketches.pop(name):
                holders = self._with.get(value, set())
                holders.discard(name)
                if not holders:
                    self._with.pop(value, None)


class Names:
    """The items that one source has dealt with, by id or address."""

    def __init__(self, kept: str | None = None) -> None:
        """Go on with what `dump` wrote; what cannot be read is forgotten."""
        self.changed = False  # since the last dump
        try:
            self._seen = dict(msgspec.json.decode(kept or "[]", type=list[tuple[int, int]]))
        except msgspec.DecodeError:
            self._seen = {}

    def __contains__(self, name: str) -> bool:
        return _name(name) in self._seen

    def add(self, name: str, at: int) -> None:
        """Note an item; the oldest are forgotten."""
        self.changed = True
        self._seen[_name(name)] = at
        while len(self._seen) > MOST_NAMES or next(iter(self._seen.values())) < at - NAMES_MS:
            del self._seen[next(iter(self._seen))]

    def dump(self) -> str:
        """Everything as text, for `Names(...)`."""
        self.changed = False
        return msgspec.json.encode(list(self._seen.items())).decode()


def _load(kept: str | None) -> Iterator[Told]:
    try:
        found = msgspec.json.decode(kept or "[]", type=list[Told])
        for told in found:
            if len(b85decode(told.sketch)) % 4 == 0:
                yield told
    except (msgspec.DecodeError, ValueError):
        return


def _name(name: str) -> int:
    return _hash(name, 7)  # 56 bits: exact in every reader of JSON


def _hash(text: str, size: int) -> int:
    return int.from_bytes(blake2b(text.encode(errors="replace"), digest_size=size).digest(), "little")
