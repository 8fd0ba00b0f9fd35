"""Who may send events: programs by the key they show, each to its own feeds, places, names and rate.

In demo everybody on this machine may. A revoked key is known within seconds, by every web process.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
import time
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError
from starlette.types import Scope as Connection

from feeds.catalogue import tasks
from feeds.catalogue.clock import Clock
from feeds.catalogue.scope import NATION
from feeds.catalogue.settings import Settings
from feeds.intake.sender import ANYONE, Sender, own_key
from feeds.serve.access import bearer
from feeds.serve.answers import Refusal
from feeds.serve.throttle import Throttle, most
from feeds.store.ingest_keys import IngestKey, IngestKeys
from feeds.store.screens import digest

log = logging.getLogger("ioc.door")
FRESH_S = 3.0  # how old the list of keys may be
ASK_S = 0.5  # an unknown key asks for it no more often than this
NOTE_S = 60.0  # how often the use of keys is written down
LONGEST = 200


@dataclass(frozen=True, slots=True)
class KeyedSender(Sender):
    """A sender known by a key."""

    rate: int = 0
    throttle: Throttle | None = None

    def spend(self, n: int) -> float:
        """Count `n` events against the key's rate."""
        return self.throttle.spend(self.name, self.rate, n) if self.throttle else 0.0


class Senders:
    """The keys as they were a moment ago; `start` keeps them so."""

    def __init__(self, rows: IngestKeys, clock: Clock, settings: Settings, throttle: Throttle) -> None:
        self._rows = rows
        self._clock = clock
        self._demo = settings.demo
        self._throttle = throttle
        simulated = settings.world == "sim" and settings.secret_key
        self._own = own_key(settings.secret_key) if simulated and settings.secret_key else ""
        self._known: dict[str, tuple[IngestKey, KeyedSender]] = {}  # by the digest of the key
        self._used: dict[str, int] = {}
        self._read = False  # ever
        self._read_at = -ASK_S
        self._asking = asyncio.Lock()
        self._noted_at = time.monotonic()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Keep the list fresh, on the running loop."""
        if not self._demo:
            self._task = asyncio.get_running_loop().create_task(self._run(), name="senders")

    async def close(self) -> None:
        """Stop."""
        await tasks.end([self._task])

    async def of(self, connection: Connection, feed: str) -> Sender:
        """Who sends over this connection; Refusal 401 without a good key, 403 when the key does not open `feed`."""
        if self._demo:
            return ANYONE
        token = bearer(connection)
        if self._own and hmac.compare_digest(token.encode(), self._own.encode()):
            return ANYONE
        found = await self._find(token) if 0 < len(token) <= LONGEST else None
        if found is None and not self._read:
            raise Refusal(503, "keys cannot be looked up now", retry_after=2)
        if found is None:
            raise Refusal(401, "senders show their key: Authorization: Bearer <key>")
        key, sender = found
        if feed not in key.feeds:
            raise Refusal(403, f"this key does not open the feed {feed[:40]!r}; it opens {', '.join(key.feeds)}")
        self._used[key.name] = self._clock.now_ms()
        return sender

    async def refresh(self) -> None:
        """Read the list again."""
        self._read_at = time.monotonic()
        rows = await asyncio.to_thread(self._rows.all, NATION)
        self._known = {row.digest: (row, self._sender(row)) for row in rows if row.revoked is None}
        self._read = True

    async def _find(self, token: str) -> tuple[IngestKey, KeyedSender] | None:
        """By the digest; one that is not known here may have been made a moment ago, so the list is read once more.

        Strangers wait for that reading together, and none of them makes it happen more often than every `ASK_S`.
        """
        shown, asked = digest(token), time.monotonic()
        if shown not in self._known:
            async with self._asking:
                if self._read_at < asked:
                    await asyncio.sleep(max(0.0, self._read_at + ASK_S - asked))
                    with contextlib.suppress(SQLAlchemyError):
                        await self.refresh()
        return self._known.get(shown)

    def _sender(self, row: IngestKey) -> KeyedSender:
        return KeyedSender(
            name=row.name,
            units=None if row.units is None else frozenset(row.units),
            sources=None if row.sources is None else tuple(row.sources),
            most=most(row.rate),
            rate=row.rate,
            throttle=self._throttle,
        )

    async def _run(self) -> None:
        well = True
        while True:
            try:
                await self.refresh()
                await self._note_use()
                well = True
            except SQLAlchemyError as error:  # the list stays as it was: who may send goes on sending
                if well:
                    log.warning("the list of keys cannot be read: %s", type(error).__name__)
                well = False
            await asyncio.sleep(FRESH_S)

    async def _note_use(self) -> None:
        if self._used and time.monotonic() - self._noted_at > NOTE_S:
            self._noted_at = time.monotonic()
            used, self._used = self._used, {}
            await asyncio.to_thread(self._rows.note_use, used)
