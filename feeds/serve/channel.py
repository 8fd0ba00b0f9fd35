"""One scope's recent past: the newest full snapshot at hand and the deltas after it. No I/O, no clock."""

from __future__ import annotations

from typing import NamedTuple

from feeds.serve.frames import Frame, Version

MOST_STEPS = 64
MOST_BYTES = 512 * 1024


class Step(NamedTuple):
    """A delta: brings a client that holds `start` to `end`."""

    start: Version
    end: Version
    frame: Frame


class Base(NamedTuple):
    """A full snapshot: brings any client to `end`."""

    end: Version
    frame: Frame


class Channel:
    """What the hub holds of one scope: `head` is the newest version announced. Bounded in steps and bytes."""

    def __init__(self, name: str, audience: str = "all") -> None:
        self.name = name
        self.audience = audience
        self.head: Version | None = None
        self.base: Base | None = None
        self.steps: dict[Version, Step] = {}
        self._bytes = 0

    def announce(self, step: Step) -> bool:
        """Take a delta that was published; False when it is old news. A gap forgets the steps before it."""
        if self.head is not None and step.end <= self.head:
            return False
        if step.start != self.head:
            self._forget_steps()
        self.steps[step.start] = step
        self._bytes += len(step.frame.gzip)
        self.head = step.end
        self._shrink()
        return True

    def rebase(self, base: Base) -> bool:
        """Take a full snapshot that was read. True when it is older than what we were told, and so the past is void.

        It may be newer than the last delta announced, whose message is then about to come.
        """
        self.base = base
        self.head = self.head or base.end
        if self._from_base() is not None:
            return False
        return self.restart(base)

    def restart(self, base: Base) -> bool:
        """Take a snapshot after the link was lost: the truth, even when older. True when it is not what we had."""
        self.base = base
        if self.head == base.end:
            return False
        self._forget_steps()
        self.head = base.end
        return True

    def holds(self, version: Version | None) -> bool:
        """True when a client at `version` can be brought to the newest with deltas alone."""
        return version is not None and self._walk(version) is not None

    def since(self, version: Version | None) -> list[Step | Base] | None:
        """The fewest bytes that bring a client at `version` up to date; None when a snapshot must be read first."""
        if version is not None and self.head is not None and version >= self.head:
            return []
        steps: list[Step | Base] | None = None if version is None else self._walk(version)
        ways: list[list[Step | Base]] = [way for way in (steps, self._from_base()) if way is not None]
        return min(ways, key=_cost, default=None)

    def _from_base(self) -> list[Step | Base] | None:
        if self.base is None:
            return None
        if self.head is not None and self.base.end >= self.head:
            return [self.base]
        after = self._walk(self.base.end)
        return None if after is None else [self.base, *after]

    def _walk(self, version: Version) -> list[Step | Base] | None:
        path: list[Step | Base] = []
        while version != self.head:
            step = self.steps.get(version)
            if step is None:
                return None
            path.append(step)
            version = step.end
        return path

    def _shrink(self) -> None:
        while len(self.steps) > MOST_STEPS or self._bytes > MOST_BYTES:
            oldest = self.steps.pop(next(iter(self.steps)))
            self._bytes -= len(oldest.frame.gzip)
        if self._from_base() is None:
            self.base = None

    def _forget_steps(self) -> None:
        self.steps.clear()
        self._bytes = 0


def _cost(way: list[Step | Base]) -> int:
    return sum(len(piece.frame.gzip) for piece in way)
