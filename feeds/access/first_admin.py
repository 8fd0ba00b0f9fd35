"""The link of a first administrator: written to a file that only we may read; its path is told, never the link."""

from __future__ import annotations

import logging
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from feeds.access.sessions import digest
from feeds.catalogue.settings import Settings
from feeds.store.accounts import Accounts
from feeds.store.database import Database

log = logging.getLogger("ioc.access")
FILE = "admin-link"
LASTS_MS = 24 * 3600 * 1000


def offer(settings: Settings, database: Database, now: Callable[[], float] = time.time) -> Path | None:
    """Where the link lies while there is no administrator; None where there is one, or nobody signs in (demo)."""
    accounts = Accounts(database)
    if settings.demo or accounts.has_admin():
        return None
    path = settings.var / FILE
    if _good(path, accounts, round(now() * 1000)):
        return path
    return write(settings, accounts, now)


def write(settings: Settings, accounts: Accounts, now: Callable[[], float] = time.time) -> Path:
    """A new link of an administrator; the one before it is void."""
    token, path, ms = secrets.token_urlsafe(32), settings.var / FILE, round(now() * 1000)
    accounts.invite(digest(token), "", ms, ms + LASTS_MS)
    host = settings.allowed_hosts[0]
    made = path.with_name(f"{FILE}.{os.getpid()}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        local = host in ("127.0.0.1", "localhost", "[::1]")
        address = f"http://{host}:{settings.port}" if local else f"https://{host}"
        file.write(f"{address}/login/link#{token}\n")
    made.replace(path)
    return path


def tell(settings: Settings, database: Database) -> None:
    """Say where the link lies, once at the start of a web process."""
    path = offer(settings, database)
    if path is not None:
        log.warning("there is no administrator yet: open the link in %s within a day", path)


def _good(path: Path, accounts: Accounts, now_ms: int) -> bool:
    """True when the file holds a link that still opens."""
    try:
        token = path.read_text().strip().rpartition("#")[2]
    except OSError:
        return False
    return bool(token) and accounts.invited(digest(token), now_ms) is not None
