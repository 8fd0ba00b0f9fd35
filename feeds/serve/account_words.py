"""`python -m feeds accounts admin | list | disable`: what whoever runs the machine does about accounts.

A second administrator begins here: the first alone can grant nothing, and who holds the machine is the second pair of
eyes. What is done by hand stands in the audit log as well.
"""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from feeds.access import first_admin
from feeds.catalogue.clock import iso
from feeds.catalogue.keys import Keys
from feeds.catalogue.scope import NATION
from feeds.catalogue.settings import BadSetting, Settings
from feeds.store import links
from feeds.store.accounts import DISABLED, Accounts
from feeds.store.audit import Audit
from feeds.store.database import Database, open_database

Say = Callable[[str], None]


def admin(settings: Settings, _asked: argparse.Namespace, say: Say) -> int:
    """Write a link that makes an administrator into a file, and say where it lies."""
    with _open(settings) as database:
        path = first_admin.write(settings, Accounts(database))
        _witness(settings, database, "link of an administrator")
    say(f"{path} holds the link: it opens once, within a day. Read it to the new administrator, then it is void.")
    return 0


def list(settings: Settings, _asked: argparse.Namespace, say: Say) -> int:
    """Every account, a line each."""
    with _open(settings) as database:
        for account in Accounts(database).all(NATION):
            units = "vn" if account.units is None else ",".join(account.units)
            seen = iso(account.signed_in) if account.signed_in else "never signed in"
            say("\t".join((account.login, account.role or "no role", units, account.state, seen)))
    return 0


def disable(settings: Settings, asked: argparse.Namespace, say: Say) -> int:
    """Close an account, and end its sessions: within seconds nothing answers them and their streams are cut."""
    with _open(settings) as database:
        if not Accounts(database).change(asked.login, state=DISABLED, role=None):
            raise BadSetting(f"There is no account {asked.login!r}; `accounts list` names them.")
        _witness(settings, database, asked.login, state="disabled")
    keys = Keys(settings.world)
    with links.volatile(settings) as volatile:
        for session in volatile.smembers(keys.sessions(asked.login)):
            volatile.delete(keys.session(str(session, "ascii")))
    say(f"{asked.login}: disabled")
    return 0


@contextmanager
def _open(settings: Settings) -> Iterator[Database]:
    database = open_database(settings)
    try:
        yield database
    finally:
        database.close()


def _witness(settings: Settings, database: Database, what: str, **facts: str) -> None:
    who = getpass.getuser()
    Audit.open(settings, database).record(who, "account", what, None, seat="console", facts=facts)
