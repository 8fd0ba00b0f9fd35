"""The repositories an engine writes and reads, all behind the fence of its epoch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from feeds.catalogue.clock import DAY_MS, Clock
from feeds.intake.event import Event, decode_batch
from feeds.store.alerts import Alerts
from feeds.store.blocks import Archive
from feeds.store.database import Database
from feeds.store.entities import Entities
from feeds.store.fence import take_over
from feeds.store.history import History
from feeds.store.quarantine import Quarantine
from feeds.store.quarantine_trail import QuarantineTrail
from feeds.store.record_tallies import RecordTallies
from feeds.store.records import Records
from feeds.store.retention import RECORD_DAYS
from feeds.store.source_quality import SourceQualities


@dataclass(frozen=True, slots=True)
class Stores:
    """One of each."""

    history: History
    records: Records
    tallies: RecordTallies
    entities: Entities
    archive: Archive[Event]
    alerts: Alerts
    quarantine: Quarantine
    trail: QuarantineTrail
    sources: SourceQualities

    @classmethod
    def under(cls, database: Database, epoch: int, clock: Clock | None = None) -> Stores:
        """The repositories of `database` from now on written by `epoch` alone; Superseded when a newer one stands."""
        fenced = take_over(database, epoch)
        return cls(
            History(fenced, clock), Records(fenced), RecordTallies(fenced), Entities(fenced),
            Archive(fenced, decode_batch), Alerts(fenced), Quarantine(fenced),
            QuarantineTrail(fenced), SourceQualities(fenced),
        )  # fmt: skip

    def retain(self, now: int, record_feeds: Iterable[str]) -> None:
        """Forget what has been kept long enough, as `feeds.store.retention` says; `now` in ms."""
        while self.history.prune(now):
            pass
        self.archive.prune(now)
        self.alerts.prune(now)
        self.quarantine.retain(now)
        self.sources.prune(now)
        for feed in record_feeds:
            self.records.forget(feed, now - RECORD_DAYS * DAY_MS)
