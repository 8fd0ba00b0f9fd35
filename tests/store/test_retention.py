"""Each class of data is kept as long as the table says and no longer, and no table is without a class."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from feeds.catalogue.clock import DAY_MS, HOUR_MS
from feeds.catalogue.settings import Settings
from feeds.engine.stores import Stores
from feeds.store.database import Database, open_database
from feeds.store.retention import AUDIT_DAYS, RECORD_DAYS, RETENTION
from feeds.store.tables import (
    alerts,
    event_blocks,
    history,
    metadata,
    quarantine,
    records,
    revisions,
    source_quality,
    trail,
)  # fmt: skip

NOW = 1_900_000_000_000
DAYS = {kept.what: kept.days for kept in RETENTION}


@pytest.fixture
def database(tmp_path: Path) -> Any:
    opened = open_database(Settings(var=tmp_path))
    yield opened
    opened.close()


def test_every_table_has_its_class() -> None:
    told = {table for kept in RETENTION for table in kept.tables}
    assert set(metadata.tables) <= told
    assert AUDIT_DAYS >= 365, "the rules ask for twelve months"


def row(what: str, at: int) -> tuple[Any, dict[str, Any]]:
    """A row of a class that was last touched at `at`."""
    figure = {"scope": "vn", "indicator": "x", "t": at, "epoch": 1, "version": 1}
    record = {"feed": "dossiers", "id": f"r{at}", "type": "dossier", "state": "returned", "unit": "01", "commune": "",
              "place": "2025:01", "source": "s", "at": at, "times": {}, "fields": {}}  # fmt: skip
    steps = {"minute": 1, "hour": 60, "day": 1440}
    match what.split():
        case ["readings", *_]:
            return event_blocks, {"feed": "air", "part": "01", "first": str(at), "last": "x", "from_ms": at,
                                  "to_ms": at, "n": 1, "epoch": 1, "body": b""}  # fmt: skip
        case ["figures", "by", "the", step]:
            return history, figure | {"step": steps[step], "v": 1.0}
        case ["corrections", *_]:
            return revisions, figure | {"step": 60, "at": at, "old": 1.0}
        case ["alerts"]:
            return alerts, {"id": f"a{at}", "scope": "vn", "place": "vn", "place_vi": "x", "indicator": "x", "level": 2,
                            "since": at - HOUR_MS, "cleared": at, "unit": "", "source": "", "vi": "", "en": "",
                            "epoch": 1, "version": 1}  # fmt: skip
        case ["records", *_]:
            return records, record | {"open": False, "rev": 1}
        case ["refused", *_]:
            return quarantine, {"feed": "air", "source": "s", "received": at, "stage": "read", "code": "x",
                                "reason": "x", "connector": "http", "bytes": b"", "state": "held"}  # fmt: skip
        case _:
            counts = dict.fromkeys(("accepted", "duplicates", "missing", "delay", "stations", "silent"), 0)
            odd: dict[str, Any] = {name: {} for name in ("stuck", "jumped", "lost", "found")}
            own = {"feed": "air", "source": f"s{at}", "unit": "01", "at": at, "received": at}
            return source_quality, own | counts | odd


TIMED = [kept.what for kept in RETENTION if kept.days is not None and kept.what != "the audit log"]


@pytest.mark.parametrize("what", TIMED)
def test_the_job_forgets_what_is_older_and_nothing_else(database: Database, what: str) -> None:
    days = DAYS[what]
    assert days is not None
    margin = 2 * DAY_MS
    old, young = NOW - round(days * DAY_MS) - margin, NOW - max(0, round(days * DAY_MS) - margin)
    table, _ = row(what, old)
    with database.write() as connection:
        connection.execute(insert(table), [row(what, old)[1], row(what, young)[1]])
    Stores.under(database, 1).retain(NOW, ["dossiers"])
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(table)) == 1


def test_an_open_record_stays_and_a_closed_one_goes_with_its_trail(database: Database) -> None:
    _, closed = row("records", NOW - (RECORD_DAYS + 2) * DAY_MS)
    step = {name: closed[name] for name in ("feed", "id", "source", "at", "type", "state", "unit", "commune", "place")}
    with database.write() as connection:
        connection.execute(insert(records), [closed, closed | {"id": "open", "open": True}])
        rest = {"received": closed["at"], "times": {}, "fields": {}}
        connection.execute(insert(trail), [step | rest | {"mark": f"s#{n}", "id": n} for n in (closed["id"], "open")])
    Stores.under(database, 1).retain(NOW, ["dossiers"])
    with database.read() as connection:
        assert [r.id for r in connection.execute(select(records.c.id))] == ["open"]
        assert [r.id for r in connection.execute(select(trail.c.id))] == ["open"]
