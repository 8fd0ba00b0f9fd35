"""What many sources would say: events of four feeds with consecutive numbers, a few of them spoiled on purpose."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from feeds.catalogue.clock import HOUR_MS, iso

Event = dict[str, Any]  # as posted

PLACES = ("2025:01/00004", "2025:01", "2025:31/11311", "2025:46", "2025:48", "2025:79", "2025:92", "vn")
SHARES = {"traffic": 0.5, "cameras": 0.28, "social": 0.12, "dossiers": 0.1}  # of the events
SOURCES = 4  # a feed
SPOILED = 0.01
LATE = 0.1  # share of readings that come up to two hours late
TEXTS = ("Ngập nặng, dân bức xúc", "Khai giảng năm học mới", "Kẹt xe kéo dài", "Khen thưởng cán bộ một cửa")


class Saying(NamedTuple):
    """An event, and whether the door must refuse it."""

    event: Event
    spoiled: bool


@dataclass
class Source:
    """One sender with its own running number."""

    feed: str
    name: str
    dice: random.Random
    numbered: bool = True
    seq: int = 0
    open: list[str] = field(default_factory=list)  # dossiers not yet finished
    made: int = 0

    def say(self, now_ms: int) -> Saying:
        """The next event; the number moves on whatever becomes of it."""
        self.seq += 1
        place = self.place()
        event = {"source": self.name, "place": place, "at": iso(self._observed(now_ms))}
        if self.numbered:
            event["seq"] = self.seq
        event |= getattr(self, f"_{self.feed}")(event)
        spoiled = self.dice.random() < SPOILED
        return Saying(self._spoil(event, now_ms) if spoiled else event, spoiled)

    def place(self) -> str:
        """Where its next event is: a dossier's office never moves, a reading may be anywhere."""
        if self.feed == "dossiers":
            return PLACES[sum(self.name.encode()) % (len(PLACES) - 1)]
        return self.dice.choice(PLACES[:-1] if self.feed != "social" else PLACES)

    def _observed(self, now_ms: int) -> int:
        if self.feed == "dossiers" or self.dice.random() > LATE:
            return now_ms - self.dice.randrange(20_000) * (self.feed != "dossiers")
        return now_ms - self.dice.randrange(2 * HOUR_MS)

    def _traffic(self, event: Event) -> Event:
        # without a number an event is known by what it says: `flow` makes each of them say something else
        return {
            "entity": f"{event['place'][5:7]}-{self.dice.randrange(5)}",
            "values": {"violations": self.dice.randrange(10), "flow": self.seq % 20_000},
        }

    def _cameras(self, event: Event) -> Event:
        counts = {"ai_events": self.dice.randrange(5), "vehicles": self.dice.randrange(90), "fps": 25}
        entity = f"cam-{event['place'][5:7]}-{self.dice.randrange(5)}"
        return {"entity": entity, "camera": {"state": "online", "counts": counts}}

    def _social(self, event: Event) -> Event:
        text = f"{self.dice.choice(TEXTS)} ({self.name} {self.seq})"
        return {"social": {"text": text, "url": f"https://bao.example/{self.name}/{self.seq}"}}

    def _dossiers(self, event: Event) -> Event:
        if self.open and self.dice.random() < 0.4:
            name = self.open.pop(self.dice.randrange(len(self.open)))
            state, times = "finished", {"finished": event["at"]}
        else:
            self.made += 1
            name, state, times = f"{self.name}-{self.made}", "received", {"received": event["at"]}
            self.open.append(name)
        return {"record": {"id": name, "type": "dossier", "state": state, "times": times, "fields": {}}}

    def _spoil(self, event: Event, now_ms: int) -> Event:
        """The same event with something wrong, so that the door must refuse it."""
        if self.feed == "dossiers" and event["record"]["state"] == "received":
            self.open.remove(event["record"]["id"])
        ways = [{"place": "2025:99"}, {"at": iso(now_ms + HOUR_MS)}, {"at": "1970-01-01T00:00:00Z"}, {"colour": "red"}]
        return event | self.dice.choice(ways)


def sources(feed: str, seed: int) -> list[Source]:
    """The senders of one feed; one of `traffic` numbers nothing."""
    found = [Source(feed, f"{feed}-{n}", random.Random(f"{seed} {feed} {n}")) for n in range(SOURCES)]
    if feed == "traffic":
        found.append(Source(feed, "traffic-unnumbered", random.Random(seed), numbered=False))
    return found


def batches(feed: str, seed: int) -> Iterator[Source]:
    """Whose turn it is to send, for ever."""
    everybody = sources(feed, seed)
    while True:
        yield from everybody
