"""Where a kind hands out what it has read: to the door, or to the disk while the door is away, always in order."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feeds.catalogue.clock import Clock
from feeds.catalogue.settings import VARIABLES
from feeds.intake.door import Door
from feeds.intake.reasons import Rejection
from feeds.intake.sources.apart import apart
from feeds.intake.sources.declared import Declared
from feeds.intake.sources.pace import Pace
from feeds.intake.sources.seam import BadSource, Change
from feeds.intake.sources.spool import Entry, Sent, Spool, Unread
from feeds.store.quarantine import Held
from feeds.store.sources import SourceBook

MOST_EVENTS = 1_000  # handed to the door at once
MOST_RAW = 256 * 1024  # of what could not be read, kept as evidence


@dataclass(slots=True)
class Tally:
    """What came of a source since its process began; times in ms, None until it happened."""

    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    heard: int | None = None
    sent: int | None = None


class DoorOutlet:
    """The outlet of one declared source. Its own thread sends; another may drain what waits."""

    def __init__(
        self,
        source: Declared,
        door: Door,
        book: SourceBook,
        spool: Spool,
        stop: threading.Event,
        pace: Pace | None = None,
    ) -> None:
        self.source = source
        self.spool = spool
        self.tally = Tally()
        self._door = door
        self._book = book
        self._stop = stop
        self._pace = pace or Pace(source.declaration.rate)
        self._order = threading.Lock()

    @property
    def clock(self) -> Clock:
        """The world's clock."""
        return self._door.validator.clock

    def send(self, feed: str, events: Sequence[Mapping[str, Any]]) -> None:
        """Hand over events; one without a `source` bears the declared source's id. Raises BadSource when it cannot."""
        if feed not in self.source.declaration.feeds:
            raise BadSource(f"the feed {feed} is not declared for this source: add it to `feeds` in its file")
        self.alive()
        for start in range(0, len(events), MOST_EVENTS):
            pieces = [piece for event in events[start : start + MOST_EVENTS] for piece in self._pieces(feed, event)]
            self._hand_over(Sent(feed, self.clock.now_ms(), pieces))
            self.tally.sent = self.clock.now_ms()
            self._rest(len(pieces))

    def refuse(self, feed: str, raw: bytes, rejection: Rejection, offset: str = "") -> None:
        """Put unreadable bytes into quarantine; of very many the first are kept."""
        self.alive()
        self._hand_over(Unread(feed, self.clock.now_ms(), raw[:MOST_RAW], rejection, offset))

    def recall(self, key: str) -> str | None:
        """What this source remembers."""
        return self._book.recall(self.source.id, key)

    def remember(self, key: str, value: str) -> None:
        """Keep `value`, durably."""
        self._book.remember(self.source.id, key, value)

    def together(self, feed: str, change: Change) -> None:
        """Change, durably, what all sources of `feed` remember together."""
        self._book.together(feed, lambda kept: change(self.source.id, kept))

    def secret(self, name: str) -> str:
        """The environment variable `name`; BadSource when it is not set, or is a setting of the system itself."""
        return secret(name)

    def alive(self) -> None:
        """The source answered."""
        self.tally.heard = self.clock.now_ms()

    def wait(self, seconds: float) -> bool:
        """Rest; True when the source should stop."""
        return self._stop.wait(seconds)

    def drain(self, most: int = 200) -> int:
        """Hand over what waits on disk, oldest first, until the door is away; returns how many batches went."""
        for done in range(most):
            with self._order:
                entry = self.spool.first()
                if entry is None or not self._deliver(entry):
                    return done
                self.spool.drop()
        return most

    def _pieces(self, feed: str, event: Mapping[str, Any]) -> list[bytes]:
        """An event as JSON, taken apart where the door would refuse some of its values."""
        judge = self._door.validator.check
        return apart({"source": self.source.id, **event}, lambda raw: judge(feed, raw, self.source.connector))

    def _hand_over(self, entry: Entry) -> None:
        """To the door when nothing waits before it, otherwise behind the others."""
        with self._order:
            if len(self.spool) or not self._deliver(entry):
                self.spool.add(entry)

    def _deliver(self, entry: Entry) -> bool:
        """False while the door is away. Delivering twice does no harm: the door's readers know a repeated event."""
        if isinstance(entry, Unread):
            delivered = self._door.keep([self._held(entry)])
            self.tally.rejected += delivered
            return delivered
        answer = self._door.take(
            entry.feed, entry.pieces, self.source.connector, entry.received, sender=self.source.sender
        )
        if answer.status == 503:
            return False
        self.tally.accepted += answer.accepted
        self.tally.duplicates += answer.duplicates
        self.tally.rejected += len(answer.rejected)
        return True

    def _held(self, entry: Unread) -> Held:
        offset = int(entry.offset) if entry.offset.isdecimal() and len(entry.offset) < 18 else None
        place = f":{entry.offset[:200]}" if entry.offset and offset is None else ""
        units = self.source.sender.units
        return Held(
            feed=entry.feed, source=self.source.id, unit=next(iter(units)) if units and len(units) == 1 else None,
            received=entry.received, stage=entry.why.stage, code=entry.why.code, reason=entry.why.vi,
            offset=offset, connector=self.source.connector + place, bytes=entry.raw,
        )  # fmt: skip

    def _rest(self, n: int) -> None:
        seconds = self._pace.spend(n)
        if seconds > 0:
            self.wait(seconds)


def secret(name: str, env: Callable[[str], str | None] = os.environ.get) -> str:
    """The secret that the environment variable `name` holds; BadSource, without the secret, when there is none."""
    if name in VARIABLES:
        raise BadSource(f"{name} is a setting of the system itself and no source may have it: use another variable")
    value = env(name)
    if not value:
        raise BadSource(f"the environment variable {name} is not set: it holds a secret of this source")
    return value
