"""The keeper of modules: looks at the folder where domains are dropped, takes in what holds, refuses the rest.

One keeper works at a time, beside the engine that holds the lease. What it takes in stands in SQL, so that every
process on every machine has the same catalogue, also after a start at which the folder is broken, empty or away.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from feeds.catalogue import loader
from feeds.catalogue.clock import Clock
from feeds.catalogue.loader import CatalogueError
from feeds.catalogue.settings import Settings
from feeds.catalogue.source import Unsettled, mark, text_of
from feeds.store.audit import Audit
from feeds.store.modules import Modules, digest

log = logging.getLogger("ioc.modules")
LOOK_S = 1.0
MOST = 100  # modules; more files than these are not looked at
Mark = tuple[int, int, int]
WHO, ROLE = "modules", "job"  # in the audit log: who put the file there, the folder does not say


class Keeper:
    """Looks at the folder once a second; nothing it finds there can stop or change what runs but a whole module.

    What is taken in stands in the audit log before it is in force; what is refused stands there once."""

    def __init__(self, settings: Settings, table: Modules, clock: Clock, audit: Audit) -> None:
        self._settings = settings
        self._folder = settings.modules_folder
        self._table = table
        self._clock = clock
        self._audit = audit
        self._seen: dict[str, Mark] = {}  # as at the last look: what is still being written is not read
        self._read: dict[str, Mark] = {}  # as it was when it was taken in or refused
        self._again: set[str] = set()  # refused ones that may hold now that another was taken in

    def look(self) -> bool:
        """One look at the folder; True when something was taken in."""
        marks = self._marks()
        if marks is None:  # the folder is away: that says nothing about what was in it
            return False
        settled = [n for n, found in marks.items() if self._seen.get(n) == found and self._read.get(n) != found]
        self._seen = marks
        self._forget(marks)
        wanted = dict.fromkeys((*settled, *(name for name in self._again if name in marks)))
        self._again.clear()
        taken = [name for name in wanted if self._try(name, marks[name])]
        if taken:
            self._again = {name for name in self._refused() if name in marks and name not in taken}
        return bool(taken)

    def _marks(self) -> dict[str, Mark] | None:
        try:
            files = sorted(self._folder.glob("*.yaml"))[:MOST] if self._folder.is_dir() else None
        except OSError:
            return None
        return None if files is None else {file.stem: found for file in files if (found := _mark(file)) is not None}

    def _forget(self, marks: dict[str, Mark]) -> None:
        """Files that are no longer there: said, but what was taken in stays in force until somebody withdraws it."""
        for module in self._table.all_seen():
            if module not in marks:
                self._table.lost(module)
                self._read.pop(module, None)
                log.warning("%s is no longer in its folder; what was taken in stays in force", module)

    def _try(self, name: str, found: Mark) -> bool:
        """Take a file in, or refuse it; True when the catalogue has changed."""
        file = self._folder / f"{name}.yaml"
        try:
            text = text_of(file)
        except Unsettled:
            return False  # looked at again, because it is not noted as read
        except CatalogueError as wrong:
            return self._refuse(name, found, str(found), wrong)
        texts = self._table.texts()
        if texts.get(name) == text:
            self._table.found(name)
            self._read[name] = found
            return False
        try:
            loader.load(self._settings.catalogue, {**texts, name: text})
        except CatalogueError as wrong:
            return self._refuse(name, found, digest(text), wrong)
        self._accept(name, text)
        self._read[name] = found  # only now: what could not be written down is tried again
        return True

    def _accept(self, name: str, text: str) -> None:
        facts = {"digest": digest(text), "module": "taken in"}
        self._audit.record(WHO, "configure", f"module {name}", None, role=ROLE, seat="folder", facts=facts)
        self._table.accept(name, text, self._clock.now_ms())
        log.info("%s was taken in", loader.module_file(name))

    def _refuse(self, name: str, found: Mark, what: str, wrong: CatalogueError) -> bool:
        own = wrong.file.stem == name
        said = wrong.problem if own else str(wrong)  # a mistake that shows in another file is told with that file
        if self._table.refused_as(name) != what:  # after a start the same file is looked at again
            facts = {"digest": what, "line": wrong.line if own else 0}
            self._audit.record(
                WHO, "configure", f"module {name}", None, role=ROLE, outcome="refused", why=said, seat="folder",
                facts=facts,
            )  # fmt: skip
        self._table.refuse(name, what, wrong.line if own else 0, said, self._clock.now_ms())
        self._read[name] = found
        log.warning("refused: %s", wrong)
        return False

    def _refused(self) -> list[str]:
        return self._table.all_refused()


class Watch:
    """The keeper in a thread of its own while the block lasts; `changed` says that another catalogue is in force."""

    def __init__(self, keeper: Keeper, version: Callable[[], str], current: str) -> None:
        self._keeper = keeper
        self._version = version
        self._current = current
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="modules", daemon=True)
        self.changed = False

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stop.wait(LOOK_S):
            try:
                self._keeper.look()
                self.changed = self._version() != self._current
            except SQLAlchemyError as error:
                log.warning("modules could not be looked at: %s", type(error).__name__)


def _mark(file: Path) -> Mark | None:
    try:
        return mark(file.stat())
    except OSError:
        return None
