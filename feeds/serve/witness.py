"""Tells the audit log what happens at the doors, without keeping anybody waiting and without being flooded.

`saw` writes a row before the act goes on: for what may not happen unwitnessed. `noticed` is for what happens often,
such as refusals and looks at cameras: the first is written at once, its repeats are counted and written as one row.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy.exc import SQLAlchemyError
from starlette.types import Scope as Connection

from feeds.catalogue import tasks
from feeds.catalogue.clock import DAY_MS, SystemClock
from feeds.catalogue.scope import Scope
from feeds.serve.answers import Refusal
from feeds.serve.seat import seat_of
from feeds.store.audit import Act, Audit, Outcome
from feeds.store.retention import AUDIT_DAYS

log = logging.getLogger("ioc.audit")
AGAIN_S = 600.0  # repeats within it are counted, not written one by one
ANCHOR_S = 300.0
SWEEP_S = 15.0
MOST_KINDS = 2_000  # different things counted at once; more are counted together
ANY = "…"


class Person(NamedTuple):
    """Who stands behind a request, as the audit log names him."""

    who: str
    role: str = ""


class Kind(NamedTuple):
    """What counts as the same thing happening again."""

    person: Person
    act: Act
    what: str
    outcome: Outcome
    why: str
    seat: str


class Since(NamedTuple):
    """When a kind was first noticed (monotonic seconds), and how often again."""

    at: float
    again: int


Who = Callable[[Connection], Person]


class Witness:
    """One per web process. `start` keeps the counts flowing, `close` writes what is left."""

    def __init__(self, audit: Audit, who: Who) -> None:
        self.audit = audit
        self._who = who
        self._seen: dict[Kind, Since] = {}
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="audit")
        self._waiting = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Anchor the log and keep its counts flowing, on the running loop."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="audit")

    async def close(self) -> None:
        """Write what was counted, and anchor the log once more."""
        await tasks.end([self._task])
        self._sweep(everything=True)
        await asyncio.get_running_loop().run_in_executor(self._pool, self._anchor)

    async def saw(
        self,
        connection: Connection,
        act: Act,
        what: str,
        scope: Scope | None,
        *,
        outcome: Outcome = "done",
        why: str = "",
        facts: Mapping[str, Any] | None = None,
        person: Person | None = None,
    ) -> None:
        """A row that is durable before this returns; Refusal 503 when it cannot be written: then nothing happens.
        `person` where it is not who stands behind the connection, such as somebody about to come in."""
        person, seat = person or self._who(connection), seat_of(connection)
        write = partial(
            self.audit.record, person.who, act, what, scope, role=person.role, outcome=outcome, why=why,
            seat=_told(seat.address, seat.session), facts=facts,
        )  # fmt: skip
        try:
            await asyncio.get_running_loop().run_in_executor(self._pool, write)
        except SQLAlchemyError as error:
            log.error("what must be witnessed cannot be written: %s", type(error).__name__)
            raise Refusal(503, "this is written down, and cannot be now", retry_after=5) from None

    def noticed(
        self, connection: Connection, act: Act, what: str, *, outcome: Outcome = "done", why: str = "", person: str = ""
    ) -> None:
        """Something that happens often: written when it is new, counted when it is not. Never waits, never raises."""
        seat = seat_of(connection)
        known = Person(person) if person else self._who(connection)
        kind = Kind(known, act, what[:120], outcome, why, _told(seat.address, seat.session))
        since = self._seen.get(kind)
        if since is None and len(self._seen) >= MOST_KINDS:
            kind = Kind(Person(ANY), act, ANY, outcome, ANY, ANY)
            since = self._seen.get(kind)
        if since is None:
            self._seen[kind] = Since(time.monotonic(), 0)
            self._write(kind, 1)
        else:
            self._seen[kind] = Since(since.at, since.again + 1)

    def _sweep(self, everything: bool = False) -> None:
        """Write the counts of what was first noticed long enough ago, and forget it."""
        limit = time.monotonic() - AGAIN_S
        for kind, since in list(self._seen.items()):
            if everything or since.at < limit:
                del self._seen[kind]
                if since.again:
                    self._write(kind, since.again)

    def _write(self, kind: Kind, times: int) -> None:
        facts = {"times": times} if times > 1 else {}
        self._pool.submit(self._row, kind, facts)

    def _row(self, kind: Kind, facts: Mapping[str, Any]) -> None:
        person = kind.person
        try:
            self.audit.record(
                person.who, kind.act, kind.what, None, role=person.role, outcome=kind.outcome, why=kind.why,
                seat=kind.seat, facts=facts,
            )  # fmt: skip
        except SQLAlchemyError as error:
            log.error("a row of the audit log is lost: %s %s: %s", kind.act, kind.outcome, type(error).__name__)

    def _anchor(self) -> None:
        try:
            self.audit.forget(SystemClock().now_ms() - AUDIT_DAYS * DAY_MS)
            self.audit.anchor()
        except SQLAlchemyError as error:
            log.warning("the audit log cannot be anchored: %s", type(error).__name__)

    async def _run(self) -> None:
        loop, anchored = asyncio.get_running_loop(), -ANCHOR_S
        while True:
            if time.monotonic() - anchored > ANCHOR_S:
                anchored = time.monotonic()
                await loop.run_in_executor(self._pool, self._anchor)
            await asyncio.sleep(SWEEP_S)
            self._sweep()


def _told(address: str, session: str) -> str:
    return f"{address} {session}".strip()
