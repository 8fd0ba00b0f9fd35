"""Points on their way into history: pieces that wait for SQL are written together.

The rows of one hour lie all over the index of ages, and every transaction writes the pages anew that it touches: a
hundred small ones write several times what a large one does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from feeds.engine.writer import SqlWriter
from feeds.store.history import Point

AT_ONCE = 20_000  # points of one job: a tenth of a second, in which others wait for the database
JOBS = 3  # that SQL has of these, so that it need not wait for a tick to end
MOST = 60_000  # points that may wait beside them

Write = Callable[[Sequence[Point], Callable[[int], None]], object]  # points; hears how many correct what stood
Done = Callable[[int | None], None]  # hears how many corrected what stood, or None: they could not be written


class Piece(NamedTuple):
    """Points that are written together or not at all, and who wants to know. One that is `alone` is counted alone."""

    points: Sequence[Point]
    done: Done
    alone: bool


class Outbox:
    """Gives SQL few jobs at a time, each of the pieces that have come meanwhile; they are done in their order."""

    def __init__(self, writer: SqlWriter, write: Write) -> None:
        self._writer = writer
        self._write = write
        self._pieces: deque[Piece] = deque()
        self._waiting = 0  # points
        self._given = 0  # jobs on their way

    @property
    def full(self) -> bool:
        """True while so much waits that nothing should be added."""
        return self._waiting >= MOST

    @property
    def empty(self) -> bool:
        """True when everything has been done."""
        return not self._pieces and not self._given

    def put(self, points: Sequence[Point], done: Done = lambda corrected: None, alone: bool = False) -> None:
        """These come next; no points, to hear when all before them are done."""
        self._pieces.append(Piece(points, done, alone))
        self._waiting += len(points)
        self.go_on()

    def go_on(self) -> None:
        """Give what waits to SQL, unless it has enough, or has no room."""
        if self._pieces and self._given < JOBS and self._writer.room:
            self._give(self._next(AT_ONCE))

    def flush(self) -> None:
        """Give all that waits: nobody will ask again."""
        while self._pieces and self._writer.room:
            self._give(self._next(MOST))

    def _next(self, most: int) -> list[list[Piece]]:
        """What comes next, in groups that are written together."""
        groups: list[list[Piece]] = []
        count = 0
        while self._pieces and (not groups or count < most):
            piece = self._pieces.popleft()
            if not groups or piece.alone or groups[-1][0].alone:
                groups.append([])
            groups[-1].append(piece)
            count += len(piece.points)
        self._waiting -= count
        return groups

    def _give(self, groups: list[list[Piece]]) -> None:
        self._given += 1
        self._writer.give(
            lambda: [self._written(group) for group in groups],
            lambda found: self._done(groups, found),
            lambda error: self._done(groups, [None] * len(groups)),
        )

    def _written(self, group: list[Piece]) -> int:
        """On the writer's thread."""
        corrected: list[int] = []
        if points := [point for piece in group for point in piece.points]:
            self._write(points, corrected.append)
        return sum(corrected)

    def _done(self, groups: list[list[Piece]], found: Sequence[int | None]) -> None:
        self._given -= 1
        for group, corrected in zip(groups, found, strict=True):
            for piece in group:
                piece.done(corrected)
        self.go_on()
