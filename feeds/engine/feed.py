"""Everything the engine holds of one feed: its partitions, its counts for all places, the numbers of its sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from feeds.catalogue.model import Catalogue, Feed
from feeds.compute.conditions import Runs
from feeds.compute.counts import MINUTE_MS, MINUTES, Counts
from feeds.compute.explode import Plan
from feeds.compute.station import Station, day_of_hour, hour_at
from feeds.engine.partition import START, Partition, Stamp
from feeds.engine.seen import Seen
from feeds.engine.where import Where

MINUTES_KEPT = 2 * MINUTES
LATE_HOURS = 72  # later events correct their day, no longer their hour
OPEN_HOURS = 2  # rows younger than this stay unpacked
LEAF_DAYS = 62  # how long a commune's days are kept: a reporting period and the one before
UNIT_DAYS = 400  # how long a unit's days are kept: a reporting year
LOOKBACK = {"24h": 24, "day": 24, "7d": 7 * 24}
AQI_HOURS = 25


class FeedState:
    """One feed of the catalogue as the engine holds it."""

    def __init__(self, catalogue: Catalogue, feed: Feed, where: Where, now: int) -> None:
        self.feed = feed
        self.where = where
        self.plan = Plan.of(catalogue, feed)
        self.runs = Runs.of(catalogue, feed.code)
        self.seen = Seen()
        self.keep_hours = keep_hours(catalogue, feed)
        self.leaf_days = max(LEAF_DAYS, feed.late_window // 86_400 + 1)
        self.counts = Counts(where.above, hour_at(now) - self.keep_hours, first_minute(now))
        self.partitions: dict[str, Partition] = {}
        self.stamps: dict[str, Stamp] = {}  # place -> when it was last spoken for

    @property
    def code(self) -> str:
        """The feed's code."""
        return self.feed.code

    @property
    def in_sql(self) -> bool:
        """True when the truth of this feed is kept in SQL and only its position here."""
        return self.feed.kind in ("records", "entities")

    def partition(self, part: str) -> Partition:
        """The partition `part`, made when it is new."""
        found = self.partitions.get(part)
        if found is None:
            found = self.partitions[part] = Partition(self.code, part)
            found.archived = None if self.in_sql else START
        return found

    def roll_up(self, part: Partition) -> set[str]:
        """Roll up what was taken since the last time; returns the leaves that changed."""
        touched: set[str] = set()
        for (leaf, minute), tally in part.tallies.items():
            bucket = self.counts.add(leaf, minute, tally)
            part.changed_counts.add((leaf, bucket))
            part.touch(bucket)
            if minute in self.counts.minutes:
                part.changed_minutes.add((leaf, minute))
            touched.add(leaf)
        part.tallies.clear()
        for leaf in touched:
            self.stamp_above(leaf, part.stamp(leaf))
        return touched

    def stamp_above(self, leaf: str, stamp: Stamp) -> None:
        """Let the places above `leaf`, and the leaf itself, know that it spoke."""
        for place in (leaf, *self.where.above(leaf)):
            self.stamps.setdefault(place, Stamp()).newer(stamp.at, stamp.received, stamp.source)

    def roll_over(self, now: int) -> None:
        """Fold what has become old, once an hour: hours into days, and days away."""
        hour = hour_at(now)
        horizon = hour - self.keep_hours
        for part in self.partitions.values():
            self._fold_stations(part, horizon, hour)
            part.fold_heard({h: day_of_hour(h) for h in part.heard if 0 < h < horizon})
            part.dropped.update(h for h in part.windows if h < horizon)
        for leaf_hour, leaf in self.counts.fold(horizon):
            self._changed(leaf, -day_of_hour(leaf_hour))
        self._drop_days(day_of_hour(hour))
        for minute, leaf in self.counts.forget_minutes(first_minute(now)):
            self._part_of(leaf).changed_minutes.add((leaf, minute))

    def _fold_stations(self, part: Partition, horizon: int, hour: int) -> None:
        for station in part.stations.values():
            part.changed_rows.update((station.code, bucket) for bucket in station.fold(horizon))
            station.close(hour - OPEN_HOURS)

    def _drop_days(self, today: int) -> None:
        oldest = today - self.leaf_days
        for part in self.partitions.values():
            for station in part.stations.values():
                part.changed_rows.update((station.code, bucket) for bucket in station.drop_days(oldest))
            for bucket in [b for b in part.heard if b < 0 and -b < oldest]:
                chunks = part.heard.pop(bucket).last_chunk + 1
                part.changed_heard.update((bucket, chunk) for chunk in range(chunks))
        for day, leaf in self.counts.drop_days(today - UNIT_DAYS, oldest):
            self._changed(leaf, -day)

    def _changed(self, leaf: str, bucket: int) -> None:
        if not self.in_sql:
            self._part_of(leaf).changed_counts.add((leaf, bucket))

    def _part_of(self, leaf: str) -> Partition:
        return self.partition(self.where.part(leaf) if self.feed.partition == "province" else "vn")

    def stations(self) -> Iterator[Station]:
        """Every station of the feed."""
        for part in self.partitions.values():
            yield from part.stations.values()


def first_minute(now: int) -> int:
    """The first minute that is kept as a minute."""
    return now // MINUTE_MS - MINUTES_KEPT


def keep_hours(catalogue: Catalogue, feed: Feed) -> int:
    """How many hours are kept as hours: any hour a late event may still correct, and what its figures look back on."""
    return min(feed.late_window // 3600, LATE_HOURS) + lookback(catalogue, feed.code) + 1


def lookback(catalogue: Catalogue, feed: str) -> int:
    """Over how many hours the figures of a feed look back at most; reporting periods are told by the day."""
    return max((_lookback(i.compute.fn, i.compute.args) for i in catalogue.of_feed(feed)), default=1)


def _lookback(fn: str, args: Mapping[str, Any]) -> int:
    if fn.startswith("vn_aqi"):
        return AQI_HOURS
    return int(args.get("hours") or LOOKBACK.get(args.get("window", ""), 1))
