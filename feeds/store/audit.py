"""Who did what: rows that are only added, each sealed together with all rows before it by a key outside the database.

A row's mac is HMAC-SHA256(key, mac of the row before | the row as canonical JSON). Whoever edits, removes or exchanges
rows without the key breaks the chain where he did so; whoever cuts off its end is found by what stands outside of the
database: the head kept under IOC_VAR after each row, and the anchors in the logs (`feeds.store.audit_check`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, text, update

from feeds.catalogue.clock import SystemClock
from feeds.catalogue.scope import Scope
from feeds.catalogue.settings import Settings
from feeds.store.append_only import FORGOTTEN
from feeds.store.audit_check import START, Entry, Verdict, anchors_in, verify
from feeds.store.audit_head import Head
from feeds.store.database import Database
from feeds.store.kept import kept_secret
from feeds.store.tables import audit, meta

Act = Literal[
    "login",  # somebody came in, or tried to
    "logout",
    "revoke",  # a session, a key, a screen was ended
    "refuse",  # a request was turned away
    "unmask",  # personal data was shown
    "export",  # rows left as a file
    "camera",  # a camera's picture was looked at
    "configure",  # something of the system was changed
    "account",  # an account was made, locked, changed
    "role",  # a role was asked for, granted, taken
    "key",  # an ingest key or a screen's token was made
    "quarantine",  # a refused message was sent again or dropped
    "figure",  # a typed figure was proposed or decided
    "verify",  # the audit log itself was checked
    "forget",  # retention removed rows of this log
]
Outcome = Literal["done", "refused", "failed"]
ACTS: tuple[Act, ...] = get_args(Act)
KEY_FILE = "audit_key"
WORDS, LONG = 200, 2000
ANCHOR = "audit of %s stands at %d %s"  # the line in the log
log = logging.getLogger("ioc.audit")
columns = audit.c


def audit_key(settings: Settings) -> bytes:
    """The key that seals: IOC_AUDIT_KEY, otherwise the one kept under IOC_VAR with mode 0600, made on first use."""
    return (settings.audit_key or kept_secret(settings.var / KEY_FILE)).encode()


class Audit:
    """The log of one world. Threads and processes may share it: rows are sealed one after the other."""

    def __init__(self, database: Database, key: bytes, head: Head, now_ms: Callable[[], int] | None = None) -> None:
        self._db = database
        self._key = key
        self.head = head
        self._now = now_ms or SystemClock().now_ms

    @classmethod
    def open(cls, settings: Settings, database: Database, now_ms: Callable[[], int] | None = None) -> Audit:
        """The log of the settings' world, with its key and its head under IOC_VAR."""
        return cls(database, audit_key(settings), Head(settings.var, settings.world), now_ms)

    def record(
        self,
        who: str,
        act: Act,
        what: str,
        scope: Scope | None,
        *,
        role: str = "",
        outcome: Outcome = "done",
        why: str = "",
        seat: str = "",
        facts: Mapping[str, Any] | None = None,
    ) -> Entry:
        """Add a row: `who` (a user's name, a screen, a job) did `act` to `what`, from `seat`, being allowed `scope`.

        It is durable when this returns; do what needs a witness only after that. Never give it secrets or personal
        data: names of things and of changed fields are enough. SQLAlchemyError when the database is away.
        """
        if act not in ACTS:
            raise ValueError(f"{act!r} is no act of the audit log: one of {', '.join(ACTS)}")
        told = msgspec.json.encode(facts or {}, order="deterministic").decode()
        if len(told) > LONG:
            raise ValueError(f"the facts of one row of the audit log have at most {LONG} letters")
        with self._db.write() as connection:
            before = self._last(connection)
            entry = Entry(
                n=before[0] + 1, at=self._now(), who=_plain(who), role=_plain(role), act=act, what=_plain(what),
                scope=_plain(scope.cache_key() if scope else "", LONG), outcome=outcome, why=_plain(why, LONG),
                seat=_plain(seat), facts=_plain(told, LONG),
            )  # fmt: skip
            entry = msgspec.structs.replace(entry, mac=entry.sealed(self._key, before[1]))
            connection.execute(insert(audit).values(**msgspec.structs.asdict(entry)))
        self.head.advance(entry.n, entry.mac)
        return entry

    def page(
        self,
        scope: Scope,
        *,
        who: str | None = None,
        act: str | None = None,
        outcome: str | None = None,
        since: int | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[Entry]:
        """The newest rows with numbers below `before`. The log is the nation's: any narrower scope sees nothing."""
        if scope.units is not None:
            return []
        query = select(audit).order_by(columns.n.desc()).limit(limit)
        for column, value in ((columns.who, who), (columns.act, act), (columns.outcome, outcome)):
            query = query if value is None else query.where(column == value)
        query = query if since is None else query.where(columns.at >= since)
        query = query if before is None else query.where(columns.n < before)
        with self._db.read() as connection:
            return [Entry(**row._mapping) for row in connection.execute(query)]

    def anchor(self) -> tuple[int, str]:
        """Write into the log of the process where the chain stands: (number, mac) of the newest row."""
        with self._db.read() as connection:
            n, mac = _newest(connection)
        log.info(ANCHOR, self._db.world, n, mac)
        return n, mac

    def check(self, logs: Path) -> Verdict:
        """Whether the log is whole, held against its head and the anchors in the files of the folder `logs`."""
        head = self.head.read()
        anchors = [*anchors_in(logs, self._db.world), *([head] if head else [])]
        return verify(self._db, self._key, anchors)

    def forget(self, before_ms: int) -> int:
        """Remove the rows older than `before_ms`; how many. A row of its own, sealed first, says up to where."""
        with self._db.read() as connection:
            newest = select(func.max(columns.n)).where(columns.at < before_ms).scalar_subquery()
            last = connection.execute(select(columns.n, columns.mac).where(columns.n == newest)).first()
        if last is None:
            return 0
        through = {"through": int(last.n), "mac": str(last.mac)}
        self.record("retention", "forget", "audit", None, seat="job", facts=through)
        with self._db.write() as connection:
            _allow(connection, int(last.n))
            return int(connection.execute(delete(audit).where(columns.n <= int(last.n))).rowcount)

    def _last(self, connection: Connection) -> tuple[int, str]:
        """The newest row's number and mac, with every other writer held back until the transaction ends."""
        if self._db.is_postgres:  # SQLite's writers wait for one another anyhow
            connection.execute(text("SELECT pg_advisory_xact_lock(70002)"))
        return _newest(connection)


def _newest(connection: Connection) -> tuple[int, str]:
    row = connection.execute(select(columns.n, columns.mac).order_by(columns.n.desc()).limit(1)).first()
    return (0, START) if row is None else (int(row.n), str(row.mac))


def _allow(connection: Connection, through: int) -> None:
    changed = connection.execute(update(meta).where(meta.c.key == FORGOTTEN).values(value=str(through)))
    if not changed.rowcount:
        connection.execute(insert(meta).values(key=FORGOTTEN, value=str(through)))


def _plain(words: str, limit: int = WORDS) -> str:
    """Words as every database keeps them; what is longer is cut."""
    return words.encode("utf-8", "replace").decode().replace("\x00", "")[:limit]
