"""Spots followed from picture to picture, and each counted once when its way crosses a line.

A thing is followed by where it should be next; it is nothing but a way: no look of it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import hypot

from feeds.intake.cameras.blobs import Blob

PATIENCE = 3  # pictures a thing may be hidden
SEEN = 3  # pictures it must have been seen before it counts
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A line across the road, in pixels. `forth` crosses it to the right of who walks from `start` to `end`."""

    start: Point
    end: Point

    def side(self, at: Point) -> float:
        """Distance in pixels from the endless line: positive on the `forth` side."""
        (x1, y1), (x2, y2) = self.start, self.end
        return ((x2 - x1) * (at[1] - y1) - (y2 - y1) * (at[0] - x1)) / hypot(x2 - x1, y2 - y1)

    def spans(self, at: Point) -> bool:
        """True when the point stands beside the line, not beyond an end."""
        (x1, y1), (x2, y2) = self.start, self.end
        along = (at[0] - x1) * (x2 - x1) + (at[1] - y1) * (y2 - y1)
        return 0 <= along <= (x2 - x1) ** 2 + (y2 - y1) ** 2


@dataclass(slots=True)
class Track:
    """One thing on its way."""

    blob: Blob
    born: Point
    at: Point
    speed: Point = (0.0, 0.0)
    seen: int = 1
    missed: int = 0
    counted: bool = False

    @property
    def expected(self) -> Point:
        """Where it should be in the next picture."""
        ahead = self.missed + 1
        return self.at[0] + self.speed[0] * ahead, self.at[1] + self.speed[1] * ahead

    def move(self, blob: Blob) -> None:
        """It was seen here."""
        x, y = blob.centre
        steps = self.missed + 1
        new = ((x - self.at[0]) / steps, (y - self.at[1]) / steps)
        weight = 1.0 if self.seen == 1 else 0.6
        self.speed = tuple(weight * n + (1 - weight) * old for n, old in zip(new, self.speed, strict=True))  # type: ignore[assignment]  # two of them
        self.blob, self.at, self.missed = blob, (x, y), 0
        self.seen += 1


@dataclass(slots=True)
class Crossings:
    """Follows things and counts who crosses the line, each way."""

    line: Line
    least: float  # pixels across the line that a thing must have gone from where it was first seen
    forth: int = 0
    back: int = 0
    tracks: list[Track] = field(default_factory=list)

    def step(self, spots: list[Blob]) -> None:
        """Take the spots of the next picture."""
        before = list(self.tracks)
        free = self._match(spots)
        for track in before:
            if track.missed == 0:
                self._count(track)
        self.tracks = [track for track in before if track.missed <= PATIENCE]
        self.tracks += [Track(spot, spot.centre, spot.centre) for spot in free]

    def _match(self, spots: list[Blob]) -> list[Blob]:
        """Give each thing its nearest spot, the closest pairs first; the spots that nobody took."""
        pairs = sorted(
            (gap, t, s)
            for t, track in enumerate(self.tracks)
            for s, spot in enumerate(spots)
            if (gap := _gap(track, spot)) <= _reach(track, spot)
        )
        tracks, taken = set(range(len(self.tracks))), set[int]()
        for _, t, s in pairs:
            if t in tracks and s not in taken:
                tracks.remove(t)
                taken.add(s)
                self.tracks[t].move(spots[s])
        for t in tracks:
            self.tracks[t].missed += 1
        return [spot for s, spot in enumerate(spots) if s not in taken]

    def _count(self, track: Track) -> None:
        if track.counted or track.seen < SEEN or not self.line.spans(track.at):
            return
        first, now = self.line.side(track.born), self.line.side(track.at)
        if first * now > 0 or abs(now - first) < self.least:
            return
        track.counted = True
        if now > first:
            self.forth += 1
        else:
            self.back += 1


def _gap(track: Track, spot: Blob) -> float:
    (x, y), (a, b) = track.expected, spot.centre
    return hypot(x - a, y - b)


def _reach(track: Track, spot: Blob) -> float:
    """How far from the expected point a thing may turn up: new things have no speed yet."""
    loose = 1.2 if track.seen == 1 else 0.6
    return 4 + loose * max(track.blob.size, spot.size) * (track.missed + 1)
