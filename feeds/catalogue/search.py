"""Finding a place or station from what a person types: no marks needed, either spelling, former names too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from feeds.catalogue.names import collation, fold, spell


@dataclass(frozen=True, slots=True)
class Found:
    """A thing that answers a search: its key, the name that matched and how well (0 exact, 1 prefix, 2 word)."""

    key: str
    matched: str
    rank: int


@dataclass(frozen=True, slots=True)
class _Name:
    key: str
    shown: str
    level: int  # 0 units, 1 other names of units, 2 communes
    short: str
    full: str
    spelled: frozenset[str]
    order: tuple[list[int], list[int]]


class Index:
    """All names, folded once."""

    def __init__(self, names: Iterable[tuple[str, str, str, int]]) -> None:
        self._names = [
            _Name(
                key,
                short,
                level,
                fold(bare(short)),
                fold(full),
                frozenset((spell(bare(short)), spell(full))),
                collation(bare(short)),
            )
            for key, short, full, level in names
        ]

    def search(self, text: str, limit: int) -> list[Found]:
        """At most `limit` things, each once: exact before prefix before word, right marks before wrong ones."""
        wanted, spelled = fold(text), spell(text)
        if not wanted:
            return []
        hits = sorted(
            (rank, spelled not in name.spelled, name.level, name.order, at)
            for at, name in enumerate(self._names)
            if (rank := _rank(wanted, name)) is not None
        )
        best: dict[str, Found] = {}
        for rank, _, _, _, at in hits:
            name = self._names[at]
            best.setdefault(name.key, Found(name.key, name.shown, rank))
        return list(best.values())[:limit]


def bare(name: str) -> str:
    """The name of a commune without its kind, so that `ba dinh` is Phường Ba Đình exactly."""
    for kind in ("Phường ", "Xã ", "Đặc khu "):
        name = name.removeprefix(kind)
    return name


def _rank(wanted: str, name: _Name) -> int | None:
    if wanted in (name.short, name.full):
        return 0
    if name.short.startswith(wanted) or name.full.startswith(wanted):
        return 1
    return 2 if f" {wanted}" in f" {name.full}" else None
