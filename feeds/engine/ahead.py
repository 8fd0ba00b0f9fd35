"""What of the days to be written is worked out aside: several days by one child, few children at a time, ahead of the
writing. A child costs what the engine holds, once more for every page that either of them touches: few are sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from feeds.engine.aside import Aside
from feeds.engine.due import Plan

pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(list[bytes]).decode


class Errand:
    """Days that one child works out together; it gives a list of bytes, one for each of them."""

    def __init__(self, aside: Aside, days: int) -> None:
        self.aside = aside
        self.left = days  # that nobody has taken
        self._given: list[bytes] | None = None

    def give(self, number: int) -> bytes:
        """What was worked out for a day, once; nothing when the child failed. Waits for it."""
        self.left -= 1
        if self._given is None:
            self._given = _unpack(self.aside.result() or pack([]))
        if not self._given:
            return b""
        given, self._given[number] = self._given[number], b""
        return given


@dataclass(frozen=True, slots=True)
class Share:
    """One day of an errand."""

    errand: Errand
    number: int


Begun = list[Share | None]  # of the next days; None: there is little to do, and the engine does it. Empty: not yet
Begin = Callable[[Sequence[Plan]], Begun]


@dataclass(slots=True)
class Line:
    """Days in the order in which they are written, and what was begun of them."""

    plans: Sequence[Plan]
    at_once: int
    begun: Begun = field(default_factory=list)


class Ahead:
    """The children of a chronicle. Lines stand within each other: the innermost goes first."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin
        self._lines: list[Line] = []
        self._errands: list[Errand] = []

    @property
    def rests(self) -> bool:
        """True when nobody is at work."""
        return not self._at_work

    @property
    def waits(self) -> bool:
        """True while something is worked out aside, or was and has not been taken."""
        return bool(self._errands)

    @property
    def ready(self) -> bool:
        """True when something was worked out and waits to be taken."""
        return any(errand.aside.ready for errand in self._errands)

    def line(self, plans: Sequence[Plan], at_once: int) -> Line:
        """These come next, with so many children at work."""
        self._lines.append(Line(plans, at_once))
        self.go_on()
        return self._lines[-1]

    def left(self) -> None:
        """The innermost line is done."""
        self._lines.pop()

    def go_on(self) -> None:
        """Begin what comes next, while few are at work."""
        for line in self._lines[-1:]:
            while len(line.begun) < len(line.plans) and self._at_work < line.at_once:
                begun = self._begin(line.plans[len(line.begun) :])
                if not begun:
                    return
                line.begun += begun
                self._errands += dict.fromkeys(share.errand for share in begun if share)

    @property
    def _at_work(self) -> int:
        return sum(not errand.aside.ready for errand in self._errands)

    def take(self, share: Share) -> bytes:
        """What was worked out for a day, once; nothing when that failed."""
        given = share.errand.give(share.number)
        if not share.errand.left:
            self._errands.remove(share.errand)
        return given

    def end(self) -> None:
        """Nobody needs any of it."""
        for errand in self._errands:
            errand.aside.end()
        self._errands.clear()
        self._lines.clear()
