"""E-documents from the folder into which the exchange station of an office puts what it sends and receives.

Each file is read once and then moved away: what lies in `read` was taken, what lies in `refused` is in quarantine too.
A pass that dies between sending and moving reads a file again, and the same bytes give the same events.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path

import msgspec

from feeds.catalogue.agencies import AgencyCodes
from feeds.catalogue.places import Places
from feeds.intake.formats.edxml import DOCUMENTS, read
from feeds.intake.formats.xml import MOST_BYTES
from feeds.intake.reasons import Refused
from feeds.intake.sources.seam import BadSource, Kind, Outlet

SUFFIXES = (".edxml", ".xml", ".json")
FILES_A_PASS = 500


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`path` is watched; `certificates` holds `<agency code>.pem`; a file must lie untouched for `settle` seconds."""

    path: str
    certificates: str = ""
    settle: float = 5.0
    read: str = "read"
    refused: str = "refused"


def run(settings: Settings, outlet: Outlet) -> None:
    """Read what lies there now, oldest first."""
    root = Path(settings.path)
    files = list(_ready(root, settings.settle, outlet.clock.now_ms()))
    outlet.alive()
    agencies, certificates = _agencies(), _certificates(settings.certificates)
    for file in files[:FILES_A_PASS]:
        well = _take(file, agencies, certificates, outlet)
        outlet.remember("file", file.name)  # before it is moved: a trial ends here and leaves the folder as it is
        _move(file, root / (settings.read if well else settings.refused))
        if outlet.wait(0):
            return


def _take(file: Path, agencies: AgencyCodes, certificates: Mapping[str, bytes], outlet: Outlet) -> bool:
    """Send what a file says; False when it could not be read."""
    try:
        with file.open("rb") as opened:
            raw = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadSource(f"the file {file.name} cannot be read: {error.strerror}") from None
    try:
        told = read(raw, agencies, certificates)
    except Refused as refused:
        outlet.refuse(DOCUMENTS, raw, refused.rejection, file.name)
        return False
    for feed, events in groupby(told, key=lambda pair: pair[0]):
        outlet.send(feed, [event for _, event in events])
    return True


def _ready(root: Path, settle: float, now: int) -> Iterator[Path]:
    """Files that nobody writes any more, oldest first; links are not followed."""
    try:
        with os.scandir(root) as entries:
            found = [(entry.stat(follow_symlinks=False).st_mtime, entry.name) for entry in entries if _is_ours(entry)]
    except OSError as error:
        raise BadSource(f"the folder {root} cannot be read: {error.strerror}") from None
    yield from (root / name for changed, name in sorted(found) if now / 1000 - changed >= settle)


def _is_ours(entry: os.DirEntry[str]) -> bool:
    return entry.is_file(follow_symlinks=False) and entry.name.lower().endswith(SUFFIXES)


def _move(file: Path, folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
        file.replace(folder / file.name)
    except OSError as error:
        raise BadSource(f"the file {file.name} was read and cannot be moved away: {error.strerror}") from None


@cache
def _agencies() -> AgencyCodes:
    return AgencyCodes.load(Places.load())


def _certificates(folder: str) -> dict[str, bytes]:
    """The certificates of agencies by their codes; what is no PEM is left out by the reader of signatures."""
    if not folder:
        return {}
    try:
        return {file.stem.upper(): file.read_bytes() for file in Path(folder).glob("*.pem")}
    except OSError as error:
        raise BadSource(f"the certificates cannot be read: {error.strerror}") from None


KIND = Kind(Settings, run)
