"""A ministry's single sign-on: OpenID Connect, authorisation code flow with PKCE; we are the client.

The ID token says who somebody is, never what they may do: roles come from our own accounts. It is believed only when it
is signed with a public key of the issuer in a pinned algorithm, made for us, for this very sign-in, and in time.
Synchronous: it asks the issuer over the network, so call it in a thread.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
import redis
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from feeds.access.sessions import digest
from feeds.catalogue.keys import Keys

ALGORITHMS = ["RS256", "PS256", "ES256"]  # never `none`, never a shared secret
SCOPE = "openid profile"
LASTS_S = 600  # from leaving for the sign-on to coming back
LEEWAY_S = 60
LONGEST_TOKEN = 16 * 1024
KEPT_S = 3600.0  # how old addresses and keys of the issuer may be
PATIENCE_S = 5.0


class SsoRefused(Exception):
    """The sign-on says something that is not believed; `str()` is for the log and holds no token."""


class SsoAway(Exception):
    """The sign-on does not answer."""


class Leaving(NamedTuple):
    """Where the browser goes, and what it must come back with besides."""

    address: str
    state: str


class Person(NamedTuple):
    """Who the sign-on says it is."""

    identity: str  # `<issuer> <subject>`: never given to anybody else
    login: str  # the name there; may change


class Errand(msgspec.Struct):
    """What is remembered of a sign-in on its way."""

    nonce: str
    verifier: str


class Sso:
    """The client of one issuer. Threads may share it."""

    def __init__(
        self,
        issuer: str,
        client: tuple[str, str],
        back: str,
        volatile: redis.Redis,
        keys: Keys,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._issuer = issuer
        self._id, self._secret = client
        self._back = back
        self._redis = volatile
        self._keys = keys
        self._now = now
        self._known: tuple[float, dict[str, Any], KeySet] | None = None

    def leave(self) -> Leaving:
        """Begin a sign-in."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        kept = msgspec.json.encode(Errand(nonce, verifier))
        self._redis.set(self._keys.errand(digest(state)), kept, ex=LASTS_S)
        place = self._about()[0]["authorization_endpoint"]
        with self._session() as session:
            address, _ = session.create_authorization_url(place, state=state, nonce=nonce, code_verifier=verifier)
        return Leaving(str(address), state)

    def come_back(self, state: str, code: str) -> Person:
        """Who it is. Each state is worth one try, whatever becomes of it."""
        kept = self._redis.getdel(self._keys.errand(digest(state)))
        if not isinstance(kept, bytes):
            raise SsoRefused("a state that is unknown, used or too old")
        errand = msgspec.json.decode(kept, type=Errand)
        place = self._about()[0]["token_endpoint"]
        try:
            with self._session() as session:
                given = session.fetch_token(place, code=code, code_verifier=errand.verifier, timeout=PATIENCE_S)
        except OAuthError as error:
            raise SsoRefused(f"no token for this code: {str(error.error)[:60]}") from None
        except OSError as error:
            raise SsoAway(type(error).__name__) from None
        return self.read(str(given.get("id_token") or ""), errand.nonce)

    def read(self, token: str, nonce: str) -> Person:
        """Who an ID token names; SsoRefused for one that is not to be believed."""
        if not 0 < len(token) <= LONGEST_TOKEN or token.count(".") != 2:
            raise SsoRefused("no ID token")
        claims = self._verified(token)
        registry = jwt.JWTClaimsRegistry(
            now=lambda: int(self._now()), leeway=LEEWAY_S, iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._id}, exp={"essential": True}, iat={"essential": True},
            sub={"essential": True},
        )  # fmt: skip
        try:
            registry.validate(claims)
        except JoseError as error:
            raise SsoRefused(f"an ID token with wrong claims: {error.error}") from None
        audience, party = claims["aud"], claims.get("azp")
        if (isinstance(audience, list) and len(audience) > 1 and party is None) or party not in (None, self._id):
            raise SsoRefused("an ID token made for another client too")
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise SsoRefused("an ID token of another sign-in")
        subject, login = str(claims["sub"]), str(claims.get("preferred_username") or claims["sub"])
        return Person(f"{self._issuer} {subject}"[:400], login.strip().lower()[:80])

    def _verified(self, token: str) -> dict[str, Any]:
        for fresh in (False, True):  # keys are changed now and then: ask once more before refusing
            try:
                return jwt.decode(token, self._about(fresh)[1], algorithms=ALGORITHMS).claims
            except (JoseError, ValueError) as error:
                wrong = type(error).__name__
        raise SsoRefused(f"an ID token whose signature is not the issuer's: {wrong}")

    def _about(self, fresh: bool = False) -> tuple[dict[str, Any], KeySet]:
        """The issuer's addresses and public keys."""
        if self._known is None or fresh or self._now() - self._known[0] > KEPT_S:
            told = self._asked(self._issuer.rstrip("/") + "/.well-known/openid-configuration")
            if told.get("issuer") != self._issuer:
                raise SsoRefused("the sign-on calls itself by another name than IOC_OIDC_ISSUER")
            keys = [key for key in self._asked(str(told["jwks_uri"]))["keys"] if key.get("kty") in ("RSA", "EC")]
            self._known = self._now(), told, KeySet.import_key_set({"keys": keys})
        return self._known[1], self._known[2]

    def _asked(self, address: str) -> dict[str, Any]:
        try:
            with self._session() as session:
                answer = session.request("GET", address, withhold_token=True, timeout=PATIENCE_S, allow_redirects=False)
                answer.raise_for_status()
                told = answer.json()
        except (OSError, ValueError) as error:
            raise SsoAway(type(error).__name__) from None
        if not isinstance(told, dict):
            raise SsoAway("not JSON")
        return told

    def _session(self) -> OAuth2Session:
        return OAuth2Session(self._id, self._secret, scope=SCOPE, redirect_uri=self._back, code_challenge_method="S256")
