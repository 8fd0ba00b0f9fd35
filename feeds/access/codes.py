"""One-time codes of a telephone (TOTP, RFC 6238: six digits, 30 s), and their secrets at rest."""

from __future__ import annotations

import hmac
from base64 import b32encode, urlsafe_b64encode

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

STEP_S = 30
AROUND = (0, -1, 1)  # clocks of telephones go a little wrong
ISSUER = "IOC"


def address(secret: str, login: str) -> str:
    """The `otpauth://` address that a telephone reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def step_of(secret: str, code: str, now_s: float) -> int | None:
    """The time step whose code this is, now or a step beside it; None for a wrong code."""
    given = code.replace(" ", "").encode()
    for around in AROUND:
        step = int(now_s // STEP_S) + around
        if hmac.compare_digest(pyotp.TOTP(secret).generate_otp(step).encode(), given):
            return step
    return None


class Vault:
    """Secrets as the database may hold them: readable only with the installation's secret key."""

    def __init__(self, secret_key: str) -> None:
        self._key = secret_key.encode()
        self._box = Fernet(urlsafe_b64encode(self._derived(b"ioc accounts totp", 32)))

    def secret_for(self, token: str) -> str:
        """The secret that goes with a link: the same whenever its page is opened, unknown without the secret key."""
        return b32encode(self._derived(b"ioc totp of " + token.encode(), 20)).decode()

    def _derived(self, purpose: bytes, length: int) -> bytes:
        return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose).derive(self._key)

    def seal(self, secret: str) -> str:
        """For the database."""
        return self._box.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """The secret; None when it was sealed with another key."""
        try:
            return self._box.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None
