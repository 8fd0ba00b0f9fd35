"""Writers of one SQLite file in turn: who waits goes next.

SQLite gives its lock to whoever happens to ask, and a writer that waits asks ten times a second: one that writes
without pause, as while a past is read, keeps the others out for seconds.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOOK_S = 0.002


@contextmanager
def turn(path: Path, wait_s: float) -> Iterator[None]:
    """Inside, ask for the lock of the database: nobody asks beside you, so it is yours when its holder is done.

    Processes and threads share the file at `path`; after `wait_s` seconds you ask as one of many, and SQLite says what
    is wrong.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        ends = time.monotonic() + wait_s
        while not _passed(descriptor) and time.monotonic() < ends:
            time.sleep(LOOK_S)
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)  # a child that was forked meanwhile holds the file open, not the turn
        os.close(descriptor)  # which the kernel does for a process that was killed


def _passed(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
