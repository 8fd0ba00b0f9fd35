"""What could not be handed over yet, on the local disk: in order, bounded, and never half written.

One entry is one file, complete before it bears its name, so that a power cut leaves whole entries or none. Nothing is
dropped to make room: a full spool refuses, and the source is asked again later.
"""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from pathlib import Path

import msgspec

from feeds.intake.reasons import Rejection
from feeds.intake.sources.seam import BadSource

SUFFIX = ".entry"
HALF = ".half"
SPOILT = ".spoilt"
log = logging.getLogger("ioc.sources")


class Sent(msgspec.Struct, frozen=True, tag=True):
    """Events as JSON on their way to the door, received at `received` (ms)."""

    feed: str
    received: int
    pieces: list[bytes]


class Unread(msgspec.Struct, frozen=True, tag=True):
    """Bytes that never became events, on their way into quarantine."""

    feed: str
    received: int
    raw: bytes
    why: Rejection
    offset: str


Entry = Sent | Unread
_decoder: msgspec.msgpack.Decoder[Entry] = msgspec.msgpack.Decoder(Entry)
_encode = msgspec.msgpack.Encoder().encode


class SpoolFull(BadSource):
    """There is no room for more until the door takes what waits."""


class Spool:
    """The waiting entries of one source, in a folder of its own. Threads may share it."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._most = most_bytes
        self._lock = threading.Lock()
        self._waiting: deque[tuple[str, int]] = deque()
        self.bytes = 0
        self._next = 1
        if folder.is_dir():
            self._find()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, entry: Entry) -> None:
        """Keep `entry` behind the others; durable on return. Raises SpoolFull, or OSError from the disk."""
        body = _encode(entry)
        with self._lock:
            if self.bytes + len(body) > self._most:
                raise SpoolFull(f"{len(self)} batches wait on disk and there is no room for more until the door opens")
            name = f"{self._next:016d}{SUFFIX}"
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(name, body)
            self._next += 1
            self._waiting.append((name, len(body)))
            self.bytes += len(body)

    def first(self) -> Entry | None:
        """The oldest entry; None when nothing waits. One that the disk has spoilt is set aside and told."""
        while self._waiting:
            path = self._folder / self._waiting[0][0]
            try:
                return _decoder.decode(path.read_bytes())
            except (msgspec.DecodeError, FileNotFoundError):
                log.error("%s cannot be read and is set aside", path)
                if path.exists():
                    path.rename(path.with_suffix(SPOILT))
                self._forget()
        return None

    def drop(self) -> None:
        """The oldest entry has been handed over."""
        (self._folder / self._waiting[0][0]).unlink(missing_ok=True)
        self._forget()

    def _forget(self) -> None:
        with self._lock:
            self.bytes -= self._waiting.popleft()[1]

    def _write(self, name: str, body: bytes) -> None:
        half = self._folder / f"{name}{HALF}"
        with half.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        half.rename(self._folder / name)
        _sync(self._folder)

    def _find(self) -> None:
        """What an earlier process left."""
        for half in self._folder.glob(f"*{HALF}"):
            half.unlink()
        for path in sorted(self._folder.glob(f"*{SUFFIX}")):
            size = path.stat().st_size
            self._waiting.append((path.name, size))
            self.bytes += size
        numbered = [int(path.name.partition(".")[0]) for path in self._folder.iterdir() if path.name[:16].isdigit()]
        self._next = max(numbered, default=0) + 1


def _sync(folder: Path) -> None:
    """Make a new name in `folder` survive a power cut."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
