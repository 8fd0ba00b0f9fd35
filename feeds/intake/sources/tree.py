"""A tree of files that others write: which are new and whole, without asking the writers for anything.

Loggers and servers give no sign that a file is finished. A file is taken as whole when it looked the same twice, at
least `settle` seconds apart, or has not been touched for an hour; and it must not end in the middle of a line, unless
it has stood like that for an hour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from hashlib import blake2b
from typing import NamedTuple, Protocol

import msgspec

from feeds.intake.sources.seam import BadSource, Outlet

OLD_S = 3600  # nobody writes at a file that long
DAY_S = 86_400
DEEPEST = 10
MOST_FILES = 100_000  # in one folder
_UNFINISHED = (".*", "*~", "*.tmp", "*.temp", "*.part", "*.filepart", "*.writing", "*.crdownload", "*.swp")


class Entry(NamedTuple):
    """One name in a folder; `mtime` in seconds by the clock of whoever holds the files."""

    name: str
    folder: bool
    size: int
    mtime: float


class Tree(Protocol):
    """Where the files are. Paths are relative to its root, with `/`; the root itself is an empty string."""

    def entries(self, folder: str) -> Sequence[Entry]:
        """Files and folders in a folder, links left out; BadSource when it cannot be read."""

    def read(self, paths: Sequence[str], limit: int) -> Sequence[bytes | None]:
        """The bytes of files, each at most `limit` + 1 long; None for one that is gone."""

    def remove(self, path: str) -> None:
        """Delete a file."""

    def move(self, path: str, to: str) -> None:
        """Move a file; folders on the way are made."""


class Waiting(msgspec.Struct, array_like=True):
    """A file that was seen and may still grow: what it looked like, and since when (ms)."""

    mark: str
    since: int


class Memory(msgspec.Struct, omit_defaults=True):
    """What is remembered of a folder: the files that are done, those that were refused, those that may still grow."""

    form: str = ""
    mtime: float = 0.0
    leaf: bool = False
    done: list[str] = []
    bad: list[str] = []
    waiting: dict[str, Waiting] = {}


class Folder:
    """One folder in one pass."""

    def __init__(self, outlet: Outlet, path: str, form: str) -> None:
        self.path = path
        self._outlet = outlet
        self._key = f"folder:{plain(path)}"
        said = outlet.recall(self._key)
        self._was = said or ""
        self.memory = msgspec.json.decode(said, type=Memory) if said else Memory()
        if self.memory.form != form:  # another mapping: what it refused is worth another look
            self.memory.form, self.memory.bad = form, []

    def quiet(self, mtime: float, now_s: float) -> bool:
        """True when nothing can have come into this folder since it was last read."""
        memory = self.memory
        return memory.leaf and memory.mtime == mtime and not memory.waiting and 0 < mtime < now_s - DAY_S

    def ready(self, entries: Sequence[Entry], patterns: Sequence[str], settle_ms: int) -> list[Entry]:
        """The files to read now, by name; what else is new waits. Forgets files that are gone."""
        if len(entries) > MOST_FILES:
            raise BadSource(f"over {MOST_FILES} files in the folder {self.path or '/'}: set `after: delete` or `move`")
        files = [entry for entry in entries if not entry.folder and wanted(entry.name, patterns)]
        marks = {mark(entry) for entry in files}
        memory, now = self.memory, self._outlet.clock.now_ms()
        memory.done = [known for known in memory.done if known in marks]
        memory.bad = [known for known in memory.bad if known in marks]
        known = {*memory.done, *memory.bad}
        new = [entry for entry in files if mark(entry) not in known]
        before, memory.waiting = memory.waiting, {}
        ready = [entry for entry in new if not self._waits(entry, before.get(plain(entry.name)), now, settle_ms)]
        return sorted(ready)

    def _waits(self, entry: Entry, before: Waiting | None, now: int, settle_ms: int) -> bool:
        seen = before if before is not None and before.mark == mark(entry) else Waiting(mark(entry), now)
        if now / 1000 - entry.mtime > OLD_S or now - seen.since >= max(settle_ms, 1):
            return False
        self.memory.waiting[plain(entry.name)] = seen
        return True

    def patient(self, entry: Entry) -> bool:
        """True while a file that ends in the middle of a line may still be finished; it is looked at again."""
        now = self._outlet.clock.now_ms()
        if now / 1000 - entry.mtime > OLD_S:
            return False
        self.memory.waiting[plain(entry.name)] = Waiting(mark(entry), now)
        return True

    def done(self, entry: Entry, well: bool) -> None:
        """A file was read and what it said was sent."""
        (self.memory.done if well else self.memory.bad).append(mark(entry))

    def keep(self) -> None:
        """Remember the folder, if anything changed."""
        said = msgspec.json.encode(self.memory).decode()
        if said != self._was:
            self._outlet.remember(self._key, said)
            self._was = said


def walk(
    tree: Tree, outlet: Outlet, form: str, days: int, beside: str = ""
) -> Iterator[tuple[Folder, Sequence[Entry]]]:
    """Every folder that may hold something new, with what is in it; `beside` is a folder that is not looked into."""
    ahead = [("", 0, 0.0)]  # nobody says when the root itself was changed
    while ahead:
        path, depth, mtime = ahead.pop()
        folder = Folder(outlet, path, form)
        now_s = outlet.clock.now_ms() / 1000
        if folder.quiet(mtime, now_s):
            continue
        entries = tree.entries(path)
        folders = [entry for entry in entries if entry.folder and not entry.name.startswith(".")]
        folder.memory.leaf, folder.memory.mtime = not folders, mtime
        for entry in sorted(folders, reverse=True):
            inner = join(path, entry.name)
            if depth < DEEPEST and inner != beside:
                ahead.append((inner, depth + 1, entry.mtime))
        oldest = now_s - days * DAY_S
        yield folder, [entry for entry in entries if not entry.folder and entry.mtime >= oldest]


def wanted(name: str, patterns: Sequence[str]) -> bool:
    """True for a name of the declared patterns that does not say that its file is unfinished."""
    bare = name.casefold()
    return any(fnmatch(bare, p.casefold()) for p in patterns) and not any(fnmatch(bare, p) for p in _UNFINISHED)


def mark(entry: Entry) -> str:
    """A file as it looks now: another size or time is another file."""
    said = f"{entry.name}|{entry.size}|{entry.mtime}".encode("utf-8", "surrogateescape")
    return blake2b(said, digest_size=6).hexdigest()


def plain(name: str) -> str:
    """A name that can be written down, also where it is in no encoding that we know."""
    return name.encode("utf-8", "backslashreplace").decode()


def join(folder: str, name: str) -> str:
    """The path of a name in a folder."""
    return f"{folder}/{name}" if folder else name
