"""The quality of what comes: the windows of the counters, the conduct of stations, each source written down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from feeds.catalogue.clock import HOUR_MS
from feeds.catalogue.model import Catalogue
from feeds.catalogue.places import NATION_KEY
from feeds.catalogue.scope import NATION
from feeds.compute.health_figures import FeedHealth, HealthView, Sums
from feeds.engine.conducts import Conducts, Standing, home
from feeds.engine.feed import FeedState
from feeds.engine.health import Health
from feeds.engine.partition import Speaker
from feeds.engine.stores import Stores
from feeds.engine.tides import DAY, HOUR, Refused, Tides
from feeds.engine.writer import SqlWriter
from feeds.store.source_quality import SourceQuality

SWEEP_S = 0.01  # for stations in one tick
MOST_SOURCES = 2_000  # written down at once; names are free to invent
Key = tuple[str, str]


class Quality:
    """What one engine knows of the quality of its feeds."""

    def __init__(
        self, catalogue: Catalogue, feeds: Mapping[str, FeedState], health: Health, stores: Stores, writer: SqlWriter
    ) -> None:
        self._feeds = feeds
        self._health = health
        self._stores = stores
        self._writer = writer
        self.conducts = Conducts(catalogue, feeds)
        self.refused = Refused()
        self.tides = Tides()
        self._standing: Mapping[str, Standing] = {}
        self._changed: Mapping[str, int] = {}
        self._waiting: dict[Key, tuple[Speaker, set[str]]] = {}

    def follow(self, before: Quality) -> None:
        """Take over what was counted."""
        self.refused, self.tides = before.refused, before.tides
        self._health.note(self.refused.totals)
        self._standing, self._changed = before._standing, before._changed
        self._waiting = {key: said for key, said in before._waiting.items() if key[0] in self._feeds}
        self.conducts.follow(before.conducts)

    def look(self, now: int) -> None:
        """Look at some more stations."""
        self.conducts.step(now, SWEEP_S)

    def read_refused(self, now: int) -> None:
        """What the door has refused, for the counters of every place."""
        since, trail = self.refused.since, self._stores.trail

        def known(found: Iterable[msgspec.Struct]) -> None:
            self.refused.take(found, now // HOUR_MS)  # type: ignore[arg-type]  # what the trail reads
            self._health.note(self.refused.totals)

        self._writer.give(lambda: trail.refusals(NATION, since), known, lambda error: None)

    def view(self, place: str, now: int, conflicts: int, revisions: int) -> HealthView:
        """Everything that figures about the feeds follow from, at a place."""
        feeds = self._health.of(place, now)
        standing = self._standing.get(place, Standing())
        sums = Sums(
            hour={feed.feed: self._window(feed, place, now, HOUR) for feed in feeds},
            day={feed.feed: self._window(feed, place, now, DAY) for feed in feeds},
            stations=standing.stations, live=standing.live, odd=standing.odd, given=standing.given, due=standing.due,
            changed=self._changed.get(place, 0),
        )  # fmt: skip
        return HealthView(now, feeds, conflicts, revisions, sums)

    def write_sources(self, now: int) -> None:
        """Stand anew how stations are, and write each source down."""
        self._standing = self.conducts.standing(now)
        self._collect()
        rows = self._rows(now)
        changed: dict[str, int] = {}
        for row in rows:
            if row.changed:
                for place in {row.unit, NATION_KEY}:
                    changed[place] = changed.get(place, 0) + 1
        self._changed = changed
        taken, self._waiting = self._waiting, {}

        def failed(error: Exception) -> None:
            for key, (speaker, parts) in taken.items():
                self._add(key, speaker, parts)

        if not self._writer.give(lambda: self._stores.sources.put(rows), failed=failed):
            self._waiting = taken

    def _window(self, feed: FeedHealth, place: str, now: int, steps: int) -> tuple[int, int]:
        if not self.refused.loaded:
            return 0, 0
        key = (feed.feed, place)
        self.tides.note(key, now, feed.accepted, feed.rejected)
        return self.tides.window(key, now, feed.accepted, feed.rejected, steps)

    def _collect(self) -> None:
        """Take what the sources said in each partition since the last time."""
        for feed in self._feeds.values():
            for part in feed.partitions.values():
                for source, speaker in part.speakers.items():
                    self._add((feed.code, source), speaker, {part.part})
                part.speakers = {}

    def _add(self, key: Key, speaker: Speaker, parts: set[str]) -> None:
        held = self._waiting.setdefault(key, (Speaker(), set()))
        held[0].add(speaker)
        held[1].update(parts)

    def _rows(self, now: int) -> list[SourceQuality]:
        """Each source that spoke, or whose stations are known."""
        of_stations = self.conducts.of_sources(now)
        keys = [*self._waiting, *(key for key in of_stations if key not in self._waiting)][:MOST_SOURCES]
        return [self._row(key, of_stations.get(key)) for key in keys]

    def _row(self, key: Key, told: SourceQuality | None) -> SourceQuality:
        feed, source = key
        said, parts = self._waiting.get(key, (Speaker(), set()))
        row = told or SourceQuality(feed=feed, source=source, unit=home(parts))
        return msgspec.structs.replace(
            row, unit=home(parts | {row.unit}), accepted=said.accepted, duplicates=said.duplicates,
            missing=self._feeds[feed].seen.missing([source]), at=said.at, received=said.received,
            delay=said.delay,
        )  # fmt: skip
