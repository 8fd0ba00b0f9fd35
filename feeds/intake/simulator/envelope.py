"""From what is told to what is posted: the sender's name, its next number, real times; now and then a duplicate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from typing import Any

import msgspec

from feeds.catalogue.clock import iso
from feeds.intake.simulator.chance import key
from feeds.intake.simulator.telling import Body, Told
from feeds.intake.simulator.timemap import TimeMap

BATCH = 1000
TWICE_IN = 397  # one event in so many is sent twice, as networks do
SECONDS = [f"{second:02}+07:00" for second in range(60)]
Batch = tuple[str, bytes]  # feed, JSON array of events
encode = msgspec.json.Encoder().encode


class Envelopes:
    """Numbers every event of every source, one by one. `seqs` is what each source sent last."""

    def __init__(self, seqs: dict[str, int]) -> None:
        self.seqs = seqs

    def batches(self, story: Iterable[Told], times: TimeMap) -> Iterator[Batch]:
        """Bodies of at most about BATCH events of one feed; the last ones are smaller."""
        waiting: dict[str, list[dict[str, Any]]] = {}
        for told in story:
            pile = waiting.setdefault(told.feed, [])
            source, twice = _source(told.feed, told.province)
            seq = self.seqs[source] = self.seqs.get(source, 0) + 1
            event = {"source": source, "seq": seq, **told.body}
            _stamp(event, times.real)
            pile.append(event)
            if seq % TWICE_IN == twice:
                pile.append(event)
            if len(pile) >= BATCH:
                yield told.feed, encode(pile)
                pile.clear()
        yield from ((feed, encode(pile)) for feed, pile in waiting.items() if pile)


@cache
def _source(feed: str, province: str) -> tuple[str, int]:
    """Name of a source, and which of its numbers are sent twice."""
    name = f"sim-{feed}-{province}"
    return name, key(name) % TWICE_IN


def _stamp(event: Body, real: Callable[[int], int]) -> None:
    """Real times as text in place of the story's; what is told is nobody's to change, so its parts are copied."""
    event["at"] = text(real(event["at"]))
    record = event.get("record")
    if record is not None and "times" in record:
        event["record"] = {**record, "times": {name: text(real(at)) for name, at in record["times"].items()}}


def text(real: int) -> str:
    """ISO 8601 in Vietnam's time, to the second, quickly."""
    minute, rest = divmod(real, 60_000)
    return _minute(minute) + SECONDS[rest // 1000]


@lru_cache(maxsize=65_536)
def _minute(minute: int) -> str:
    return iso(minute * 60_000)[:17]
