"""The connectors as a process: every declared source in a thread, tended once a second.

Tending means: start and stop what the operator asks for, hand over what waits on disk, write down how each is doing.
A source that fails, hangs or is stopped never touches another. One process on one machine reads the sources.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from feeds.catalogue.loader import CatalogueError
from feeds.catalogue.places import Places
from feeds.catalogue.settings import Settings
from feeds.intake.door import Door
from feeds.intake.opening import open_door, turn
from feeds.intake.sources import declared
from feeds.intake.sources.declared import MB, Declared
from feeds.intake.sources.outlet import DoorOutlet
from feeds.intake.sources.runner import Runner
from feeds.intake.sources.spool import Spool
from feeds.store.database import open_database
from feeds.store.modules import load_catalogue
from feeds.store.sources import SourceBook, SourceHealth

TEND_S = 1.0
TELL_MS = 5_000  # the health of a source that did not change is written no more often than this
GRACE_S = 5.0
log = logging.getLogger("ioc.sources")


def main(settings: Settings) -> None:
    """Read every declared source until SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    follow(settings, stop)


def follow(settings: Settings, stop: threading.Event) -> None:
    """Read every declared source with the catalogue that is in force, until `stop`."""
    places, wrong = Places.load(), None
    while not stop.is_set():  # a module that was taken in: every source is ended in order and begun anew with it
        with open_door(settings) as opened, turn(opened, stop) as over:
            sources = declared.load(settings.sources, opened.catalogue, places, wrong)
            wrong = _leave_out
            book = SourceBook(opened.database)
            connectors = Connectors(sources, opened.door, book, settings.var / "spool")
            log.info("%d sources are read", len(sources))
            if not connectors.run(over):
                return  # what does not end must not read beside its successor: the process ends, and is started anew


def check(settings: Settings) -> list[Declared]:
    """The declared sources, or CatalogueError with the first mistake: asked before anything is started."""
    with closing(open_database(settings)) as database:
        return declared.load(settings.sources, load_catalogue(settings, database)[0], Places.load())


def _leave_out(wrong: CatalogueError) -> None:
    """A mistake ends a start; one that came with a change while running ends no other source."""
    log.error("a source is not read: %s", wrong)


class Connectors:
    """Every declared source of one world."""

    def __init__(self, sources: Sequence[Declared], door: Door, book: SourceBook, spools: Path) -> None:
        self._book = book
        self._clock = door.validator.clock
        self._told: dict[str, SourceHealth] = {}
        self._well = True
        self._turn = 0
        self.runners = [_runner(source, door, book, spools) for source in sources]
        _tell_orphans(spools, {source.id for source in sources})

    def run(self, stop: threading.Event) -> bool:
        """Tend until `stop`, then end every source in order; False when one is still busy."""
        while True:
            self.tend()
            if stop.wait(TEND_S):
                break
        for runner in self.runners:
            runner.stop()
        late = [runner.id for runner in self.runners if not runner.join(GRACE_S / max(1, len(self.runners)))]
        if late:
            log.warning("still busy at the end: %s", ", ".join(late))
        self._note(changed_only=False)
        return not late

    def tend(self) -> None:
        """One round."""
        try:
            unwanted = self._book.unwanted()
            for runner in self.runners:
                runner.stop() if runner.id in unwanted else runner.start()
            self._note(changed_only=True)
            self._drain()
        except (SQLAlchemyError, OSError) as error:
            if self._well:
                log.error("the sources go on, but nothing is written down: %s", type(error).__name__)
            self._well = False
        else:
            self._well = True

    def _drain(self) -> None:
        """Hand over what waits on disk; where the door does not take one source's, the others' wait a round too.

        So a Redis that hangs costs one patience a round, whatever the number of sources; each round begins with
        another source.
        """
        for _ in self.runners:
            outlet = self.runners[self._turn % len(self.runners)].outlet
            self._turn += 1
            outlet.drain()
            if len(outlet.spool):
                return

    def _note(self, changed_only: bool) -> None:
        now = self._clock.now_ms()
        rows = [runner.health(now) for runner in self.runners]
        due = [row for row in rows if not changed_only or self._is_due(row)]
        self._book.tell(due)
        self._told |= {row.id: row for row in due}

    def _is_due(self, row: SourceHealth) -> bool:
        """True when it has changed in kind, or was last written a while ago."""
        last = self._told.get(row.id)
        return last is None or row.beat - last.beat >= TELL_MS or _kind_of_health(row) != _kind_of_health(last)


def _kind_of_health(row: SourceHealth) -> tuple[object, ...]:
    return row.state, row.problem, bool(row.waiting)


def _runner(source: Declared, door: Door, book: SourceBook, spools: Path) -> Runner:
    stop = threading.Event()
    spool = Spool(spools / source.id, source.declaration.spool_mb * MB)
    return Runner(DoorOutlet(source, door, book, spool, stop), stop)


def _tell_orphans(spools: Path, ids: set[str]) -> None:
    """What waits for a source that is no longer declared is not sent, and not lost: somebody must decide."""
    for folder in spools.iterdir() if spools.is_dir() else ():
        if folder.name not in ids and any(folder.iterdir()):
            log.warning("%s holds batches of a source that is not declared: declare it again to send them", folder)


def as_rows(sources: Sequence[Declared], told: Sequence[SourceHealth]) -> list[SourceHealth]:
    """Each declared source with the health last written of it; one never run has none yet."""
    by_id = {row.id: row for row in told}
    blank = [
        SourceHealth(
            id=source.id,
            kind=source.declaration.kind,
            feeds=source.declaration.feeds,
            units=None if source.sender.units is None else sorted(source.sender.units),
        )
        for source in sources
    ]
    return [
        msgspec.structs.replace(by_id.get(row.id, row), kind=row.kind, feeds=row.feeds, units=row.units)
        for row in blank
    ]
