"""Everything about who is who, joined: the doors of signing in, of accounts, of screens and keys."""

from __future__ import annotations

from starlette.routing import Route

from feeds.access.codes import Vault
from feeds.access.doorman import Doorman
from feeds.access.people import People
from feeds.access.sessions import Sessions
from feeds.access.tries import Tries
from feeds.catalogue.settings import Settings
from feeds.serve.access import Access
from feeds.serve.kiosks import KEYS_PATH, SCREENS_PATH, KioskDoors
from feeds.serve.paper import Paper
from feeds.serve.parts import Parts
from feeds.serve.people import PEOPLE_PAGE, PEOPLE_PATH, PeopleDoors
from feeds.serve.signing import LOGIN_PATH, SESSION_PATH, Signing
from feeds.serve.walls import Walls
from feeds.store.accounts import Accounts
from feeds.store.ingest_keys import IngestKeys
from feeds.store.screens import Screens

POSTED = (KEYS_PATH, LOGIN_PATH, PEOPLE_PATH, SCREENS_PATH, SESSION_PATH)  # paths below which something is changed
APART = (LOGIN_PATH, SESSION_PATH, PEOPLE_PAGE)  # pages that are not Dash's


def identity(
    settings: Settings, parts: Parts, access: Access, sessions: Sessions, walls: Walls, paper: Paper
) -> list[Route]:
    """The doors."""
    accounts, tries = Accounts(parts.database), Tries(parts.volatile, parts.keys)
    doorman = Doorman(accounts, tries, Vault(settings.secret_key or ""))
    register = People(accounts, parts.places.units)
    return [
        *Signing(doorman, sessions, access, parts.audit, paper.login, paper.link).routes(),
        *PeopleDoors(register, sessions, tries, access, parts.audit, paper.people).routes(),
        *KioskDoors(Screens(parts.database), IngestKeys(parts.database), walls, access, parts.audit).routes(),
    ]
