"""Everything about who is who, joined: the doors of signing in, of accounts, of screens and keys."""

from __future__ import annotations

from starlette.routing import Route

from feeds.access.codes import Vault
from feeds.access.doorman import Doorman
from feeds.access.people import People
from feeds.access.sessions import Sessions
from feeds.access.sso import Sso
from feeds.access.tries import Tries
from feeds.catalogue.settings import Settings, is_loopback
from feeds.serve.access import Access
from feeds.serve.kiosks import KEYS_PATH, SCREENS_PATH, KioskDoors
from feeds.serve.own import ACCOUNT_PAGE, OwnDoors
from feeds.serve.paper import Paper
from feeds.serve.parts import Parts
from feeds.serve.people import PEOPLE_PAGE, PEOPLE_PATH, PeopleDoors
from feeds.serve.signing import LOGIN_PATH, SESSION_PATH, Signing
from feeds.serve.sso_doors import BACK_PATH, SsoDoors
from feeds.serve.walls import Walls
from feeds.serve.witness import Witness
from feeds.store.accounts import Accounts
from feeds.store.ingest_keys import IngestKeys
from feeds.store.screens import Screens

POSTED = (KEYS_PATH, LOGIN_PATH, PEOPLE_PATH, SCREENS_PATH, SESSION_PATH)  # paths below which something is changed
APART = (LOGIN_PATH, SESSION_PATH, PEOPLE_PAGE, ACCOUNT_PAGE)  # pages that are not Dash's


def identity(
    settings: Settings,
    parts: Parts,
    access: Access,
    sessions: Sessions,
    walls: Walls,
    witness: Witness,
    paper: Paper,
) -> list[Route]:
    """The doors."""
    accounts, tries = Accounts(parts.database), Tries(parts.volatile, parts.keys)
    doorman = Doorman(accounts, tries, Vault(settings.secret_key or ""), codes=settings.second_factor)
    register = People(accounts, parts.places.units)
    signing = Signing(doorman, sessions, access, witness, paper.login, paper.link)
    sso = _sso(settings, parts)
    return [
        *signing.routes(),
        *(SsoDoors(sso, doorman, signing).routes() if sso else []),
        *OwnDoors(doorman, sessions, signing, access, witness, paper.account).routes(),
        *PeopleDoors(register, sessions, tries, access, witness, paper.people).routes(),
        *KioskDoors(Screens(parts.database), IngestKeys(parts.database), walls, access, witness).routes(),
    ]


def _sso(settings: Settings, parts: Parts) -> Sso | None:
    """The single sign-on, where there is one; it sends people back to the first name we are called by."""
    if settings.oidc_issuer is None or settings.demo:
        return None
    host = settings.allowed_hosts[0]
    here = f"http://{host}:{settings.port}" if is_loopback(host) else f"https://{host}"
    client = settings.oidc_client, settings.oidc_secret or ""
    return Sso(settings.oidc_issuer, client, here + BACK_PATH, parts.volatile, parts.keys)
