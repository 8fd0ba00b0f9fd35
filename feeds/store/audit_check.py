"""Is the audit log whole? Reads it from its first row and says where rows were edited, removed, exchanged or cut off.

Three witnesses stand outside of the database: the key, the head under IOC_VAR, and the anchors in the logs.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import msgspec
from sqlalchemy import select

from feeds.store.database import Database
from feeds.store.tables import audit

START = "0" * 64  # stands before the first row
Flaw = Literal["edited", "removed", "cut", "rewritten"]
ANCHORED = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ INFO ioc\.audit: audit of (\w+) stands at (\d+) ([0-9a-f]{64})")
BATCH = 1000
MOST_FLAWS = 100


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One row. Times in ms; `facts` is JSON text, exactly as it was sealed."""

    n: int
    at: int
    who: str
    role: str
    act: str
    what: str
    scope: str
    outcome: str
    why: str
    seat: str
    facts: str
    mac: str = ""

    def sealed(self, key: bytes, before: str) -> str:
        """The mac this row must bear after a row with the mac `before`."""
        told = [getattr(self, name) for name in self.__struct_fields__ if name != "mac"]
        return hmac.new(key, before.encode() + msgspec.json.encode(told), hashlib.sha256).hexdigest()


class Problem(msgspec.Struct, frozen=True):
    """What is wrong at row `n`: `edited` (its seal does not fit; rows that changed places are two of these), `removed`
    (rows before it are missing), `cut` (the log ended later once), `rewritten` (it was sealed otherwise once)."""

    n: int
    flaw: Flaw


class Verdict(msgspec.Struct, frozen=True):
    """What a check found: how many rows, from which number to which, against how many anchors, and what is wrong."""

    rows: int
    first: int
    last: int
    anchors: int
    problems: list[Problem]

    @property
    def whole(self) -> bool:
        """True when nothing is wrong."""
        return not self.problems


def verify(database: Database, key: bytes, anchors: Iterable[tuple[int, str]] = ()) -> Verdict:
    """Check every row, and that the log still holds what `anchors` (number, mac) saw. At most 100 problems are told."""
    walk = _Walk(key, anchors)
    for entry in _rows(database):
        walk.step(entry)
    walk.end()
    return Verdict(walk.rows, walk.first, walk.last, len(walk.anchors), walk.problems[:MOST_FLAWS])


def anchors_in(logs: Path, world: str) -> Iterator[tuple[int, str]]:
    """The anchors of a world in the log files of a folder: number and mac, in no order."""
    for path in sorted(logs.glob("*.log*")):
        with path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                found = ANCHORED.match(line)
                if found and found[1] == world:
                    yield int(found[2]), found[3]


class _Walk:
    """One pass over the rows in their order."""

    def __init__(self, key: bytes, anchors: Iterable[tuple[int, str]]) -> None:
        self._key = key
        self.anchors: dict[int, set[str]] = {}
        for n, mac in anchors:
            self.anchors.setdefault(n, set()).add(mac)
        self._mac = START
        self._orphan: Entry | None = None  # a first row that is not number 1, until a row says why
        self.rows = self.first = self.last = 0
        self.problems: list[Problem] = []

    def step(self, entry: Entry) -> None:
        """The next row."""
        if self.rows == 0:
            self.first, self._orphan = entry.n, entry if entry.n > 1 else None
        elif entry.n != self.last + 1:
            self._tell(entry.n, "removed")
        fits = entry.mac == entry.sealed(self._key, self._mac)
        if not fits and entry.n == self.last + 1:
            self._tell(entry.n, "edited")
        if self.anchors.get(entry.n, {entry.mac}) != {entry.mac}:
            self._tell(entry.n, "rewritten")
        if entry.act == "forget" and (fits or entry is self._orphan):
            self._explain(entry)
        self.rows, self.last, self._mac = self.rows + 1, entry.n, entry.mac

    def end(self) -> None:
        """After the last row."""
        if self._orphan is not None:
            self._tell(self._orphan.n, "removed")
        if max(self.anchors, default=0) > self.last:
            self._tell(self.last + 1, "cut")

    def _explain(self, forgot: Entry) -> None:
        """A sealed row of retention may say with which number and mac the rows before the first one ended."""
        told = msgspec.json.decode(forgot.facts, type=dict[str, int | str])
        orphan = self._orphan
        if orphan is None or told.get("through") != orphan.n - 1:
            return
        if orphan.mac == orphan.sealed(self._key, str(told.get("mac"))):
            self._orphan = None

    def _tell(self, n: int, flaw: Flaw) -> None:
        self.problems.append(Problem(n, flaw))


def _rows(database: Database) -> Iterator[Entry]:
    """Every row in the order of its number, read in pieces."""
    last = -1
    with database.read() as connection:
        while True:
            query = select(audit).where(audit.c.n > last).order_by(audit.c.n).limit(BATCH)
            found = [Entry(**row._mapping) for row in connection.execute(query)]
            yield from found
            if len(found) < BATCH:
                return
            last = found[-1].n
