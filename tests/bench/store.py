"""What SQL costs: lifecycle events of records into rows, trail and counts; figures into history; lists out again.

    python -m tests.bench.store [--rows file]

Shared machines are noisy, so a time is that of the best tenth of the batches, and the peer is SQLite itself taking the
same events as bare rows, in the same transactions.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

import msgspec

from feeds.catalogue.clock import DAY_MS, HOUR_MS
from feeds.catalogue.scope import NATION, Scope
from feeds.catalogue.settings import Settings
from feeds.store.database import Database, open_database
from feeds.store.fold import Cells, Change, Rules
from feeds.store.fold import Row as RecordRow
from feeds.store.history import History, Point
from feeds.store.records import Records
from feeds.store.register import Filter, Register
from tests.bench.table import Row, program

START = 1_790_000_000_000 // HOUR_MS * HOUR_MS
BATCH, BATCHES = 1_000, 100
COMMUNES = 98  # a province's


def story(batch: int) -> list[Change]:
    """A thousand events: five hundred dossiers come in, five hundred of the batch before are finished."""
    new, old = range(batch * 500, batch * 500 + 500), range(batch * 500 - 500, batch * 500)
    return [*map(_received, new), *map(_finished, old)]


def _event(number: int, at: int, state: str, seq: int, times: dict[str, int], fields: dict[str, object]) -> Change:
    unit, commune = f"{number % 34:02}", f"{number % 34 * COMMUNES + number % COMMUNES:05}"
    where = {"unit": unit, "commune": commune, "place": f"2025:{unit}/{commune}", "source": f"npsp-{unit}"}
    said = {"id": f"H26.{unit}-{number:08}", "type": "dossier", "state": state, "seq": seq, "at": at}
    return Change(**where, **said, received=at + 900, times=times, fields=fields)  # type: ignore[arg-type]


def _received(number: int) -> Change:
    at = START + number * 500
    fields: dict[str, object] = {"channel": "online", "procedure": "1.004443", "paid": "local", "legal_days": 5}
    return _event(number, at, "received", number, {"received": at, "due": at + 5 * DAY_MS}, fields)


def _finished(number: int) -> Change:
    at = START + number * 500 + DAY_MS
    return _event(max(number, 0), at, "finished", 10**9 + number, {"finished": at}, {"eresult": True})


def counts(row: RecordRow) -> Cells:
    """Ten cells a record, as the catalogue's measures make them: received and finished, in commune and province."""
    cells: Cells = {}
    for place in (row.unit, f"{row.unit}/{row.commune}"):
        for name, at in row.times.items():
            if name != "due":
                for measure in (name, f"{name}_online", f"{name}_days"):
                    cells.setdefault((place, at // HOUR_MS), {})[measure] = (1, 1.0)
    return cells


RULES = Rules(frozenset({"finished"}), counts, lambda row: {"on_time": "finished" in row.times})


def best(works: Iterable[Callable[[], object]]) -> float:
    """Seconds that the best tenth of `works` took at most; each is done once, in order."""
    took = []
    for work in works:
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return sorted(took)[len(took) // 10]


def bare(folder: Path, stories: Sequence[list[Change]]) -> float:
    """Seconds that SQLite takes for one batch of the same events as bare rows."""
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE events (id TEXT, seq INTEGER, at INTEGER, body TEXT, PRIMARY KEY (id, seq))")

    def write(events: Iterable[Change]) -> None:
        rows = [(event.id, event.seq, event.at, msgspec.json.encode(event).decode()) for event in events]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?)", rows)
        connection.execute("COMMIT")

    took = best(partial(write, said) for said in stories)
    connection.close()
    return took


def figures(at: int) -> list[Point]:
    """A minute of sixty figures in each of 34 units."""
    return [Point(f"{place:02}", f"i{i}", "minute", at, i * 0.5, i) for place in range(34) for i in range(60)]


def written(database: Database, folder: Path) -> list[Row]:
    """What writing costs."""
    stories = [story(batch) for batch in range(BATCHES)]
    took = best(partial(Records(database).apply, "dossiers", said, RULES) for said in stories)
    plain = bare(folder, stories)
    minutes = [figures(START + minute * 60_000) for minute in range(50)]
    minute = best(partial(History(database).write, some, 1, 1) for some in minutes)
    return [
        Row("record event into row, trail and counts", "µs", took * 1e6 / BATCH, plain * 1e6 / BATCH, 20, "bare row"),
        Row("figure into history", "µs", minute * 1e6 / len(minutes[0]), limit=50),
    ]


def read(database: Database) -> list[Row]:
    """What looking things up costs, among fifty thousand records."""
    register, history = Register(database), History(database)
    hanoi, here = Scope(frozenset({"01"})), Filter(place="01")
    asked = {
        "series of 10,080 minutes": partial(history.series, NATION, "01", "i1", START, START + 7 * DAY_MS, "minute"),
        "a province's 50 newest records": partial(register.page, hanoi, "dossiers", here),
        "a province's 50 records due first": partial(register.page, hanoi, "dossiers", here, order="due"),
    }
    return [Row(name, "ms", 1000 * best([ask] * 10), limit=100) for name, ask in asked.items()]


def measure() -> list[Row]:
    """Everything, on a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(Settings(var=Path(folder)))
        rows = [*written(database, Path(folder)), *read(database)]
        database.close()
    return rows


if __name__ == "__main__":
    sys.exit(program(__doc__, measure))
