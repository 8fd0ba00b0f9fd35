"""Accounts, the roles asked for them, and the links that open them. Every change is one transaction."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from feeds.catalogue.scope import Scope
from feeds.store.database import Database
from feeds.store.people_tables import accounts, grants, invitations

WAITING, APPROVED, REFUSED, REPLACED = "waiting", "approved", "refused", "replaced"
INVITED, ACTIVE, DISABLED = "invited", "active", "disabled"


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One person. `units` None: the whole nation; `role` None: may not do anything (yet). Times in ms, UTC."""

    login: str
    name: str
    role: str | None = None
    units: list[str] | None = None
    state: str = INVITED
    password: str | None = None
    totp: str | None = None
    totp_step: int | None = None
    outside: str | None = None
    made: int
    made_by: str
    signed_in: int | None = None


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """A role asked for an account, and what became of it."""

    id: int
    login: str
    role: str
    units: list[str] | None
    by: str
    at: int
    why: str
    state: str
    decided_by: str | None = None
    decided: int | None = None


class LoginTaken(ValueError):
    """There is an account of that login already."""


class Accounts:
    """The accounts of one world."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, account: Account) -> None:
        """Keep a new account; raises LoginTaken when there is one of that login."""
        try:
            with self._db.write() as connection:
                connection.execute(insert(accounts).values(**msgspec.structs.asdict(account)))
        except IntegrityError:
            raise LoginTaken(account.login) from None

    def find(self, login: str) -> Account | None:
        """The account of a login; for signing in, before anybody has a scope."""
        return self._one(accounts.c.login == login)

    def outside(self, identity: str) -> Account | None:
        """The account bound to an identity of the single sign-on."""
        return self._one(accounts.c.outside == identity)

    def all(self, scope: Scope) -> list[Account]:
        """Accounts of people who may see nothing outside of `scope`, by login."""
        with self._db.read() as connection:
            rows = connection.execute(select(accounts).order_by(accounts.c.login))
            found = [Account(**row._mapping) for row in rows]
        return [account for account in found if within(scope, account.units)]

    def has_admin(self) -> bool:
        """True when somebody active is an administrator."""
        live = accounts.c.role == "admin", accounts.c.state == ACTIVE
        with self._db.read() as connection:
            return bool(connection.scalar(select(func.count()).select_from(accounts).where(*live)))

    def change(self, login: str, **values: object) -> bool:
        """Set columns of an account; False when there is none."""
        with self._db.write() as connection:
            return connection.execute(update(accounts).where(accounts.c.login == login).values(**values)).rowcount == 1

    def take_step(self, login: str, step: int) -> bool:
        """Use a time step of a one-time code; False when it, or a later one, was used before."""
        newer = accounts.c.totp_step.is_(None) | (accounts.c.totp_step < step)
        with self._db.write() as connection:
            changed = update(accounts).where(accounts.c.login == login, newer).values(totp_step=step)
            return connection.execute(changed).rowcount == 1

    # roles asked for
    def ask(self, login: str, role: str, units: list[str] | None, by: str, at: int, why: str) -> int:
        """Ask for a role; what still waits for the same account is replaced. The number of the asking."""
        waiting = grants.c.login == login, grants.c.state == WAITING
        row = {"login": login, "role": role, "units": units, "by": by, "at": at, "why": why, "state": WAITING}
        with self._db.write() as connection:
            connection.execute(update(grants).where(*waiting).values(state=REPLACED, decided=at, decided_by=by))
            return int(connection.execute(insert(grants).values(**row).returning(grants.c.id)).scalar_one())

    def decide(self, number: int, state: str, by: str, at: int) -> Grant | None:
        """Approve or refuse what waits, once, by another person than who asked; None when that is not so.

        An approved role is the account's from the same transaction on.
        """
        open_ = grants.c.id == number, grants.c.state == WAITING, grants.c.by != by, grants.c.login != by
        values = {"state": state, "decided_by": by, "decided": at}
        with self._db.write() as connection:
            if not connection.execute(update(grants).where(*open_).values(**values)).rowcount:
                return None
            found = Grant(**connection.execute(select(grants).where(grants.c.id == number)).one()._mapping)
            if state == APPROVED:
                given = {"role": found.role, "units": found.units}
                connection.execute(update(accounts).where(accounts.c.login == found.login).values(**given))
            return found

    def grant(self, scope: Scope, number: int) -> Grant | None:
        """One asking, for a role that sees nothing outside of `scope`."""
        with self._db.read() as connection:
            row = connection.execute(select(grants).where(grants.c.id == number)).one_or_none()
        found = Grant(**row._mapping) if row else None
        return found if found and within(scope, found.units) else None

    def waiting(self, scope: Scope, login: str | None = None) -> list[Grant]:
        """What waits for a second person, oldest first, within `scope`; of one account when it is named."""
        asked = select(grants).where(grants.c.state == WAITING).order_by(grants.c.id)
        with self._db.read() as connection:
            rows = connection.execute(asked if login is None else asked.where(grants.c.login == login))
            found = [Grant(**row._mapping) for row in rows]
        return [grant for grant in found if within(scope, grant.units)]

    # links
    def invite(self, digest: str, login: str, at: int, until: int) -> None:
        """A new link; older ones for the same account are void."""
        older = invitations.c.login == login, invitations.c.used.is_(None)
        with self._db.write() as connection:
            connection.execute(update(invitations).where(*older).values(used=at))
            connection.execute(insert(invitations).values(digest=digest, login=login, made=at, until=until))

    def invited(self, digest: str, now: int) -> str | None:
        """The login that a link is for (`` for a first administrator); None for one that is not, or no longer, good."""
        with self._db.read() as connection:
            return connection.scalar(select(invitations.c.login).where(*_good(digest, now)))

    def accept(self, digest: str, now: int) -> bool:
        """Use a link up; False when somebody was faster."""
        with self._db.write() as connection:
            return connection.execute(update(invitations).where(*_good(digest, now)).values(used=now)).rowcount == 1

    def _one(self, where: ColumnElement[bool]) -> Account | None:
        with self._db.read() as connection:
            row = connection.execute(select(accounts).where(where)).one_or_none()
            return Account(**row._mapping) if row else None


def _good(digest: str, now: int) -> tuple[ColumnElement[bool], ...]:
    return invitations.c.digest == digest, invitations.c.used.is_(None), invitations.c.until > now


def within(scope: Scope, units: Sequence[str] | None) -> bool:
    """True when who may see `units` (None: everything) sees nothing outside of `scope`."""
    return scope.units is None or (units is not None and scope.units >= set(units))
