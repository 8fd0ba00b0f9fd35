"""Where the audit log stood last, kept outside of the database: whoever cuts rows off its end is found by it."""

from __future__ import annotations

import fcntl
import logging
import os
from pathlib import Path

from feeds.store.kept import OURS_ALONE

log = logging.getLogger("ioc.audit")


class Head:
    """A file `audit-<world>.head` under IOC_VAR, which only ever moves forward; processes of a machine share it."""

    def __init__(self, folder: Path, world: str) -> None:
        self.path = folder / f"audit-{world}.head"

    def read(self) -> tuple[int, str] | None:
        """The number and mac of the newest row that this machine has written; None before the first."""
        try:
            return _parsed(self.path.read_text())
        except FileNotFoundError:
            return None

    def advance(self, n: int, mac: str) -> None:
        """Remember the row `n`, unless a later one is known. A disk that is full keeps no row from being written."""
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, OURS_ALONE)
            with os.fdopen(descriptor, "r+") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                known = _parsed(file.read())
                if known is None or known[0] < n:
                    file.seek(0)
                    file.write(f"{n:020d} {mac}\n")  # always of one length: nothing of the old remains
        except OSError as error:
            log.warning("the head of the audit log cannot be kept: %s", error.strerror)


def _parsed(text: str) -> tuple[int, str] | None:
    number, _, mac = text.strip().partition(" ")
    return (int(number), mac) if number.isdigit() and mac else None
