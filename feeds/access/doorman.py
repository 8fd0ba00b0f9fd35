"""Signing in with a local account, and taking up a link.

Synchronous: hashing takes its time, so call it in a thread.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Literal, NamedTuple, cast

from feeds.access import codes, passwords
from feeds.access.codes import Vault
from feeds.access.passwords import BadPassword
from feeds.access.roles import PERSONS, Role, Subject
from feeds.access.sessions import digest
from feeds.access.tries import Tries
from feeds.catalogue.scope import Scope
from feeds.store.accounts import ACTIVE, DISABLED, Account, Accounts, LoginTaken

LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?")
LONGEST_NAME = 80
Said = Literal["in", "wrong", "wait", "code", "waiting", "telephone"]
Fault = Literal["void", "short", "long", "common", "login", "taken", "code"]
Unproved = Literal["wrong", "wait"]


class Outcome(NamedTuple):
    """What became of it: `in` with who it is; `wait` with for how many seconds; `code`: a one-time code is missing;
    `waiting`: the person is known and has no role (yet); `telephone`: a new link must bind one first."""

    said: Said
    subject: Subject | None = None
    wait_s: int = 0


class Welcome(NamedTuple):
    """What a link opens: whose account, and the secret for the telephone where a code will be asked for."""

    login: str
    name: str
    totp: str | None


class Doorman:
    """Lets people in. With `codes` everybody needs a code of the telephone, otherwise administrators do."""

    def __init__(
        self,
        accounts: Accounts,
        tries: Tries,
        vault: Vault,
        now: Callable[[], float] = time.time,
        codes: bool = False,
    ) -> None:
        passwords.prepare()
        self._codes = codes
        self.accounts = accounts
        self._tries = tries
        self._vault = vault
        self._now = now

    def sign_in(self, login: str, password: str, code: str = "") -> Outcome:
        """Who it is, or why not; a wrong name, a wrong password and a wrong code are told alike."""
        login = login.strip().lower()[: LONGEST_NAME * 2]
        wait = self._tries.spend(login)
        if wait:
            return Outcome("wait", wait_s=wait)
        found = self.accounts.find(login) if LOGIN.fullmatch(login) else None
        live = found if found is not None and found.state == ACTIVE else None
        if not passwords.fits(live.password if live else None, password) or live is None:
            return Outcome("wrong")
        if live.totp is not None:
            if not code:
                self._tries.give_back(login)
                return Outcome("code")
            if not self._right(live, code):
                return Outcome("wrong")
        elif self._codes or live.role == "admin":
            return Outcome("telephone")
        self._tries.forget(login)
        if live.password and passwords.aged(live.password):
            self.accounts.change(login, password=passwords.hashed(password))
        return self.entered(live)

    def entered(self, account: Account) -> Outcome:
        """The person is who they say; in they come when they have a role."""
        if account.role not in PERSONS or account.state != ACTIVE:
            return Outcome("waiting")
        self.accounts.change(account.login, signed_in=round(self._now() * 1000))
        return Outcome("in", subject_of(account))

    def from_outside(self, identity: str, login: str) -> Outcome:
        """Who the single sign-on has named. The first time the account of that login is bound to the identity; from
        then on the name means nothing, and no other identity opens the account."""
        found = self.accounts.outside(identity)
        if found is None and LOGIN.fullmatch(login):
            named = self.accounts.find(login)
            if named is not None and named.outside is None and named.state != DISABLED:
                self.accounts.change(login, outside=identity, state=ACTIVE)
                found = self.accounts.find(login)
        return Outcome("waiting") if found is None else self.entered(found)

    def welcome(self, token: str) -> Welcome | None:
        """What a link would open; None for one that is not, or no longer, good."""
        login = self.accounts.invited(digest(token), self._ms())
        if login is None:
            return None
        account = self.accounts.find(login)
        if login and (account is None or account.state == DISABLED):
            return None
        return Welcome(
            login, account.name if account else "", self._vault.secret_for(token) if self._needs_code(login) else None
        )

    def proves(self, login: str, password: str) -> Unproved | None:
        """None when who is signed in shows the account's password again; tries are counted as at the door."""
        if self._tries.spend(login):
            return "wait"
        found = self.accounts.find(login)
        if found is None or found.state != ACTIVE or not passwords.fits(found.password, password):
            return "wrong"
        self._tries.forget(login)
        return None

    def change(self, login: str, password: str, fresh: str) -> Unproved | Fault | None:
        """Another password for who shows the one in force; None when it is done."""
        unproved = self.proves(login, password)
        if unproved is not None:
            return unproved
        try:
            passwords.check_new(fresh, login)
        except BadPassword as bad:
            return cast(Fault, str(bad))
        self.accounts.change(login, password=passwords.hashed(fresh))
        return None

    def take_up(self, token: str, password: str, code: str = "", login: str = "", name: str = "") -> Fault | None:
        """Set the password of the link's account, or make the first administrator's; None when it is done."""
        opened = self.welcome(token)
        if opened is None:
            return "void"
        chosen = opened.login or login.strip().lower()
        if not LOGIN.fullmatch(chosen) or not (opened.login or 0 < len(name.strip()) <= LONGEST_NAME):
            return "login"
        try:
            passwords.check_new(password, chosen)
        except BadPassword as bad:
            return cast(Fault, str(bad))
        step = codes.step_of(opened.totp, code, self._now()) if opened.totp else None
        if opened.totp and step is None:
            return "code"
        if not opened.login and self.accounts.find(chosen) is not None:
            return "taken"
        if not self.accounts.accept(digest(token), self._ms()):
            return "void"
        sealed = self._vault.seal(opened.totp) if opened.totp else None
        return self._open(opened, chosen, name.strip(), passwords.hashed(password), sealed, step)

    def _open(
        self, opened: Welcome, login: str, name: str, password: str, totp: str | None, step: int | None
    ) -> Fault | None:
        if opened.login:
            self.accounts.change(login, password=password, totp=totp, totp_step=step, state=ACTIVE)
            return None
        try:
            self.accounts.add(
                Account(
                    login=login, name=name, role="admin", state=ACTIVE, password=password, totp=totp, totp_step=step,
                    made=self._ms(), made_by="",
                )
            )  # fmt: skip
        except LoginTaken:
            return "taken"
        return None

    def _right(self, account: Account, code: str) -> bool:
        secret = self._vault.open(account.totp or "")
        step = codes.step_of(secret, code, self._now()) if secret else None
        return step is not None and self.accounts.take_step(account.login, step)

    def _needs_code(self, login: str) -> bool:
        """An administrator, and who is to become one, signs in with a code as well; where it is asked, everybody."""
        if self._codes:
            return True
        account = self.accounts.find(login)
        asked = any(grant.role == "admin" for grant in self.accounts.waiting(Scope(), login)) if login else True
        return asked or (account is not None and account.role == "admin")

    def _ms(self) -> int:
        return round(self._now() * 1000)


def subject_of(account: Account) -> Subject:
    """Who an account stands for."""
    units = None if account.units is None else tuple(account.units)
    return Subject(name=account.login, role=cast(Role, account.role), units=units, shown=account.name)
