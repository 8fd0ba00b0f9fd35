"""Vehicles that cross a line, each way, from small grey pictures: what moves, in spots, followed. No look is kept."""

from __future__ import annotations

from feeds.intake.cameras.blobs import blobs, closed
from feeds.intake.cameras.scene import Grey, Mask, Scene
from feeds.intake.cameras.tracks import SEEN, Crossings, Line
from feeds.intake.cameras.watch import Point

WIDTH = 160  # pixels: a vehicle on the line should be at least a twentieth of the picture wide
SMALLEST = 0.002  # of the picture's area: less is a leaf, a bird, a far vehicle
LEAST = 0.05  # of the picture's height that a vehicle must have gone


class Counter:
    """Counts over pictures of one size; `line` in shares of width and height."""

    def __init__(self, line: tuple[Point, Point]) -> None:
        self._shares = line
        self._scene = Scene()
        self._crossings: Crossings | None = None

    def step(self, grey: Grey) -> None:
        """Take the next picture."""
        for mask in self._scene.moving(grey):
            self._follow(mask)

    def finish(self) -> None:
        """The stream is over: judge what was still held back."""
        for mask in self._scene.rest():
            self._follow(mask)

    @property
    def crossed(self) -> tuple[int, int]:
        """How many went forth (see `Line`) and back so far."""
        way = self._crossings
        return (0, 0) if way is None else (way.forth, way.back)

    @property
    def in_view(self) -> int:
        """Moving things in the newest picture."""
        tracks = self._crossings.tracks if self._crossings else []
        return sum(track.seen >= SEEN and track.missed == 0 for track in tracks)

    def _follow(self, mask: Mask) -> None:
        high, wide = mask.shape
        if self._crossings is None:
            (x1, y1), (x2, y2) = self._shares
            self._crossings = Crossings(Line((x1 * wide, y1 * high), (x2 * wide, y2 * high)), LEAST * high)
        self._crossings.step(blobs(closed(mask), int(SMALLEST * high * wide)))
