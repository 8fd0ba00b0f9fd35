"""Which unit each record and each declared thing belongs to: a sender bound to its units takes over nobody else's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sqlalchemy import Column, Connection, select

from feeds.catalogue.scope import Scope
from feeds.store.database import Database
from feeds.store.tables import entities, records

CHUNK = 500
Owned = tuple[str, str]  # feed, and the number of a record or the code of a thing


class Owners:
    """Answers for the doors, in one world."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def elsewhere(self, scope: Scope, numbers: Iterable[Owned], things: bool = False) -> dict[Owned, str]:
        """Of these records (or declared `things`) those that stand in a unit outside of `scope`, with that unit."""
        if scope.units is None:
            return {}
        table = entities if things else records
        known = table.c.code if things else table.c.id
        with self._db.read() as connection:
            found = dict(_units(connection, table.c.feed, known, table.c.unit, numbers))
        return {owned: unit for owned, unit in found.items() if unit not in scope.units}


def _units(
    connection: Connection, feed: Column[str], known: Column[str], unit: Column[str], asked: Iterable[Owned]
) -> Iterator[tuple[Owned, str]]:
    by_feed: dict[str, set[str]] = defaultdict(set)
    for code, number in asked:
        by_feed[code].add(number)
    for code, numbers in by_feed.items():
        some = sorted(numbers)
        for start in range(0, len(some), CHUNK):
            query = select(known, unit).where(feed == code, known.in_(some[start : start + CHUNK]))
            for number, where in connection.execute(query):
                yield (code, number), where
