"""Locks on folders that end with their holder, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path


class Held(RuntimeError):
    """Somebody else holds the lock; `note` is what the holder wrote into it."""

    def __init__(self, path: Path, note: str) -> None:
        super().__init__(f"{path} is held")
        self.note = note


def take(path: Path, note: str) -> int:
    """Descriptor that holds the lock file at `path` until it is closed; raises Held when another process has it."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not _locked(descriptor):
            holder = os.read(descriptor, 200).decode(errors="replace")
            os.close(descriptor)
            raise Held(path, holder)
        if _still_there(descriptor, path):
            os.ftruncate(descriptor, 0)
            os.write(descriptor, note.encode())
            return descriptor
        os.close(descriptor)


def take_folder(folder: Path, wait: float) -> int:
    """Descriptor that holds `folder` itself, with no file; raises Held when it stays taken for `wait` seconds."""
    deadline = time.monotonic() + wait
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    while not _locked(descriptor):
        if time.monotonic() >= deadline:
            os.close(descriptor)
            raise Held(folder, "")
        time.sleep(0.05)
    return descriptor


def release(descriptor: int, path: Path) -> None:
    """Give the lock up and leave no file behind."""
    path.unlink(missing_ok=True)  # while it is still ours: nobody else can be in between
    os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _still_there(descriptor: int, path: Path) -> bool:
    """False when the file we locked was removed by its last holder meanwhile."""
    try:
        return os.fstat(descriptor).st_ino == path.stat().st_ino
    except FileNotFoundError:
        return False
