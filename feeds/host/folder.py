"""IOC_VAR: ours alone, writable, used by one system at a time; and the secret that is kept in it."""

from __future__ import annotations

import os
import secrets
import tempfile
from dataclasses import replace
from pathlib import Path

from feeds.catalogue.settings import Settings
from feeds.host import lock
from feeds.host.refusal import Refused

LOCK = "lock"
SECRET = "secret_key"  # noqa: S105  the name of a file


def prepare(folder: Path) -> Path:
    """The absolute path of `folder`, made when missing; Refused when we may not write there or it is another's."""
    folder = folder.absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # records of people will lie in it
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise Refused(
            f"IOC_VAR is {folder}, where nothing can be written ({error.strerror}); choose another."
        ) from error
    if folder.stat().st_uid != os.geteuid():
        raise Refused(f"IOC_VAR is {folder}, which belongs to another user; choose a folder of your own.")
    return folder


def occupy(folder: Path, address: str) -> int:
    """Descriptor of the lock on `folder`; Refused when a system runs on it already."""
    try:
        return lock.take(folder / LOCK, f"process {os.getpid()}, {address}")
    except lock.Held as held:
        raise Refused(
            f"A system already runs on {folder} ({held.note}). Stop it, or give this one another folder with IOC_VAR "
            "and another port with IOC_PORT."
        ) from held


def leave(folder: Path, descriptor: int) -> None:
    """Give `folder` free again, without a trace."""
    lock.release(descriptor, folder / LOCK)


def with_secret(settings: Settings) -> Settings:
    """`settings` with a secret key: the given one, otherwise the one kept under IOC_VAR, made on first use."""
    if settings.secret_key is not None:
        return settings
    kept = settings.var / SECRET
    if not kept.exists():
        _write_once(kept, secrets.token_urlsafe(48))
    return replace(settings, secret_key=kept.read_text().strip())


def _write_once(path: Path, text: str) -> None:
    """Put `text` at `path` in one step, readable by us alone; whoever came first wins."""
    made = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
    try:
        os.link(made, path)
    except FileExistsError:
        pass
    finally:
        made.unlink()
