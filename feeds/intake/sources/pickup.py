"""Files picked up from a tree, whatever protocol reaches it: read, sent, remembered, and then kept, moved or deleted.

The order is what makes it safe: events are durable before their file counts as read, and a file is deleted or moved
only when every line of it could be read. A pass that dies between two steps sends some events twice, and the same
bytes give the same events, which count once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Literal

import msgspec

from feeds.intake.formats import circular10, table
from feeds.intake.formats.reading import MOST_BYTES, Moment, Readings
from feeds.intake.formats.table import TableForm
from feeds.intake.reasons import Refused, rejection
from feeds.intake.sources.seam import BadSource, Outlet
from feeds.intake.sources.stations import Body, Station, Stations
from feeds.intake.sources.taken import Taken
from feeds.intake.sources.tree import Entry, Folder, Tree, join, plain, walk

FILES_AT_ONCE = 32
EVENTS_AT_ONCE = 500
MB = 1024 * 1024
LIMITS = {"circular10": 2 * MB, "table": 20 * MB}
PATTERNS = {"circular10": ("*.txt",), "table": ("*.csv", "*.xlsx", "*.txt")}
log = logging.getLogger("ioc.sources")


class PickUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every source of files declares.

    `feed` is the feed under which unreadable files are kept. `settle` is how long (s) a file must look the same.
    `days` is how old a file may be. `after` says what becomes of a file that was read; `moved_to` is a folder of the
    tree. In tables that name no station it is the `table_station`, or the file's folder where that is empty.
    """

    feed: str
    stations: dict[str, Station]
    format: Literal["circular10", "table"] = "circular10"
    table: TableForm | None = None
    table_station: str = ""
    names: dict[str, str] = {}
    patterns: list[str] = []
    settle: int = 10
    days: int = 62
    after: Literal["keep", "move", "delete"] = "keep"
    moved_to: str = "da-doc"


def pick_up(tree: Tree, said: PickUp, outlet: Outlet) -> None:
    """One pass over a tree: every file that is new and whole is read once."""
    one_pass = Pass(tree, said, outlet)
    beside = said.moved_to if said.after == "move" else ""
    for folder, entries in walk(tree, outlet, one_pass.form, said.days, beside):
        one_pass.folder(folder, entries)
        if outlet.wait(0):
            return
    one_pass.stations.announce(outlet)
    outlet.alive()


class Pass:
    """What is at hand while a tree is read once."""

    def __init__(self, tree: Tree, said: PickUp, outlet: Outlet) -> None:
        self.stations = Stations(said.stations, said.names)
        self.form = blake2b(msgspec.json.encode(said, order="deterministic"), digest_size=6).hexdigest()
        self._tree = tree
        self._said = said
        self._outlet = outlet
        self._read, self._unfinished = _reader(said)

    def folder(self, folder: Folder, entries: Sequence[Entry]) -> None:
        """Read what is new in one folder."""
        patterns = self._said.patterns or PATTERNS[self._said.format]
        ready = folder.ready(entries, patterns, self._said.settle * 1000)
        for start in range(0, len(ready), FILES_AT_ONCE):
            some = ready[start : start + FILES_AT_ONCE]
            self._files(folder, some)
            if self._outlet.wait(0):
                break
        folder.keep()

    def _files(self, folder: Folder, entries: Sequence[Entry]) -> None:
        paths = [join(folder.path, entry.name) for entry in entries]
        limit = LIMITS[self._said.format]
        batch = Batch(self._outlet, self._said.feed, self.stations)
        whole: list[tuple[Entry, str, bool]] = []
        for entry, path, raw in zip(entries, paths, self._tree.read(paths, limit), strict=True):
            if raw is None or (len(raw) <= limit and self._unfinished(raw) and folder.patient(entry)):
                continue
            whole.append((entry, path, self._file(batch, path, raw, limit)))
        batch.send()
        for entry, _, well in whole:
            folder.done(entry, well)
        folder.keep()
        self._after([path for _, path, well in whole if well])

    def _file(self, batch: Batch, path: str, raw: bytes, limit: int) -> bool:
        """Take in one file; True when everything in it could be read."""
        before = batch.refused
        try:
            if len(raw) > limit:
                raise Refused("file_big", name=path, limit=limit // MB)
            readings = self._read(path, raw)
        except Refused as refused:
            batch.refuse(raw, refused, plain(path))
            return False
        except Exception:  # a fault of ours must not stop the files behind this one
            log.exception("the file %s could not be judged", plain(path))
            batch.refuse(raw, Refused("not_judged"), plain(path))
            return False
        for piece in readings.unread:
            batch.refused += 1
            self._outlet.refuse(self._said.feed, piece.raw, piece.why, f"{plain(path)}: {piece.offset}".rstrip(": "))
        for moment in readings.sorted():
            batch.add(moment, path)
        return batch.refused == before

    def _after(self, paths: Sequence[str]) -> None:
        for path in paths:
            if self._said.after == "delete":
                self._tree.remove(path)
            elif self._said.after == "move":
                self._tree.move(path, join(self._said.moved_to, path))


class Batch:
    """Events of some files on their way out."""

    def __init__(self, outlet: Outlet, feed: str, stations: Stations) -> None:
        self.refused = 0
        self._outlet = outlet
        self._feed = feed
        self._stations = stations
        self._taken = Taken(outlet)
        self._events: dict[str, list[Body]] = {}

    def add(self, moment: Moment, path: str) -> None:
        """Take in a moment, without what was taken before."""
        offset = f"{plain(path)}: {moment.offset}"
        try:
            code, station = self._stations.find(moment.station)
            fresh, changed = self._taken.fresh(f"{station.feed}:{code}", moment)
        except Refused as refused:
            self.refuse(moment.raw, refused, offset)
            return
        if changed:
            why = rejection("reading_changed", name=", ".join(changed), at=moment.at)
            self._outlet.refuse(station.feed, moment.raw, why, offset)
        if fresh:
            feed, event = self._stations.event(moment, fresh)
            self._events.setdefault(feed, []).append(event)

    def refuse(self, raw: bytes, refused: Refused, offset: str) -> None:
        """Keep what cannot be used."""
        self.refused += 1
        self._outlet.refuse(self._feed, raw[:MOST_BYTES], refused.rejection, offset)

    def send(self) -> None:
        """Hand everything out, then remember it."""
        for feed, events in self._events.items():
            for start in range(0, len(events), EVENTS_AT_ONCE):
                self._outlet.send(feed, events[start : start + EVENTS_AT_ONCE])
        self._events.clear()
        self._taken.keep()


Read = Callable[[str, bytes], Readings]


def _reader(said: PickUp) -> tuple[Read, Callable[[bytes], bool]]:
    """How a file is read and how half a file is known; BadSource when the declaration does not say."""
    if said.format == "circular10":
        return _station_file, circular10.unfinished
    form = said.table
    if form is None:
        raise BadSource("files of the format `table` need `table:` in the settings, with at least `time`")

    def read(path: str, raw: bytes) -> Readings:
        return table.read(raw, form, said.table_station or path.rpartition("/")[0].rpartition("/")[2])

    return read, table.unfinished


def _station_file(path: str, raw: bytes) -> Readings:
    name = circular10.read_name(path.rpartition("/")[2])
    if name is None:
        form = "TinhThanh_CoSo_Tram_yyyyMMddHHmmss.txt"
        raise Refused("file_name", name=path.rpartition("/")[2], form=form)
    return circular10.read(raw, name.station)
