"""A watched folder: the tree into which stations, or an FTP server that others run, write their files."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from feeds.intake.sources.pickup import PickUp, pick_up
from feeds.intake.sources.seam import BadSource, Kind, Outlet
from feeds.intake.sources.tree import Entry


class FolderSettings(PickUp, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`path` is the folder; everything else is said of the files in it."""

    path: str


class LocalTree:
    """A tree on this machine, or on what is mounted here. Links are not followed: they may lead out of it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def entries(self, folder: str) -> Sequence[Entry]:
        """Files and folders in `folder`."""
        try:
            with os.scandir(self._root / folder) as names:
                return [found for name in names if (found := _entry(name)) is not None]
        except OSError as error:
            raise BadSource(f"the folder {folder or self._root} cannot be read: {error.strerror}") from None

    def read(self, paths: Sequence[str], limit: int) -> Sequence[bytes | None]:
        """The bytes of files."""
        return [self._bytes(self._root / path, limit) for path in paths]

    def remove(self, path: str) -> None:
        """Delete a file."""
        self._change(lambda: (self._root / path).unlink(missing_ok=True), path)

    def move(self, path: str, to: str) -> None:
        """Move a file inside the tree."""
        target = self._root / to

        def go() -> None:
            target.parent.mkdir(parents=True, exist_ok=True)
            (self._root / path).replace(target)

        self._change(go, path)

    def _bytes(self, path: Path, limit: int) -> bytes | None:
        try:
            with path.open("rb") as file:
                return file.read(limit + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BadSource(f"the file {path.name} cannot be read: {error.strerror}") from None

    def _change(self, act: Callable[[], None], path: str) -> None:
        try:
            act()
        except OSError as error:
            raise BadSource(f"the file {path} cannot be moved or deleted: {error.strerror}") from None


def _entry(found: os.DirEntry[str]) -> Entry | None:
    """What stands in a folder under a name; None for links, devices and what has just gone."""
    try:
        said = found.stat(follow_symlinks=False)
        if found.is_dir(follow_symlinks=False):
            return Entry(found.name, True, 0, said.st_mtime)
        if found.is_file(follow_symlinks=False):
            return Entry(found.name, False, said.st_size, said.st_mtime)
    except FileNotFoundError:
        pass
    return None


def run(settings: FolderSettings, outlet: Outlet) -> None:
    """Read what is new in the folder."""
    root = Path(settings.path)
    if not root.is_dir():
        raise BadSource(f"the folder {settings.path} is not there, or is no folder")
    pick_up(LocalTree(root), settings, outlet)


KIND = Kind(FolderSettings, run)
