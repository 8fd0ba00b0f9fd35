"""Posts events to the public door as any source would, and sends again when the door is away."""

from __future__ import annotations

import gzip
import http.client
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

from feeds.intake.replay.recording import BadRecording, Body

PATIENCE_S = 60.0
TIMEOUT_S = 30.0
PAUSE_S = 1.0


class Sender:
    """One connection to a running system. What was sent twice because of a lost answer is known by its identity."""

    def __init__(self, url: str, key: str = "", pause: Callable[[float], None] = time.sleep) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadRecording(f"{url!r} is not an address: write http://127.0.0.1:8050.")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname, parts.port, timeout=TIMEOUT_S)
        self._path = parts.path.rstrip("/")
        self._headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        self._pause = pause
        self.told: Counter[str] = Counter()
        self.why: Counter[str] = Counter()

    def send(self, feed: str, events: Sequence[Body]) -> None:
        """Post a batch; BadRecording when the door refuses the batch as a whole or stays away."""
        body = gzip.compress(msgspec.json.encode(events), 1)
        status, answer = self._post(f"{self._path}/api/v1/events/{feed}", body)
        if status not in (202, 400, 422) or "rejected" not in answer:
            raise BadRecording(f"The door answered {status}: {answer.get('reason') or answer.get('error') or answer}")
        self.told[f"{feed} accepted"] += answer["accepted"]
        self.told[f"{feed} duplicates"] += answer["duplicates"]
        self.told[f"{feed} rejected"] += len(answer["rejected"])
        self.why.update(refused.get("code", "?") for refused in answer["rejected"])

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def _post(self, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        waited = 0.0
        while True:
            try:
                self._connection.request("POST", path, body, self._headers)
                response = self._connection.getresponse()
                status, text = response.status, response.read()
            except (OSError, http.client.HTTPException) as error:
                self._connection.close()
                status, text = 503, str(error).encode()
            if status not in (429, 503) or waited >= PATIENCE_S:
                return status, _answer(text)
            self._pause(PAUSE_S)
            waited += PAUSE_S


def _answer(text: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {"error": text[:200].decode("utf-8", "replace")}
