"""Passwords of local accounts: argon2id, slow on purpose; call these from a thread, never on the loop."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 128
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # argon2id; OWASP's least, 19 MiB
LEAST_GUESSES = 1e8
GUESSED = 72  # signs that are looked at: longer ones take long, and are not easily guessed by then
COMMON = ("password", "matkhau", "mậtkhẩu", "qwerty", "123456", "abc123", "letmein", "vietnam", "admin")


class BadPassword(ValueError):
    """A new password that is not taken; `str()` is a code: short, long or common."""


def check_new(password: str, login: str = "") -> None:
    """Raises BadPassword for one that is too short or easily guessed. Length counts, kinds of signs do not."""
    if len(password) < SHORTEST:
        raise BadPassword("short")
    if len(password) > LONGEST:
        raise BadPassword("long")
    plain = password.lower().replace(" ", "")
    for word in (*COMMON, login.lower()):
        plain = plain.replace(word, "") if word else plain
    if len(set(plain)) < 5:  # nothing left but a known word and a few repeated signs
        raise BadPassword("common")
    if _guesses(password, login) < LEAST_GUESSES:
        raise BadPassword("common")


def _guesses(password: str, login: str) -> float:
    """How many guesses somebody needs who knows the most used of breached passwords (30,000), words, names, rows of
    the keyboard, dates, and how people spell and repeat them."""
    from zxcvbn import zxcvbn  # its lists take room and time, and are wanted when a password is set

    told = zxcvbn(password[:GUESSED], user_inputs=[login, *COMMON], max_length=GUESSED)
    return float(told["guesses"])


def hashed(password: str) -> str:
    """What is kept of a password."""
    return HASHER.hash(password)


def fits(kept: str | None, password: str) -> bool:
    """True for the right password; takes the same time when there is no account to compare with."""
    try:
        return HASHER.verify(kept or _nobody(), password[:LONGEST]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def prepare() -> None:
    """Make what unknown names are compared with, so that the first of them takes no longer than the others."""
    _nobody()


def aged(kept: str) -> bool:
    """True when it was hashed with weaker parameters than today's, and should be hashed again."""
    return HASHER.check_needs_rehash(kept)


@cache
def _nobody() -> str:
    return HASHER.hash(secrets.token_urlsafe(32))
