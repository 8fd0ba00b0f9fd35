"""Secrets that are made once and kept in a file of their own, readable by us alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

OURS_ALONE = 0o600


def kept_secret(path: Path) -> str:
    """The secret in the file `path`, made on first use; of several processes that come first together one makes it."""
    if not path.exists():
        write_once(path, secrets.token_urlsafe(48))
    return path.read_text().strip()


def write_once(path: Path, text: str) -> None:
    """Put `text` at `path` in one step, readable by us alone; whoever came first wins."""
    made = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OURS_ALONE)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
    try:
        os.link(made, path)
    except FileExistsError:
        pass
    finally:
        made.unlink()
