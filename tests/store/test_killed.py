"""A writer killed at any moment leaves rows, trail and counts that agree, and its events may come again."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time

import pytest

from feeds.catalogue.scope import NATION
from feeds.catalogue.settings import Settings
from feeds.store.database import Database
from feeds.store.fold import Change, Row, Rules
from feeds.store.record_tallies import RecordTallies
from feeds.store.records import Records
from feeds.store.register import Filter, Register

BATCHES, SIZE = 40, 50
RULES = Rules(frozenset({"finished"}), lambda row: {(row.unit, 0): {row.state: (1, 1.0), "all": (1, 1.0)}})


def batch(number: int) -> list[Change]:
    """Fifty events: each record comes in with an even batch and is finished with the odd one after it."""
    state = "finished" if number % 2 else "received"
    return [
        Change(
            id=f"D{number // 2}-{i}", type="dossier", state=state, source="hn", seq=number * SIZE + i, at=number,
            received=number, unit=f"{i % 4:02}", place="vn",
        )
        for i in range(SIZE)
    ]  # fmt: skip


def write_all(database: Database) -> None:
    """What the killed process was doing."""
    for number in range(BATCHES):
        Records(database).apply("dossiers", batch(number), RULES)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


PROGRAM = """
import sys
from pathlib import Path
from feeds.catalogue.settings import Settings
from feeds.store.database import open_database
from tests.store.test_killed import write_all
write_all(open_database(Settings(var=Path(sys.argv[1]), database_url=sys.argv[2] or None)))
"""


@pytest.mark.faults
def test_a_killed_writer_leaves_what_agrees_with_itself(settings: Settings, database: Database) -> None:
    chance = random.Random(7)
    for _ in range(3):
        command = [sys.executable, "-c", PROGRAM, str(settings.var), settings.database_url or ""]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()  # it writes: from here on any moment is as good as another
            deadline = time.monotonic() + chance.random() * 0.2
            while time.monotonic() < deadline and writer.poll() is None:
                pass
            writer.send_signal(signal.SIGKILL)
        _check_agreement(database)
    for number in range(BATCHES):
        Records(database).apply("dossiers", batch(number), RULES)
    assert sum(n for key, n in _counted(database).items() if key[1] == "all") == BATCHES // 2 * SIZE
    assert {key[1] for key in _counted(database)} == {"all", "finished"}


def _check_agreement(database: Database) -> None:
    register = Register(database)
    rows: list[Row] = []
    cursor = None
    while True:
        page, cursor, _ = register.page(NATION, "dossiers", Filter(), cursor, limit=500)
        rows += page
        if cursor is None:
            break
    assert all(len(register.trail(NATION, "dossiers", row.id)) == row.rev for row in rows[:20])
    before = _counted(database)
    Records(database).rebuild_cells("dossiers", RULES)
    assert _counted(database) == before


def _counted(database: Database) -> dict[tuple[str, str], float]:
    found = RecordTallies(database).load(NATION, "dossiers")
    return {(place, measure): total for place, _, tally in found for measure, total in tally.items()}
