"""Goes over all stations now and then, a few at a time, and knows how each of them behaves."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.model import Catalogue
from feeds.catalogue.places import NATION_KEY
from feeds.compute.conduct import Conduct, alive, conduct
from feeds.compute.station import Station
from feeds.engine.feed import FeedState
from feeds.store.source_quality import MOST_ODD, SourceQuality

EVERY_MS, FIRST_MS = 300_000, 20_000  # a sweep begins at most so often; sooner while history still comes in
YOUNG_MS = 180_000  # so long after a world's very first station its history still comes in, and nothing is judged
SLICE = 20  # stations between two looks at the clock
NOTHING = Conduct()


class Standing(NamedTuple):
    """The stations of a place, summed: how many there are and speak, are odd, and what they gave of what was due."""

    stations: int = 0
    live: int = 0
    odd: int = 0
    given: int = 0
    due: int = 0


class Conducts:
    """The conduct of every station of one engine."""

    def __init__(self, catalogue: Catalogue, feeds: Mapping[str, FeedState]) -> None:
        known = catalogue.parameters
        self._parameters = {
            code: {name: known[name] for name in state.feed.parameters if name in known}
            for code, state in feeds.items()
        }
        self._feeds = feeds
        self._known: dict[tuple[str, str], Conduct] = {}
        self._sweep: Iterator[None] | None = None
        self._begun = 0
        self._heard = 0  # the first whole hour in which this world was listened to
        self._since: int | None = None  # when the first station was seen; 0: they were there when this engine began

    def follow(self, before: Conducts) -> None:
        """Take over what is known of the stations of feeds that are still there."""
        self._known = {key: known for key, known in before._known.items() if key[0] in self._feeds}
        self._begun, self._heard, self._since = before._begun, before._heard, before._since

    def step(self, now: int, budget_s: float) -> bool:
        """Look at some more stations; True when all of them have been looked at since the last sweep began."""
        if self._sweep is None:
            if 0 <= now - self._begun < (FIRST_MS if self._is_young(now) else EVERY_MS):
                return True
            self._begun, self._sweep = now, self._over_all(now)
        until = time.thread_time() + budget_s
        for _ in self._sweep:
            if time.thread_time() >= until:
                return False
        self._sweep = None
        return True

    def standing(self, now: int) -> dict[str, Standing]:
        """Stations by unit and for the nation, as they are now."""
        if self._is_young(now):
            return {}
        sums: dict[str, list[int]] = defaultdict(lambda: [0] * len(Standing._fields))
        for feed, part, station in self._stations():
            known = self._known.get((feed.code, station.code), NOTHING)
            told = (1, alive(station, now, feed.feed), known.odd, known.given, known.due)
            for place in {part, NATION_KEY}:
                sums[place] = [have + more for have, more in zip(sums[place], told, strict=True)]
        return {place: Standing(*told) for place, told in sums.items()}

    def of_sources(self, now: int) -> dict[tuple[str, str], SourceQuality]:
        """What the stations of each source (feed, source) say of it."""
        told: dict[tuple[str, str], Told] = defaultdict(Told)
        for feed, part, station in self._stations():
            if station.source:
                known = self._known.get((feed.code, station.code), NOTHING)
                told[feed.code, station.source].add(station.code, part, known, alive(station, now, feed.feed))
        return {key: each.as_row(*key) for key, each in told.items()}

    def listened(self, since: int) -> None:
        """Told since when, in ms, this world is listened to: no hour before that is due of anybody."""
        self._heard = -(-since // HOUR_MS)

    def begin(self) -> None:
        """Told once the engine has taken up what there is: stations that are there already are not young."""
        self._since = 0 if next(self._stations(), None) else None

    def _is_young(self, now: int) -> bool:
        """True while the history of a world that has just begun may still come in."""
        if self._since is None and next(self._stations(), None):
            self._since = now
        return self._since is None or 0 <= now - self._since < YOUNG_MS

    def _stations(self) -> Iterator[tuple[FeedState, str, Station]]:
        for feed in self._feeds.values():
            for part in feed.partitions.values():
                for station in part.stations.values():
                    if station.received:
                        yield feed, part.part, station

    def _over_all(self, now: int) -> Iterator[None]:
        for number, (feed, _, station) in enumerate(list(self._stations())):
            self._known[feed.code, station.code] = conduct(
                station, now, feed.feed, self._parameters[feed.code], self._heard
            )
            if number % SLICE == 0:
                yield


class Told:
    """What the stations of one source add up to."""

    def __init__(self) -> None:
        self.stations = self.silent = 0
        self.parts: set[str] = set()
        self.stuck: dict[str, list[str]] = {}
        self.jumped: dict[str, list[str]] = {}
        self.lost: dict[str, int] = defaultdict(int)
        self.found: dict[str, int] = defaultdict(int)

    def add(self, code: str, part: str, known: Conduct, live: bool) -> None:
        """Count one station."""
        self.stations += 1
        self.parts.add(part)
        self.silent += not live
        for table, names in ((self.stuck, known.stuck), (self.jumped, known.jumped)):
            if names and len(table) < MOST_ODD:
                table[code] = list(names)
        for counts, names in ((self.lost, known.lost), (self.found, known.found)):
            for name in names:
                counts[name] += 1

    def as_row(self, feed: str, source: str) -> SourceQuality:
        """As it is written down."""
        return SourceQuality(
            feed=feed, source=source, unit=home(self.parts), stations=self.stations, silent=self.silent,
            stuck=self.stuck, jumped=self.jumped, lost=dict(self.lost), found=dict(self.found),
        )  # fmt: skip


def home(parts: Iterable[str]) -> str:
    """The one place that a source speaks for, or the nation."""
    found = set(parts)
    return found.pop() if len(found) == 1 else NATION_KEY
