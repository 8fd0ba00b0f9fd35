"""What of the days to be written is worked out aside: one day after the other, few at a time, ahead of the writing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from feeds.engine.aside import Aside
from feeds.engine.due import Plan

Begin = Callable[[Plan], Aside | None]  # None: it is little, and the engine does it itself


@dataclass(slots=True)
class Line:
    """Days in the order in which they are written, and what was begun of them."""

    plans: Sequence[Plan]
    at_once: int
    begun: list[Aside | None] = field(default_factory=list)


class Ahead:
    """The children of a chronicle. Lines stand within each other: the innermost goes first."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin
        self._lines: list[Line] = []
        self._asides: list[Aside] = []

    @property
    def waits(self) -> bool:
        """True while something is worked out aside, or was and has not been taken."""
        return bool(self._asides)

    @property
    def ready(self) -> bool:
        """True when something was worked out and waits to be taken."""
        return any(aside.ready for aside in self._asides)

    def line(self, plans: Sequence[Plan], at_once: int) -> Line:
        """These come next, so many of them at once."""
        self._lines.append(Line(plans, at_once))
        self.go_on()
        return self._lines[-1]

    def left(self) -> None:
        """The innermost line is done."""
        self._lines.pop()

    def go_on(self) -> None:
        """Begin what comes next, while few are at work."""
        for line in self._lines[-1:]:
            while len(line.begun) < len(line.plans) and sum(not one.ready for one in self._asides) < line.at_once:
                aside = self._begin(line.plans[len(line.begun)])
                line.begun.append(aside)
                self._asides += [aside] if aside else []

    def take(self, aside: Aside) -> bytes | None:
        """What it gave, once; None when it failed."""
        self._asides.remove(aside)
        return aside.result()

    def end(self) -> None:
        """Nobody needs any of it."""
        for aside in self._asides:
            aside.end()
        self._asides.clear()
        self._lines.clear()
