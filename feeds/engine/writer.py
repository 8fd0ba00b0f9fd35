"""SQL on a thread of its own: jobs in their order, answers back on the engine's thread, never more than it can hold."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

WAITING = 200  # jobs


class Job(NamedTuple):
    """Work for the thread, and what the engine does with its result."""

    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[Exception], None] | None


class SqlWriter:
    """Runs jobs one after the other. `poll` hands the results to the engine and raises what nobody handles."""

    def __init__(self) -> None:
        self._jobs: queue.Queue[Job | None] = queue.Queue(WAITING)
        self._results: queue.SimpleQueue[tuple[Job, Any, Exception | None]] = queue.SimpleQueue()
        self._dropping = False
        self._open = 0
        self._thread = threading.Thread(target=self._run, name="sql writer", daemon=True)
        self._thread.start()

    @property
    def room(self) -> int:
        """How many jobs may still be given."""
        return WAITING - self._jobs.qsize()

    @property
    def waiting(self) -> int:
        """How many jobs have been given and not begun."""
        return self._jobs.qsize()

    @property
    def idle(self) -> bool:
        """True when every job has been done and its result taken."""
        return self._open == 0

    def give(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None] = lambda result: None,
        failed: Callable[[Exception], None] | None = None,
    ) -> bool:
        """Queue a job; False when there is no room, and the caller keeps its work."""
        try:
            self._jobs.put_nowait(Job(work, done, failed))
        except queue.Full:
            return False
        self._open += 1
        return True

    def poll(self) -> int:
        """Take the results that are there; returns how many."""
        count = 0
        while True:
            try:
                job, result, error = self._results.get_nowait()
            except queue.Empty:
                return count
            count += 1
            self._open -= 1
            if error is None:
                job.done(result)
            elif job.failed is not None:
                job.failed(error)
            else:
                raise error

    def finish(self) -> None:
        """Do what is queued, hand over its results, and end the thread."""
        self._jobs.put(None)
        self._thread.join()
        self.poll()

    def abandon(self) -> None:
        """End the thread after the job in hand; what is queued is dropped."""
        self._dropping = True
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            if self._dropping:
                continue
            try:
                self._results.put((job, job.work(), None))
            except Exception as error:  # it belongs to the engine's thread, which decides
                self._results.put((job, None, error))
