"""The simulator's way in: the public door, over one connection that is kept, with patience while nobody answers."""

from __future__ import annotations

import http.client
import logging
import random
import time
from collections.abc import Callable, Iterable
from itertools import chain

from feeds.catalogue.settings import Settings
from feeds.intake.sender import own_key
from feeds.intake.simulator.envelope import Batch

log = logging.getLogger(__name__)
FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0
OPENING_WAIT, OPENING = 0.2, 10.0  # a door that has never answered starts as we do: it is asked often, and not missed
TIMEOUT = 20
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  compared, not bound
TAKEN = (200, 202, 422)  # 422: every event was refused and is in quarantine
AGAIN = (408, 425, 429, 500, 502, 503, 504)


class DoorRefuses(RuntimeError):
    """The door will not take a batch however often it is sent; `str()` says why."""


class Poster:
    """Posts batches one after the other; a batch is sent until it is taken."""

    def __init__(self, settings: Settings, sleep: Callable[[float], None] = time.sleep) -> None:
        self._host = EVERYWHERE.get(settings.host, settings.host)
        self._port = settings.port
        self._named = settings.allowed_hosts[0] if settings.allowed_hosts else self._host
        self._key = own_key(settings.secret_key) if settings.secret_key and not settings.demo else ""
        self._sleep = sleep
        self._link: http.client.HTTPConnection | None = None
        self._away = False
        self._known = False  # whether the door has ever answered
        self._waited = 0.0  # seconds, for a door that has not

    def post_each(self, batches: Iterable[Batch]) -> None:
        """Send all, each until it is taken and before the next is sent; the next is told while the door works on one.
        A batch that the door will never take is left behind: it must not hold up the others."""
        under_way: Batch | None = None
        for batch in chain(batches, (None,)):
            if under_way is not None:
                self._settle(under_way)
            if batch is not None:
                self._begin(*batch)
            under_way = batch

    def post(self, feed: str, body: bytes) -> None:
        """Send until taken; raises DoorRefuses when it never will be."""
        self._begin(feed, body)
        self._finish(feed, body)

    def close(self) -> None:
        """Give the connection back."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def _settle(self, batch: Batch) -> None:
        try:
            self._finish(*batch)
        except DoorRefuses as error:
            log.error("%s", error)

    def _finish(self, feed: str, body: bytes) -> None:
        """Take the answer to what has begun; send it again for as long as there is none."""
        wait = FIRST_WAIT
        while not self._is_taken(feed, body):
            opening = not self._known and self._waited < OPENING
            wait = min(OPENING_WAIT if opening else LONGEST_WAIT, wait)
            self._sleep(wait * random.uniform(0.5, 1.5))
            self._waited += wait
            wait *= 2
            self._begin(feed, body)
        if self._away:
            log.info("the door answers again")
            self._away = False

    def _begin(self, feed: str, body: bytes) -> None:
        """Send a request. Where that fails nothing is left to take an answer from."""
        if self._link is None:
            self._link = http.client.HTTPConnection(self._host, self._port, timeout=TIMEOUT)
        headers = {"Content-Type": "application/json", "Host": f"{self._named}:{self._port}"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        try:
            self._link.request("POST", f"/api/v1/events/{feed}", body, headers)
        except (OSError, http.client.HTTPException) as error:
            self._cut(error)

    def _is_taken(self, feed: str, body: bytes) -> bool:
        if self._link is None:
            return False
        try:
            answer = self._link.getresponse()
            status, said = answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._cut(error)
            return False
        self._known = True
        if status in TAKEN:
            return True
        if status in AGAIN:
            self._lost(f"answer {status}")
            return False
        raise DoorRefuses(f"the door answers {status} to {len(body)} bytes of {feed}: {said[:300]!r}")

    def _cut(self, error: Exception) -> None:
        self.close()
        self._lost(str(error) or type(error).__name__)

    def _lost(self, why: str) -> None:
        if not self._away and (self._known or self._waited >= OPENING):
            log.info("the door does not answer (%s); what is told waits", why)
            self._away = True
