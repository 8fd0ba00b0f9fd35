"""IOC_VAR: ours alone, writable, used by one system at a time; and the secret that is kept in it."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path

from feeds.catalogue.settings import Settings
from feeds.host import lock
from feeds.host.refusal import Refused
from feeds.store.kept import kept_secret

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


def open_for_modules(settings: Settings) -> None:
    """Make the folder under IOC_VAR where domains are dropped; one that was named elsewhere is its owner's to make."""
    if settings.modules is None:
        settings.modules_folder.mkdir(mode=0o700, exist_ok=True)


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
    return replace(settings, secret_key=kept_secret(settings.var / SECRET))
