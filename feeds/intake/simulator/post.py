"""The simulator's way in: the public door, over one connection that is kept, with patience while nobody answers."""

from __future__ import annotations

import http.client
import logging
import random
import time
from collections.abc import Callable

from feeds.catalogue.settings import Settings
from feeds.intake.sender import own_key

log = logging.getLogger(__name__)
FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0
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

    def post(self, feed: str, body: bytes) -> None:
        """Send until taken; raises DoorRefuses when it never will be."""
        wait = FIRST_WAIT
        while not self._once(feed, body):
            self._sleep(wait * random.uniform(0.5, 1.5))
            wait = min(LONGEST_WAIT, wait * 2)
        if self._away:
            log.info("the door answers again")
            self._away = False

    def close(self) -> None:
        """Give the connection back."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def _once(self, feed: str, body: bytes) -> bool:
        try:
            status, answer = self._send(feed, body)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            self._lost(str(error) or type(error).__name__)
            return False
        if status in TAKEN:
            return True
        if status in AGAIN:
            self._lost(f"answer {status}")
            return False
        raise DoorRefuses(f"the door answers {status} to {len(body)} bytes of {feed}: {answer[:300]!r}")

    def _send(self, feed: str, body: bytes) -> tuple[int, bytes]:
        if self._link is None:
            self._link = http.client.HTTPConnection(self._host, self._port, timeout=TIMEOUT)
        headers = {"Content-Type": "application/json", "Host": f"{self._named}:{self._port}"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        self._link.request("POST", f"/api/v1/events/{feed}", body, headers)
        answer = self._link.getresponse()
        return answer.status, answer.read()

    def _lost(self, why: str) -> None:
        if not self._away:
            log.info("the door does not answer (%s); what is told waits", why)
            self._away = True
