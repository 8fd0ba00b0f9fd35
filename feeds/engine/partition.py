"""What one partition (a feed in a province) holds between two checkpoints, and what of it has changed since."""

from __future__ import annotations

from collections.abc import Mapping

from feeds.compute.counts import Tally
from feeds.compute.station import Station, bucket_of_hour, day_of_hour
from feeds.engine.seen import Heard

START = "0-0"  # the position before any event


class Stamp:
    """When and by whom a place was last spoken for."""

    __slots__ = ("at", "received", "source")

    def __init__(self, at: int = 0, received: int = 0, source: str = "") -> None:
        self.at, self.received, self.source = at, received, source

    def newer(self, at: int, received: int, source: str) -> None:
        """Take the newer of two observations."""
        if at > self.at:
            self.at, self.source = at, source
        if received > self.received:
            self.received = received


class Speaker:
    """What a source said in a partition since it was last asked; `delay` is that of its newest observation."""

    __slots__ = ("accepted", "at", "delay", "duplicates", "received")

    def __init__(self) -> None:
        self.accepted = self.duplicates = self.at = self.received = self.delay = 0

    def came(self, at: int, received: int) -> None:
        """Something observed at `at` has come."""
        if at > self.at:
            self.at, self.delay = at, max(0, received - at)
        self.received = max(self.received, received)

    def add(self, other: Speaker) -> None:
        """Take in what another one said."""
        self.accepted += other.accepted
        self.duplicates += other.duplicates
        self.received = max(self.received, other.received)
        if other.at > self.at:
            self.at, self.delay = other.at, other.delay


class Partition:
    """Cells, positions and changes of one partition. `pos` is applied in memory, `saved` is checkpointed."""

    __slots__ = (
        "_touches",
        "accepted",
        "archived",
        "busy",
        "changed_counts",
        "changed_heard",
        "changed_minutes",
        "changed_rows",
        "changed_stamps",
        "changed_stations",
        "dropped",
        "duplicates",
        "feed",
        "fresh",
        "heard",
        "late",
        "late_moved",
        "part",
        "pos",
        "saved",
        "sources",
        "speakers",
        "stamps",
        "stations",
        "tallies",
        "windows",
    )

    def __init__(self, feed: str, part: str) -> None:
        self.feed = feed
        self.part = part
        self.pos = START
        self.saved = START
        self.archived: str | None = START  # None: this feed is not archived
        self.busy = False  # its newest batch is on the way through SQL
        self.accepted = 0
        self.duplicates = 0
        self.sources: set[str] = set()
        self.speakers: dict[str, Speaker] = {}  # source -> what it said since that was last written down
        self.stations: dict[str, Station] = {}
        self.stamps: dict[str, Stamp] = {}  # leaf -> when it last spoke
        self.heard: dict[int, Heard] = {}  # bucket -> events without a number
        self.windows: set[int] = set()  # hours that have a hash in Redis
        self.late: dict[int, int] = {}  # buckets that an event has changed since history was written -> which touch
        self._touches = 0
        self.fresh: dict[str, list[int]] = {}  # source -> numbers applied since the checkpoint
        self.tallies: dict[tuple[str, int], Tally] = {}  # (leaf, minute) -> not yet rolled up
        self._forget_changes()

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.feed}:{self.part}"

    def _forget_changes(self) -> None:
        self.changed_rows: set[tuple[str, int]] = set()  # (station, bucket)
        self.changed_counts: set[tuple[str, int]] = set()  # (leaf, bucket)
        self.changed_minutes: set[tuple[str, int]] = set()  # (leaf, minute)
        self.changed_heard: set[tuple[int, int]] = set()  # (bucket, chunk)
        self.changed_stations: set[str] = set()  # new or moved
        self.changed_stamps: set[str] = set()  # leaves whose counts are kept in SQL
        self.dropped: set[int] = set()  # buckets that have gone, or moved on into their day
        self.late_moved = False  # other buckets are late than those that were saved

    @property
    def dirty(self) -> bool:
        """True when a checkpoint would say something new. Not while SQL has not said yes to what was read."""
        if self.busy:
            return False
        return self.pos != self.saved or bool(
            self.changed_rows
            or self.changed_counts
            or self.changed_minutes
            or self.changed_stations
            or self.changed_heard
            or self.dropped
            or self.late_moved
        )

    def touch(self, bucket: int) -> None:
        """An event has changed `bucket`: its history is to be written."""
        self._touches += 1
        if bucket not in self.late:
            self.late_moved = True
        self.late[bucket] = self._touches

    def written(self, bucket: int) -> None:
        """The history of `bucket` is written: it is no longer late."""
        del self.late[bucket]
        self.late_moved = True

    def first_time(self, known_as: int, hour: int, horizon: int) -> bool:
        """Remember an event without a number; False when it was here before."""
        bucket = bucket_of_hour(hour, horizon)
        day = self.heard.get(-day_of_hour(hour))
        if day is not None and known_as in day:
            return False
        heard = self.heard.get(bucket)
        if heard is None:
            heard = self.heard[bucket] = Heard()
        if not heard.add(known_as):
            return False
        self.changed_heard.add((bucket, heard.last_chunk))
        return True

    def spoke(self, source: str) -> Speaker:
        """What a source says is counted here."""
        speaker = self.speakers.get(source)
        if speaker is None:
            speaker = self.speakers[source] = Speaker()
        return speaker

    def stamp(self, leaf: str) -> Stamp:
        """The stamp of a leaf, to be moved on."""
        stamp = self.stamps.get(leaf)
        if stamp is None:
            stamp = self.stamps[leaf] = Stamp()
        return stamp

    def station(self, code: str, leaf: str) -> Station:
        """The station `code`, made or moved as its newest event says."""
        station = self.stations.get(code)
        if station is None:
            station = self.stations[code] = Station(code, leaf)
        elif not station.declared:
            station.leaf = leaf
        self.changed_stations.add(code)
        return station

    def checkpointed(self) -> None:
        """Everything up to `pos` is saved."""
        self.saved = self.pos
        self.sources.update(self.fresh)
        self.fresh = {}
        self._forget_changes()

    def fold_heard(self, day_of: Mapping[int, int]) -> None:
        """Move what was heard in the hours of `day_of` into their days."""
        for hour in sorted(self.heard.keys() & day_of.keys()):
            bucket = -day_of[hour]
            heard = self.heard.setdefault(bucket, Heard())
            first = heard.last_chunk
            heard.extend(self.heard.pop(hour))
            self.changed_heard.update((bucket, chunk) for chunk in range(first, heard.last_chunk + 1))
