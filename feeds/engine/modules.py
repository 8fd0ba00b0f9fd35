"""The keeper of modules: looks at the folder where domains are dropped, takes in what holds, refuses the rest.

One keeper works at a time, beside the engine that holds the lease. What it takes in stands in SQL, so that every
process on every machine has the same catalogue, also after a start at which the folder is broken, empty or away.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Container
from pathlib import Path

from feeds.catalogue import loader
from feeds.catalogue.clock import Clock
from feeds.catalogue.loader import CatalogueError
from feeds.catalogue.model import Catalogue
from feeds.catalogue.said import say, told_apart
from feeds.catalogue.settings import Settings
from feeds.catalogue.source import Unsettled, mark, text_of
from feeds.store.audit import Audit
from feeds.store.modules import Modules, digest

log = logging.getLogger("ioc.modules")
LOOK_S = 1.0
MOST = 100  # modules; of more files than these the page says that they are not looked at
SUFFIXES = (".yaml", ".yml")
SHORT = SUFFIXES[1]  # refused, so that one domain never lies there under two names
KEPT = "what was taken in stays in force"
LONGEST = 300
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
        self._files: dict[str, Path] = {}
        self._beyond: list[str] = []  # names of files that are not looked at, because there are too many
        self._again: set[str] = set()  # refused ones that may hold now that another was taken in

    def look(self) -> bool:
        """One look at the folder; True when something was taken in."""
        files = self._listed()
        if files is None:  # the folder is away: that says nothing about what was in it
            return False
        self._files, self._beyond = files, list(files)[MOST:]
        marks = self._marks()
        settled = [n for n, found in marks.items() if self._seen.get(n) == found and self._read.get(n) != found]
        self._seen = marks
        self._forget(files)
        wanted = dict.fromkeys((*settled, *(name for name in self._again if name in marks)))
        self._again.clear()
        taken = [name for name in wanted if self._try(name, marks[name])]
        if taken:
            self._again = {name for name in self._table.all_refused() if name in marks and name not in taken}
        return bool(taken)

    def _listed(self) -> dict[str, Path] | None:
        """What lies in the folder and means to be a module, by name; None when there is no folder."""
        try:
            found = [file for file in self._folder.iterdir() if file.suffix in SUFFIXES]
        except OSError:
            return None
        return {_name(file): file for file in sorted(found)}

    def _marks(self) -> dict[str, Mark]:
        """How the files that are looked at are now; the first beyond them stands for all that are not."""
        near = {name: found for name in list(self._files)[:MOST] if (found := _mark(self._files[name])) is not None}
        return near | {name: (len(self._beyond), 0, 0) for name in self._beyond[:1]}

    def _forget(self, files: Container[str]) -> None:
        """Files that are no longer there: said, but what was taken in stays in force until somebody withdraws it."""
        for module in self._table.all_seen():
            if module not in files:
                self._read.pop(module, None)
                kept = self._table.lost(module)
                log.warning("%s is no longer in its folder; %s", module, KEPT if kept else "nothing of it was in force")

    def _try(self, name: str, found: Mark) -> bool:
        """Take a file in, or refuse it; True when the catalogue has changed."""
        file, text = loader.module_file(name), ""
        try:
            self._admit(name, file)
            text = text_of(self._files[name])
        except Unsettled:
            return False  # looked at again, because it is not noted as read
        except Exception as error:
            wrong = loader.refusal(file, error)
            return self._refuse(name, found, str(wrong), wrong)
        texts = self._table.texts()
        if texts.get(name) == text:
            self._table.found(name)
            self._read[name] = found
            return False
        try:
            loader.load(self._settings.catalogue, {**texts, name: text})
        except Exception as error:  # also what no check foresaw: the next file is looked at all the same
            return self._refuse(name, found, digest(text), loader.refusal(file, error))
        self._accept(name, text)
        self._read[name] = found  # only now: what could not be written down is tried again
        return True

    def _admit(self, name: str, file: Path) -> None:
        """Raises CatalogueError for a file that is not read at all."""
        if name in self._beyond:
            n = len(self._beyond)
            problem = say("only {most} files are looked at: move {n} of them out of the folder", most=MOST, n=n)
            raise CatalogueError(file, 0, problem)
        if file.suffix == SHORT:
            problem = say("a module's file ends in .yaml: name it `{name}.yaml`", name=file.stem)
            raise CatalogueError(file, 0, problem)

    def _accept(self, name: str, text: str) -> None:
        facts = {"digest": digest(text), "module": "taken in"}
        self._audit.record(WHO, "configure", f"module {name}", None, role=ROLE, seat="folder", facts=facts)
        self._table.accept(name, text, self._clock.now_ms())
        log.info("%s was taken in", loader.module_file(name))

    def _refuse(self, name: str, found: Mark, what: str, wrong: CatalogueError) -> bool:
        own = wrong.file.name in (loader.module_file(name).name, self._files[name].name)
        said = wrong.problem if own else wrong.elsewhere()
        if self._table.refused_as(name) != what:  # after a start the same file is looked at again
            facts = {"digest": what, "line": wrong.line if own else 0, **told_apart(said)}
            self._audit.record(
                WHO, "configure", f"module {name}", None, role=ROLE, outcome="refused", why=str(said), seat="folder",
                facts=facts,
            )  # fmt: skip
        self._table.refuse(name, what, wrong.line if own else 0, said, self._clock.now_ms())
        self._read[name] = found
        log.warning("refused: %s", wrong)
        return False


class Watch:
    """The keeper in a thread of its own while the block lasts, which reads what comes into force: who asks for `taken`
    gets a catalogue that is ready, and has not waited for it."""

    def __init__(
        self, keeper: Keeper, version: Callable[[], str], current: str, load: Callable[[], tuple[Catalogue, str]]
    ) -> None:
        self._keeper = keeper
        self._version = version
        self._current = current
        self._load = load
        self._loaded: queue.SimpleQueue[tuple[Catalogue, str]] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="modules", daemon=True)
        self._wrong = ""

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=10)

    def taken(self) -> tuple[Catalogue, str] | None:
        """The newest catalogue that has come into force since this was last asked, and its version."""
        newest = None
        while not self._loaded.empty():
            newest = self._loaded.get()
        return newest

    def _run(self) -> None:
        while not self._stop.wait(LOOK_S):
            try:
                self._keeper.look()
                if self._version() != self._current:
                    loaded = self._load()
                    self._current = loaded[1]
                    self._loaded.put(loaded)
            except Exception as error:  # it looks again: a thread that ended would never take anything in
                self._say(f"modules could not be looked at: {type(error).__name__}: {error}"[:LONGEST])
            else:
                self._say("")

    def _say(self, wrong: str) -> None:
        """Once when it begins to fail, not each second."""
        if wrong and wrong != self._wrong:
            log.warning(wrong)
        self._wrong = wrong


def _name(file: Path) -> str:
    """What a file is called: without `.yaml`, and as text that can be written down whatever its bytes are."""
    name = file.stem if file.suffix == SUFFIXES[0] else file.name
    return name if name.isprintable() else ascii(name)


def _mark(file: Path) -> Mark | None:
    try:
        return mark(file.stat())
    except OSError:
        return None
