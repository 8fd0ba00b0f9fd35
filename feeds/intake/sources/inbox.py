"""A folder into which another program puts messages: each file is read once and then moved away.

What lies in `read` was taken, what lies in `refused` is in quarantine too. A pass that dies between sending and moving
reads a file again, and the same bytes give the same events.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec

from feeds.catalogue.agencies import AgencyCodes
from feeds.catalogue.places import Places
from feeds.intake.reasons import Refused
from feeds.intake.sources.seam import BadSource, Outlet

FILES_A_PASS = 500

Told = tuple[str, dict[str, Any]]  # feed, event
Read = Callable[[bytes], list[Told]]  # the events of a message; Refused when it cannot be read


class Inbox(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`path` is watched; `certificates` holds `<agency code>.pem`; a file must lie untouched for `settle` seconds."""

    path: str
    certificates: str = ""
    settle: float = 5.0
    read: str = "read"
    refused: str = "refused"


def empty(inbox: Inbox, suffixes: tuple[str, ...], most: int, feed: str, read: Read, outlet: Outlet) -> None:
    """Read what lies there now, oldest first; of a file over `most` bytes the reader sees that it is too long.

    What cannot be read is put into quarantine under `feed`.
    """
    root = Path(inbox.path)
    files = list(_ready(root, suffixes, inbox.settle, outlet.clock.now_ms()))
    outlet.alive()
    for file in files[:FILES_A_PASS]:
        well = _take(file, most, feed, read, outlet)
        outlet.remember("file", file.name)  # before it is moved: a trial ends here and leaves the folder as it is
        _move(file, root / (inbox.read if well else inbox.refused))
        if outlet.wait(0):
            return


@cache
def known_agencies() -> AgencyCodes:
    """The agencies that messages name, read once."""
    return AgencyCodes.load(Places.load())


def certificates_in(folder: str) -> dict[str, bytes]:
    """The certificates of agencies by their codes; what is no PEM is left out by the reader of signatures."""
    if not folder:
        return {}
    try:
        return {file.stem.upper(): file.read_bytes() for file in Path(folder).glob("*.pem")}
    except OSError as error:
        raise BadSource(f"the certificates cannot be read: {error.strerror}") from None


def _take(file: Path, most: int, feed: str, read: Read, outlet: Outlet) -> bool:
    """Send what a file says; False when it could not be read."""
    try:
        with file.open("rb") as opened:
            raw = opened.read(most + 1)
    except OSError as error:
        raise BadSource(f"the file {file.name} cannot be read: {error.strerror}") from None
    try:
        told = read(raw)
    except Refused as refused:
        outlet.refuse(feed, raw, refused.rejection, file.name)
        return False
    for whose, events in groupby(told, key=lambda pair: pair[0]):
        outlet.send(whose, [event for _, event in events])
    return True


def _ready(root: Path, suffixes: tuple[str, ...], settle: float, now: int) -> Iterator[Path]:
    """Files that nobody writes any more, oldest first; links are not followed."""
    try:
        with os.scandir(root) as entries:
            ours = [entry for entry in entries if _is_ours(entry, suffixes)]
            found = [(entry.stat(follow_symlinks=False).st_mtime, entry.name) for entry in ours]
    except OSError as error:
        raise BadSource(f"the folder {root} cannot be read: {error.strerror}") from None
    yield from (root / name for changed, name in sorted(found) if now / 1000 - changed >= settle)


def _is_ours(entry: os.DirEntry[str], suffixes: tuple[str, ...]) -> bool:
    return entry.is_file(follow_symlinks=False) and entry.name.lower().endswith(suffixes)


def _move(file: Path, folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
        file.replace(folder / file.name)
    except OSError as error:
        raise BadSource(f"the file {file.name} was read and cannot be moved away: {error.strerror}") from None
