"""The audit log: rows follow one another, nothing is changed, and whoever tampers with it is found."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import text

from feeds.catalogue.clock import DAY_MS, TickClock
from feeds.catalogue.scope import NATION, Scope
from feeds.catalogue.settings import Settings
from feeds.store.audit import KEY_FILE, Audit, audit_key
from feeds.store.audit_check import anchors_in, verify
from feeds.store.database import Database
from feeds.store.tables import audit, meta

KEY = b"k" * 32
C = audit.c


@pytest.fixture
def book(settings: Settings, database: Database, clock: TickClock) -> Audit:
    """A log with ten rows, an hour apart."""
    made = Audit.open(Settings(var=settings.var, audit_key=KEY.decode()), database, clock.now_ms)
    for n in range(10):
        made.record("lan", "export", f"list {n}", NATION, why="giao ban", facts={"rows": n})
        clock.tick(3600)
    return made


def tamper(database: Database, *statements: object) -> None:
    """What somebody does who owns the database."""
    with database.write() as connection:
        if database.is_postgres:
            connection.execute(text("ALTER TABLE sim.audit DISABLE TRIGGER ALL"))
        else:
            for name in ("audit_stays", "audit_remains"):
                connection.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]


def flaws(database: Database, book: Audit, key: bytes = KEY) -> list[tuple[int, str]]:
    head = book.head.read()
    assert head is not None
    return [(each.n, each.flaw) for each in verify(database, key, [head]).problems]


def test_rows_come_back_newest_first_as_they_were_written(book: Audit) -> None:
    rows = book.page(NATION, limit=3, before=10)
    assert [row.what for row in rows] == ["list 8", "list 7", "list 6"]
    assert (rows[0].who, rows[0].act, rows[0].scope, rows[0].why) == ("lan", "export", "all|*", "giao ban")
    assert book.page(NATION, act="login") == book.page(Scope(frozenset({"01"}))) == []


def test_an_untouched_log_is_whole(database: Database, book: Audit) -> None:
    verdict = verify(database, KEY, [(10, book.page(NATION)[0].mac)])
    assert verdict.whole and (verdict.rows, verdict.first, verdict.last) == (10, 1, 10)


TAMPERINGS: dict[str, tuple[Callable[[], list[object]], list[tuple[int, str]]]] = {
    "edit": (lambda: [update(audit).where(C.n == 4).values(who="minh")], [(4, "edited")]),
    "edit the last": (lambda: [update(audit).where(C.n == 10).values(facts="{}")], [(10, "edited")]),
    "edit the time": (lambda: [update(audit).where(C.n == 1).values(at=C.at + 1)], [(1, "edited")]),
    "delete": (lambda: [delete(audit).where(C.n == 5)], [(6, "removed")]),
    "delete and renumber": (
        lambda: [delete(audit).where(C.n == 5), *(update(audit).where(C.n == n).values(n=n - 1) for n in range(6, 11))],
        [(5, "edited"), (6, "edited"), (7, "edited"), (8, "edited"), (9, "edited"), (10, "cut")],
    ),
    "exchange": (
        lambda: [update(audit).where(C.n == a).values(n=b) for a, b in ((3, 99), (7, 3), (99, 7))],
        [(3, "edited"), (4, "edited"), (7, "edited"), (8, "edited")],
    ),
    "cut the end": (lambda: [delete(audit).where(C.n > 7)], [(8, "cut")]),
    "cut the beginning": (lambda: [delete(audit).where(C.n < 4)], [(4, "removed")]),
    "empty": (lambda: [delete(audit)], [(1, "cut")]),
}


@pytest.mark.parametrize("how", TAMPERINGS)
def test_tampering_is_found_where_it_was_done(database: Database, book: Audit, how: str) -> None:
    statements, found = TAMPERINGS[how]
    tamper(database, *statements())
    assert [flaw for flaw in flaws(database, book) if flaw in found] == found


def test_a_log_sealed_again_with_another_key_is_found(database: Database, book: Audit) -> None:
    assert len(flaws(database, book, b"another key" * 4)) == 10


def test_a_log_rewritten_by_somebody_with_the_key_differs_from_its_anchor(
    database: Database, book: Audit, clock: TickClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "ioc.audit")
    anchor = book.anchor()
    tamper(database, delete(audit).where(C.n == 10))
    book.record("minh", "login", "desk", NATION)
    assert [(each.n, each.flaw) for each in verify(database, KEY, [anchor]).problems] == [(10, "rewritten")]


def test_anchors_are_read_from_the_logs(book: Audit, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "ioc.audit")
    anchor = book.anchor()
    (tmp_path / "web.log.1").write_text(f"2026-11-21 10:30:00 INFO ioc.audit: {caplog.messages[-1]}\nnoise\n")
    assert list(anchors_in(tmp_path, "sim")) == [anchor]
    assert list(anchors_in(tmp_path, "real")) == []


def test_the_database_itself_refuses_changes(database: Database, book: Audit) -> None:
    for statement in (update(audit).values(who="nobody"), delete(audit).where(C.n == 1)):
        with pytest.raises(DBAPIError, match="only added to"), database.write() as connection:
            connection.execute(statement)


def test_what_retention_forgot_is_sealed_and_nothing_else_may_go(
    database: Database, book: Audit, clock: TickClock
) -> None:
    assert book.forget(clock.now_ms() - 6 * 3_600_000) == 4
    verdict = verify(database, KEY)
    assert verdict.whole and (verdict.first, verdict.last, verdict.rows) == (5, 11, 7)
    assert book.forget(clock.now_ms() - 400 * DAY_MS) == 0
    tamper(
        database, delete(audit).where(C.n < 7), update(meta).where(meta.c.key == "audit_forgotten").values(value="6")
    )
    assert (7, "removed") in flaws(database, book)


def test_writers_beside_one_another_make_one_chain(database: Database, settings: Settings) -> None:
    books = [Audit.open(Settings(var=settings.var, audit_key=KEY.decode()), database) for _ in range(4)]

    def write(book: Audit) -> None:
        for n in range(5):
            book.record("minh", "camera", f"camera {n}", NATION)

    threads = [threading.Thread(target=write, args=(book,)) for book in books]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdict = verify(database, KEY, [books[0].head.read() or (0, "")])
    assert verdict.whole and verdict.rows == 20


def test_the_key_is_made_once_and_is_ours_alone(tmp_path: Path) -> None:
    key = audit_key(Settings(var=tmp_path))
    assert len(key) >= 32 and audit_key(Settings(var=tmp_path)) == key
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert audit_key(Settings(var=tmp_path, audit_key="x" * 32)) == b"x" * 32


def test_hostile_words_are_kept_whole_or_cut_and_never_stop_a_row(book: Audit, database: Database) -> None:
    book.record("a\x00b\ud800", "refuse", "/" + "x" * 5000, None, why="ắ" * 5000)
    row = book.page(NATION, limit=1)[0]
    assert row.who == "ab?" and len(row.what) == 200 and verify(database, KEY).whole
    with pytest.raises(ValueError, match="no act"):
        book.record("a", "dance", "x", None)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at most"):
        book.record("a", "login", "x", None, facts={"x": "y" * 3000})
