"""Records (dossiers, petitions, documents, tasks): rows, trail, and what they count, in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, delete, exists, literal_column, select
from sqlalchemy.exc import DBAPIError

from feeds.store.database import Database
from feeds.store.fold import Cells, Change, Row, Rules, Tally, add_difference, add_new, fold
from feeds.store.record_tallies import Hour, RecordTallies
from feeds.store.tables import records, trail
from feeds.store.upsert import Insert, or_leave, put_many

TRIES = 5
CHUNK = 5_000  # ids in one question
ROW = [records.c[name] for name in Row.__struct_fields__]
STEP = [trail.c[name] for name in Change.__struct_fields__]


class Overtaken(RuntimeError):
    """Another writer kept changing the same records; the batch was not applied and may be given again."""


class Records:
    """The record feeds of one world, as their one writer sees them; feeds/store/register.py reads them for people."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._tallies = RecordTallies(database)

    def apply(self, feed: str, changes: Sequence[Change], rules: Rules) -> list[Hour]:
        """Take in `changes`, in any order and however often they come; returns what they changed in the cells.

        All or nothing: rows, trail and cells move together. An event that is already in a trail changes nothing.
        """
        if not changes:
            return []
        for _ in range(TRIES):
            try:
                with self._db.write() as connection:
                    return self._apply(connection, feed, changes, rules)
            except Overtaken:
                continue
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", "") not in ("40P01", "40001"):  # deadlock, serialization
                    raise
        raise Overtaken(f"{len(changes)} changes of {feed} met other writers {TRIES} times")

    def rebuild_cells(self, feed: str, rules: Rules) -> None:
        """Count everything anew from the rows: after the catalogue says differently what they count, or how. Whoever
        calls is the one who changes them, so they are read before others have to wait for the writing."""
        with self._db.read() as connection:
            rows = map(_row, connection.execute(select(*ROW).where(records.c.feed == feed)))
            deltas = _deltas({}, rows, rules)
        with self._db.write() as connection:
            self._tallies.clear(connection, feed)
            self._tallies.add(connection, feed, deltas)

    def forget(self, feed: str, before_ms: int) -> int:
        """Delete closed records that nothing has touched since `before_ms`, with their trail; what they counted stays.

        To forget earlier than the feed's late window would let a late event bring a record back as a stranger.
        """
        old = (records.c.feed == feed) & ~records.c.open & (records.c.at < before_ms)
        with self._db.write() as connection:
            mine = exists().where(old, records.c.id == trail.c.id)
            connection.execute(delete(trail).where(trail.c.feed == feed, mine))
            return connection.execute(delete(records).where(old)).rowcount

    def _apply(self, connection: Connection, feed: str, changes: Sequence[Change], rules: Rules) -> list[Hour]:
        news = _by_record(changes)
        old = self._rows(connection, feed, list(news))
        behind = self._record_steps(connection, feed, news, old)
        trails = self._trails(connection, feed, behind)
        new = [
            _refold(old.get(key), trails[key], rules) if key in trails else fold(old.get(key), said, rules)
            for key, said in news.items()
        ]
        changed = [row for row in new if row != old.get(row.id)]
        self._put(connection, feed, changed)
        deltas = _deltas(old, changed, rules)
        self._tallies.add(connection, feed, deltas)
        return deltas

    def _record_steps(
        self, connection: Connection, feed: str, news: dict[str, list[Change]], old: dict[str, Row]
    ) -> list[str]:
        """Lengthen the trails; returns the records that must be folded from theirs anew.

        A record may go on from its row only when everything said is new and certainly later than the row.
        """
        steps = [change for said in news.values() for change in said]
        if put_many(self._db, connection, trail, steps, or_leave, feed=feed) < len(steps):
            return list(news)  # somebody repeats himself: rare, and the trail knows
        return [key for key, row in old.items() if not row.precedes(news[key][0])]

    def _rows(self, connection: Connection, feed: str, ids: Sequence[str]) -> dict[str, Row]:
        """Rows that stand, held against other writers until the end of the transaction."""
        found: dict[str, Row] = {}
        for start in range(0, len(ids), CHUNK):
            some = records.c.id.in_(ids[start : start + CHUNK])
            query = select(*ROW).where(records.c.feed == feed, some).order_by(records.c.id).with_for_update()
            found.update((row.id, row) for row in map(_row, connection.execute(query)))
        return found

    def _trails(self, connection: Connection, feed: str, ids: Sequence[str]) -> dict[str, list[Change]]:
        found: dict[str, list[Change]] = {key: [] for key in ids}
        for start in range(0, len(ids), CHUNK):
            some = trail.c.id.in_(ids[start : start + CHUNK])
            for step in connection.execute(select(*STEP).where(trail.c.feed == feed, some)):
                found[step.id].append(Change(**step._mapping))
        return found

    def _put(self, connection: Connection, feed: str, rows: Sequence[Row]) -> None:
        """Write rows one revision on; Overtaken when somebody wrote one of them since it was read."""
        if not rows:
            return
        next_rows = [replace(row, rev=row.rev + 1) for row in rows]
        if put_many(self._db, connection, records, next_rows, _or_next_revision, feed=feed) != len(rows):
            raise Overtaken(feed)


def _or_next_revision(statement: Insert) -> Insert:
    """Overwrite only the row that was read."""
    excluded = statement.excluded
    values = {column.name: excluded[column.name] for column in records.columns if not column.primary_key}
    return statement.on_conflict_do_update(
        index_elements=["feed", "id"], set_=values, where=records.c.rev == excluded.rev - literal_column("1")
    )


def _row(found: Any) -> Row:
    return Row(*found)


def _by_record(changes: Iterable[Change]) -> dict[str, list[Change]]:
    """Changes of each record in their order, record by record; what is said twice is taken once."""
    news: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        news[change.id].append(change)
    return {key: said if len(said := news[key]) == 1 else _in_order(said) for key in sorted(news)}


def _in_order(said: Iterable[Change]) -> list[Change]:
    found: dict[str, Change] = {}
    for change in sorted(said, key=lambda change: change.order):
        found.setdefault(change.mark, change)
    return list(found.values())


def _refold(row: Row | None, trail: Iterable[Change], rules: Rules) -> Row:
    """The record from its whole trail: the way back in when an event arrives out of order."""
    folded = fold(None, sorted(trail, key=lambda change: change.order), rules)
    return replace(folded, rev=row.rev if row else 0)


def _deltas(old: Mapping[str, Row], changed: Iterable[Row], rules: Rules) -> list[Hour]:
    """What the changed rows count now minus what they counted before, in key order, so that writers meet in one."""
    totals: Cells = {}
    for row in changed:
        before = old.get(row.id)
        if before is None:
            add_new(totals, rules.cells(row))
        else:
            add_difference(totals, rules.cells(before), rules.cells(row))
    if old:  # else nothing was taken back
        totals = {key: left for key, tally in totals.items() if (left := _counting(tally))}
    return [Hour(*key, totals[key]) for key in sorted(totals)]


def _counting(tally: Tally) -> Tally:
    return {measure: fact for measure, fact in tally.items() if fact[0] or fact[1]}
