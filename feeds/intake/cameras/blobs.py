"""Connected spots of a mask: neighbouring rows' runs joined, small ones left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from feeds.intake.cameras.scene import Mask


class Blob(NamedTuple):
    """A spot: its box in pixels (right and bottom exclusive) and how many pixels belong to it."""

    left: int
    top: int
    right: int
    bottom: int
    area: int

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the box."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def size(self) -> int:
        """The longer side."""
        return max(self.right - self.left, self.bottom - self.top)


def closed(mask: Mask, reach: int = 2) -> Mask:
    """The mask with gaps up to twice `reach` pixels filled: a windscreen does not cut a vehicle in two."""
    grown = np.pad(mask, reach)
    for axis in (0, 1):
        grown = _spread(grown, reach, axis)
    for axis in (0, 1):
        grown = ~_spread(~grown, reach, axis)
    return grown[reach:-reach, reach:-reach]


def _spread(mask: Mask, reach: int, axis: int) -> Mask:
    out = mask.copy()
    lines, grown = (mask, out) if axis == 0 else (mask.T, out.T)
    for step in range(1, reach + 1):
        grown[step:] |= lines[:-step]
        grown[:-step] |= lines[step:]
    return out


def blobs(mask: Mask, smallest: int) -> list[Blob]:
    """The connected spots (also by a corner) of at least `smallest` pixels."""
    runs = list(_runs(mask))
    roots = list(range(len(runs)))
    _join(runs, roots)
    spots: dict[int, Blob] = {}
    for index, (row, left, right) in enumerate(runs):
        root = _root(roots, index)
        run = Blob(left, row, right, row + 1, right - left)
        spots[root] = _both(spots[root], run) if root in spots else run
    return [spot for spot in spots.values() if spot.area >= smallest]


def _runs(mask: Mask) -> Iterator[tuple[int, int, int]]:
    """(row, first column, column after the last) of each run, in reading order."""
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1]
    yield from zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True)


def _join(runs: list[tuple[int, int, int]], roots: list[int]) -> None:
    above = 0
    for index, (row, left, right) in enumerate(runs):
        while runs[above][0] < row - 1 or (runs[above][0] == row - 1 and runs[above][2] < left):
            above += 1
        look = above
        while runs[look][0] == row - 1 and runs[look][1] <= right:
            roots[_root(roots, look)] = _root(roots, index)
            look += 1


def _root(roots: list[int], index: int) -> int:
    while roots[index] != index:
        roots[index] = index = roots[roots[index]]
    return index


def _both(a: Blob, b: Blob) -> Blob:
    return Blob(min(a.left, b.left), min(a.top, b.top), max(a.right, b.right), max(a.bottom, b.bottom), a.area + b.area)
