"""Work on what the engine holds, done in a forked child while the engine goes on: it sees everything as it stood.

It computes and is gone: it answers to no lock, no thread and no line to anybody, and what it gives back are bytes.
"""

from __future__ import annotations

import gc
import os
import signal
import tempfile
from collections.abc import Callable
from typing import IO, NoReturn

PATIENCE = 5  # how much nicer than the engine it is: what is live comes first


class Aside:
    """One piece of work. Ask whether it is `ready`, then for its `result`; `end` it when nobody will."""

    def __init__(self, work: Callable[[], bytes]) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # closed with its result, or by `end`
        self._status: int | None = None
        self._pid = os.fork()
        if self._pid == 0:
            _work(work, self._file)

    @property
    def ready(self) -> bool:
        """True when the child is gone, with its work or without."""
        if self._status is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            self._status = status if pid else None
        return self._status is not None

    def result(self) -> bytes | None:
        """What it gave; None when it failed or was killed, and the work is still to be done. Waits for it."""
        if self._status is None:
            self._status = os.waitpid(self._pid, 0)[1]
        with self._file as file:
            file.seek(0)
            return file.read() if self._status == 0 else None

    def end(self) -> None:
        """Nobody needs it any more."""
        if not self.ready:
            os.kill(self._pid, signal.SIGKILL)
            self._status = os.waitpid(self._pid, 0)[1]
        self._file.close()


def _work(work: Callable[[], bytes], file: IO[bytes]) -> NoReturn:
    """The child's whole life. Nothing of the parent's is closed or flushed at its end."""
    status = 1
    try:
        gc.disable()  # what the collector would end belongs to the parent
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        os.nice(PATIENCE)
        file.write(work())
        file.flush()
        status = 0
    finally:
        os._exit(status)
