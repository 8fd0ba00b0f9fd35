"""Screens of walls: made by an operator, admitted once by a token, known afterwards by a cookie, revoked at will.

Neither token nor cookie is kept, only their digests: both are random and long, so a plain SHA-256 tells nothing.
"""

from __future__ import annotations

import hashlib

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from feeds.catalogue.places import NATION_KEY
from feeds.catalogue.scope import Scope
from feeds.store.database import Database
from feeds.store.tables import screens


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """One screen. `token` and `cookie` are digests; one without either cannot be entered."""

    name: str
    place: str = NATION_KEY
    group: str = "main"
    metres: float = 6.0
    inches: float = 55.0
    width: int = 1920
    height: int = 1080
    token: str | None = None
    cookie: str | None = None
    made: int
    exchanged: int | None = None
    revoked: int | None = None

    def scope(self) -> Scope:
        """What the screen may see: its place, nothing more."""
        return Scope() if self.place == NATION_KEY else Scope(units=frozenset({self.place}))


class Taken(ValueError):
    """There is a screen of that name already."""


def digest(secret: str) -> str:
    """What is kept of a token or a cookie."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Screens:
    """The screens of one world."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, screen: Screen) -> None:
        """Keep a new screen; raises Taken when its name is in use."""
        try:
            with self._db.write() as connection:
                connection.execute(insert(screens).values(**msgspec.structs.asdict(screen)))
        except IntegrityError:
            raise Taken(screen.name) from None

    def renew(self, name: str, token: str) -> int:
        """A new token (its digest) for a screen that lost its cookie, which is void from now on; 0 when unknown."""
        changed = update(screens).where(screens.c.name == name)
        with self._db.write() as connection:
            fresh = {"token": token, "cookie": None, "exchanged": None, "revoked": None}
            return connection.execute(changed.values(**fresh)).rowcount

    def revoke(self, name: str, now_ms: int) -> int:
        """Void token and cookie; 0 when there is no such screen, or it was revoked before."""
        open_ = update(screens).where(screens.c.name == name, screens.c.revoked.is_(None))
        with self._db.write() as connection:
            return connection.execute(open_.values(token=None, cookie=None, revoked=now_ms)).rowcount

    def prepare(self, name: str, carried: str, following: str) -> bool:
        """Let the cookie `carried` of a screen be followed by another one (both as digests), which takes its place when
        it is first shown: a lost answer locks nobody out. False when the screen carries another one by now."""
        same = screens.c.name == name, screens.c.cookie == carried, screens.c.revoked.is_(None)
        with self._db.write() as connection:
            return connection.execute(update(screens).where(*same).values(token=following)).rowcount == 1

    def exchange(self, token: str, cookie: str, now_ms: int) -> Screen | None:
        """Take a token (its digest) for a cookie (its digest), once; None for one that is not, or no longer, good."""
        good = screens.c.token == token, screens.c.revoked.is_(None)
        with self._db.write() as connection:
            values = {"token": None, "cookie": cookie, "exchanged": now_ms}
            if not connection.execute(update(screens).where(*good).values(**values)).rowcount:
                return None
            found = connection.execute(select(screens).where(screens.c.cookie == cookie)).one()
            return Screen(**found._mapping)

    def all(self, scope: Scope) -> list[Screen]:
        """The screens of places in scope, by name; revoked ones too."""
        with self._db.read() as connection:
            rows = connection.execute(select(screens).order_by(screens.c.name))
            return [Screen(**row._mapping) for row in rows if scope.allows(row.place)]
