"""The health of the sources that we read, what the operator wants of them, and what they remember."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

import msgspec
from sqlalchemy import select

from feeds.catalogue.scope import Scope
from feeds.store.database import Database
from feeds.store.tables import source_memory, sources
from feeds.store.upsert import insert_into

NEW, WELL, FAILING, STOPPED = "new", "well", "failing", "stopped"
NOT_RUNNING = "not running"
ALL = ""  # who remembers what all sources of a feed remember together: no source is called so
SILENT_MS = 20_000  # without a beat for so long, nobody reads the sources


class SourceHealth(msgspec.Struct, frozen=True, kw_only=True):
    """One source. Times in milliseconds, UTC; `heard` and `sent` are None until it happened."""

    id: str
    kind: str
    feeds: list[str]
    units: list[str] | None = None
    wanted: bool = True
    state: str = NEW
    since: int = 0
    beat: int = 0
    heard: int | None = None
    sent: int | None = None
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    failures: int = 0
    problem: str = ""
    waiting: int = 0
    waiting_bytes: int = 0


def shown_state(row: SourceHealth, now: int) -> str:
    """The state as it stands at `now` (ms): what has no fresh beat is read by nobody."""
    if not row.wanted:
        return STOPPED
    return NOT_RUNNING if now - row.beat > SILENT_MS else row.state


class SourceBook:
    """What is written down about the sources of one world."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._together = threading.Lock()

    def all(self, scope: Scope) -> list[SourceHealth]:
        """Every source that reports about a place in `scope` and about nothing outside it, by id."""
        with self._db.read() as connection:
            rows = [SourceHealth(**row._mapping) for row in connection.execute(select(sources).order_by(sources.c.id))]
        return [row for row in rows if scope.units is None or (row.units is not None and scope.units >= set(row.units))]

    def tell(self, rows: Iterable[SourceHealth]) -> None:
        """Write the health of `rows`; what the operator wants of them stays as it is."""
        told = [msgspec.structs.asdict(row) for row in rows]
        if not told:
            return
        statement = insert_into(self._db, sources)
        new = statement.excluded
        kept = {c.name: new[c.name] for c in sources.columns if c.name not in ("id", "wanted")}
        with self._db.write() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=kept), told)

    def want(self, source: SourceHealth, wanted: bool) -> None:
        """The operator wants `source` to run, or not; its row is made when it has none."""
        statement = insert_into(self._db, sources)
        row = msgspec.structs.asdict(source) | {"wanted": wanted}
        with self._db.write() as connection:
            connection.execute(
                statement.values(**row).on_conflict_do_update(index_elements=["id"], set_={"wanted": wanted})
            )

    def unwanted(self) -> frozenset[str]:
        """Ids of the sources that the operator has stopped."""
        with self._db.read() as connection:
            return frozenset(connection.scalars(select(sources.c.id).where(~sources.c.wanted)))

    def recall(self, source: str, key: str) -> str | None:
        """What `source` remembers under `key`."""
        where = source_memory.c.source == source, source_memory.c.key == key
        with self._db.read() as connection:
            return connection.scalar(select(source_memory.c.value).where(*where))

    def remember(self, source: str, key: str, value: str) -> None:
        """Keep `value` for `source` under `key`, durably."""
        statement = insert_into(self._db, source_memory).values(source=source, key=key, value=value)
        with self._db.write() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["source", "key"], set_={"value": value}))

    def together(self, feed: str, change: Callable[[str | None], str | None]) -> None:
        """Change what all sources of `feed` remember together, one after the other: they are read by one process."""
        with self._together:
            kept = change(self.recall(ALL, feed))
            if kept is not None:
                self.remember(ALL, feed, kept)
