"""Only the newest epoch writes, and nobody's sleep keeps the next one out for long (PostgreSQL)."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError

from feeds.store import fence
from feeds.store.database import Database
from feeds.store.fence import Superseded, take_over


def test_an_older_epoch_is_refused(database: Database) -> None:
    older, newer = take_over(database, 1), take_over(database, 2)
    with newer.write():
        pass
    with pytest.raises(Superseded, match="epoch 1 is over"), older.write():
        pass
    with pytest.raises(Superseded, match="epoch 1 is over, 2 has begun"):
        take_over(database, 1)


def test_who_falls_asleep_within_a_transaction_is_cut_off(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    if not database.is_postgres:
        pytest.skip("a SQLite file stays locked until its holder wakes or dies")
    monkeypatch.setattr(fence, "HELD_MS", 300)
    sleeper = take_over(database, 1)
    with pytest.raises(DBAPIError, match="idle-in-transaction"), sleeper.write() as connection:
        take_over(database, 2)  # waits until the server lets go of the one above
        connection.exec_driver_sql("SELECT 1")
    with pytest.raises(Superseded), sleeper.write():
        pass
