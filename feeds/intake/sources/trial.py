"""A source tried out: what it would send is judged and shown, nothing is sent, kept or remembered.

The trial starts without memory, as on a first day, and ends at the first thing it would have to remember after it has
read something, so that a kind which tidies up behind itself touches nothing. A listener's trial ends with the first
batch that it hands out, before it can acknowledge to its broker what nobody has kept.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from feeds.catalogue.clock import Clock
from feeds.intake.event import Event
from feeds.intake.reasons import Rejection
from feeds.intake.sources.apart import apart
from feeds.intake.sources.declared import Declared
from feeds.intake.sources.outlet import secret
from feeds.intake.sources.seam import Change
from feeds.intake.validate import Validator

ENOUGH = 1_000
SHOWN = 5
LINE = 300
STATIONS = "entities"  # what a source tells of its stations before it listens
Say = Callable[[str], None]


class _Enough(BaseException):
    """The trial has seen what it wanted; not an Exception, so that no kind takes it for a fault of its source."""


class TrialOutlet:
    """Judges what it is given and keeps count."""

    def __init__(self, source: Declared, validator: Validator, say: Say, seconds: float) -> None:
        self.accepted = 0
        self.refusals: Counter[str] = Counter()
        self.answered = False
        self._source = source
        self._validator = validator
        self._say = say
        self._read = False  # something beside its stations
        self._memory: dict[str, str] = {}
        self._ends = time.monotonic() + seconds

    @property
    def clock(self) -> Clock:
        """The world's clock."""
        return self._validator.clock

    def send(self, feed: str, events: Sequence[Mapping[str, Any]]) -> None:
        """Judge the events as the door would."""
        self.answered = True
        pieces = [
            raw
            for event in events
            for raw in apart({"source": self._source.id, **event}, lambda piece: self._judge(feed, piece))
        ]
        for raw in pieces:
            judged = self._judge(feed, raw)
            if isinstance(judged, Rejection):
                self._show(feed, raw, judged)
            else:
                self.accepted += 1
                if self.accepted <= SHOWN:
                    self._say(f"{feed}\t{_short(raw)}")
        self._end_before_acknowledging(feed)

    def refuse(self, feed: str, raw: bytes, rejection: Rejection, offset: str = "") -> None:
        """Show the first of each reason."""
        self._show(feed, raw, rejection, offset)
        self._end_before_acknowledging(feed)

    def _end_before_acknowledging(self, feed: str) -> None:
        self._read = self._read or feed != STATIONS
        many = self.accepted + self.refusals.total() >= ENOUGH
        if many or (self._source.kind.listens and feed != STATIONS):
            raise _Enough

    def _show(self, feed: str, raw: bytes, rejection: Rejection, offset: str = "") -> None:
        self.answered = True
        self.refusals[rejection.code] += 1
        if self.refusals[rejection.code] == 1:
            self._say(f"{feed}\trefused{f' at {offset}' if offset else ''}: {rejection.vi}\t{_short(raw)}")

    def recall(self, key: str) -> str | None:
        """What this trial remembered; nothing of earlier days."""
        return self._memory.get(key)

    def remember(self, key: str, value: str) -> None:
        """The end, once something was read: what comes after may be tidying up."""
        if self._read:
            raise _Enough
        self._memory[key] = value

    def together(self, feed: str, change: Change) -> None:
        """What this trial remembers alone."""
        self._memory[f"all of {feed}"] = change(self._source.id, self._memory.get(f"all of {feed}")) or ""

    def secret(self, name: str) -> str:
        """As in earnest."""
        return secret(name)

    def alive(self) -> None:
        """It answered."""
        self.answered = True

    def wait(self, seconds: float) -> bool:
        """Rest, but not beyond the trial's time."""
        threading.Event().wait(max(0.0, min(seconds, self._ends - time.monotonic())))
        return time.monotonic() >= self._ends

    def _judge(self, feed: str, raw: bytes) -> Event | Rejection:
        judged = self._validator.check(feed, raw, self._source.connector)
        if isinstance(judged, Rejection):
            return judged
        return self._source.sender.objection(judged.source, self._validator.part(judged)) or judged


def try_out(source: Declared, validator: Validator, say: Say, seconds: float) -> bool:
    """Read `source` once, a listener for `seconds`; True when it answered and nothing was refused."""
    outlet = TrialOutlet(source, validator, say, seconds)
    try:
        source.kind.run(source.settings, outlet)
    except _Enough:
        pass
    except Exception as error:
        say(f"{source.id} cannot be read: {error if str(error) else type(error).__name__}")
        return False
    say(f"{source.id}: {outlet.accepted} events would be accepted, {outlet.refusals.total()} refused")
    for code, n in outlet.refusals.most_common():
        say(f"{n}\t{code}")
    if not outlet.answered:
        say(f"{source.id} has not answered")
    return outlet.answered and not outlet.refusals


def _short(raw: bytes) -> str:
    return raw[:LINE].decode("utf-8", "replace")
