"""Keys of the programs that send events to us: who they are, and what each opens. No key is kept, only its digest."""

from __future__ import annotations

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from feeds.catalogue.scope import Scope
from feeds.store.database import Database
from feeds.store.tables import ingest_keys


class IngestKey(msgspec.Struct, frozen=True, kw_only=True):
    """One key. `units` None: everywhere; `sources` None: any name; `rate` in events a second; times in ms, UTC."""

    name: str
    digest: str
    feeds: list[str]
    units: list[str] | None
    sources: list[str] | None
    rate: int
    made: int
    used: int | None = None
    revoked: int | None = None


class KeyTaken(ValueError):
    """There is a key of that name already."""


class IngestKeys:
    """The keys of one world."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, key: IngestKey) -> None:
        """Keep a new key; raises KeyTaken when its name is in use."""
        try:
            with self._db.write() as connection:
                connection.execute(insert(ingest_keys).values(**msgspec.structs.asdict(key)))
        except IntegrityError:
            raise KeyTaken(key.name) from None

    def revoke(self, name: str, now_ms: int) -> bool:
        """The key opens nothing any more; False when there is none of that name, or it was revoked before."""
        standing = update(ingest_keys).where(ingest_keys.c.name == name, ingest_keys.c.revoked.is_(None))
        with self._db.write() as connection:
            return connection.execute(standing.values(revoked=now_ms)).rowcount == 1

    def note_use(self, used: dict[str, int]) -> None:
        """When each key, by name, was last shown (ms)."""
        with self._db.write() as connection:
            for name, at in sorted(used.items()):
                connection.execute(update(ingest_keys).where(ingest_keys.c.name == name).values(used=at))

    def all(self, scope: Scope) -> list[IngestKey]:
        """Every key that opens nothing outside of `scope`, by name; revoked ones too."""
        with self._db.read() as connection:
            rows = [IngestKey(**row._mapping) for row in connection.execute(select(ingest_keys))]
        seen = [k for k in rows if scope.units is None or (k.units is not None and scope.units >= set(k.units))]
        return sorted(seen, key=lambda key: key.name)
