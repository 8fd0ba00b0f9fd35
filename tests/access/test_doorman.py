"""Who comes in, who does not, and that neither learns more than that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
import redis
from argon2 import PasswordHasher

from feeds.access import passwords
from feeds.access.codes import Vault
from feeds.access.doorman import Doorman
from feeds.access.passwords import BadPassword
from feeds.access.sessions import digest
from feeds.access.tries import FREE, Tries
from feeds.catalogue.keys import Keys
from feeds.catalogue.settings import Settings
from feeds.store.accounts import ACTIVE, DISABLED, Account, Accounts
from feeds.store.database import open_database

PASSWORD = "mưa phùn trên phố cổ"
KEYS = Keys("sim")
DAY_MS = 86_400_000


class Time:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Accounts]:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", quick)
    passwords._nobody.cache_clear()
    database = open_database(Settings(var=tmp_path))
    yield Accounts(database)
    database.close()
    passwords._nobody.cache_clear()


@pytest.fixture
def doorman(accounts: Accounts, volatile: redis.Redis, time: Time) -> Doorman:
    return Doorman(accounts, Tries(volatile, KEYS, time), Vault("k" * 40), time)


def person(accounts: Accounts, login: str = "lan", **more: object) -> Account:
    known = {"role": "staff", "units": ["01"], "state": ACTIVE, "password": passwords.hashed(PASSWORD)}
    account = Account(**{"login": login, "name": "Lan", "made": 0, "made_by": "x", **known, **more})  # type: ignore[arg-type]
    accounts.add(account)
    return account


def test_the_right_password_is_let_in_with_role_and_place(accounts: Accounts, doorman: Doorman) -> None:
    person(accounts)
    outcome = doorman.sign_in(" LAN ", PASSWORD)
    assert outcome.said == "in"
    assert outcome.subject is not None
    assert (outcome.subject.name, outcome.subject.role, outcome.subject.units) == ("lan", "staff", ("01",))
    assert not outcome.subject.scope.allows("79")
    kept = accounts.find("lan")
    assert kept is not None
    assert kept.signed_in == 1_800_000_000_000


@pytest.mark.parametrize(
    ("login", "password"), [("lan", "wrong"), ("nobody", PASSWORD), ("", ""), ("x" * 500, "y" * 5000), ("lan'--", "x")]
)
def test_whatever_is_wrong_is_told_alike(accounts: Accounts, doorman: Doorman, login: str, password: str) -> None:
    person(accounts)
    assert doorman.sign_in(login, password) == ("wrong", None, 0)


def test_a_disabled_account_is_nobodys(accounts: Accounts, doorman: Doorman) -> None:
    person(accounts, state=DISABLED)
    assert doorman.sign_in("lan", PASSWORD).said == "wrong"


def test_without_a_granted_role_nobody_comes_in(accounts: Accounts, doorman: Doorman) -> None:
    person(accounts, role=None)
    assert doorman.sign_in("lan", PASSWORD).said == "waiting"


def test_a_password_of_another_account_without_one_opens_nothing(accounts: Accounts, doorman: Doorman) -> None:
    person(accounts, password=None)
    assert doorman.sign_in("lan", "").said == "wrong"
    assert doorman.sign_in("lan", PASSWORD).said == "wrong"


def test_many_failures_make_a_name_wait_longer_and_longer(accounts: Accounts, doorman: Doorman, time: Time) -> None:
    person(accounts)
    assert [doorman.sign_in("lan", "wrong").said for _ in range(FREE)] == ["wrong"] * FREE
    assert doorman.sign_in("lan", PASSWORD) == ("wait", None, 10)
    waits = []
    for _ in range(8):
        waits.append(doorman.sign_in("lan", "wrong").wait_s)
        time.now += waits[-1]
        assert doorman.sign_in("lan", "wrong").said == "wrong"
    assert waits == [10, 20, 40, 80, 160, 320, 640, 900]
    time.now += 900
    assert doorman.sign_in("lan", PASSWORD).said == "in"
    assert doorman.sign_in("lan", "wrong").said == "wrong", "forgotten after a success"


def test_at_most_ten_tries_a_minute(accounts: Accounts, doorman: Doorman, time: Time) -> None:
    person(accounts)
    looked_at = 0
    for _ in range(600):
        looked_at += doorman.sign_in("lan", "wrong").said != "wait"
        time.now += 0.1
    assert looked_at <= 10


def test_a_name_that_nobody_has_waits_as_long(doorman: Doorman) -> None:
    for _ in range(FREE):
        doorman.sign_in("nobody", "x")
    assert doorman.sign_in("nobody", "x").said == "wait"


def test_a_code_is_asked_for_taken_once_and_never_told_before_the_password(
    accounts: Accounts, doorman: Doorman, time: Time
) -> None:
    secret = pyotp.random_base32()
    person(accounts, totp=Vault("k" * 40).seal(secret), role="admin", units=None)

    def now() -> str:
        return pyotp.TOTP(secret).at(int(time.now))

    assert doorman.sign_in("lan", "wrong", now()).said == "wrong"
    assert doorman.sign_in("lan", PASSWORD).said == "code"
    assert doorman.sign_in("lan", PASSWORD, "000000").said == "wrong"
    assert doorman.sign_in("lan", PASSWORD, now()).said == "in"
    assert doorman.sign_in("lan", PASSWORD, now()).said == "wrong", "a code that was seen is worth nothing"
    time.now += 30
    assert doorman.sign_in("lan", PASSWORD, now()).said == "in"


def test_guessing_codes_with_a_known_password_is_slowed_as_well(accounts: Accounts, doorman: Doorman) -> None:
    person(accounts, totp=Vault("k" * 40).seal(pyotp.random_base32()))
    said = []
    for _ in range(FREE):
        doorman.sign_in("lan", PASSWORD)  # asks for the code, which gives nothing back of the failures
        said.append(doorman.sign_in("lan", PASSWORD, "111111").said)
    assert said == ["wrong"] * FREE
    assert doorman.sign_in("lan", PASSWORD).said == "wait"


def test_a_secret_sealed_with_another_key_opens_nothing(accounts: Accounts, doorman: Doorman, time: Time) -> None:
    secret = pyotp.random_base32()
    person(accounts, totp=Vault("other" * 10).seal(secret))
    assert doorman.sign_in("lan", PASSWORD, pyotp.TOTP(secret).at(int(time.now))).said == "wrong"
    kept = accounts.find("lan")
    assert kept is not None
    assert secret not in str(kept)


def link(accounts: Accounts, time: Time, login: str = "") -> str:
    token = f"token-of-{login or 'the-first'}"
    accounts.invite(digest(token), login, round(time.now * 1000), round(time.now * 1000) + DAY_MS)
    return token


def test_the_first_link_makes_an_administrator_once(accounts: Accounts, doorman: Doorman, time: Time) -> None:
    token = link(accounts, time)
    opened = doorman.welcome(token)
    assert opened is not None
    assert opened.totp is not None
    assert doorman.welcome(token) == opened, "the same secret when the page is opened again"
    code = pyotp.TOTP(opened.totp).at(int(time.now))
    assert doorman.take_up(token, "short", code, "quan", "Quân") == "short"
    assert doorman.take_up(token, PASSWORD, "", "quan", "Quân") == "code"
    assert doorman.take_up(token, PASSWORD, code, "Quân!", "Quân") == "login"
    assert doorman.take_up(token, PASSWORD, code, "quan", "Quân") is None
    assert doorman.take_up(token, PASSWORD, code, "khac", "Khác") == "void"
    assert accounts.has_admin()
    time.now += 30
    outcome = doorman.sign_in("quan", PASSWORD, pyotp.TOTP(opened.totp).at(int(time.now)))
    assert outcome.subject is not None
    assert (outcome.subject.role, outcome.subject.home) == ("admin", "/people")


def test_a_link_ends_after_its_day_and_when_a_newer_one_is_made(
    accounts: Accounts, doorman: Doorman, time: Time
) -> None:
    person(accounts, password=None, state="invited")
    first = link(accounts, time, "lan")
    assert doorman.take_up(first, PASSWORD) is None
    accounts.invite(digest("second"), "lan", 0, round(time.now * 1000) + DAY_MS)
    accounts.invite(digest("third"), "lan", 0, round(time.now * 1000) + DAY_MS)
    assert doorman.take_up("second", PASSWORD) == "void"
    time.now += 86_401
    assert doorman.take_up("third", PASSWORD) == "void"
    assert doorman.sign_in("lan", PASSWORD).said == "in"


@pytest.mark.parametrize(
    ("password", "fault"),
    [("a" * 11, "short"), ("a" * 129, "long"), ("aaaaaaaaaaaaaa", "common"), ("password1234", "common"),
     ("matkhau123456", "common"), ("lan-lan-lan-lan", "common"), ("qwerty123456", "common"),
     ("P@ssw0rd12345", "common"), ("dragonmonkey1", "common"), ("abcdefghijklm", "common")],
)  # fmt: skip
def test_passwords_that_are_not_taken(password: str, fault: str) -> None:
    with pytest.raises(BadPassword, match=fault):
        passwords.check_new(password, "lan")


def test_a_long_sentence_and_one_of_just_so_many_letters_are_taken() -> None:
    for password in ("trời hôm nay nhiều mây", "kè đá sông q", "trời hôm nay nhiều mây " * 5 + "kè đá sông q!"):
        assert passwords.SHORTEST <= len(password) <= passwords.LONGEST
        passwords.check_new(password, "lan")  # it would raise


def test_passwords_are_hashed_with_argon2id_of_at_least_the_advised_cost() -> None:
    kept = passwords.HASHER.hash("x")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_where_everybody_needs_a_code_an_account_without_a_telephone_is_not_let_in(
    accounts: Accounts, volatile: redis.Redis, time: Time
) -> None:
    strict = Doorman(accounts, Tries(volatile, KEYS, time), Vault("k" * 40), time, codes=True)
    person(accounts)
    assert strict.sign_in("lan", "x").said == "wrong"
    assert strict.sign_in("lan", PASSWORD).said == "telephone"
    token = link(accounts, time, "lan")
    opened = strict.welcome(token)
    assert opened is not None and opened.totp is not None
    code = pyotp.TOTP(opened.totp).at(int(time.now))
    assert strict.take_up(token, PASSWORD) == "code"
    assert strict.take_up(token, PASSWORD, code) is None
    time.now += 30
    assert strict.sign_in("lan", PASSWORD).said == "code"
    assert strict.sign_in("lan", PASSWORD, pyotp.TOTP(opened.totp).at(int(time.now))).said == "in"


def test_an_administrator_without_a_telephone_is_not_let_in(accounts: Accounts, doorman: Doorman) -> None:
    person(accounts, role="admin", units=None)
    assert doorman.sign_in("lan", PASSWORD).said == "telephone"


@pytest.mark.parametrize("login", ["lan", "nobody", "closed", "not a name!", ""])
def test_every_refused_name_costs_one_look_at_a_password(
    accounts: Accounts, doorman: Doorman, monkeypatch: pytest.MonkeyPatch, login: str
) -> None:
    """Else the time of the answer would tell which names there are."""
    looked: list[str] = []

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            looked.append(kept)
            return quick.verify(kept, password)

        def hash(self, password: str) -> str:
            raise AssertionError("nothing is hashed for a refusal")

    quick = passwords.HASHER
    person(accounts)
    person(accounts, "closed", state=DISABLED)
    monkeypatch.setattr(passwords, "HASHER", Counting())
    assert doorman.sign_in(login, "x" * 20).said == "wrong"
    assert len(looked) == 1
