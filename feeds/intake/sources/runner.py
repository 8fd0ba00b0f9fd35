"""One source in a thread of its own: read at its cadence, left alone for a growing while when it fails."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from feeds.intake.sources.outlet import DoorOutlet
from feeds.intake.sources.pace import rest_after, until_next
from feeds.intake.sources.seam import BadSource
from feeds.intake.text import clean_text
from feeds.store.sources import FAILING, NEW, STOPPED, WELL, SourceHealth

SETTLED_S = 60.0  # a listener that lived so long starts over with short rests
SHOWN = 300
log = logging.getLogger("ioc.sources")


class Runner:
    """Runs one source until told to stop, and knows how it is doing."""

    def __init__(self, outlet: DoorOutlet, stop: threading.Event, now: Callable[[], float] = time.monotonic) -> None:
        self.outlet = outlet
        self.state = NEW
        self.problem = ""
        self.failures = 0
        self.since = outlet.clock.now_ms()
        self._stop = stop
        self._now = now
        self._thread: threading.Thread | None = None

    @property
    def id(self) -> str:
        """The source's id."""
        return self.outlet.source.id

    @property
    def runs(self) -> bool:
        """True while its thread lives."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begin in a thread of its own; nothing happens when it runs, or has not yet ended."""
        if self.runs:
            return
        self._stop.clear()
        self._become(NEW)
        self._thread = threading.Thread(target=self._run, name=f"source {self.id}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end; it does after what it is doing now."""
        self._stop.set()
        if self.state != STOPPED:
            self._become(STOPPED)
            log.warning("source %s is stopped", self.id)

    def join(self, seconds: float) -> bool:
        """Wait for its end; False when it goes on."""
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.runs

    def step(self) -> float:
        """Read once; returns the seconds to rest before the next time."""
        source = self.outlet.source
        began = self._now()
        try:
            source.kind.run(source.settings, self.outlet)
        except Exception as error:  # whatever it was, this source alone waits and tries again
            return self._failed(error, self._now() - began)
        self._worked()
        if source.kind.listens:
            return rest_after(1, source.declaration.cadence)
        return until_next(source.declaration.cadence, self._now() - began)

    def health(self, beat: int) -> SourceHealth:
        """How it is doing, as it is written down at `beat` (ms)."""
        source, tally = self.outlet.source, self.outlet.tally
        if source.kind.listens and self.state in (NEW, FAILING) and (tally.heard or 0) > self.since:
            self._worked()  # a listener does not return while all is well: what it hears tells
        return SourceHealth(
            id=self.id, kind=source.declaration.kind, feeds=source.declaration.feeds,
            units=None if source.sender.units is None else sorted(source.sender.units),
            state=self.state, since=self.since, beat=beat, heard=tally.heard, sent=tally.sent,
            accepted=tally.accepted, duplicates=tally.duplicates, rejected=tally.rejected,
            failures=self.failures, problem=self.problem,
            waiting=len(self.outlet.spool), waiting_bytes=self.outlet.spool.bytes,
        )  # fmt: skip

    def _run(self) -> None:
        while not self._stop.is_set():
            if self._stop.wait(self.step()):
                return

    def _failed(self, error: Exception, lived: float) -> float:
        self.failures = 1 if lived >= SETTLED_S else self.failures + 1
        told = str(error) if isinstance(error, BadSource) else f"{type(error).__name__}: {error}"
        self.problem = clean_text(told, SHOWN)
        if self.state != FAILING and not self._stop.is_set():
            self._become(FAILING)
            known = isinstance(error, (BadSource, OSError))
            log.error("source %s fails: %s", self.id, self.problem, exc_info=None if known else error)
        return rest_after(self.failures, self.outlet.source.declaration.cadence)

    def _worked(self) -> None:
        if self._stop.is_set():
            return
        if self.state == FAILING:
            log.warning("source %s works again", self.id)
        self.failures, self.problem = 0, ""
        if self.state != WELL:
            self._become(WELL)

    def _become(self, state: str) -> None:
        self.state = state
        self.since = self.outlet.clock.now_ms()
