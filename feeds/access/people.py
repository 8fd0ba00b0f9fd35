"""What administrators do with accounts. No role is anybody's before a second administrator has approved it.

Synchronous; every answer is asked with the administrator's Scope first: what lies outside of it raises OutOfScope.
"""

from __future__ import annotations

import csv
import io
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from feeds.access.doorman import LOGIN, LONGEST_NAME
from feeds.access.roles import PERSONS
from feeds.access.sessions import digest
from feeds.catalogue.scope import OutOfScope, Scope
from feeds.store.accounts import ACTIVE, APPROVED, DISABLED, REFUSED, Account, Accounts, Grant, LoginTaken, within

LINK_MS = 72 * 3600 * 1000
MOST_ROWS, LONGEST_WHY = 1000, 500
COLUMNS = ("login", "name", "role", "units")


class BadPerson(Exception):
    """What was asked for cannot be; `code` is the reason as one word, `where` names the row of a file."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(f"{where}: {code}" if where else code)
        self.code = code
        self.where = where


class New(msgspec.Struct, forbid_unknown_fields=True):
    """A person to be let in, and as what."""

    login: str
    name: str
    role: str
    units: list[str] | None = None
    why: str = ""


class Invited(msgspec.Struct):
    """An account with the token of the link that opens it: told once, kept nowhere."""

    login: str
    token: str


class People:
    """The register of accounts, as one administrator may work on it."""

    def __init__(self, accounts: Accounts, units: Iterable[str], now: Callable[[], float] = time.time) -> None:
        self.accounts = accounts
        self._units = frozenset(units)
        self._now = now

    def all(self, scope: Scope) -> dict[str, list[dict[str, Any]]]:
        """Accounts without what opens them, and the roles that wait for a second person."""
        shown = [self._shown(account) for account in self.accounts.all(scope)]
        waiting = [msgspec.structs.asdict(g) for g in self.accounts.waiting(scope)]
        return {"accounts": shown, "waiting": waiting}

    def make(self, scope: Scope, by: str, new: Sequence[New]) -> list[Invited]:
        """New accounts, all of them or none; each with a link, and a role that waits."""
        rows = [self._checked(scope, each, "" if len(new) == 1 else str(n)) for n, each in enumerate(new, 1)]
        seen: set[str] = set()
        for n, row in enumerate(rows, 1):
            if row.login in seen or self.accounts.find(row.login):
                raise BadPerson("taken", "" if len(rows) == 1 else str(n))
            seen.add(row.login)
        return [self._add(by, row) for row in rows]

    def read(self, text: str) -> list[New]:
        """People from a CSV file with the columns login, name, role, units (codes, with spaces between; empty: the
        whole nation); BadPerson names the row."""
        lines = text.lstrip("\ufeff").splitlines()
        comma = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
        rows = list(csv.DictReader(io.StringIO("\n".join(lines)), delimiter=comma))
        if not rows or not set(COLUMNS[:3]) <= set(rows[0]):
            raise BadPerson("columns")
        if len(rows) > MOST_ROWS:
            raise BadPerson("many")
        return [
            New(
                login=row["login"] or "", name=row["name"] or "", role=row["role"] or "",
                units=(row.get("units") or "").split() or None, why="import",
            )
            for row in rows
        ]  # fmt: skip

    def ask(self, scope: Scope, by: str, login: str, role: str, units: list[str] | None, why: str) -> Grant:
        """Ask for another role; the one held stays until a second administrator has decided."""
        account = self._one(scope, login)
        asked = self._checked(scope, New(login, account.name, role, units, why), "")
        if role == "admin" and account.totp is None:
            raise BadPerson("telephone")  # an administrator signs in with a code: a new link binds a telephone
        number = self.accounts.ask(login, asked.role, asked.units, by, self._ms(), asked.why)
        return self._grant(scope, number)

    def decide(self, scope: Scope, by: str, number: int, approve: bool) -> Grant:
        """Approve or refuse what somebody else asked for somebody else."""
        found = self._grant(scope, number)
        if by in (found.by, found.login):
            raise BadPerson("four_eyes")
        decided = self.accounts.decide(number, APPROVED if approve else REFUSED, by, self._ms())
        if decided is None:
            raise BadPerson("decided")
        return decided

    def disable(self, scope: Scope, by: str, login: str) -> None:
        """The account opens nothing any more; it takes one person to close, two to open."""
        account = self._one(scope, login)
        if login == by:
            raise BadPerson("own")
        if account.role == "admin" and self._admins() < 2:
            raise BadPerson("last_admin")
        self.accounts.change(login, state=DISABLED, role=None)

    def link(self, scope: Scope, by: str, login: str, why: str) -> Invited:
        """A new link for who lost password or telephone. Whoever holds it becomes that person, so the role is taken
        off and must be approved by a second administrator again."""
        account = self._one(scope, login)
        if login == by:
            raise BadPerson("own")
        held = self.accounts.waiting(scope, login)
        role, units = (held[-1].role, held[-1].units) if held else (account.role, account.units)
        if role is None:
            raise BadPerson("role_first")
        if account.role == "admin" and self._admins() < 2:
            raise BadPerson("last_admin")
        self.accounts.change(login, role=None, password=None, totp=None, totp_step=None, state="invited")
        self.accounts.ask(login, role, units, by, self._ms(), why[:LONGEST_WHY])
        return self._invited(login)

    def rename(self, scope: Scope, login: str, name: str) -> None:
        """Another name on screen."""
        self._one(scope, login)
        if not 0 < len(name.strip()) <= LONGEST_NAME:
            raise BadPerson("name")
        self.accounts.change(login, name=name.strip())

    def _add(self, by: str, new: New) -> Invited:
        now = self._ms()
        try:
            self.accounts.add(Account(login=new.login, name=new.name, units=new.units, made=now, made_by=by))
        except LoginTaken:
            raise BadPerson("taken") from None
        self.accounts.ask(new.login, new.role, new.units, by, now, new.why)
        return self._invited(new.login)

    def _invited(self, login: str) -> Invited:
        token = secrets.token_urlsafe(32)
        self.accounts.invite(digest(token), login, self._ms(), self._ms() + LINK_MS)
        return Invited(login, token)

    def _checked(self, scope: Scope, new: New, where: str) -> New:
        login, name, units = new.login.strip().lower(), new.name.strip(), sorted(set(new.units or ())) or None
        faults = {
            "login": not LOGIN.fullmatch(login),
            "name": not 0 < len(name) <= LONGEST_NAME or not name.isprintable(),
            "role": new.role not in PERSONS,
            "units": not set(units or ()) <= self._units or (new.role == "staff" and not units),
            "why": len(new.why) > LONGEST_WHY,
        }
        for code, wrong in faults.items():
            if wrong:
                raise BadPerson(code, where)
        if not within(scope, units):
            raise OutOfScope(login)
        return New(login, name, new.role, units, new.why.strip())

    def _one(self, scope: Scope, login: str) -> Account:
        found = self.accounts.find(login)
        if found is None or not within(scope, found.units):
            raise BadPerson("unknown")
        return found

    def _grant(self, scope: Scope, number: int) -> Grant:
        found = self.accounts.grant(scope, number)
        if found is None:
            raise BadPerson("unknown")
        return found

    def _admins(self) -> int:
        live = [a for a in self.accounts.all(Scope()) if a.role == "admin" and a.state == ACTIVE]
        return len(live)

    def _shown(self, account: Account) -> dict[str, Any]:
        told = msgspec.structs.asdict(account)
        hidden = ("password", "totp", "totp_step", "outside")
        return {k: v for k, v in told.items() if k not in hidden} | {
            "telephone": account.totp is not None,
            "outside": account.outside is not None,
        }

    def _ms(self) -> int:
        return round(self._now() * 1000)
